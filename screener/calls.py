"""Values: a call as the exchange presents it, and the verdict on it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from blocklist.entries import OfficialNumber
from blocklist.kinds import LookalikeKind


class Mode(StrEnum):
    """How a call reaches the screener."""

    INLINE = "inline"
    """The dialplan holds the call and asks."""
    PASSIVE = "passive"
    """The listener watches new channels and reaches into the call only on a match."""


@dataclass(frozen=True, slots=True)
class Call:
    """One incoming call. Every text in it but ``pbx`` may have been written by the caller.

    ``shown_number`` and ``shown_name`` are what the phone would show; ``raw_number`` and ``raw_name`` what
    the exchange received. ``network_number`` is the asserted identity (P-Asserted-Identity, RFC 3325), or
    empty; it counts as the caller's where ``network_trusted``. ``diversions`` are the numbers that say they
    forwarded the call (RFC 5806), the last first. ``malformed`` tells that the identity tried to write into
    the event stream or could not be read.
    """

    pbx: str
    channel: str
    uniqueid: str
    called: str
    shown_number: str
    shown_name: str = ""
    raw_number: str = ""
    raw_name: str = ""
    sip_from: str = ""
    """The whole From header (RFC 3261) where the channel has one."""
    trunk: str = ""
    network_number: str = ""
    network_trusted: bool = False
    diversions: tuple[str, ...] = ()
    presentation: str = ""
    attestation: str = ""
    """STIR/SHAKEN verification result (RFC 8224) where the exchange has one."""
    malformed: bool = False
    mode: Mode = Mode.INLINE

    @property
    def trunk_name(self) -> str:
        """Return the trunk's name as ``Site.writes`` has it; two exchanges may have trunks of one name."""
        return f"{self.pbx}/{self.trunk}" if self.pbx else self.trunk

    @property
    def sent_number(self) -> str:
        """Return the number that the caller sent; a phone may show less of it."""
        return self.raw_number or self.shown_number


@dataclass(frozen=True, slots=True)
class Activity:
    """What the caller did of late, this call included: counted outside of the decision.

    Each count is of the window that the policy names for it.
    """

    calls: int = 0
    extensions: int = 0
    """Different ones that the caller rang."""
    callers_of_prefix: int = 0
    """Different callers whose numbers differ in the last three digits alone."""
    short_calls: int = 0


class Action(StrEnum):
    """What is done with a call, the mildest first."""

    ALLOW = "allow"
    TAG = "tag"
    WARN = "warn"
    BLOCK = "block"


class Rule(StrEnum):
    """What decided. The order in which rules are asked is ``rules.ORDER``."""

    EXEMPT = "exempt"
    OWN_NUMBER = "own_number"
    RECEIVES_ONLY = "receives_only"
    ALLOW_EXACT = "allow_exact"
    BLOCK_EXACT = "block_exact"
    ALLOW_PREFIX = "allow_prefix"
    BLOCK_PREFIX = "block_prefix"
    ALLOW_ENTRY = "allow_entry"
    BLOCK_ENTRY = "block_entry"
    LOOKALIKE = "lookalike"
    NAME = "name"
    MANY_EXTENSIONS = "many_extensions"
    MANY_CALLS = "many_calls"
    MANY_OF_PREFIX = "many_of_prefix"
    MANY_SHORT_CALLS = "many_short_calls"
    MALFORMED = "malformed"
    IMPLAUSIBLE = "implausible"
    WITHHELD = "withheld"
    WATCHED = "watched"
    """An entry of the watch list fits. Recorded, and never what decides."""
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that fits a call, and why, in one sentence for the operator (Vietnamese).

    ``action`` is what an entry asks for itself, in place of the rule's action.
    """

    rule: Rule
    reason: str
    imitates: OfficialNumber | None = None
    kind: LookalikeKind | None = None
    entry_id: int | None = None
    by_chance: bool = False
    """An ordinary line may well look so: see ``blocklist.lookalike.Lookalike``."""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What should happen to a call and why. ``hits`` holds every rule that fits, the deciding one first."""

    action: Action
    rule: Rule
    reason: str
    kind: LookalikeKind | None = None
    imitates: OfficialNumber | None = None
    hits: tuple[Hit, ...] = field(default=())


class Did(StrEnum):
    """What the exchange did with a call."""

    ALLOW = "allow"
    TAG = "tag"
    WARN = "warn"
    BLOCK = "block"
    TIMEOUT = "timeout"
    """No verdict within the hold limit: the phone rang."""
    UNREADABLE = "unreadable"
    """The verdict made no sense to the dialplan: the phone rang."""
    UNKNOWN = "unknown"
    """The exchange has not said."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call went on after the verdict. Times in UTC; ``talk_seconds`` counts from the answer."""

    at: datetime
    answered: bool
    answered_by: str = ""
    talk_seconds: int = 0
    hangup_cause: int = 0
    """ITU-T Q.850 cause, as Asterisk gives it."""
