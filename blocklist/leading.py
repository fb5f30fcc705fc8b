"""Entries for the first digits of numbers, and for ranges of numbers, which are made of such."""

from collections.abc import Iterator, Mapping
from typing import Final

from blocklist.entries import Entry, Match
from blocklist.wildcards import merged

_ANY_LENGTH: Final = 0


class Leading:
    """Prefix and range entries, found by the first digits of a number.

    A range is cut into the blocks of ten, a hundred and so on that it is made of, so ranges may overlap and
    their number does not matter: a look-up tries each size of block once.
    """

    __slots__ = ("_entries", "_sizes")

    def __init__(self, entries: Mapping[str, tuple[Entry, ...]]) -> None:
        self._entries = entries
        self._sizes: dict[tuple[int, int], dict[str, tuple[Entry, ...]]] = {}
        for listed in entries.values():
            for entry in listed:
                if entry.match is Match.PREFIX:
                    self._put(entry.pattern, _ANY_LENGTH, entry)
                else:
                    first, _, last = entry.pattern.partition("-")
                    for head in heads(first, last):
                        self._put(head, len(first), entry)

    def _put(self, head: str, length: int, entry: Entry) -> None:
        table = self._sizes.setdefault((len(head), length), {})
        table[head] = (*table.get(head, ()), entry)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def at(self, pattern: str) -> tuple[Entry, ...]:
        """Return the entries of one pattern."""
        return self._entries.get(pattern, ())

    def find(self, number: str) -> Iterator[Entry]:
        """Give the entries that a national number falls under."""
        for (size, length), table in self._sizes.items():
            if length in (_ANY_LENGTH, len(number)):
                yield from table.get(number[:size], ())

    def changed(self, entries: Mapping[str, tuple[Entry, ...]]) -> "Leading":
        """Return the same with other entries in place of those of some patterns."""
        return Leading(merged(self._entries, entries))


def heads(first: str, last: str) -> Iterator[str]:
    """Give the first digits of the fewest blocks that hold exactly the numbers from ``first`` to ``last``.

    0912345000 to 0912345999 is the block ``0912345``. Both have the same length, and a ``+`` or none.
    """
    plus = "+" if first.startswith("+") else ""
    width = len(first) - len(plus)
    low, high = int(first), int(last)
    while low <= high:
        free = 0
        while free < width and low % 10 ** (free + 1) == 0 and low + 10 ** (free + 1) - 1 <= high:
            free += 1
        yield plus + str(low).zfill(width)[: width - free]
        low += 10**free
