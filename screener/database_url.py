"""Which databases a URL may name: SQLite in a file, and PostgreSQL."""

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from screener.outage import DatabaseProblem, shown


class InvalidDatabaseUrl(DatabaseProblem):
    """The URL names no database that is supported."""


def parse(url: str) -> URL:
    """Read a URL. Raises InvalidDatabaseUrl, which hides the password."""
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
            shown(parsed),
            f"'{parsed.drivername}' is not supported",
            "use sqlite:// or postgresql+psycopg://",
        )
    if parsed.get_backend_name() == "sqlite":
        _refuse_memory(parsed)
    else:
        _refuse_unknown_options(parsed)
    return parsed


def _refuse_memory(url: URL) -> None:
    if url.database in {None, "", ":memory:"}:
        raise InvalidDatabaseUrl(
            shown(url), "a database in memory forgets its lists", "name a file: sqlite:////path/to/file.db"
        )


def _refuse_unknown_options(url: URL) -> None:
    _, options = url.get_dialect()().create_connect_args(url)
    try:
        make_conninfo(**options)
    except ProgrammingError as error:
        raise InvalidDatabaseUrl(
            shown(url), str(error).strip(), "remove it: PostgreSQL's libpq names the options that there are"
        ) from None
