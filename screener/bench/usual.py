"""How fast judging is at the usual size, and beside what one would write first.

Each function fills and measures the process that it runs in, which is to be one of its own.
"""

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blocklist import synthetic
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from screener.bench import callers, growth, peers
from screener.bench.offices import officials
from screener.bench.sizes import Size
from screener.bench.speed import Speed, Trial, compare, ours
from screener.snapshot import Snapshot

MIXED: Final = "mixed callers"
NAMELESS: Final = "the same without names"
PLAIN: Final = "plain numbers"
OURS: Final = "call-screener"
SET: Final = "phonenumbers, set"
SCAN: Final = "phonenumbers, set, rapidfuzz"


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One way to judge, with a registry of one size; ``ratio`` compares its median with ours."""

    officials: int
    way: str
    calls: int
    speed: Speed
    ratio: float


def speeds(file: Path, size: Size, calls: int, rounds: int) -> dict[str, Speed]:
    """Return the speed for each mix of callers."""
    known = officials(size.officials)
    lists = growth.loaded(file).lists
    judge = ours(Snapshot(lists=lists, officials=Lookalikes(known), names=Names(known)))
    mixed = callers.mixed(known, size.entries, calls)
    trials = {
        MIXED: Trial(judge, mixed),
        NAMELESS: Trial(judge, callers.nameless(mixed)),
        PLAIN: Trial(judge, callers.plain(calls)),
    }
    gc.collect()
    gc.freeze()
    return compare(trials, rounds)


def beside_peers(file: Path, size: Size, calls: int, rounds: int) -> list[PeerRow]:
    """Return ours and the peers' speed for mixed callers, in the same run."""
    known = officials(size.officials)
    snapshot = Snapshot(lists=growth.loaded(file).lists, officials=Lookalikes(known), names=Names(known))
    numbers = frozenset(synthetic.numbers(size.entries))
    mixed = callers.mixed(known, size.entries, calls)
    judges = {OURS: ours(snapshot), SET: peers.exact(numbers), SCAN: peers.scan(numbers, known)}
    del numbers
    gc.collect()
    gc.freeze()
    found = compare({way: Trial(judge, mixed) for way, judge in judges.items()}, rounds)
    return [
        PeerRow(size.officials, way, calls, speed, speed.p50 / found[OURS].p50)
        for way, speed in found.items()
    ]
