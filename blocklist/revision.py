"""The number that grows with every committed change of what calls are judged by.

Listeners compare it with the one they know, which costs one row, and load the lists anew where it differs.
"""

from typing import Any, Final

from sqlalchemy import Connection, Table, UpdateBase, event, update
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, sessionmaker

from blocklist.models import Revision

ROW: Final = 1
"""Key of the one row."""


class RevisionMissing(Exception):
    """The revision's row is not there, so no listener would notice a change."""

    def __init__(self) -> None:
        super().__init__(f"table 'revision' has no row {ROW}; bring the database to the present schema")


def watch(sessions: sessionmaker[Session], models: tuple[type[DeclarativeBase], ...]) -> None:
    """Raise the revision whenever a session of this factory changes one of the models' tables.

    It happens in the change's own transaction: both are seen together, or neither. Covered are objects and
    ``insert``/``update``/``delete`` statements; the legacy ``Session.bulk_*`` methods are not.
    """
    tables = frozenset(model.__table__ for model in models)

    def before_flush(session: Session, _context: object, _instances: object) -> None:
        touched = [*session.new, *session.deleted, *(o for o in session.dirty if session.is_modified(o))]
        if any(isinstance(instance, models) for instance in touched):
            bump(session.connection())

    def before_execute(state: ORMExecuteState) -> None:
        if _target(state.statement) in tables:
            bump(state.session.connection())

    event.listen(sessions, "before_flush", before_flush)
    event.listen(sessions, "do_orm_execute", before_execute)


def bump(connection: Connection) -> None:
    """Raise the revision by one. The row stays locked until the transaction ends, so each is counted."""
    result = connection.execute(update(Revision).where(Revision.id == ROW).values(number=Revision.number + 1))
    if result.rowcount != 1:
        raise RevisionMissing


def _target(statement: Any) -> Table | None:
    if not isinstance(statement, UpdateBase):
        return None
    table = statement.table
    return table if isinstance(table, Table) else None
