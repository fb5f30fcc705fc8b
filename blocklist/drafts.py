"""What an operator writes to put something on a list, before it is checked."""

from dataclasses import dataclass
from datetime import date, datetime

from blocklist.entries import EntryKind
from blocklist.models import ListEntry, Official
from blocklist.patterns import WILDCARD


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry of the allow or block list. ``pattern`` is a number in any written form, or ``0162*``.

    To change one field of an entry: ``dataclasses.replace(EntryDraft.of(entry), note="…")``.
    """

    kind: EntryKind
    pattern: str
    note: str = ""
    source: str = ""
    expires_at: datetime | None = None

    @classmethod
    def of(cls, entry: ListEntry) -> "EntryDraft":
        """Return the draft that an entry could have been made from."""
        return cls(EntryKind(entry.kind), written(entry), entry.note, entry.source, entry.expires_at)


@dataclass(frozen=True, slots=True)
class OfficialDraft:
    """A number of an authority. ``number`` is in any written form."""

    number: str
    organisation: str
    receives_only: bool = False
    confirmed: bool = False
    note: str = ""
    source: str = ""
    last_checked: date | None = None

    @classmethod
    def of(cls, official: Official) -> "OfficialDraft":
        """Return the draft that an official number could have been made from."""
        return cls(
            official.number,
            official.organisation,
            official.receives_only,
            official.confirmed,
            official.note,
            official.source,
            official.last_checked,
        )


def written(entry: ListEntry) -> str:
    """Return an entry's pattern as one writes it: a prefix ends in ``*``."""
    return entry.pattern + (WILDCARD if entry.match == "prefix" else "")
