"""How fast a judge is: all judges take turns, so that what else the machine does hits all alike."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from screener import engine
from screener.calls import Activity, Call, Rule
from screener.snapshot import Snapshot

Judge = Callable[[Call], bool]
"""Judges a call; tells whether there was something to say about it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A judge, and the calls that it is measured with."""

    judge: Judge
    calls: Sequence[Call]


@dataclass(frozen=True, slots=True)
class Speed:
    """Decisions a second of processor time, the median over the rounds, and microseconds a decision.

    ``p50``, ``p99`` and ``max`` are over the calls, each with its median over the rounds: what else the
    machine does for a moment is not in them. ``hits`` is the share of calls that the judge had something to
    say about.
    """

    per_second: float
    p50: float
    p99: float
    max: float
    hits: float


def ours(snapshot: Snapshot) -> Judge:
    """Return the engine's judgement by a snapshot, reading the numbers included."""
    quiet, now = Activity(), datetime.now(UTC)

    def judge(call: Call) -> bool:
        return engine.decide(call, snapshot, quiet, now).rule is not Rule.DEFAULT

    return judge


def compare(trials: Mapping[str, Trial], rounds: int) -> dict[str, Speed]:
    """Time every judge on its calls, in turns, after one that is not counted."""
    hits = {name: _hits(trial) for name, trial in trials.items()}
    whole: dict[str, list[float]] = {name: [] for name in trials}
    single: dict[str, list[Sequence[int]]] = {name: [] for name in trials}
    for _ in range(rounds):
        for name, trial in trials.items():
            whole[name].append(len(trial.calls) / _together(trial))
            single[name].append(_each(trial))
    return {name: _speed(whole[name], single[name], hits[name]) for name in trials}


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the nearest rank of ordered values."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _hits(trial: Trial) -> float:
    return sum(map(trial.judge, trial.calls)) / len(trial.calls)


def _speed(whole: Sequence[float], single: Sequence[Sequence[int]], hits: float) -> Speed:
    calls = sorted(statistics.median(rounds) / 1000 for rounds in zip(*single, strict=True))
    return Speed(
        per_second=statistics.median(whole),
        p50=percentile(calls, 50),
        p99=percentile(calls, 99),
        max=calls[-1],
        hits=hits,
    )


def _together(trial: Trial) -> float:
    """Return the processor's seconds for all calls."""
    judge = trial.judge
    begun = time.thread_time()
    for call in trial.calls:
        judge(call)
    return time.thread_time() - begun


def _each(trial: Trial) -> Sequence[int]:
    """Return the nanoseconds of each call."""
    judge, clock, taken = trial.judge, time.perf_counter_ns, []
    for call in trial.calls:
        begun = clock()
        judge(call)
        taken.append(clock() - begun)
    return taken
