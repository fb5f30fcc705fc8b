"""What people wrote beside recorded calls."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from blocklist import texts
from screener.report_models import CallNote


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CallNotes:
    """The notes behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = _utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def add(self, call_id: int, text: str, by: str) -> CallNote:
        """Write a note on a call, which must be there. Raises InvalidText."""
        text = texts.read("text", text, needed=True)
        note = CallNote(call_id=call_id, text=text, author=by[:200], at=self._now())
        with self._sessions.begin() as session:
            session.add(note)
        return note

    def of(self, call_id: int) -> tuple[CallNote, ...]:
        """Return the notes on a call, in their order."""
        query = select(CallNote).where(CallNote.call_id == call_id).order_by(CallNote.id)
        with self._sessions() as session:
            return tuple(session.scalars(query))
