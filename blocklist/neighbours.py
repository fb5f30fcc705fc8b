"""What lies beside an entry of the lists: its opposite, and the official numbers that it fits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from blocklist.entries import Match
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
            ListEntry.kind != entry.kind,
            ListEntry.match == entry.match,
            ListEntry.pattern == entry.pattern,
            or_(ListEntry.expires_at.is_(None), ListEntry.expires_at > now),
        )
    ).first()
    fits = (
        Official.number.startswith(entry.pattern, autoescape=True)
        if entry.match == Match.PREFIX
        else Official.number == entry.pattern
    )
    return Neighbours(opposite, tuple(session.scalars(select(Official).where(fits).order_by(Official.id))))
