"""SQLite's file under the engine: noticed when it is removed, moved, replaced or overwritten while in use.

SQLite itself goes on with a file that lost its name, and what is written then is gone with the process. So
each use of a connection first compares the file at the path with the one that was opened, which costs a
``stat`` and reading 16 bytes. Connections to two files are never open at once: they would share one ``-shm``.
"""

import contextlib
import errno
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from screener.outage import FileGone, explain, is_damage

GENERATION: Final = "generation"
"""Key in a connection's ``info``; the number changes when the file may be another one."""
_MAGIC: Final = b"SQLite format 3\0"
_PRAGMAS: Final = ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")


def engine_for(url: URL) -> Engine:
    """Make an engine that never makes the file: ``make`` does."""
    # Reading takes no transaction and writing takes the lock at its first statement, so a transaction that
    # reads before it writes never fails for having read too early (SQLITE_BUSY_SNAPSHOT). It makes SQLite
    # behave like PostgreSQL's READ COMMITTED.
    engine = create_engine(url, connect_args={"isolation_level": "IMMEDIATE"}, hide_parameters=True)
    watch = _Watch(engine, path(url))
    event.listen(engine, "do_connect", watch.connect)
    event.listen(engine, "checkout", watch.check_out)
    event.listen(engine, "checkin", watch.check_in)
    event.listen(engine, "handle_error", watch.explain)
    event.listen(engine, "engine_disposed", watch.let_go)
    return engine


def path(url: URL) -> Path:
    """Return the file that a URL names."""
    name = url.database or ""
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name).absolute()


def make(url: URL) -> None:
    """Make a database without tables where there is no file, or an empty one. Raises DatabaseUnreachable."""
    file = path(url)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size:
            return
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    except OSError as error:
        raise explain(url, _failed(file, error)) from error
    except sqlite3.Error as error:
        raise explain(url, error) from error


class _Connection(sqlite3.Connection):
    """A connection that tells when it is closed."""

    watch: "_Watch | None" = None

    def close(self) -> None:
        super().close()
        if self.watch is not None:
            self.watch.closed(self)


class _Watch:
    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        self._path = file
        self._generation = 0
        self._connections: set[int] = set()
        self._held: int | None = None
        """The file, open for looking at. Closing it drops the locks that SQLite holds on it in this process
        (POSIX), so it stays open as long as any connection."""
        self._suspect = False
        """The file was found damaged. Closing may have mended its beginning from the ``-wal`` and no more."""
        self._turn = threading.RLock()

    def connect(
        self, _dialect: object, entry: ConnectionPoolEntry, arguments: list[Any], options: dict[str, Any]
    ) -> sqlite3.Connection:
        """Connect to the file that is there. Raises FileGone where none is, or another is still in use."""
        target = str(arguments[0])
        if not target.startswith("file:"):
            target = f"file:{quote(target)}?mode=rw"
        with self._turn:
            try:
                found = self._hold()
            except FileGone:
                self._renew()
                raise
            if not found.st_size and self._generation:
                raise self._damaged("was emptied", sqlite3.SQLITE_NOTADB)
            connection = sqlite3.connect(target, **options | {"uri": True, "factory": _Connection})
            try:
                for pragma in _PRAGMAS:
                    connection.execute(f"PRAGMA {pragma}").close()
                # SQLite's own lower() knows ASCII only; "ĐỘI" must be found as "đội".
                connection.create_function("lower", 1, _lower, deterministic=True)
                self._compare()
                if self._suspect:
                    self._examine(connection)
            except sqlite3.Error:
                connection.close()
                raise
            assert isinstance(connection, _Connection)
            connection.watch = self
            self._connections.add(id(connection))
            entry.info[GENERATION] = self._generation
        return connection

    def check_out(self, connection: sqlite3.Connection, _entry: object, _proxy: object) -> None:
        """Let nobody use a connection to a file that is gone or overwritten."""
        try:
            self._compare()
        except FileGone:
            _bring_home(connection)
            self._renew()
            raise
        except sqlite3.DatabaseError:
            self._suspect = True
            self._renew()
            raise

    def check_in(self, connection: sqlite3.Connection | None, entry: ConnectionPoolEntry) -> None:
        """Close a connection whose file was found gone while it was used."""
        if connection is not None and entry.info.get(GENERATION) != self._generation:
            if not self._suspect:
                _bring_home(connection)
            entry.invalidate()

    def explain(self, context: ExceptionContext) -> None:
        """Treat a damaged file like a database that is away, not like a fault of ours."""
        if is_damage(context.original_exception):
            context.is_disconnect = True
            self._suspect = True
            self._renew()
            assert context.original_exception is not None
            raise OperationalError(
                context.statement, None, context.original_exception, hide_parameters=True
            ) from context.original_exception

    def closed(self, connection: sqlite3.Connection) -> None:
        """Note that a connection ended."""
        with self._turn:
            self._connections.discard(id(connection))

    def let_go(self, _engine: object) -> None:
        """Close our own look at the file when nobody uses it any more."""
        with self._turn:
            if self._held is not None and not self._connections:
                os.close(self._held)
                self._held = None

    def _renew(self) -> None:
        """Close all connections: those in use when they come back."""
        self._generation += 1
        self._engine.dispose()

    def _hold(self) -> os.stat_result:
        present = self._at_path()
        if self._held is not None and _identity(os.fstat(self._held)) != present:
            if self._connections:
                raise FileGone("the database's file was replaced by another")
            os.close(self._held)
            self._held = None
        if self._held is None:
            try:
                self._held = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                raise _failed(self._path, error) from error
        return os.fstat(self._held)

    def _compare(self) -> None:
        """Raise FileGone for another file at the path, or none; DatabaseError for one that is overwritten."""
        present = self._at_path()
        with self._turn:
            if self._held is None or _identity(os.fstat(self._held)) != present:
                raise FileGone("the database's file was replaced by another")
            if os.pread(self._held, len(_MAGIC), 0) != _MAGIC:
                raise self._damaged("is not a database", sqlite3.SQLITE_NOTADB)

    def _examine(self, connection: sqlite3.Connection) -> None:
        """Raise DatabaseError for a file that is not whole."""
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise self._damaged(f"is malformed: {found}", sqlite3.SQLITE_CORRUPT)
        self._suspect = False

    def _damaged(self, what: str, code: int) -> sqlite3.DatabaseError:
        error = sqlite3.DatabaseError(f"the database's file {what}")
        error.sqlite_errorcode = code
        return error

    def _at_path(self) -> tuple[int, int]:
        try:
            return _identity(self._path.stat())
        except (FileNotFoundError, NotADirectoryError):
            raise FileGone("the database's file was removed or moved") from None
        except OSError as error:
            raise _failed(self._path, error) from error


def _bring_home(connection: sqlite3.Connection) -> None:
    """Write what waits in the ``-wal`` file into the file that is gone from its path.

    A file that was moved is whole then, and what is left at the path spoils no other one that is put there.
    """
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 200").close()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _failed(file: Path, error: OSError) -> sqlite3.OperationalError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    failed = sqlite3.OperationalError(f"{file}: {error.strerror}")
    failed.sqlite_errorcode = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_CANTOPEN
    return failed


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text
