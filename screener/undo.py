"""Undoes changes of the lists, for a day, where nobody has changed the same entries since."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from blocklist import revision
from blocklist.models import ListEntry
from blocklist.page import Page
from screener.audit import watching
from screener.audit.chain import Noted
from screener.undo_noting import KEPT, UNDOING
from screener.undo_tables import COLUMNS, UndoRow, UndoStep

TOLD: Final = 100
"""Entries of a step of which is told why they stayed."""
_CHUNK: Final = 200
"""Entries of one transaction: others who change the lists, and in SQLite all who write, wait for it."""
_PAUSE_S: Final = 0.05
"""Seconds between two transactions, for those who wait."""
_KEY: Final = ("pattern", "match", "kind", "pbx", "called", "imported")


class Hindrance(StrEnum):
    """Why an entry stays as it is."""

    CHANGED = "changed"
    REMOVED = "removed"
    LISTED = "listed"
    """The same was listed again."""


class NoSuchStep(Exception):
    """No change that can be undone has this id."""

    def __init__(self, id: int) -> None:  # noqa: A002 - the column's name
        super().__init__(f"there is no change {id} that could be undone: changes are kept for a day")


class AlreadyUndone(Exception):
    """Somebody has undone it."""

    def __init__(self, step: UndoStep) -> None:
        super().__init__(f"change {step.id} was undone by {step.undone_by}")
        self.step = step


@dataclass(frozen=True, slots=True)
class Stayed:
    """An entry that was not undone: its id, how it is written where it was there before, and why."""

    entry_id: int
    pattern: str
    why: Hindrance


class Undo:
    """The changes behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._sessions = sessions
        self._now = now

    def steps(self, *, limit: int = 50, after: int | None = None) -> Page[UndoStep]:
        """Return the changes of the last day, the latest first, from the one after id ``after`` on."""
        query = select(UndoStep).where(UndoStep.at >= self._now() - KEPT).order_by(UndoStep.id.desc())
        if after is not None:
            query = query.where(UndoStep.id < after)
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query.limit(limit + 1))), limit)

    def step(self, id: int) -> UndoStep:  # noqa: A002
        """Return one change of the last day. Raises NoSuchStep."""
        with self._sessions() as session:
            return self._fresh(session, id)

    def stayed(self, id: int) -> tuple[Stayed, ...]:  # noqa: A002
        """Tell of the first entries of a change that were not undone, and why."""
        query = select(UndoRow).where(UndoRow.step_id == id, UndoRow.kept != "").order_by(UndoRow.entry_id)
        with self._sessions() as session:
            rows = list(session.scalars(query.limit(TOLD)))
            now = _entries(session, rows)
        return tuple(
            Stayed(row.entry_id, _pattern(row, now.get(row.entry_id)), Hindrance(row.kept)) for row in rows
        )

    def undo(self, id: int, by: str) -> UndoStep:  # noqa: A002
        """Put the entries of a change back, some at a time; those that were changed since stay.

        A change of which only a part was put back, as the service was stopped, can be undone further. Raises
        NoSuchStep and AlreadyUndone.
        """
        while True:
            with self._sessions.begin() as session:
                session.info[UNDOING] = True
                revision.take_turn(session.connection())
                step = self._fresh(session, id)
                if step.undone_at is not None:
                    session.expunge(step)
                    raise AlreadyUndone(step)
                if self._some(session, step) < _CHUNK:
                    step.undone_at, step.undone_by = self._now(), by
                    watching.note(session, _noted(step))
                    return step
            time.sleep(_PAUSE_S)

    def _fresh(self, session: Session, id: int) -> UndoStep:  # noqa: A002
        step = session.get(UndoStep, id)
        if step is None or step.at < self._now() - KEPT:
            raise NoSuchStep(id)
        return step

    def _some(self, session: Session, step: UndoStep) -> int:
        """Put some entries of a step back; return how many were looked at."""
        query = select(UndoRow).where(UndoRow.step_id == step.id, UndoRow.kept == "")
        rows = list(session.scalars(query.order_by(UndoRow.entry_id).limit(_CHUNK)))
        entries = _entries(session, rows)
        taken = _taken(session, rows)
        for row in rows:
            entry = entries.get(row.entry_id)
            if why := _hindrance(row, entry, taken):
                row.kept = why.value
                continue
            _restore(session, row, entry)
            session.delete(row)
            step.restored += 1
        return len(rows)


def _entries(session: Session, rows: Iterable[UndoRow]) -> Mapping[int, ListEntry]:
    ids = [row.entry_id for row in rows]
    return {entry.id: entry for entry in session.scalars(select(ListEntry).where(ListEntry.id.in_(ids)))}


def _taken(session: Session, rows: Iterable[UndoRow]) -> Mapping[tuple[str, ...], int]:
    """Return the ids of the entries that are there for what the rows would put back."""
    patterns = {row.pattern for row in rows if row.pattern is not None}
    found = session.scalars(select(ListEntry).where(ListEntry.pattern.in_(patterns)))
    return {_key(entry): entry.id for entry in found}


def _key(row: ListEntry | UndoRow) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in _KEY)


def _hindrance(
    row: UndoRow, entry: ListEntry | None, taken: Mapping[tuple[str, ...], int]
) -> Hindrance | None:
    if row.left_at is not None:
        if entry is None:
            return Hindrance.REMOVED
        if entry.updated_at != row.left_at:
            return Hindrance.CHANGED
    # SQLite gives the id of the last entry again once that is removed: it may be another entry's by now.
    allowed = None if row.left_at is None else row.entry_id
    if row.pattern is not None and taken.get(_key(row), allowed) != allowed:
        return Hindrance.LISTED
    return None


def _restore(session: Session, row: UndoRow, entry: ListEntry | None) -> None:
    values = {name: getattr(row, name) for name in COLUMNS}
    if row.left_at is None:
        again = {} if entry is not None else {"id": row.entry_id}
        session.add(ListEntry(**again, **values))
        return
    assert entry is not None
    if row.pattern is None:
        session.delete(entry)
        return
    for name, value in values.items():
        setattr(entry, name, value)


def _pattern(row: UndoRow, entry: ListEntry | None) -> str:
    return row.pattern or (entry.pattern if entry is not None else "")


def _noted(step: UndoStep) -> Noted:
    told = {"what": step.what, "restored": step.restored, "stayed": step.count - step.restored}
    return Noted("entry", "undone", f"change {step.id}", step.label, after=told)
