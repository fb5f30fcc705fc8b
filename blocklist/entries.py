"""What the lists hold: entries that allow or block a number, and the registry of official numbers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry asks for."""

    ALLOW = "allow"
    BLOCK = "block"


class Match(StrEnum):
    """How an entry's pattern is compared with a number."""

    EXACT = "exact"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the allow or block list, as judging needs it.

    ``pattern`` is a national number (``0912345678``, ``+375291234567``) or its first digits.
    ``expires_at`` is in UTC; None means that the entry stays until it is removed.
    """

    id: int
    kind: EntryKind
    match: Match
    pattern: str
    expires_at: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Tell whether the entry has not expired at ``now``."""
        return self.expires_at is None or now < self.expires_at


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
