"""Notes every change that a session makes of an audited table, whoever makes it: nobody can forget to.

Covered are objects, and ``insert``, ``update`` and ``delete`` statements; what is written past the sessions
(``blocklist.staging``) notes itself. The rows of the log are written last in the change's own transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Result,
    RowMapping,
    Table,
    UpdateBase,
    event,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, sessionmaker
from sqlalchemy.sql.dml import DMLWhereBase

from screener.audit.chain import ROW, Noted
from screener.audit.models import AuditHead
from screener.audit.recorder import Recorder
from screener.audit.subjects import AUDITED, HIDDEN_NEW

MANY: Final = 10
"""Rows of one sort, changed at once, after which they are one row of the log."""
TOLD: Final = 100
"""Rows of which such a row of the log tells in full."""
_NOTED: Final = "audit noted"
_BEFORE: Final = "audit before"
_CHUNK: Final = 500
_SUBJECTS: Final = {cast(Table, model.__table__): subject for model, subject in AUDITED.items()}

_Rows = dict[Any, RowMapping]
"""Stored rows by their keys."""


class Unaudited(Exception):
    """A change that the audit log would not have: a fault of the program."""

    def __init__(self, table: str, why: str) -> None:
        super().__init__(f"a change of table '{table}' would be missing in the audit log: {why}")


def watch(sessions: sessionmaker[Session], recorder: Recorder | None) -> None:
    """Note the changes that sessions of this factory make; without a recorder they can't make any."""

    def before_flush(session: Session, _context: object, _instances: object) -> None:
        changed = [o for o in session.dirty if session.is_modified(o)]
        before: dict[Table, _Rows] = {}
        for table, objects in _by_table((*changed, *session.deleted)):
            _refuse_savepoint(session, table)
            before[table] = _stored(session.connection(), table, map(_key, objects), hold=True)
        session.info[_BEFORE] = before

    def after_flush(session: Session, _context: object) -> None:
        before: dict[Table, _Rows] = session.info.pop(_BEFORE, {})
        for table, rows in before.items():
            _note(session, _changes(table, rows, _stored(session.connection(), table, rows)))
        for table, objects in _by_table(session.new):
            _refuse_savepoint(session, table)
            _note(session, _changes(table, {}, _stored(session.connection(), table, map(_key, objects))))

    def before_execute(state: ORMExecuteState) -> Result[Any] | None:
        statement = state.statement
        if not isinstance(statement, UpdateBase) or statement.table not in _SUBJECTS:
            return None
        table = cast(Table, statement.table)
        _refuse_savepoint(state.session, table)
        if isinstance(statement, Insert):
            return _insert(state, table)
        if isinstance(state.parameters, Sequence) or not isinstance(statement, DMLWhereBase):
            raise Unaudited(table.name, "a statement for many keys; change the objects instead")
        connection = state.session.connection()
        before = _found(connection, table, statement.whereclause, state.parameters)
        result = state.invoke_statement()
        _note(state.session, _changes(table, before, _stored(connection, table, before)))
        return result

    def before_commit(session: Session) -> None:
        session.flush()
        noted: list[Noted] = session.info.pop(_NOTED, [])
        if not noted:
            return
        if recorder is None:
            raise Unaudited(noted[0].subject, "the database was opened without a recorder")
        recorder.write(session.connection(), list(_gathered(noted)))

    def after_rollback(session: Session, _previous: object) -> None:
        session.info.pop(_NOTED, None)
        session.info.pop(_BEFORE, None)

    event.listen(sessions, "before_flush", before_flush)
    event.listen(sessions, "after_flush", after_flush)
    event.listen(sessions, "do_orm_execute", before_execute)
    event.listen(sessions, "before_commit", before_commit)
    event.listen(sessions, "after_soft_rollback", after_rollback)


def _insert(state: ORMExecuteState, table: Table) -> Result[Any]:
    """Note an insert by its number of rows: what they are is not known."""
    given = state.parameters
    result = state.invoke_statement()
    count = len(given) if isinstance(given, Sequence) else 1
    _note(state.session, [Noted(_SUBJECTS[table].name, "added", after={"count": count})])
    return result


def _by_table(objects: Iterable[Any]) -> Iterator[tuple[Table, list[DeclarativeBase]]]:
    found: dict[Table, list[DeclarativeBase]] = {}
    for one in objects:
        if type(one) in AUDITED:
            found.setdefault(one.__table__, []).append(one)
    return iter(found.items())


def _key(instance: DeclarativeBase) -> Any:
    return getattr(instance, _primary(cast(Table, instance.__table__)).name)


def _primary(table: Table) -> ColumnElement[Any]:
    (column,) = table.primary_key
    return column


def _columns(table: Table) -> list[ColumnElement[Any]]:
    subject = _SUBJECTS[table]
    return [column for column in table.columns if column.primary_key or column.name not in subject.unnoted]


def _stored(connection: Connection, table: Table, keys: Iterable[Any], *, hold: bool = False) -> _Rows:
    """Return rows as they are stored; ``hold`` keeps others from changing them until the transaction ends."""
    if hold:
        _take_turn(connection)
    primary, wanted = _primary(table), sorted(keys)
    rows: _Rows = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(*_columns(table)).where(primary.in_(wanted[start : start + _CHUNK])).order_by(primary)
        found = connection.execute(query.with_for_update() if hold else query)
        rows |= {row[primary.name]: row for row in found.mappings()}
    return rows


def _found(connection: Connection, table: Table, where: ColumnElement[bool] | None, parameters: Any) -> _Rows:
    """Return the rows that a statement is about to change, and keep others from changing them."""
    _take_turn(connection)
    query = select(*_columns(table)).order_by(_primary(table)).with_for_update()
    if where is not None:
        query = query.where(where)
    found = connection.execute(query, parameters or {})
    return {row[_primary(table).name]: row for row in found.mappings()}


def _take_turn(connection: Connection) -> None:
    """Take SQLite's lock to write before looking: it has none for rows."""
    if connection.dialect.name == "sqlite":
        connection.execute(update(AuditHead).where(AuditHead.id == ROW).values(number=AuditHead.number))


def _changes(table: Table, before: _Rows, after: _Rows) -> Iterator[Noted]:
    """Tell what was added, changed and removed; a row that looks the same as before was not changed."""
    subject = _SUBJECTS[table]
    for key in sorted({**before, **after}):
        old, new = before.get(key), after.get(key)
        change = "added" if old is None else "removed" if new is None else "changed"
        was = None if old is None else subject.values(old)
        now = None if new is None else subject.values(new)
        if old is not None and new is not None:
            assert now is not None
            now |= {name: HIDDEN_NEW for name in subject.secret if old[name] != new[name]}
            if was == now:
                continue
        named = new if new is not None else old
        assert named is not None
        yield Noted(subject.name, change, str(key), subject.named(named), was, now)


def note(session: Session, noted: Noted) -> None:
    """Note what the tables don't tell by themselves, with the session's other changes."""
    _note(session, [noted])


def _note(session: Session, noted: Iterable[Noted]) -> None:
    session.info.setdefault(_NOTED, []).extend(noted)


def _gathered(noted: Sequence[Noted]) -> Iterator[Noted]:
    """Make one row of many alike, and of what was done to the same thing in turn."""
    by_sort = attrgetter("subject", "change")
    for (subject, change), group in groupby(sorted(_merged(noted), key=by_sort), by_sort):
        rows = list(group)
        if len(rows) <= MANY:
            yield from rows
            continue
        was = [row.before for row in rows if row.before is not None]
        now = [row.after for row in rows if row.after is not None]
        yield Noted(
            subject,
            change,
            label=f"{len(rows)}",
            before={"count": len(was), "items": was[:TOLD]} if was else None,
            after={"count": len(now), "items": now[:TOLD]} if now else None,
        )


def _merged(noted: Iterable[Noted]) -> Iterator[Noted]:
    """Give each thing once, as it was before the first change and after the last."""
    found: dict[tuple[str, str, str], Noted] = {}
    for number, one in enumerate(noted):
        place = (one.subject, one.key, "" if one.key else str(number))
        first = found.get(place, one)
        was, now = first.before, one.after
        change = first.change if was is None else "removed" if now is None else one.change
        if was is not None or now is not None or not one.key:
            found[place] = replace(one, change=change, before=was, after=now)
        else:  # made and removed again
            found.pop(place, None)
    return iter(found.values())


def _refuse_savepoint(session: Session, table: Table) -> None:
    """A change that a savepoint takes back would stay in the log."""
    if session.in_nested_transaction():
        raise Unaudited(table.name, "it is made in a savepoint; make it in the transaction itself")
