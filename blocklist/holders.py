"""Whose a number is: the registered numbers and ranges, by organisation and all together."""

from bisect import bisect_right

from blocklist.entries import OfficialNumber
from blocklist.folding import joined


class Holders:
    """The registered numbers, by organisation and all together."""

    __slots__ = ("_highest", "_of", "_single", "_starts")

    def __init__(self) -> None:
        self._single: set[str] = set()
        self._of: dict[str, list[tuple[str, str]]] = {}
        self._starts: dict[int, list[str]] = {}
        self._highest: dict[int, list[str]] = {}

    def add(self, official: OfficialNumber) -> None:
        """Take in an entry; one without a number has nothing to add."""
        if not official.number:
            return
        last = official.last or official.number
        self._of.setdefault(joined(official.organisation), []).append((official.number, last))
        if official.last:
            self._starts.setdefault(len(official.number), []).append(official.number + official.last)
        else:
            self._single.add(official.number)

    def close(self) -> None:
        """Sort the ranges, each with the highest number that it or one before it reaches."""
        for length, ranges in self._starts.items():
            ranges.sort()
            highest: list[str] = []
            for text in ranges:
                last = text[length:]
                highest.append(max(last, highest[-1]) if highest else last)
            self._highest[length] = highest
            self._starts[length] = [text[:length] for text in ranges]

    def known(self, national: str) -> bool:
        """Tell whether a number is anybody's in the registry."""
        if national in self._single:
            return True
        starts = self._starts.get(len(national))
        if not starts:
            return False
        before = bisect_right(starts, national)
        return before > 0 and national <= self._highest[len(national)][before - 1]

    def owned(self, national: str, official: OfficialNumber) -> bool:
        """Tell whether a number is one of the organisation that an entry belongs to."""
        if not national or not self.known(national):
            return False
        return any(
            len(first) == len(national) and first <= national <= last
            for first, last in self._of.get(joined(official.organisation), ())
        )
