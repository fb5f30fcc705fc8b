"""Finds stored texts within one or two edits of another without looking at all of them.

One edit leaves two thirds of a text alone, two edits often a half of it or the first letters of its words:
texts are stored under such parts, and one that shares a part is a candidate, to be compared by who asks.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

SHORTEST: Final = 5
"""Letters that a text must have for an edit in it to be a slip rather than another word."""
LONG: Final = 14
"""From this many letters on two edits are a slip."""
FULL: Final = 48
"""Texts under one part; a part that more share tells nothing, and those beyond are not found by it."""

_EDGE: Final = 4
"""Letters at both ends of which one edit spoils at most one; that spares most texts the search."""

_FIRST: Final = itemgetter(0)


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
            self._put([*_halves(text, (length // 2,)), _initials(words)], position)

    def candidates(self, text: str, words: Sequence[str]) -> set[int] | None:
        """Return positions of texts that share a part with this one, None where there is none."""
        length = len(text)
        if length < SHORTEST - 1:
            return None
        start = end = True
        if length > 2 * _EDGE:
            start, end = text[:_EDGE] in self._starts, text[-_EDGE:] in self._ends
            if not (start or end):
                return None
        get = self._parts.get
        third = length // 3
        keys = _thirds(text, third, start, end)
        if length % 3 == 2:
            keys += _thirds(text, third + 1, start, end)
        elif length % 3 == 0 and third > 2:
            keys += _thirds(text, third - 1, start, end)
        if length >= LONG - 1:
            half = length // 2
            keys += _halves(text, (half, half - 1, half + 1), start, end)
            keys.append(_initials(words))
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

    def _put(self, keys: Sequence[int], position: int) -> None:
        parts = self._parts
        for key in keys:
            known = parts.get(key)
            if known is None:
                parts[key] = position
            elif isinstance(known, int):
                parts[key] = [known, position]
            elif len(known) < FULL:
                known.append(position)


def _thirds(text: str, third: int, start: bool = True, end: bool = True) -> list[int]:
    """Return keys of the first and the last two thirds, and of both edges.

    The edges are a letter shorter, so that two neighbours swapped where parts meet spoil only one key.
    ``start`` and ``end`` tell whether any stored text has the first or the last letters of this one: where
    none has, nothing is stored under a part that holds them.
    """
    two, edge = 2 * third, max(1, third - 1)
    keys = [hash(text[:two])] if start else []
    if end:
        keys.append(~hash(text[-two:]))
    if (start and end) or edge < _EDGE:
        keys.append(hash(text[:edge] + "." + text[-edge:]))
    return keys


def _halves(text: str, lengths: Sequence[int], start: bool = True, end: bool = True) -> list[int]:
    """Return keys of the first and the last letters, as many as each of ``lengths`` says; else as above."""
    keys = [hash(text[:half] + ">") for half in lengths] if start else []
    if end:
        keys += [hash("<" + text[-half:]) for half in lengths]
    return keys


def _initials(words: Sequence[str]) -> int:
    return hash("".join(map(_FIRST, words)) + "*")
