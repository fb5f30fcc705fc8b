"""Numbers that are exempt on one trunk, in the database. Every change raises the revision."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import texts
from blocklist.entries import ExemptCaller, Place
from blocklist.errors import AlreadyListed, NotListed
from blocklist.holding import held
from blocklist.models import Exemption
from blocklist.page import Page
from blocklist.versions import Shown

MAX_NOTE: Final = 200
"""Characters of a note: it is part of a sentence."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Exemptions:
    """The exemptions behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = _utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def add(self, caller: ExemptCaller, author: str) -> Exemption:
        """Exempt a number on a trunk; the caller's id is not used. Raises InvalidText and AlreadyListed."""
        row = Exemption(
            number=caller.number,
            pbx=caller.pbx,
            trunk=caller.trunk,
            note=" ".join(texts.read("note", caller.note, MAX_NOTE).split()),
            author=texts.read("author", author, 200),
            created_at=self._now(),
        )
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError:
            existing = self._same(caller)
            if existing is None:
                raise
            raise AlreadyListed(existing, existing.number) from None
        return row

    def exemption(self, id: int) -> Exemption:  # noqa: A002 - the column's name
        """Return an exemption. Raises NotListed."""
        with self._sessions() as session:
            row = session.get(Exemption, id)
        if row is None:
            raise NotListed(id)
        return row

    def remove(self, id: int, *, shown: Shown = None) -> Exemption:  # noqa: A002
        """Take an exemption back and return what it was. Raises NotListed and ChangedMeanwhile."""
        with self._sessions.begin() as session:
            row = held(session, Exemption, id, shown)
            session.delete(row)
        return row

    def exemptions(self, *, limit: int = 50, after: int | None = None) -> Page[Exemption]:
        """Return exemptions, the newest first, from the one after id ``after`` on."""
        query = select(Exemption).order_by(Exemption.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(Exemption.id < after)
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query)), limit)

    def _same(self, caller: ExemptCaller) -> Exemption | None:
        with self._sessions() as session:
            return session.scalars(
                select(Exemption).filter_by(number=caller.number, pbx=caller.pbx, trunk=caller.trunk)
            ).one_or_none()


def load(session: Session) -> dict[Place, ExemptCaller]:
    """Return all exemptions by what they are found by. Raises SQLAlchemyError."""
    query = select(Exemption.id, Exemption.number, Exemption.pbx, Exemption.trunk, Exemption.note)
    callers = (ExemptCaller(*row) for row in session.execute(query))
    return {caller.place: caller for caller in callers}
