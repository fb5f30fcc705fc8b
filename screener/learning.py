"""What many calls tell of a site: how its trunks write numbers, which numbers and extensions are its own."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from blocklist.number import Number, NumberKind, Oddity
from blocklist.numbers import normalise
from blocklist.site import NOWHERE, Site
from blocklist.writing import Writing

MIN_CALLERS: Final = 30
"""Different callers of a trunk from which on its way of writing is told: one caller's habit is none."""
MIN_SHARE: Final = 0.9
MIN_CALLS: Final = 3
"""Calls to a number, answered at an extension or forwarded by a number: fewer may be a mistake."""
_SHORTEST_RUN: Final = 3
"""Neighbouring own numbers from which on they are proposed as a range."""

_TELLING: Final = frozenset({NumberKind.MOBILE, NumberKind.LANDLINE})
_OF_SUBSCRIBERS: Final = _TELLING | {NumberKind.STATE, NumberKind.FREE, NumberKind.PREMIUM}
_EXTENSION: Final = re.compile(r"[0-9]{2,8}")
_PART: Final = re.compile(r"[1-9][0-9]{5,7}")
"""A number without its area code; fewer digits are an extension's."""
_BY_PREFIX: Final = {writing.prefix: writing for writing in Writing}
_DOUBTFUL: Final = Site(writes={"": Writing.ZERO_COUNTRY})


@dataclass(frozen=True, slots=True)
class Seen:
    """One call of the call log; ``number`` is the caller's as it was received."""

    pbx: str
    trunk: str
    number: str
    called: str
    answered_by: str = ""
    diversions: tuple[str, ...] = ()

    @property
    def trunk_name(self) -> str:
        """Return the trunk's name as ``blocklist.site.Site`` has it."""
        return f"{self.pbx}/{self.trunk}"


@dataclass(frozen=True, slots=True)
class TrunkLearnt:
    """How many different callers of a trunk came in which form, the most frequent first."""

    pbx: str
    trunk: str
    forms: tuple[tuple[Writing, int], ...]

    @property
    def callers(self) -> int:
        """Return how many callers told anything."""
        return sum(callers for _, callers in self.forms)

    @property
    def writes(self) -> Writing | None:
        """Return the form that nearly all came in; None where there is none, or too few calls."""
        writing, callers = self.forms[0]
        enough = self.callers >= MIN_CALLERS and callers >= MIN_SHARE * self.callers
        return writing if enough else None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is not in the settings yet, and on how many calls it rests, in the order of the numbers.

    ``own`` are numbers and ranges that were called, ``parts`` what was called and is no whole number.
    """

    calls: int
    trunks: tuple[TrunkLearnt, ...]
    own: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, int], ...]
    extensions: tuple[tuple[str, int], ...]
    forwards: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Counts:
    calls: int = 0
    callers: dict[tuple[str, str], dict[Writing, set[str]]] = field(default_factory=dict)
    own: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    extensions: Counter[str] = field(default_factory=Counter)
    forwards: Counter[str] = field(default_factory=Counter)


def learn(calls: Iterable[Seen], site: Site, own_forwards: frozenset[str]) -> Learnt:
    """Count what calls tell, beside what ``site`` and ``own_forwards`` know already."""
    counts = _Counts()
    for call in calls:
        counts.calls += 1
        _count(call, site, counts)
    for number in own_forwards:
        del counts.forwards[number]
    return Learnt(
        calls=counts.calls,
        trunks=tuple(
            TrunkLearnt(pbx, trunk, _most_frequent(forms))
            for (pbx, trunk), forms in sorted(counts.callers.items())
        ),
        own=tuple(_runs(_frequent(counts.own))),
        parts=tuple(_frequent(counts.parts)),
        extensions=tuple(_frequent(counts.extensions)),
        forwards=tuple(_frequent(counts.forwards)),
    )


def writing(text: str) -> Writing | None:
    """Return how a mobile or landline number of Vietnam is written; None for all other texts."""
    number = normalise(text)
    if number.digits.startswith(Writing.ZERO_COUNTRY) and number.kind not in _TELLING:
        number = normalise(text, _DOUBTFUL)
    if number.kind not in _TELLING or Oddity.UNASSIGNED_PREFIX in number.oddities:
        return None
    significant = number.national[1:]
    if not number.digits.endswith(significant):
        return None
    return _BY_PREFIX.get(number.digits.removesuffix(significant))


def _count(call: Seen, site: Site, counts: _Counts) -> None:
    if call.trunk and (form := writing(call.number)):
        forms = counts.callers.setdefault((call.pbx, call.trunk), defaultdict(set))
        forms[form].add(normalise(call.number, NOWHERE).national)
    called = normalise(call.called, site, call.trunk_name)
    if _is_subscribers(called):
        if not site.owns(called.national):
            counts.own[called.national] += 1
    elif called.kind is NumberKind.IMPLAUSIBLE and _PART.fullmatch(call.called):
        counts.parts[call.called] += 1
    extension = call.answered_by.partition("@")[0]  # of a Local channel, whose context follows
    if _EXTENSION.fullmatch(extension) and not site.has_extension(extension):
        counts.extensions[extension] += 1
    for text in call.diversions:
        forwarding = normalise(text, site, call.trunk_name)
        if _is_subscribers(forwarding):
            counts.forwards[forwarding.national] += 1


def _is_subscribers(number: Number) -> bool:
    return number.kind in _OF_SUBSCRIBERS and Oddity.UNASSIGNED_PREFIX not in number.oddities


def _most_frequent(forms: dict[Writing, set[str]]) -> tuple[tuple[Writing, int], ...]:
    counted = ((form, len(callers)) for form, callers in forms.items())
    return tuple(sorted(counted, key=lambda item: (-item[1], item[0])))


def _frequent(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted((text, calls) for text, calls in counter.items() if calls >= MIN_CALLS)


def _runs(numbers: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Give neighbouring numbers as ranges."""
    run: list[tuple[str, int]] = []
    for number, calls in [*numbers, ("", 0)]:
        if run and not _follows(number, run[-1][0]):
            yield from _as_range(run)
            run = []
        run.append((number, calls))


def _follows(number: str, last: str) -> bool:
    return len(number) == len(last) and int(number) == int(last) + 1


def _as_range(run: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    if len(run) < _SHORTEST_RUN:
        yield from run
    else:
        yield f"{run[0][0]}-{run[-1][0]}", sum(calls for _, calls in run)
