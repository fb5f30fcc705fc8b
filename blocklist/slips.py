"""Finds stored texts within one or two edits of another without looking at all of them.

One edit leaves two thirds of a text alone, two edits often a half of it or the first letters of its words:
texts are stored under such parts, and one that shares a part is a candidate, to be compared by who asks.
"""

from collections.abc import Sequence
from typing import Final

SHORTEST: Final = 5
"""Letters that a text must have for an edit in it to be a slip rather than another word."""
LONG: Final = 14
"""From this many letters on two edits are a slip."""
FULL: Final = 48
"""Texts under one part; a part that more share tells nothing, and those beyond are not found by it."""

_EDGE: Final = 4
"""Letters at both ends of which one edit spoils at most one; that spares most texts the search."""


def allowance(length: int) -> int:
    """Return the edits that a text of so many letters may be away: 0, 1 or 2."""
    return 0 if length < SHORTEST else 1 if length < LONG else 2


class NearTexts:
    """Parts of texts -> the texts' positions in the owner's list. Costs six to eight table rows a text."""

    __slots__ = ("_ends", "_parts", "_starts")

    def __init__(self) -> None:
        self._parts: dict[int, int | list[int]] = {}
        self._starts: set[str] = set()
        self._ends: set[str] = set()

    def add(self, text: str, words: Sequence[str], position: int) -> None:
        """Store a text (its words run together) under its parts."""
        length = len(text)
        if length < SHORTEST:
            return
        self._starts.add(text[:_EDGE])
        self._ends.add(text[-_EDGE:])
        self._put(_thirds(text, length // 3), position)
        if length >= LONG:
            self._put((*_halves(text, length // 2), _initials(words)), position)

    def candidates(self, text: str, words: Sequence[str]) -> set[int] | None:
        """Return positions of texts that share a part with this one, None where there is none."""
        length = len(text)
        if length < SHORTEST - 1:
            return None
        if length > 2 * _EDGE and text[:_EDGE] not in self._starts and text[-_EDGE:] not in self._ends:
            return None
        get = self._parts.get
        third = length // 3
        keys = _thirds(text, third)
        if length % 3 == 2:
            keys += _thirds(text, third + 1)
        elif length % 3 == 0 and third > 2:
            keys += _thirds(text, third - 1)
        if length >= LONG - 1:
            half = length // 2
            keys += (
                *_halves(text, half),
                *_halves(text, half - 1),
                *_halves(text, half + 1),
                _initials(words),
            )
        found: set[int] | None = None
        for key in keys:
            part = get(key)
            if part is None:
                continue
            if found is None:
                found = set()
            if isinstance(part, int):
                found.add(part)
            else:
                found.update(part)
        return found

    def _put(self, keys: tuple[int, ...], position: int) -> None:
        parts = self._parts
        for key in keys:
            known = parts.get(key)
            if known is None:
                parts[key] = position
            elif isinstance(known, int):
                parts[key] = [known, position]
            elif len(known) < FULL:
                known.append(position)


def _thirds(text: str, third: int) -> tuple[int, ...]:
    """Return keys of the first and the last two thirds, and of the ends.

    The ends are a letter shorter, so that two neighbours swapped where parts meet spoil only one key.
    """
    two = 2 * third
    end = max(1, third - 1)
    return (hash(text[:two]), ~hash(text[-two:]), hash(text[:end] + "." + text[-end:]))


def _halves(text: str, half: int) -> tuple[int, ...]:
    return (hash(text[:half] + ">"), hash("<" + text[-half:]))


def _initials(words: Sequence[str]) -> int:
    return hash("".join([word[0] for word in words]) + "*")
