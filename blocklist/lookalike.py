"""Which official number another number imitates, and in what way.

A number is compared with the whole registry by looking up the few forms that an imitated number could have:
never by going through the registry.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from blocklist import plan
from blocklist.blocks import Blocks
from blocklist.dressing import undressed
from blocklist.entries import OfficialNumber
from blocklist.kinds import LookalikeKind
from blocklist.near import MIN_DIGITS, Near
from blocklist.number import Number, NumberKind, Oddity
from blocklist.site import NOWHERE, Site

_STRENGTH: Final = {kind: place for place, kind in enumerate(LookalikeKind)}
_NUMBERLESS: Final = frozenset({NumberKind.WITHHELD, NumberKind.UNREADABLE, NumberKind.EXTENSION})
_NOT_OF_THE_PLAN: Final = frozenset({NumberKind.FOREIGN, NumberKind.IMPLAUSIBLE})

_STATE_PREFIXES: Final = tuple(plan.TRUNK_PREFIX + code for code in plan.STATE_LINES)
_ASSIGNED_SINGLY: Final = ("1800", "1900")
"""Services whose neighbouring numbers belong to others: firms buy them one by one."""

CROWD: Final = 3
"""Official numbers in one block of ten thousand, from which on ordinary lines are like one by chance."""
_BY_CHANCE: Final = frozenset({LookalikeKind.ONE_DIGIT, LookalikeKind.SWAPPED, LookalikeKind.NEIGHBOUR})

_EDITS: Final = frozenset(
    {LookalikeKind.ONE_DIGIT, LookalikeKind.SWAPPED, LookalikeKind.MISSING, LookalikeKind.EXTRA}
)

_Found = tuple[LookalikeKind, int, str]
"""A kind, the place of the official in the registry, and the number imitated."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A way in which a number imitates an official one.

    ``shown`` are the caller's digits that are like it: the national form, or what was written where that
    reads as another number. ``imitated`` is the official number in national form: one of the range where
    ``official`` is a range, empty where it can't be told which one. ``by_chance`` tells that the caller is a
    landline of an exchange with so many official numbers that ordinary lines beside them look like one.
    """

    kind: LookalikeKind
    official: OfficialNumber
    imitated: str
    shown: str
    by_chance: bool = False


class Lookalikes:
    """The registry, indexed for the question "whom does this number imitate?".

    Of entries that share a number, and of several that a number resembles in the same way, the one that comes
    first is named.
    """

    __slots__ = (
        "_blocks",
        "_crowds",
        "_exact",
        "_near",
        "_officials",
        "_ranges",
        "_subscriber_blocks",
        "_subscribers",
        "_tens",
    )

    def __init__(self, officials: Iterable[OfficialNumber]) -> None:
        self._officials = tuple(official for official in officials if official.number)
        self._exact: dict[str, int] = {}
        self._near = Near()
        self._blocks = Blocks()
        self._subscribers: dict[str, int] = {}
        self._subscriber_blocks = Blocks()
        self._tens: dict[str, int] = {}
        self._crowds: Counter[str] = Counter()
        for place, official in enumerate(self._officials):
            if official.last:
                self._add_range(official, place)
            elif official.number not in self._exact:
                self._add_number(official.number, place)
        self._ranges = bool(self._blocks)

    def _add_number(self, number: str, place: int) -> None:
        self._exact[number] = place
        if subscriber := plan.subscriber(number):
            self._subscribers.setdefault(subscriber, place)
        if len(number) >= MIN_DIGITS:
            self._near.add(number, place)
            self._crowds[number[:-4]] += 1
            self._tens.setdefault(number[:-2], place)

    def _add_range(self, official: OfficialNumber, place: int) -> None:
        first, last = official.number, official.last
        self._blocks.add(first, last, place)
        subscriber, to = plan.subscriber(first), plan.subscriber(last)
        if subscriber and len(subscriber) == len(to):
            self._subscriber_blocks.add(subscriber, to, place)
        if len(first) >= MIN_DIGITS:
            for end in (first, last):
                self._tens.setdefault(end[:-2], place)

    def __len__(self) -> int:
        return len(self._officials)

    def exact(self, national: str) -> OfficialNumber | None:
        """Return the registry's entry for a national number."""
        place = self._place(national)
        return None if place is None else self._officials[place]

    def official(self, number: Number) -> OfficialNumber | None:
        """Return the registry's entry for a caller who shows an official number in a form that is its own."""
        if number.oddities and number.dressed:
            return None
        place = self._place(number.national)
        return None if place is None else self._officials[place]

    def find(self, number: Number, site: Site = NOWHERE) -> tuple[Lookalike, ...]:
        """Return the ways in which a number imitates official ones, the strongest first, one of a kind.

        An official number imitates no other one. Neighbours of the site's own numbers are its colleagues.
        """
        official = self.official(number)
        if official is not None:
            if not official.receives_only:
                return ()
            shown = number.national
            return (Lookalike(LookalikeKind.OFFICIAL_AS_CALLER, official, shown, shown),)
        return self.likenesses(number, site)

    def likenesses(self, number: Number, site: Site = NOWHERE) -> tuple[Lookalike, ...]:
        """Return what ``find`` does for a number that is known not to be an official one."""
        if not self._officials or number.kind in _NUMBERLESS:
            return ()
        written = "" if number.digits == number.national else _written_otherwise(number)
        as_read = self._all(number, site)
        as_written = self._similar(written, site) if written else ()
        if not as_read and not as_written:
            return ()
        found: dict[LookalikeKind, tuple[int, str, str]] = {}
        for shown, all_found in ((number.national.lstrip("+"), as_read), (written, as_written)):
            for kind, place, imitated in all_found:
                if kind not in found or place < found[kind][0]:
                    found[kind] = (place, imitated, shown)
        elsewhere = found.get(LookalikeKind.OTHER_AREA)
        if elsewhere and not _EDITS.isdisjoint(found) and not _are_areas(number, elsewhere[1]):
            del found[LookalikeKind.OTHER_AREA]
        crowded = number.kind is NumberKind.LANDLINE and self._crowds.get(number.national[:-4], 0) >= CROWD
        return tuple(
            Lookalike(kind, self._officials[place], imitated, shown, crowded and kind in _BY_CHANCE)
            for kind, (place, imitated, shown) in sorted(found.items(), key=lambda item: _STRENGTH[item[0]])
        )

    def _place(self, national: str) -> int | None:
        place = self._exact.get(national)
        return self._blocks.exact(national) if place is None and self._ranges else place

    def _all(self, number: Number, site: Site) -> Sequence[_Found]:
        national = number.national
        found: list[_Found] = []
        dressed = bool(number.oddities) and number.dressed
        if dressed or number.kind in _NOT_OF_THE_PLAN:
            found += self._dressed(number)
            if dressed and found:
                return found  # the true number is inside: all other likenesses are to that one
        if (form := plan.present_form(national)) and (place := self._place(form)) is not None:
            found.append((LookalikeKind.OLD_PLAN, place, form))
        if (subscriber := plan.subscriber(national)) and (elsewhere := self._other_area(subscriber)):
            found += elsewhere
        similar = self._similar(national.lstrip("+"), site)
        return [*found, *similar] if found else similar

    def _dressed(self, number: Number) -> Iterator[_Found]:
        if number.dressed and (place := self._place(number.national)) is not None:
            yield LookalikeKind.DRESSED, place, number.national
        for form in undressed(number.digits):
            if (place := self._place(form)) is not None:
                yield LookalikeKind.DRESSED, place, form

    def _other_area(self, subscriber: str) -> Sequence[_Found]:
        place = self._subscribers.get(subscriber)
        if place is None and not self._ranges:
            return ()
        found = [] if place is None else [(LookalikeKind.OTHER_AREA, place, self._officials[place].number)]
        if (place := self._subscriber_blocks.exact(subscriber)) is not None:
            first = self._officials[place].number
            imitated = first.removesuffix(plan.subscriber(first)) + subscriber
            found.append((LookalikeKind.OTHER_AREA, place, imitated))
        return found

    def _similar(self, digits: str, site: Site) -> Sequence[_Found]:
        if len(digits) < MIN_DIGITS - 1:
            return ()
        near = self._near.find(digits)
        if self._ranges:
            near = [*near, *self._blocks.find(digits)]
        place = self._tens.get(digits[:-2])
        if not near and place is None:
            return ()
        # Many trunks leave the trunk 0 out: then it is no digit that is missing.
        found = [one for one in near if one[2] != plan.TRUNK_PREFIX + digits]
        if place is not None:
            official = self._officials[place]
            ours = site.owns(official.number)
            if not ours and not digits.startswith(_ASSIGNED_SINGLY):
                found.append((LookalikeKind.NEIGHBOUR, place, official.number))
        return found


def _are_areas(number: Number, imitated: str) -> bool:
    """Tell whether both stand under an area code or mobile prefix in use.

    0230 is nobody's, and 069 the police's and military's everywhere: there a digit was altered.
    """
    if number.kind is NumberKind.STATE or Oddity.UNASSIGNED_PREFIX in number.oddities:
        return False
    return not imitated.startswith(_STATE_PREFIXES)


def _written_otherwise(number: Number) -> str:
    """Return the digits as they were written, where the number may not be what they were read as.

    00438253531 is no number of Austria's if 02438253531 is an office's, and 2912345678 need not be a landline
    without its trunk 0 if 0912345678 is one. Empty where they were read as they stand.
    """
    written, plain = number.digits.lstrip("+"), number.national.lstrip("+")
    if written == plain:
        return ""
    unsure = number.kind in _NOT_OF_THE_PLAN or plain == plan.TRUNK_PREFIX + written
    return written if unsure else ""
