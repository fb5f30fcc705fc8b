"""The written order of precedence among the entries that fit a caller.

An own entry for exactly the number goes first, allow before block where both exist. Then the others: what
fixes more digits first, own before imported, allow before block; names, which anybody can write, last.
"""

from datetime import UTC, datetime
from typing import Final

from blocklist.entries import Entry, EntryKind, Match

_KINDS: Final = {
    kind: place for place, kind in enumerate((EntryKind.ALLOW, EntryKind.BLOCK, EntryKind.WATCH))
}
_ALL_DIGITS: Final = 99
"""A whole number is more than any pattern of it."""
_ENDLESS: Final = datetime.max.replace(tzinfo=UTC)

Place = tuple[bool, int, int, bool, int]


def place(entry: Entry) -> Place:
    """Return what decides which of two entries goes first."""
    letters = sum(char.isalnum() for char in entry.pattern) if entry.match is Match.NAME else 0
    return (
        entry.match is not Match.EXACT or entry.imported,
        -_fixed_digits(entry),
        -letters,
        entry.imported,
        _KINDS[entry.kind],
    )


def rank(entry: Entry) -> tuple[Place, str, str, str, str, tuple[str, ...], datetime]:
    """Return the place, and what makes the order of entries with the same place the same each time."""
    return (
        place(entry),
        entry.pattern,
        entry.category,
        entry.action or "",
        entry.pbx,
        entry.called,
        entry.expires_at or _ENDLESS,
    )


def _fixed_digits(entry: Entry) -> int:
    """Return how many digits an entry leaves no choice in; a range of a thousand leaves it in three."""
    match entry.match:
        case Match.EXACT:
            return _ALL_DIGITS
        case Match.RANGE:
            first, _, last = entry.pattern.partition("-")
            choices = int(last) - int(first)
            return len(first.removeprefix("+")) - (len(str(choices)) if choices else 0)
        case Match.NAME:
            return 0
        case _:
            return sum(char.isdigit() for char in entry.pattern)
