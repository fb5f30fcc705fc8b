"""The calls of the last 24 hours as a chart: one bar an hour, its parts by verdict, in units of an SVG.

The page's policy allows no inline styles, so sizes are attributes and colours are classes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from screener.calls import Action
from screener.tally import Hour

HEIGHT: Final = 100.0
PITCH: Final = 10.0
"""Width of an hour, with the gap to the next."""
_BAR: Final = 7.0
_LEAST: Final = 5.0
"""A single warned call among hundreds must be seen: no part that holds a call is lower."""
UPWARDS: Final = (Action.ALLOW, Action.TAG, Action.WARN, Action.BLOCK)


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle; ``y`` is its upper edge, counted from the top."""

    action: Action
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture; ``hours`` has its figures for a table, ``most`` the calls of the fullest hour."""

    width: float
    height: float
    parts: tuple[Part, ...]
    hours: tuple[Hour, ...]
    labels: tuple[datetime, ...]
    most: int


def chart(hours: Sequence[Hour]) -> Chart:
    """Draw hours, the earliest first."""
    most = max((hour.total for hour in hours), default=0)
    parts = tuple(part for place, hour in enumerate(hours) for part in _bar(place * PITCH, hour, most))
    return Chart(PITCH * len(hours), HEIGHT, parts, tuple(hours), tuple(h.start for h in hours[::6]), most)


def _bar(x: float, hour: Hour, most: int) -> Iterator[Part]:
    """Stack what was let through at the bottom; where small parts are made larger, the rest gives way."""
    here = [action for action in UPWARDS if hour.counts.get(action)]
    if not here:
        return
    whole = max(HEIGHT * hour.total / most, _LEAST * len(here))
    heights = {action: max(_LEAST, whole * hour.counts[action] / hour.total) for action in here}
    largest = max(here, key=lambda action: heights[action])
    heights[largest] -= sum(heights.values()) - whole
    y = HEIGHT
    for action in here:
        y -= heights[action]
        yield Part(action, x, round(y, 2), _BAR, round(heights[action], 2))
