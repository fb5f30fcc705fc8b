"""Numbers that are one edit away from a given one, by look-up alone.

A number and another with one digit changed, two neighbours swapped, a digit more or a digit less have a form
in common from which one digit was left out (the deletion neighbourhood of W. Garbe's SymSpell). So each
stored number is kept under each of these forms, and a number is looked up as many times as it has digits,
however many numbers are stored. Most numbers are spared even that: one edit leaves either the first or the
last digits as they were.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from blocklist.kinds import LookalikeKind

MIN_DIGITS: Final = 7
"""Shorter numbers are too close to each other by nature: 113 and 114 are both real."""

_NOTHING: Final[tuple[tuple[LookalikeKind, int, str], ...]] = ()


class Near:
    """Numbers of digits, each with its place in a list of the caller's; several may share a number."""

    __slots__ = ("_forms", "_heads", "_tails")

    def __init__(self) -> None:
        self._forms: dict[str, tuple[str, int] | list[tuple[str, int]]] = {}
        self._heads: set[str] = set()
        self._tails: set[str] = set()

    def add(self, number: str, place: int) -> None:
        """Store a number."""
        for length in (len(number) - 1, len(number), len(number) + 1):
            half = (length - 1) // 2
            self._heads.add(number[:half])
            self._tails.add(number[-half:])
        stored = (number, place)
        for form in {number, *_without_one(number)}:
            there = self._forms.setdefault(form, stored)
            if there is stored:
                continue
            if isinstance(there, list):
                there.append(stored)
            else:
                self._forms[form] = [there, stored]

    def find(self, number: str) -> Sequence[tuple[LookalikeKind, int, str]]:
        """Return how the number differs, and place and number of those stored that are one edit away."""
        half = max(0, (len(number) - 1) // 2)
        begins, ends = number[:half] in self._heads, number[-half:] in self._tails
        if not begins and not ends:
            return _NOTHING
        # Where nothing ends like the number, the edit is in its last half; and the other way about.
        first, last = 0 if ends else len(number) - half, len(number) if begins else half
        forms = self._forms
        found = []
        if (there := forms.get(number)) is not None:
            found.append(there)
        before = ""
        for place in range(first, last):
            digit = number[place]
            # Leaving out either of two equal neighbours gives the same form.
            if digit != before and (there := forms.get(number[:place] + number[place + 1 :])) is not None:
                found.append(there)
            before = digit
        return _named(number, found) if found else _NOTHING


def _named(
    number: str, found: Iterable[tuple[str, int] | list[tuple[str, int]]]
) -> Sequence[tuple[LookalikeKind, int, str]]:
    return [
        (kind, place, stored)
        for there in found
        for stored, place in (there if isinstance(there, list) else (there,))
        if (kind := _edit(number, stored))
    ]


def _without_one(number: str) -> Iterator[str]:
    return (number[:place] + number[place + 1 :] for place in range(len(number)))


def _edit(number: str, stored: str) -> LookalikeKind | None:
    """Name the one edit that makes ``number`` of ``stored``, for numbers that share a form."""
    if len(number) < len(stored):
        return LookalikeKind.MISSING if number in _without_one(stored) else None
    if len(number) > len(stored):
        return LookalikeKind.EXTRA if stored in _without_one(number) else None
    differ = [place for place, (a, b) in enumerate(zip(number, stored, strict=True)) if a != b]
    if len(differ) == 1:
        return LookalikeKind.ONE_DIGIT
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return None
    i, j = differ
    return LookalikeKind.SWAPPED if (number[i], number[j]) == (stored[j], stored[i]) else None
