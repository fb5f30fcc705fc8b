"""The database: SQLite by default, PostgreSQL for sites with several listeners, and its schema's version."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from blocklist import revision, text_index
from blocklist.models import Exemption, ListEntry, Official
from screener import sqlite_file, undo_noting
from screener.audit import watching
from screener.audit.recorder import Recorder
from screener.database_url import parse
from screener.models import PolicyRevision, Switch
from screener.outage import DatabaseProblem, explained, shown

_MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
_UPGRADE_LOCK: Final = 0x63616C6C
"""Key of the PostgreSQL advisory lock; any number that no other program on the database uses."""
_UPGRADE_WAIT_MS: Final = 60_000


class SchemaTooNew(DatabaseProblem):
    """The tables were written by a later version of the program."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: the engine, and the factory that every session comes from.

    Changes to lists, registry, exemptions, policy and switch through ``sessions`` raise the revision.
    """

    engine: Engine
    sessions: sessionmaker[Session]
    recorder: Recorder | None = None
    """What changes are written to the audit log with."""

    @property
    def url(self) -> str:
        """Return the URL with the password hidden."""
        return shown(self.engine.url)

    @property
    def missing(self) -> bool:
        """Tell whether SQLite's file is not there."""
        return self.engine.dialect.name == "sqlite" and not sqlite_file.path(self.engine.url).exists()

    def close(self) -> None:
        """Close the connections that no session holds."""
        self.engine.dispose()


def open_database(url: str, recorder: Recorder | None = None) -> Database:
    """Make engine and sessions; nothing connects before the first query.

    ``recorder`` writes changes to the audit log; without it what the log covers can be read only.

    ``url`` is ``sqlite:////path/to/file`` or ``postgresql+psycopg://user:password@host/name``. Raises
    InvalidDatabaseUrl.
    """
    parsed = parse(url)
    engine = sqlite_file.engine_for(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    sessions = sessionmaker(engine, expire_on_commit=False)
    revision.watch(sessions, (ListEntry, Official, Exemption, PolicyRevision, Switch))
    undo_noting.watch(sessions)
    watching.watch(sessions, recorder)  # after the revision, whose lock is taken first
    return Database(engine, sessions, recorder)


def upgrade(engine: Engine) -> None:
    """Bring the tables to the present version, making SQLite's file and its folder where they are missing.

    Processes that start together take turns. Raises DatabaseUnreachable, and SchemaTooNew for tables of a
    later version.
    """
    if engine.dialect.name == "sqlite":
        sqlite_file.make(engine.url)
    with explained(engine), engine.connect() as connection:
        _take_turn(connection)
        try:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaTooNew(
                shown(engine.url), str(error), "install the version that wrote these tables, or a later one"
            ) from error
        text_index.ensure(connection)
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA busy_timeout = 5000")


def schema_state(engine: Engine) -> tuple[str | None, str]:
    """Return the version of the tables (None: there are none yet) and the one this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    if engine.dialect.name == "sqlite" and not sqlite_file.path(engine.url).exists():
        return None, head
    with explained(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), head


def _postgresql(url: URL) -> Engine:
    # A server that vanished is noticed within about 20 seconds instead of the two hours of TCP's default.
    waits = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
    return create_engine(
        url,
        connect_args={name: value for name, value in waits.items() if name not in url.query},
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=10,
        hide_parameters=True,
    )


def _take_turn(connection: Connection) -> None:
    """Open a transaction that only one process can hold; it ends with the upgrade."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_UPGRADE_WAIT_MS}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_UPGRADE_WAIT_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
