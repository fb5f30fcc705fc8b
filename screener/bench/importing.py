"""How fast a file is imported, and what the service beside it notices: the import is a process of its own.

Fills and measures the process that it runs in, which is to be one of its own.
"""

import asyncio
import gc
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from blocklist.lists import Caller
from screener.bench import databases, growth
from screener.bench.waiting import Waiting, watched
from screener.service import THREAD_TURN
from screener.snapshots import Snapshots

_QUIET: Final = 2.0
_STEP: Final = 97
_PATIENCE: Final = 120.0
"""Seconds in which the last row must be in force."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import into lists of ``entries``. ``in_force`` are the seconds from its end until calls are judged
    by its last row; ``quiet`` and ``importing`` are how late the service's event loop came.
    """

    entries: int
    rows: int
    seconds: float
    in_force: float
    quiet: Waiting
    importing: Waiting


def measure(file: Path, entries: int, rows: int) -> ImportRow:
    """Import a CSV of ``rows`` numbers that the file's lists lack while a service keeps up with it.

    ``rows`` are a million at most.
    """
    sys.setswitchinterval(THREAD_TURN)
    numbers = [f"024{index * _STEP:08d}" for index in range(rows)]  # the lists hold mobiles
    sheet = file.with_suffix(".csv")
    sheet.write_text("\n".join(("number", *numbers, "")), encoding="utf-8")
    database = databases.at(file)
    snapshots = growth.service(database)
    snapshots.load()
    gc.collect()
    gc.freeze()
    try:
        return asyncio.run(_beside(snapshots, file, sheet, numbers[-1], entries, rows))
    finally:
        database.close()
        sheet.unlink()


async def _beside(
    snapshots: Snapshots, file: Path, sheet: Path, last: str, entries: int, rows: int
) -> ImportRow:
    looking = asyncio.create_task(snapshots.run())
    try:
        async with watched() as quiet:
            await asyncio.sleep(_QUIET)
        async with watched() as importing:
            begun = time.perf_counter()
            await _import(file, sheet)
            ended = time.perf_counter()
            async with asyncio.timeout(_PATIENCE):
                # Nothing tells a reader of the snapshot that it was replaced: calls take what is there.
                while not snapshots.current.lists.fitting(Caller(last), datetime.now(UTC)):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            in_force = time.perf_counter() - ended
    finally:
        looking.cancel()
    return ImportRow(entries, rows, ended - begun, in_force, quiet.summary(), importing.summary())


async def _import(file: Path, sheet: Path) -> None:
    settings = {
        "CALL_SCREENER_DATABASE_URL": f"sqlite:///{file}",
        "CALL_SCREENER_STATE_DIR": str(file.parent),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "screener", "entries", "import", str(sheet)),
        *("--kind", "block", "--source", "bench"),
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    if await process.wait():
        raise RuntimeError(f"the import of {sheet.name} ended with code {process.returncode}")
