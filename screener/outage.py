"""A database that can't be used: why, in one line, what sort of trouble it is, and what to do about it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Trouble(StrEnum):
    """What sort of trouble a database is in."""

    GONE = "gone"
    """SQLite's file was removed, moved or replaced."""
    DAMAGED = "damaged"
    FULL = "full"
    BEHIND = "behind"
    """It has not the tables that this program needs."""
    ROW = "row"
    """It answers, and holds a row that no list can have."""
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Outage:
    """A database that can't be used, since when (UTC), why, and the remedy."""

    trouble: Trouble
    since: datetime
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.why}; {self.remedy}"


class DatabaseProblem(Exception):
    """A database that can't be used. The message names the URL (password hidden) and the remedy."""

    def __init__(self, url: str, why: str, remedy: str) -> None:
        super().__init__(f"database {url}: {why}; {remedy}")
        self.url = url
        self.why = why
        self.remedy = remedy


class DatabaseUnreachable(DatabaseProblem):
    """The database does not answer, or refuses us."""

    def __init__(self, url: str, why: str, remedy: str, trouble: Trouble = Trouble.AWAY) -> None:
        super().__init__(url, why, remedy)
        self.trouble = trouble

    def outage(self, since: datetime) -> Outage:
        """Return what is the matter, as a value."""
        return Outage(self.trouble, since, f"database {self.url}: {self.why}", self.remedy)


class FileGone(sqlite3.OperationalError):
    """The file at SQLite's path is not there, or is not the one that was opened."""


def in_one_line(error: Exception) -> str:
    """Tell what the database said, without the statement and SQLAlchemy's link to its manual."""
    said: object = error
    if isinstance(error, StatementError) and error.orig:
        said = error.orig
    elif isinstance(error, SQLAlchemyError) and error.args:
        said = error.args[0]
    return " ".join(str(said).split())


def shown(url: URL) -> str:
    """Return the URL with the password hidden."""
    return url.render_as_string(hide_password=True)


def explain(url: URL, error: Exception) -> DatabaseUnreachable:
    """Put an error of driver or pool in words, with its remedy."""
    trouble = _trouble(error)
    if url.get_backend_name() == "sqlite":
        remedy = _SQLITE[trouble].format(file=url.database)
    else:
        remedy = "check that the server runs and that host, name, user and password are right"
    return DatabaseUnreachable(shown(url), in_one_line(error), remedy, trouble)


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Raise DatabaseUnreachable in place of the driver's errors."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        raise explain(engine.url, error) from error


def _trouble(error: Exception) -> Trouble:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, FileGone):
        return Trouble.GONE
    # The extended code's last byte is the primary one.
    return _BY_CODE.get(getattr(cause, "sqlite_errorcode", -1) & 0xFF, Trouble.AWAY)


def is_damage(error: BaseException | None) -> bool:
    """Tell whether SQLite says so that its file is no database, or not a whole one."""
    return isinstance(error, sqlite3.DatabaseError) and _trouble(error) is Trouble.DAMAGED


_BY_CODE: Final = {
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_ERROR: Trouble.BEHIND,
}
_SQLITE: Final = {
    Trouble.GONE: "put {file} back, or restart the service: it begins a new one, with what the journal holds",
    Trouble.DAMAGED: "restore {file} from a backup, or move it away and restart the service: it begins a new "
    "one, and what the journal holds is kept",
    Trouble.FULL: "free space on the disk of {file}",
    Trouble.BEHIND: "restart the service: it brings the tables of {file} up to date",
    Trouble.AWAY: "check that the service's user may write {file} and its folder",
}
