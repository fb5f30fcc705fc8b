"""How long the event loop keeps a call waiting while something else goes on."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from screener.bench.speed import percentile

_TICK: float = 0.001
"""Seconds between two looks."""


@dataclass(slots=True)
class Waits:
    """How late a task came that wanted to run each millisecond, in milliseconds."""

    late: list[float] = field(default_factory=list)

    def summary(self) -> "Waiting":
        """Return the figures."""
        ordered: Sequence[float] = sorted(self.late) or [0.0]
        return Waiting(len(ordered), percentile(ordered, 50), percentile(ordered, 99), ordered[-1])


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many looks there were, and how late they came, in milliseconds."""

    looks: int
    p50: float
    p99: float
    max: float


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[Waits]:
    """Look each millisecond how late the loop is, as long as the block runs."""
    waits = Waits()
    task = asyncio.create_task(_look(waits))
    try:
        yield waits
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _look(waits: Waits) -> None:
    while True:
        due = time.perf_counter() + _TICK
        await asyncio.sleep(_TICK)
        waits.late.append((time.perf_counter() - due) * 1000)
