"""``call-screener run``: the service, with the lab exchange where no PBX is in the settings."""

import contextlib
import logging
import shlex
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from api.server import CannotListen
from screener.audit.key import AuditKeyUnusable
from screener.journal_lock import JournalUnusable
from screener.lab import state
from screener.lab.install import LabError
from screener.lab.launch import RunningAlready, launch
from screener.lab.pbx import with_lab
from screener.lab.state import LabState
from screener.policy_problems import InvalidPolicy
from screener.remedies import NotStarted
from screener.service import Service, stop_signals
from screener.settings import Settings

log = logging.getLogger(__name__)


async def run(settings: Settings, file: Path | None) -> None:
    """Run until SIGTERM or SIGINT; ``file`` is where the settings are from.

    Raises NotStarted, DatabaseProblem and InvalidPolicy for what can't be used.
    """
    async with stop_signals() as stop, _exchange(settings) as (served, hints):
        try:
            service = Service(served)
        except (AuditKeyUnusable, JournalUnusable, OSError) as error:
            raise NotStarted(str(error)) from error
        _introduce(served, file, service.database.url)
        failure: Exception | None = None
        try:
            await service.run(stop, lambda: _greet(served, hints))
        except* CannotListen as group:  # raised anew below: some Pythons wrap what is raised in here
            failure = NotStarted(str(group.exceptions[0]))
        except* InvalidPolicy as refused:
            (failure,) = refused.exceptions
        finally:
            service.close()
        if failure:
            raise failure


def _introduce(settings: Settings, file: Path | None, database: str) -> None:
    """Log what this process works with: whoever reads the log at night sees no settings file."""
    log.info("settings: %s", file.absolute() if file else "no file; the defaults, and variables")
    log.info("state folder: %s; database: %s", settings.state_dir.absolute(), database)
    for name, pbx in settings.pbx.items():
        log.info(
            "pbx %s: %s:%d%s, %s, %s",
            name,
            pbx.host,
            pbx.port,
            " (TLS)" if pbx.tls else "",
            pbx.mode,
            "enforcing" if pbx.enforce else "monitor-only (enforce = false): no call is touched",
        )


def _greet(settings: Settings, hints: list[str]) -> None:
    log.info("page and API: %s", settings.page)
    for hint in hints:
        log.info("%s", hint)


@contextlib.asynccontextmanager
async def _exchange(settings: Settings) -> AsyncIterator[tuple[Settings, list[str]]]:
    """Give the settings, with the lab exchange in them where they name no PBX, and what to tell the user."""
    if settings.pbx:
        yield settings, []
        return
    try:
        exchange = await launch()
    except RunningAlready as there:
        yield with_lab(settings, there.running), _lab_hints(there.running)
        return
    except (LabError, OSError) as error:
        yield settings, [f"No PBX in the settings, and no lab exchange: {error}. Page, API and check work."]
        return
    started = state.of(exchange)
    try:
        yield with_lab(settings, started), _lab_hints(started)
    finally:
        state.remove(started.pid)
        await exchange.stop()


def _lab_hints(lab: LabState) -> list[str]:
    return [
        f"No PBX in the settings: serving the lab exchange (Asterisk {lab.version})",
        "Place a test call from another terminal:",
        f"    {_command()} lab call --from 02373725726 --to 1001",
    ]


def _command() -> str:
    """Return what to type for this program, as it was started: another terminal may have another PATH."""
    program = Path(sys.argv[0])
    if program.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m screener"
    return shlex.quote(str(program))
