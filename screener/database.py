"""The database: SQLite by default, PostgreSQL for sites with several listeners, and its schema's version."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import revision
from blocklist.models import ListEntry, Official
from screener.models import RuleAction, Switch

_MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
_UPGRADE_LOCK: Final = 0x63616C6C
"""Key of the PostgreSQL advisory lock; any number that no other program on the database uses."""
_UPGRADE_WAIT_MS: Final = 60_000


class DatabaseProblem(Exception):
    """A database that can't be used. The message names the URL (password hidden) and the remedy."""

    def __init__(self, url: str, why: str, remedy: str) -> None:
        super().__init__(f"database {url}: {why}; {remedy}")
        self.url = url
        self.why = why
        self.remedy = remedy


class InvalidDatabaseUrl(DatabaseProblem):
    """The URL names no database that is supported."""


class DatabaseUnreachable(DatabaseProblem):
    """The database does not answer, or refuses us."""


class SchemaTooNew(DatabaseProblem):
    """The tables were written by a later version of the program."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: the engine, and the factory that every session comes from.

    Changes to lists, registry, rule actions and switch through ``sessions`` raise the revision.
    """

    engine: Engine
    sessions: sessionmaker[Session]

    @property
    def url(self) -> str:
        """Return the URL with the password hidden."""
        return self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close the connections that no session holds."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Make engine and sessions; nothing connects before the first query.

    ``url`` is ``sqlite:////path/to/file`` (its folder is made where missing) or
    ``postgresql+psycopg://user:password@host/name``. Raises InvalidDatabaseUrl, and DatabaseUnreachable where
    the folder can't be made.
    """
    parsed = _parse(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    sessions = sessionmaker(engine, expire_on_commit=False)
    revision.watch(sessions, (ListEntry, Official, RuleAction, Switch))
    return Database(engine, sessions)


def upgrade(engine: Engine) -> None:
    """Bring the tables to the present version. Processes that start together take turns.

    Raises DatabaseUnreachable, and SchemaTooNew for tables of a later version.
    """
    with explained(engine), engine.connect() as connection:
        _take_turn(connection)
        try:
            command.upgrade(_config(connection), "head")
        except CommandError as error:
            raise SchemaTooNew(
                _shown(engine.url), str(error), "install the version that wrote these tables, or a later one"
            ) from error
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA busy_timeout = 5000")


def schema_state(engine: Engine) -> tuple[str | None, str]:
    """Return the version of the tables (None: there are none yet) and the one this program needs."""
    with explained(engine), engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
    assert head is not None
    return current, head


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # What can't be parsed may hold a password anywhere, so the text itself is not shown.
        raise InvalidDatabaseUrl(
            "(not shown)",
            "is no database URL",
            "write sqlite:////path/to/file.db or postgresql+psycopg://user:password@host/name",
        ) from None
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise InvalidDatabaseUrl(
            _shown(parsed),
            f"'{parsed.drivername}' is not supported",
            "use sqlite:// or postgresql+psycopg://",
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise InvalidDatabaseUrl(
            _shown(parsed),
            "a database in memory forgets its lists",
            "name a file: sqlite:////path/to/file.db",
        )
    return parsed


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _sqlite(url: URL) -> Engine:
    if url.database and not url.database.startswith("file:"):
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnreachable(
                _shown(url), f"{folder}: {error.strerror}", "give the service's user the right to write there"
            ) from error
    # Reading takes no transaction and writing takes the lock at its first statement, so a transaction that
    # reads before it writes never fails for having read too early (SQLITE_BUSY_SNAPSHOT). It makes SQLite
    # behave like PostgreSQL's READ COMMITTED.
    engine = create_engine(url, connect_args={"isolation_level": "IMMEDIATE"}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    # SQLite's own lower() knows ASCII only; "ĐỘI" must be found as "đội".
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


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


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Raise DatabaseUnreachable in place of the driver's errors."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        why = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
        raise DatabaseUnreachable(
            _shown(engine.url), why, _REMEDY[engine.dialect.name](engine.url)
        ) from error


_REMEDY: Final[dict[str, Callable[[URL], str]]] = {
    "sqlite": lambda url: f"check that the service's user may write {url.database} and its folder",
    "postgresql": lambda url: "check that the server runs and that host, name, user and password are right",
}
