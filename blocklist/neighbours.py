"""What lies beside an entry of the lists: its opposite, and the official numbers that it fits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from blocklist.entries import EntryKind, Match
from blocklist.models import ListEntry, Official


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``opposite`` is the entry in force for the same numbers on the other list."""

    opposite: ListEntry | None = None
    officials: tuple[Official, ...] = ()


def of(session: Session, entry: ListEntry, now: datetime) -> Neighbours:
    """Find the neighbours of an entry."""
    opposite = session.scalars(
        select(ListEntry).where(
            ListEntry.kind == _OPPOSITE.get(entry.kind),
            ListEntry.match == entry.match,
            ListEntry.pattern == entry.pattern,
            or_(ListEntry.expires_at.is_(None), ListEntry.expires_at > now),
        )
    ).first()
    found = session.scalars(select(Official).where(_fits(entry)).order_by(Official.id))
    return Neighbours(opposite, tuple(found))


_OPPOSITE: Final[dict[str, str]] = {
    EntryKind.ALLOW.value: EntryKind.BLOCK.value,
    EntryKind.BLOCK.value: EntryKind.ALLOW.value,
}


def _fits(entry: ListEntry) -> ColumnElement[bool]:
    match entry.match:
        case Match.EXACT:
            return Official.number == entry.pattern
        case Match.PREFIX:
            return Official.number.startswith(entry.pattern, autoescape=True)
        case Match.RANGE:
            first, _, last = entry.pattern.partition("-")
            return and_(func.length(Official.number) == len(first), Official.number.between(first, last))
        case _:  # the database knows no patterns
            return false()
