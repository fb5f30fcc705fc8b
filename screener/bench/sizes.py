"""The sizes that judging is measured at."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """Entries of the lists and of the registry."""

    entries: int
    officials: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: the usual size, the growth on both sides, and how many calls each of the rounds has.

    ``imported`` are the rows of a file. At least ``scanned`` calls are judged by what goes through the whole
    registry.
    """

    usual: Size
    entries: tuple[int, ...]
    officials: tuple[int, ...]
    calls: int
    scanned: int
    imported: int
    rounds: int = 7


FULL: Final = Plan(
    usual=Size(1_000_000, 1_000),
    entries=(10_000, 100_000, 1_000_000, 10_000_000),
    officials=(100, 1_000, 10_000, 100_000),
    calls=20_000,
    scanned=100,
    imported=1_000_000,
)
QUICK: Final = Plan(
    usual=Size(20_000, 500),
    entries=(10_000, 50_000),
    officials=(100, 1_000),
    calls=2_000,
    scanned=20,
    imported=20_000,
)
