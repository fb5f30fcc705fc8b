"""The number that grows with every committed change of what calls are judged by, and what each changed.

Listeners compare it with the one they know, which costs one row, and read anew what has changed since.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Table, UpdateBase, delete, event, insert, select, update
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, sessionmaker

from blocklist.models import Change, ListEntry, Revision

ROW: Final = 1
"""Key of the one row."""
KEPT: Final = 10_000
"""Revisions of which is known what they changed. A listener that missed more reads everything."""
MOST_KEYS: Final = 500
"""Entries changed at once, after which only is noted that the table changed."""

BULK: Final = "bulk"
"""In place of a match: many entries were changed that have the ``plain`` given as pattern, empty for any."""

Changed = set[tuple[str, str, str]]
"""Subject, match and pattern of what was changed; see ``models.Change``."""


class RevisionMissing(Exception):
    """The revision's row is not there, so no listener would notice a change."""

    def __init__(self) -> None:
        super().__init__(f"table 'revision' has no row {ROW}; bring the database to the present schema")


def watch(sessions: sessionmaker[Session], models: tuple[type[DeclarativeBase], ...]) -> None:
    """Raise the revision whenever a session of this factory changes one of the models' tables.

    It happens in the change's own transaction: both are seen together, or neither. Covered are objects and
    ``insert``/``update``/``delete`` statements; the legacy ``Session.bulk_*`` methods are not. Of entries
    that are changed as objects the keys are noted, of anything else only the table.
    """
    tables = frozenset(model.__table__ for model in models)

    def before_flush(session: Session, _context: object, _instances: object) -> None:
        changed = [o for o in session.dirty if session.is_modified(o)]
        touched = [o for o in (*session.new, *changed, *session.deleted) if isinstance(o, models)]
        if touched:
            connection = session.connection()
            number = bump(connection)
            note(connection, number, _changed(connection, session, touched))

    def before_execute(state: ORMExecuteState) -> None:
        table = _target(state.statement)
        if table in tables:
            connection = state.session.connection()
            note(connection, bump(connection), {(table.name, "", "")})

    event.listen(sessions, "before_flush", before_flush)
    event.listen(sessions, "do_orm_execute", before_execute)


def take_turn(connection: Connection) -> None:
    """Wait for who changes lists at this moment, and let others wait until the transaction ends."""
    connection.execute(update(Revision).where(Revision.id == ROW).values(number=Revision.number))


def bump(connection: Connection) -> int:
    """Raise the revision by one and return it.

    The row stays locked until the transaction ends, so each is counted, and none is seen before a lower one.
    """
    raised = update(Revision).where(Revision.id == ROW).values(number=Revision.number + 1)
    number: int | None = connection.scalar(raised.returning(Revision.number))
    if number is None:
        raise RevisionMissing
    return number


def since(session: Session, known: int, number: int) -> Changed | None:
    """Return what was changed after the revision ``known``, up to ``number``; None where that is not known.

    It is not known of revisions long past, of a database that was put back, or where another program changed
    it.
    """
    if not 0 < number - known <= KEPT:
        return None
    rows = session.execute(
        select(Change.revision, Change.subject, Change.match, Change.pattern).where(
            Change.revision > known, Change.revision <= number
        )
    ).all()
    if len({row.revision for row in rows}) != number - known:
        return None
    return {(row.subject, row.match, row.pattern) for row in rows}


def _changed(connection: Connection, session: Session, touched: Iterable[DeclarativeBase]) -> Changed:
    """Return the keys of entries as they will be and, where they are stored, as they are."""
    entries = [o for o in touched if isinstance(o, ListEntry)]
    changed: Changed = {(_table(o).name, "", "") for o in touched if not isinstance(o, ListEntry)}
    if len(entries) > MOST_KEYS:
        return {*changed, (ListEntry.__tablename__, "", "")}
    keys = {(o.match, o.pattern) for o in entries if o not in session.deleted}
    stored = [o.id for o in entries if o not in session.new]
    if stored:
        # As they are now: another process may have changed them since they were read. The revision is locked.
        found = connection.execute(select(ListEntry.match, ListEntry.pattern).where(ListEntry.id.in_(stored)))
        keys |= {(row.match, row.pattern) for row in found}
    return {*changed, *((ListEntry.__tablename__, match, pattern) for match, pattern in keys)}


def note(connection: Connection, number: int, changed: Changed) -> None:
    """Note in the change's own transaction what a revision changed."""
    rows = [
        {"revision": number, "subject": subject, "match": match, "pattern": pattern}
        for subject, match, pattern in sorted(changed)
    ]
    # An entry that somebody else has removed leaves nothing to note, but the revision must be explained.
    rows = rows or [{"revision": number, "subject": ListEntry.__tablename__, "match": "", "pattern": ""}]
    connection.execute(insert(Change), rows)
    connection.execute(delete(Change).where(Change.revision <= number - KEPT))


def _table(instance: DeclarativeBase) -> Table:
    table = instance.__table__
    assert isinstance(table, Table)
    return table


def _target(statement: Any) -> Table | None:
    if not isinstance(statement, UpdateBase):
        return None
    table = statement.table
    return table if isinstance(table, Table) else None
