"""How callers have behaved lately, counted in sliding windows: what can't be seen in one call alone."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from blocklist.number import Number, NumberKind
from screener.calls import Activity
from screener.policy import Behaviour, Threshold

CALLERS: Final = 20_000
"""Callers, and as many prefixes, that are remembered; who rang longest ago is forgotten first."""
CALLS_OF_ONE: Final = 200
"""Calls of one caller or prefix that are remembered."""
PREFIX_LEAVES: Final = 3
"""Last digits in which callers of one prefix differ: a block of a thousand numbers."""

_NAMELESS: Final = frozenset({NumberKind.WITHHELD, NumberKind.UNREADABLE})


@dataclass(slots=True)
class _Trail:
    """What one caller did: when which extension was called, and when calls were short."""

    calls: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=CALLS_OF_ONE))
    short: deque[float] = field(default_factory=lambda: deque(maxlen=CALLS_OF_ONE))


class Recent:
    """The calls of the last minutes, of all exchanges of this service.

    Callers who show no number are nobody in particular and are not counted.
    """

    def __init__(self) -> None:
        self._trails: OrderedDict[str, _Trail] = OrderedDict()
        self._prefixes: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()
        self._open: OrderedDict[str, str] = OrderedDict()
        """Call -> caller, of calls that have not ended."""

    def note(self, id: str, caller: Number, called: str, now: datetime, behaviour: Behaviour) -> Activity:  # noqa: A002
        """Count a call that comes in and return the counts with it.

        A call that was counted (``id`` names it over all exchanges) is not counted again, however many
        extensions it rings: a hunt group is one call.
        """
        if caller.kind in _NAMELESS or not caller.national:
            return NONE
        at, key = now.timestamp(), caller.national
        trail = self._trails.setdefault(key, _Trail())
        self._trails.move_to_end(key)
        block = self._prefixes.setdefault(key[:-PREFIX_LEAVES], deque(maxlen=CALLS_OF_ONE))
        self._prefixes.move_to_end(key[:-PREFIX_LEAVES])
        if id not in self._open:
            self._open[id] = key
            trail.calls.append((at, called))
            block.append((at, key))
            _shorten(self._trails)
            _shorten(self._prefixes)
            _shorten(self._open)
        return Activity(
            calls=len(_since(trail.calls, at, behaviour.many_calls)),
            extensions=len(set(_since(trail.calls, at, behaviour.many_extensions))),
            callers_of_prefix=len(set(_since(block, at, behaviour.many_of_prefix))),
            short_calls=sum(at - when <= behaviour.many_short_calls.seconds for when in trail.short),
        )

    def spare(self, id: str) -> None:  # noqa: A002
        """Take back what ``note`` has just counted: the caller is allowed or registered, and no campaign."""
        caller = self._open.pop(id, None)
        if caller is None:
            return
        if (trail := self._trails.get(caller)) and trail.calls:
            trail.calls.pop()
        block = self._prefixes.get(caller[:-PREFIX_LEAVES])
        if block and block[-1][1] == caller:
            block.pop()

    def ended(self, id: str, talk_seconds: int | None, now: datetime, behaviour: Behaviour) -> None:  # noqa: A002
        """Note how long a call was talked on; None means that nobody answered."""
        caller = self._open.pop(id, None)
        trail = self._trails.get(caller) if caller is not None else None
        if trail is not None and talk_seconds is not None and talk_seconds <= behaviour.short_seconds:
            trail.short.append(now.timestamp())


NONE: Final = Activity()


def _since(events: Iterable[tuple[float, str]], at: float, threshold: Threshold) -> list[str]:
    return [what for when, what in events if at - when <= threshold.seconds]


def _shorten(remembered: OrderedDict[str, Any]) -> None:
    while len(remembered) > CALLERS:
        remembered.popitem(last=False)
