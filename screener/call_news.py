"""The calls' table as it grows, for those who follow it: what came after a call, what became of some."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, sessionmaker

from screener.models import CallRecord


class CallNews:
    """The table behind a session factory. Ids grow in the order in which calls are stored."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def last_id(self) -> int:
        """Return the id of the call that was stored last, 0 where there is none."""
        with self._sessions() as session:
            return session.scalar(select(func.max(CallRecord.id))) or 0

    def since(self, first: int, limit: int) -> Sequence[CallRecord]:
        """Return the calls from an id on, the first one first, at most so many."""
        return self._read(
            select(CallRecord).where(CallRecord.id >= first).order_by(CallRecord.id).limit(limit)
        )

    def of(self, ids: Collection[int]) -> Sequence[CallRecord]:
        """Return these calls, where they are still there."""
        return self._read(select(CallRecord).where(CallRecord.id.in_(ids))) if ids else ()

    def going_on(self, since: datetime, limit: int) -> Sequence[CallRecord]:
        """Return the latest calls, from a time on, of whose end nothing is known."""
        open_calls = select(CallRecord).where(
            CallRecord.at >= since, CallRecord.ended_at.is_(None), CallRecord.end_missed_at.is_(None)
        )
        return self._read(open_calls.order_by(CallRecord.at.desc()).limit(limit))

    def _read(self, query: Select[CallRecord]) -> Sequence[CallRecord]:
        with self._sessions() as session:
            return session.scalars(query).all()
