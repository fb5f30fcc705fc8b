"""``call-screener doctor``: examines everything that the service stands on, from outside of it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from screener import checkup, site_files, trail
from screener.database import open_database, schema_state
from screener.finding import Finding, fail, ok, warn
from screener.outage import DatabaseProblem
from screener.settings import Settings


def examine(settings: Settings, etc: Path | None = None) -> Iterator[Finding]:
    """Give the findings as they are made. ``etc`` is a configuration folder to read too."""
    yield from state_folder(settings.state_dir)
    yield from database(settings.url)
    if not settings.pbx:
        yield warn("pbx", "none in the settings: the service serves the lab exchange", "add [pbx.default]")
    for name, pbx in settings.pbx.items():
        yield from checkup.examine(f"pbx {name}", pbx)
    if etc is not None:
        yield from site_files.examine(etc)


def state_folder(folder: Path) -> Iterator[Finding]:
    """Tell whether the journal can be written. A service that runs on the folder is not disturbed."""
    subject, user = f"state_dir {folder}", trail.user()
    if not folder.exists():
        above = next(parent for parent in folder.absolute().parents if parent.exists())
        if os.access(above, os.W_OK):
            yield warn(subject, "is not there yet", "the service makes it at its start")
        else:
            yield fail(subject, f"is not there and {user} may not make it", f"make it and give it to {user}")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield fail(
            subject,
            f"{user} can't write there: {error.strerror}",
            "give the folder to the user that runs the service",
        )
    else:
        yield ok(subject, f"{user} can write there")


def database(url: str) -> Iterator[Finding]:
    """Tell whether the database answers and its tables are this version's. Nothing is made or changed."""
    upgrade = "start the service: it brings them up to date"
    try:
        parsed = make_url(url)
        file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    except ArgumentError:
        file = None  # explained below
    if file and not Path(file).exists():
        yield warn("database", f"{file} is not there yet", "the service makes it at its start")
        return
    try:
        opened = open_database(url)
        try:
            present, needed = schema_state(opened.engine)
        finally:
            opened.close()
    except DatabaseProblem as problem:
        yield fail("database", f"{problem.url}: {problem.why}", problem.remedy)
        return
    subject = f"database {opened.url}"
    if present == needed:
        yield ok(subject, f"answers, tables are at version {needed}")
    elif present is None:
        yield fail(subject, "answers, but has no tables of ours", upgrade)
    else:
        yield fail(
            subject,
            f"tables are at version {present}, this program needs {needed}",
            f"{upgrade}, or says that a later version wrote them",
        )
