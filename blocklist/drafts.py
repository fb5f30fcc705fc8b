"""What an operator writes to put something on a list, before it is checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from blocklist.entries import Category, EntryKind, Match, Override
from blocklist.models import ListEntry, Official
from blocklist.patterns import NAME, WILDCARD


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry of the lists. ``pattern`` is a number in any written form or what ``patterns.read`` takes.

    ``action`` is for block entries that shall do something else than their rule. ``imported`` names the
    import that brought the entry, empty for the agency's own. ``pbx`` and ``called`` (numbers, or their first
    digits and ``*``) say where it counts.

    To change one field of an entry: ``dataclasses.replace(EntryDraft.of(entry), note="…")``.
    """

    kind: EntryKind
    pattern: str
    note: str = ""
    source: str = ""
    expires_at: datetime | None = None
    category: Category = Category.OTHER
    action: Override | None = None
    imported: str = ""
    pbx: str = ""
    called: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: ListEntry) -> "EntryDraft":
        """Return the draft that an entry could have been made from."""
        return cls(
            EntryKind(entry.kind),
            written(entry),
            entry.note,
            entry.source,
            entry.expires_at,
            Category(entry.category),
            Override(entry.action) if entry.action else None,
            entry.imported,
            entry.pbx,
            tuple(entry.called.split()),
        )


@dataclass(frozen=True, slots=True)
class OfficialDraft:
    """A line of an authority, or its names alone.

    ``number`` is in any written form, ``02373850200 - 02373850299`` a range; empty where only ``name`` and
    ``aliases`` are known, which are how the office writes itself on a display.
    """

    number: str
    organisation: str
    receives_only: bool = False
    confirmed: bool = False
    note: str = ""
    source: str = ""
    last_checked: date | None = None
    name: str = ""
    aliases: Sequence[str] = ()

    @classmethod
    def of(cls, official: Official) -> "OfficialDraft":
        """Return the draft that an official number could have been made from."""
        return cls(
            official_number(official),
            official.organisation,
            official.receives_only,
            official.confirmed,
            official.note,
            official.source,
            official.last_checked,
            official.name,
            tuple(official.aliases),
        )


def official_number(official: Official) -> str:
    """Return an official number as one writes it: a range with both its ends."""
    return f"{official.number} - {official.last}" if official.last else official.number


def written(entry: ListEntry) -> str:
    """Return an entry's pattern as one writes it: ``0162*``, ``0912345000 - 0912345999``, ``name:*an*``."""
    match entry.match:
        case Match.PREFIX:
            return entry.pattern + WILDCARD
        case Match.RANGE:
            return entry.pattern.replace("-", " - ")
        case Match.NAME:
            return NAME + entry.pattern
        case _:
            return entry.pattern
