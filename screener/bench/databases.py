"""SQLite files filled with made-up lists and registries, for the service's own way to start from."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from blocklist import synthetic
from blocklist.models import Official
from screener.access.actor import Actor
from screener.audit.key import KeyFile
from screener.audit.recorder import Recorder
from screener.bench.offices import officials
from screener.bench.sizes import Size
from screener.database import Database, open_database, upgrade


def prepare(folder: Path, size: Size) -> Path:
    """Return a file of this size in the folder, making it where it is not there yet."""
    file = folder / f"{size.entries}-{size.officials}.sqlite"
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        database = at(unfinished)
        try:
            upgrade(database.engine)
            synthetic.fill(database.engine, size.entries)
            _register(database, size.officials)
        finally:
            database.close()
        unfinished.rename(file)
    return file


def at(file: Path) -> Database:
    """Open a file."""
    return open_database(
        f"sqlite:///{file}", Recorder(KeyFile(file.with_name("audit.key")), Actor.system("bench"))
    )


def _register(database: Database, count: int) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "number": one.number,
            "organisation": one.organisation,
            "receives_only": one.receives_only,
            "confirmed": True,
            "created_at": now,
            "updated_at": now,
        }
        for one in officials(count)
        if one.number
    ]
    with database.sessions.begin() as session:
        session.execute(insert(Official), rows)
