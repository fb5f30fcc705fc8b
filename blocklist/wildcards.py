"""Patterns with ``*`` and ``?``: matched in linear time, and found among thousands without trying each."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from blocklist.entries import Entry

DIGIT: Final = "[0-9]"
ANY_CHARACTER: Final = "."

_LONGEST_GRAM: Final = 6
"""More characters than these tell patterns hardly better apart."""
_SHORTEST_GRAM: Final = 2

Compiled = re.Pattern[str]


def matcher(pattern: str, any_char: str) -> Compiled:
    """Compile a pattern for ``fullmatch``: ``*`` is any run of ``any_char`` (a regex), ``?`` one of it.

    Each part between two stars is taken at its first place and never moved again, so the time is bounded by
    the product of both lengths, whatever is written.
    """
    head, *parts = (
        "".join(any_char if char == "?" else re.escape(char) for char in part) for part in pattern.split("*")
    )
    if not parts:
        return re.compile(head, re.DOTALL)
    middle = "".join(f"(?>{any_char}*?{part})" for part in parts[:-1] if part)
    return re.compile(f"{head}{middle}{any_char}*{parts[-1]}", re.DOTALL)


class Wildcards:
    """Entries by their patterns.

    A pattern is looked up by its longest run of fixed characters, which a text must hold to fit; only
    patterns without such a run (``?1?2?3``) are tried on every text. ``any_char`` is as for ``matcher``;
    ``read`` makes of a pattern as it is kept the one to compare with.
    """

    __slots__ = ("_any_char", "_compiled", "_entries", "_grams", "_read", "_rest", "_sizes")

    def __init__(
        self,
        entries: Mapping[str, tuple[Entry, ...]],
        any_char: str,
        read: Callable[[str], str] = str,
        compiled: Mapping[str, Compiled] | None = None,
    ) -> None:
        known = compiled or {}
        self._entries = entries
        self._any_char = any_char
        self._read = read
        self._compiled = {kept: known.get(kept) or matcher(read(kept), any_char) for kept in entries}
        self._grams: dict[str, list[str]] = {}
        self._rest: list[str] = []
        for kept in entries:
            gram = _gram(read(kept))
            (self._grams.setdefault(gram, []) if gram else self._rest).append(kept)
        self._sizes = sorted({len(gram) for gram in self._grams})

    def __bool__(self) -> bool:
        return bool(self._entries)

    def at(self, pattern: str) -> tuple[Entry, ...]:
        """Return the entries of one pattern."""
        return self._entries.get(pattern, ())

    def find(self, text: str) -> Iterator[Entry]:
        """Give the entries whose pattern fits the whole text."""
        for pattern in self._candidates(text):
            if self._compiled[pattern].fullmatch(text):
                yield from self._entries[pattern]

    def changed(self, entries: Mapping[str, tuple[Entry, ...]]) -> "Wildcards":
        """Return the same with other entries in place of those of some patterns."""
        return Wildcards(merged(self._entries, entries), self._any_char, self._read, self._compiled)

    def _candidates(self, text: str) -> Iterator[str]:
        for size in self._sizes:
            for gram in {text[i : i + size] for i in range(len(text) - size + 1)}:
                yield from self._grams.get(gram, ())
        yield from self._rest


def merged(
    entries: Mapping[str, tuple[Entry, ...]], changed: Mapping[str, tuple[Entry, ...]]
) -> dict[str, tuple[Entry, ...]]:
    """Return entries by pattern with those of some patterns replaced; a pattern without any goes away."""
    return {pattern: found for pattern, found in {**entries, **changed}.items() if found}


def _gram(pattern: str) -> str:
    runs = re.split(r"[*?]", pattern)
    longest = max(reversed(runs), key=len)  # of equal ones the last, where numbers differ
    return longest[-_LONGEST_GRAM:] if len(longest) >= _SHORTEST_GRAM else ""
