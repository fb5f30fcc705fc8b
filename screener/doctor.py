"""``call-screener doctor``: examines everything that the service stands on, from outside of it."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from blocklist.errors import ListsUnreadable
from screener import checkup, running, site_files, trail
from screener.database import open_database, schema_state
from screener.finding import Finding, Level, fail, ok, warn
from screener.metrics import Metrics
from screener.outage import DatabaseProblem, explained
from screener.running import NoService
from screener.settings import Settings
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch

_PROBE: Final = 65_536
"""Bytes written to see whether the disk takes them: the records of some twenty calls."""
_LITTLE: Final = 200 * 2**20
"""Free bytes below which somebody should know: the records of some 60,000 calls."""


def examine(settings: Settings, etc: Path | None = None) -> Iterator[Finding]:
    """Give the findings as they are made. ``etc`` is a configuration folder to read too."""
    yield from state_folder(settings.state_dir)
    for finding in database(settings.url):
        yield finding
        if finding.level is Level.OK:
            yield switch(settings.url)
            yield from lists(settings)
    try:
        service = running.ask(settings)
        yield from running.examine(settings, service)
    except NoService as none:
        service = None
        yield none.finding
    if not settings.pbx:
        yield warn(
            "pbx",
            "none in the settings, and no lab exchange runs: no call is screened",
            "for a real one add [pbx.default]; for the lab, 'call-screener run' or 'call-screener lab up'",
        )
    for name, pbx in settings.pbx.items():
        yield from checkup.examine(f"pbx {name}", pbx, service.link(name) if service else None)
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
    yield _room(subject, folder)


def _room(subject: str, folder: Path) -> Finding:
    """Tell whether the disk really takes what is written, and how much more."""
    user = trail.user()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return fail(subject, f"the disk is full: {error.strerror}", f"free space on the disk of {folder}")
        return fail(
            subject,
            f"{user} can't write there: {error.strerror}",
            "give the folder to the user that runs the service",
        )
    free = shutil.disk_usage(folder).free
    if free < _LITTLE:
        return warn(
            subject,
            f"{user} can write there, but only {free >> 20} MB are free",
            "free space, a gigabyte or so",
        )
    return ok(subject, f"{user} can write there, {free / 2**30:.1f} GB are free")


def switch(url: str) -> Finding:
    """Tell where the enforcing switch stands, in a database whose tables are this version's."""
    opened = open_database(url)
    try:
        on, changed_at, changed_by = EnforcingSwitch(opened.sessions).state()
    finally:
        opened.close()
    since = f"since {changed_at:%Y-%m-%d %H:%M:%S} UTC by {changed_by}"
    if on:
        return ok("switch", f"on {since}")
    return warn(
        "switch",
        f"off {since}: every call rings, whatever the verdict",
        "'call-screener enforce on' puts it back",
    )


def lists(settings: Settings) -> Iterator[Finding]:
    """Tell of a row that keeps the service from starting, or at the lists of before."""
    opened = open_database(settings.url)
    try:
        with explained(opened.engine):
            Snapshots(opened.sessions, settings.site, Metrics()).load()
    except ListsUnreadable as unreadable:
        yield fail("lists", unreadable.what, unreadable.remedy)
    finally:
        opened.close()


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
    room = _room(subject, Path(file).parent) if file else None
    if room and room.level is not Level.OK:
        yield room
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
