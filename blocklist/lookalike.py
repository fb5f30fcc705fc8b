"""Which official number another number imitates.

One kind is known so far, a single differing digit. Further kinds are added to ``LookalikeKind`` and looked up
in ``Lookalikes.find``, the one place that the rules ask.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from blocklist.entries import OfficialNumber

MIN_DIGITS: Final = 7
"""Shorter numbers are too close to each other by nature: 113 and 114 are both real."""


class LookalikeKind(StrEnum):
    """The way in which a number imitates an official one."""

    ONE_DIGIT = "one_digit"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """An official number and the way in which it is imitated."""

    kind: LookalikeKind
    official: OfficialNumber


class Lookalikes:
    """The registry, indexed for the question "whom does this number imitate?".

    Each official number is stored once for each of its digits, with that digit masked; a number is looked
    up as many times as it has digits, whatever the size of the registry.
    """

    __slots__ = ("_exact", "_masked")

    def __init__(self, officials: Iterable[OfficialNumber]) -> None:
        self._exact: dict[str, OfficialNumber] = {}
        self._masked: dict[str, OfficialNumber] = {}
        for official in officials:
            self._exact.setdefault(official.number, official)
            if len(official.number) >= MIN_DIGITS:
                for mask in _masks(official.number):
                    self._masked.setdefault(mask, official)

    def exact(self, number: str) -> OfficialNumber | None:
        """Return the registry's entry for a national number."""
        return self._exact.get(number)

    def find(self, number: str) -> Lookalike | None:
        """Return the official number that a national number imitates; an official number imitates none."""
        if number in self._exact or len(number) < MIN_DIGITS:
            return None
        for mask in _masks(number):
            official = self._masked.get(mask)
            if official is not None:
                return Lookalike(LookalikeKind.ONE_DIGIT, official)
        return None

    def __len__(self) -> int:
        return len(self._exact)


def _masks(number: str) -> Iterable[str]:
    return (f"{number[:i]}?{number[i + 1 :]}" for i in range(len(number)))
