"""Keeps what people change in the lists, by page or API, so that it can be undone; in the change's own
transaction.

Covered are entries that sessions change as objects, and imports. What a command or the service itself does
is not kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import (
    Connection,
    Select,
    String,
    Table,
    delete,
    event,
    exists,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, sessionmaker

from blocklist.drafts import written
from blocklist.models import ListEntry, UtcDateTime
from screener.access.acting import acting
from screener.access.actor import Actor, How
from screener.undo_tables import COLUMNS, UndoRow, UndoStep

KEPT: Final = timedelta(days=1)
"""How long a change can be undone."""
UNDOING: Final = "undoing"
"""Marks, in a session's ``info``, that what it does is itself an undoing."""
_BEFORE: Final = "undo before"
_KEPT: Final = "undo kept"
_FORGOTTEN_AT_ONCE: Final = 2000
_CHUNK: Final = 500
_E: Final = cast(Table, ListEntry.__table__)


class What(StrEnum):
    """What somebody did."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class _Kept:
    """An entry before and after: its columns as they were, or none; when it was changed, or removed."""

    kind: str
    label: str
    before: dict[str, Any] | None
    left_at: datetime | None


def watch(sessions: sessionmaker[Session]) -> None:
    """Keep the changes that sessions of this factory make."""

    def before_flush(session: Session, _context: object, _instances: object) -> None:
        changed = [o for o in session.dirty if session.is_modified(o)]
        ids = [o.id for o in (*changed, *session.deleted) if isinstance(o, ListEntry)]
        if ids and not session.info.get(UNDOING):
            session.info[_BEFORE] = _stored(session.connection(), ids)

    def after_flush(session: Session, _context: object) -> None:
        if session.info.get(UNDOING):
            return
        before: dict[int, dict[str, Any]] = session.info.pop(_BEFORE, {})
        kept: dict[int, _Kept] = session.info.setdefault(_KEPT, {})
        for entry in (
            o for o in (*session.new, *session.dirty, *session.deleted) if isinstance(o, ListEntry)
        ):
            gone = entry in session.deleted
            if entry not in session.new and entry.id not in before:
                continue
            first = kept[entry.id].before if entry.id in kept else before.get(entry.id)
            left_at = None if gone else entry.updated_at
            kept[entry.id] = _Kept(entry.kind, written(entry), first, left_at)

    def before_commit(session: Session) -> None:
        session.flush()
        kept: dict[int, _Kept] = session.info.pop(_KEPT, {})
        actor = acting()
        if kept and actor is not None and undoable(actor):
            _write(session.connection(), actor.name, kept)

    def after_rollback(session: Session, _previous: object) -> None:
        session.info.pop(_KEPT, None)
        session.info.pop(_BEFORE, None)

    event.listen(sessions, "before_flush", before_flush)
    event.listen(sessions, "after_flush", after_flush)
    event.listen(sessions, "before_commit", before_commit)
    event.listen(sessions, "after_soft_rollback", after_rollback)


def undoable(actor: Actor) -> bool:
    """Tell whether what somebody does is kept."""
    return actor.how in {How.USER, How.TOKEN}


class KeptImport:
    """Keeps what an import changes, turn by turn, as one step; see ``blocklist.staging.Keeping``."""

    def __init__(self, by: str, label: str) -> None:
        self._by = by
        self._label = label
        self._step: int | None = None

    def changing(self, connection: Connection, entries: Select[Any], at: datetime) -> None:
        """Keep the entries that are about to be changed at a time; ``entries`` selects all their columns."""
        found = entries.subquery()
        values = [found.c[name] for name in ("id", *COLUMNS)]
        self._keep(connection, ["entry_id", *COLUMNS], values, at)

    def added(self, connection: Connection, ids: Select[Any], at: datetime) -> None:
        """Keep that entries were added; ``ids`` selects theirs."""
        self._keep(connection, ["entry_id"], [ids.subquery().c.id], at)

    def _keep(self, connection: Connection, names: list[str], values: list[Any], at: datetime) -> None:
        if self._step is None:
            self._step = _step(connection, at, self._by, What.IMPORTED, "", self._label, 0)
        fixed: list[Any] = [literal(self._step), literal(at, UtcDateTime), literal("", String)]
        chosen: Select[Any] = select(*fixed, *values)
        rows = insert(UndoRow).from_select(["step_id", "left_at", "kept", *names], chosen)
        count = connection.execute(rows, execution_options={"preserve_rowcount": True}).rowcount
        more = update(UndoStep).where(UndoStep.id == self._step).values(count=UndoStep.count + count)
        connection.execute(more)


def _stored(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    wanted = sorted(ids)
    rows: dict[int, dict[str, Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(_E.c.id, *(_E.c[name] for name in COLUMNS))
        found = connection.execute(query.where(_E.c.id.in_(wanted[start : start + _CHUNK])))
        rows |= {row["id"]: {name: row[name] for name in COLUMNS} for row in found.mappings()}
    return rows


def _write(connection: Connection, by: str, kept: dict[int, _Kept]) -> None:
    ones = {id: one for id, one in kept.items() if one.before is not None or one.left_at is not None}  # noqa: A001
    if not ones:
        return
    if all(one.before is None for one in ones.values()):
        what = What.ADDED
    else:
        what = What.REMOVED if all(one.left_at is None for one in ones.values()) else What.CHANGED
    now = datetime.now(UTC)
    _forget(connection, now - KEPT)
    first = next(iter(ones.values()))
    step = _step(connection, now, by, what, first.kind, first.label, len(ones))
    nothing = dict.fromkeys(COLUMNS)
    rows = [
        {"step_id": step, "entry_id": id, "left_at": one.left_at, "kept": "", **(one.before or nothing)}
        for id, one in ones.items()  # noqa: A001
    ]
    connection.execute(insert(UndoRow), rows)


def _step(
    connection: Connection, at: datetime, by: str, what: What, kind: str, label: str, count: int
) -> int:
    step = insert(UndoStep).values(
        at=at, by=by, what=what.value, kind=kind, label=label, count=count, restored=0, undone_by=""
    )
    made: int = connection.execute(step.returning(UndoStep.id)).scalar_one()
    return made


def _forget(connection: Connection, before: datetime) -> None:
    """Forget changes that were made long ago, some at a time: of a long import it takes several turns."""
    old = select(UndoStep.id).where(UndoStep.at < before)
    key = (UndoRow.step_id, UndoRow.entry_id)
    some = select(*key).where(UndoRow.step_id.in_(old)).limit(_FORGOTTEN_AT_ONCE)
    connection.execute(delete(UndoRow).where(tuple_(*key).in_(some)))
    empty = ~exists().where(UndoRow.step_id == UndoStep.id)
    connection.execute(delete(UndoStep).where(UndoStep.at < before, empty))
