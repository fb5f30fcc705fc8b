"""The database of a service, for the commands that look into it or change it."""

from collections.abc import Iterator
from contextlib import contextmanager

from screener.access.actor import Actor
from screener.audit.key import KeyFile
from screener.audit.recorder import Recorder
from screener.database import Database, open_database, schema_state, upgrade
from screener.outage import DatabaseUnreachable, explained
from screener.settings import Settings


@contextmanager
def opened(loaded: Settings) -> Iterator[Database]:
    """Open the database that a service uses, and none else: one made here by mistake would serve nobody.

    It might even keep the service from starting: what root makes, the service's user can't read.
    """
    database = open_database(loaded.url, Recorder(KeyFile(loaded.audit_key), Actor.typing()))
    present, needed = schema_state(database.engine)
    if present is None:
        raise DatabaseUnreachable(
            database.url,
            "is not there" if database.missing else "has no tables of ours",
            "the service makes it at its first start; give this command the service's own --config, or "
            "CALL_SCREENER_STATE_DIR",
        )
    if present != needed:
        upgrade(database.engine)
    with explained(database.engine):
        yield database
    database.close()
