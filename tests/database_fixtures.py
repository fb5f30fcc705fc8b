"""Real databases for tests: a SQLite file and a PostgreSQL cluster of the test session's own."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql

from screener.access.actor import Actor
from screener.audit.key import KeyFile
from screener.audit.recorder import Recorder
from screener.database import Database, open_database, upgrade


def postgres_folder() -> Path | None:
    """Return the folder with ``initdb`` and ``postgres``, the newest installed version's."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda folder: int(folder.parent.name), default=None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a cluster in a folder of its own, on a Unix socket; give the socket's folder."""
    programs = postgres_folder()
    if programs is None:
        reason = "PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # A socket's path may hold 107 bytes, so not below pytest's own long folders.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    try:
        subprocess.run(
            [
                *prefix,
                programs / "initdb",
                "-D",
                data,
                "-U",
                "tests",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "-N",
                "--locale=C.UTF-8",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
        )
        subprocess.run(
            [*prefix, programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            yield str(folder)
        finally:
            subprocess.run(
                [*prefix, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"],
                check=True,
                capture_output=True,
                cwd=folder,
            )
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    server = f"host={postgres_server} user=tests dbname=postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"postgresql+psycopg://tests@/{name}?host={postgres_server}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def recording(folder: Path) -> Recorder:
    """Return what writes a test's changes to the audit log, with a key in this folder."""
    return Recorder(KeyFile(folder / "audit.key"), Actor.system("tests"))


OPENED: Final = (
    "import sys; from pathlib import Path; from screener.access.actor import Actor\n"
    "from screener.audit.key import KeyFile; from screener.audit.recorder import Recorder\n"
    "from screener.database import open_database\n"
    "key = KeyFile(Path(sys.argv[2]) / 'audit.key')\n"
    "database = open_database(sys.argv[1], Recorder(key, Actor.system('another process')))\n"
)
"""Begins a program that takes the database's URL and the folder of the key."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database, one of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(empty_url: str, tmp_path: Path) -> Iterator[Database]:
    """Give a database at the present schema, one of each kind in turn."""
    opened = open_database(empty_url, recording(tmp_path))
    upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """Give a SQLite database at the present schema, for tests to which the kind makes no difference."""
    opened = open_database(f"sqlite:///{tmp_path / 'test.db'}", recording(tmp_path))
    upgrade(opened.engine)
    yield opened
    opened.close()
