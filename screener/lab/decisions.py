"""How long judging a call takes by itself, on large lists."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from screener import engine
from screener.calls import Activity, Call
from screener.snapshot import Snapshot

ENTRIES: Final = 10_000
OFFICIALS: Final = 1_000
DECISIONS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Decisions:
    """How long judging alone takes, in microseconds."""

    entries: int
    officials: int
    p50: float
    p99: float


def take() -> Decisions:
    """Times `engine.decide` on large lists, with calls of every kind."""
    snapshot = Snapshot(
        lists=Lists(
            Entry(index, EntryKind.BLOCK, Match.EXACT, f"0912{index:06d}") for index in range(ENTRIES)
        ),
        officials=Lookalikes(
            OfficialNumber(index, f"0237{index * 37:07d}", "Cơ quan") for index in range(OFFICIALS)
        ),
    )
    numbers = ("0987654321", "0912000007", "02370000036", "02370000037", "anonymous", "+375291234567", "113")
    calls = [Call(pbx="", channel="", uniqueid="", called="1001", shown_number=number) for number in numbers]
    taken = []
    for index in range(DECISIONS):
        call = calls[index % len(calls)]
        now = datetime.now(UTC)
        begun = time.perf_counter_ns()
        engine.decide(call, snapshot, Activity(), now)
        taken.append((time.perf_counter_ns() - begun) / 1000)
    return Decisions(ENTRIES, OFFICIALS, statistics.median(taken), percentile(taken, 99))


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
