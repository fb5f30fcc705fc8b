"""What the lists hold: entries that allow, block or watch callers, and the registry of official numbers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry asks for."""

    ALLOW = "allow"
    BLOCK = "block"
    WATCH = "watch"
    """Let through and highlight: recorded, never decisive."""


class Match(StrEnum):
    """What an entry is compared with, and how."""

    EXACT = "exact"
    PREFIX = "prefix"
    RANGE = "range"
    PATTERN = "pattern"
    NAME = "name"


class Category(StrEnum):
    """What the callers of an entry are known for."""

    IMPERSONATION = "impersonation"
    SCAM = "scam"
    HARASSMENT = "harassment"
    ADVERTISING = "advertising"
    OTHER = "other"


class Override(StrEnum):
    """What a block entry asks for where it is not what its rule asks for, the mildest first."""

    TAG = "tag"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the lists, as judging needs it.

    ``pattern`` is a national number (``0912345678``, ``+375291234567``), its first digits, the two ends of a
    range (``0912345000-0912345999``), a pattern (``0912??5678``, or ``raw:+840*`` for digits as presented),
    or a pattern of names as somebody wrote it. ``expires_at`` is in UTC; None means that the entry stays
    until it is removed. ``pbx`` and ``called`` (called numbers, or their first digits and ``*``) say where it
    counts; empty is everywhere. ``id`` is None where only the store knows it, as in long imported lists.
    """

    id: int | None
    kind: EntryKind
    match: Match
    pattern: str
    expires_at: datetime | None = None
    category: Category = Category.OTHER
    action: Override | None = None
    imported: bool = False
    pbx: str = ""
    called: tuple[str, ...] = ()

    def in_force(self, now: datetime) -> bool:
        """Tell whether the entry has not expired at ``now``."""
        return self.expires_at is None or now < self.expires_at

    def counts_for(self, pbx: str, called: str) -> bool:
        """Tell whether the entry is meant for calls of a PBX to a called number."""
        if self.pbx and self.pbx != pbx:
            return False
        return not self.called or any(
            called.startswith(number[:-1]) if number.endswith("*") else called == number
            for number in self.called
        )


@dataclass(frozen=True, slots=True)
class ExemptCaller:
    """A number that only looks forged when it comes over one trunk of one PBX, where it is rightly shown.

    ``number`` is in national form or an extension's digits, ``trunk`` as the channel names it. ``note`` says
    why, in one line; empty where nobody wrote it.
    """

    id: int | None
    number: str
    pbx: str
    trunk: str
    note: str = ""

    @property
    def place(self) -> "Place":
        """Return what it is found by."""
        return self.pbx, self.trunk, self.number


Place = tuple[str, str, str]
"""PBX, trunk and national number."""


@dataclass(frozen=True, slots=True)
class OfficialNumber:
    """A line of an authority, as the registry holds it.

    ``number`` is in national form, and empty where only the office's names are known. ``last`` is the last
    number of a range that begins with ``number``, of the same length, else empty. ``name`` and ``aliases``
    are what the office calls itself on a display, beside ``organisation``.
    """

    id: int
    number: str
    organisation: str
    receives_only: bool = False
    confirmed: bool = True
    last: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
