"""Ranges of numbers, kept as the blocks of ten, a hundred and so on that they are made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from blocklist.kinds import LookalikeKind
from blocklist.near import Near


def heads(first: str, last: str) -> Iterator[str]:
    """Give the leading digits of the fewest blocks that hold exactly the numbers ``first`` to ``last``.

    Both are digits of one length: 0237372570 to 0237372579 is the block ``023737257``. Nothing is given where
    ``last`` comes before ``first`` or has another length.
    """
    if len(first) != len(last) or first > last:
        return
    low, high = int(first), int(last)
    while low <= high:
        free = 0
        while free < len(first) and low % 10 ** (free + 1) == 0 and low + 10 ** (free + 1) - 1 <= high:
            free += 1
        yield str(low).zfill(len(first))[: len(first) - free]
        low += 10**free


@dataclass(slots=True)
class _Blocks:
    """Blocks of one size: numbers of ``length`` digits, of which the block's head is given."""

    head: int
    length: int
    places: dict[str, int] = field(default_factory=dict)
    near: Near = field(default_factory=Near)


class Blocks:
    """The ranges of a registry, each with its place in it. There are few sizes of blocks, so they are tried
    one after the other; the number of ranges does not matter.
    """

    __slots__ = ("_sizes",)

    def __init__(self) -> None:
        self._sizes: dict[tuple[int, int], _Blocks] = {}

    def add(self, first: str, last: str, place: int) -> None:
        """Store the range from ``first`` to ``last``."""
        for head in heads(first, last):
            size = (len(head), len(first))
            blocks = self._sizes.setdefault(size, _Blocks(*size))
            if head not in blocks.places:
                blocks.places[head] = place
                blocks.near.add(head, place)

    def __bool__(self) -> bool:
        return bool(self._sizes)

    def exact(self, number: str) -> int | None:
        """Return the place of the first range that holds the number."""
        first = None
        for blocks in self._sizes.values():
            if (
                blocks.length == len(number)
                and (held := blocks.places.get(number[: blocks.head])) is not None
            ):
                first = held if first is None else min(first, held)
        return first

    def find(self, number: str) -> Iterator[tuple[LookalikeKind, int, str]]:
        """Give how a number that is in no range differs from ranges that are one edit away, as ``Near`` does.

        The number given back is the one of the range that is imitated; where a digit is missing behind the
        head it can't be known, and is empty.
        """
        for blocks in self._sizes.values():
            head, more = blocks.head, len(number) - blocks.length
            if more == 0:
                for kind, place, stored in blocks.near.find(number[:head]):
                    yield kind, place, stored + number[head:]
                across = number[: head - 1] + number[head : head + 1]
                if head < blocks.length and (held := blocks.places.get(across)) is not None:
                    yield LookalikeKind.SWAPPED, held, across + number[head - 1] + number[head + 1 :]
            elif more == 1:
                if (held := blocks.places.get(number[:head])) is not None:
                    yield LookalikeKind.EXTRA, held, number[:-1]
                for kind, place, stored in blocks.near.find(number[: head + 1]):
                    yield kind, place, stored + number[head + 1 :]
            elif more == -1:
                if head < blocks.length and (held := blocks.places.get(number[:head])) is not None:
                    yield LookalikeKind.MISSING, held, ""
                for kind, place, stored in blocks.near.find(number[: head - 1]):
                    yield kind, place, stored + number[head - 1 :]
