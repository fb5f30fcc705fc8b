"""What grows with lists and registry: memory, start, decisions, and how soon a change is in force.

Each function fills and measures the process that it runs in, which is to be one of its own.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from blocklist import synthetic
from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.lists import Caller, Lists
from blocklist.lookalike import Lookalikes
from blocklist.models import ListEntry
from blocklist.names import Names
from screener.bench import callers, databases, memory
from screener.bench.offices import officials
from screener.bench.sizes import Size
from screener.bench.speed import Speed, Trial, compare, ours
from screener.bench.waiting import Waiting, watched
from screener.database import Database
from screener.metrics import Metrics
from screener.service import THREAD_TURN
from screener.settings import SiteSettings
from screener.snapshot import Snapshot
from screener.snapshots import Snapshots

_CHANGES: Final = 10
_QUIET: Final = 2.0
"""Seconds in which the loop has nothing to do."""
_THIS, _BASE = "this size", "the smallest"


@dataclass(frozen=True, slots=True)
class ListsRow:
    """Lists of one size. Megabytes are 10^6 bytes; ``ratio`` compares decisions with the smallest lists.

    ``start`` is the seconds from the opened file to the snapshot, ``reload`` the milliseconds that reading
    one changed entry takes, ``in_force`` those from its commit until calls are judged by it.
    """

    entries: int
    file: float
    start: float
    resident: float
    peak: float
    reload: float
    in_force: float
    speed: Speed
    ratio: float
    quiet: Waiting
    loading: Waiting
    changing: Waiting


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A registry of one size: ``build`` seconds, and ``grown`` megabytes that the process grew by."""

    officials: int
    build: float
    grown: float
    speed: Speed
    ratio: float


def lists(file: Path, base: Path, size: Size, smallest: Size, calls: int, rounds: int) -> ListsRow:
    """Load the lists of a file as the service does, and measure; ``base`` holds the smallest ones."""
    sys.setswitchinterval(THREAD_TURN)
    database = databases.at(file)
    snapshots = service(database)
    begun = time.perf_counter()
    snapshots.load()
    start = time.perf_counter() - begun
    gc.collect()
    gc.freeze()
    resident, peak = memory.resident(), memory.peak()
    small = replace(snapshots.current, lists=loaded(base).lists)
    known = officials(size.officials)
    speeds = compare(
        {
            _THIS: Trial(ours(snapshots.current), callers.mixed(known, size.entries, calls)),
            _BASE: Trial(ours(small), callers.mixed(known, smallest.entries, calls)),
        },
        rounds,
    )
    del small
    reload = median(_reload(database, snapshots, turn) for turn in range(_CHANGES))
    waits, in_force = asyncio.run(_waits(database, snapshots))
    database.close()
    return ListsRow(
        size.entries,
        file.stat().st_size / 1e6,
        start,
        resident,
        peak,
        reload,
        in_force,
        speeds[_THIS],
        speeds[_THIS].p50 / speeds[_BASE].p50,
        *waits,
    )


def registry(size: Size, smallest: Size, calls: int, rounds: int) -> RegistryRow:
    """Index a registry, and measure."""
    small_known, known = officials(smallest.officials), officials(size.officials)
    blocked = listed(size.entries)
    small = _indexed(small_known, blocked)
    gc.collect()
    before = memory.resident()
    begun = time.perf_counter()
    snapshot = _indexed(known, blocked)
    build = time.perf_counter() - begun
    gc.collect()
    gc.freeze()
    grown = memory.resident() - before
    speeds = compare(
        {
            _THIS: Trial(ours(snapshot), callers.mixed(known, size.entries, calls)),
            _BASE: Trial(ours(small), callers.mixed(small_known, size.entries, calls)),
        },
        rounds,
    )
    return RegistryRow(size.officials, build, grown, speeds[_THIS], speeds[_THIS].p50 / speeds[_BASE].p50)


def listed(count: int) -> Lists:
    """Return block lists of made-up numbers that no database holds."""
    return Lists(
        Entry(index, EntryKind.BLOCK, Match.EXACT, number)
        for index, number in enumerate(synthetic.numbers(count))
    )


def service(database: Database) -> Snapshots:
    """Return the lists of a database as the service keeps them, not loaded yet."""
    return Snapshots(database.sessions, SiteSettings(), Metrics())


def loaded(file: Path) -> Snapshot:
    """Return what a file holds, as the service reads it."""
    database = databases.at(file)
    snapshots = service(database)
    snapshots.load()
    database.close()
    return snapshots.current


def _indexed(known: Sequence[OfficialNumber], blocked: Lists) -> Snapshot:
    return Snapshot(lists=blocked, officials=Lookalikes(known), names=Names(known))


def _reload(database: Database, snapshots: Snapshots, turn: int) -> float:
    _change(database, f"0999{turn:06d}")
    begun = time.perf_counter()
    snapshots.refresh_if_changed()
    return (time.perf_counter() - begun) * 1000


def _change(database: Database, number: str) -> None:
    now = datetime.now(UTC)
    with database.sessions.begin() as session:
        session.add(
            ListEntry(
                kind=EntryKind.WATCH.value,
                match=Match.EXACT.value,
                pattern=number,
                created_at=now,
                updated_at=now,
            )
        )


async def _waits(database: Database, snapshots: Snapshots) -> tuple[tuple[Waiting, Waiting, Waiting], float]:
    """Return how the loop waits in quiet, while all is loaded anew and while single entries change."""
    async with watched() as quiet:
        await asyncio.sleep(_QUIET)
    async with watched() as loading:
        await asyncio.to_thread(snapshots.load)
    looking = asyncio.create_task(snapshots.run())
    try:
        async with watched() as changing:
            taken = [await _until_in_force(database, snapshots, turn) for turn in range(_CHANGES)]
    finally:
        looking.cancel()
    return (quiet.summary(), loading.summary(), changing.summary()), median(taken)


async def _until_in_force(database: Database, snapshots: Snapshots, turn: int) -> float:
    number = f"0998{turn:06d}"
    await asyncio.to_thread(_change, database, number)
    begun = time.perf_counter()
    # Nothing tells a reader of the snapshot that it was replaced: calls take what is there.
    while not snapshots.current.lists.fitting(Caller(number), datetime.now(UTC)):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    return (time.perf_counter() - begun) * 1000
