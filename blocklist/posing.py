"""Which authority's title a display name begins with, or gives as its office: nobody's in particular."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from rapidfuzz.distance import OSA

from blocklist import titles
from blocklist.everyday import EVERYDAY, spells
from blocklist.folding import Reading, joined, words
from blocklist.places import PLACES, UNITS, is_unit
from blocklist.slips import NearTexts, allowance
from blocklist.standing import (
    BESIDE,
    OFFICE_WORDS,
    OTHERS,
    RUN_UNITS,
    SURNAMES,
    TRADERS,
    office_words,
    stands,
)
from blocklist.titles import Standing, Title

_MOST_WORDS: Final = 8
_SURE: Final = 9
"""Letters from which on a title of three words is known although a slip made another word of one of them."""
_SURER: Final = 12
"""Letters from which on even a word of two may be the one that a slip changed."""
_SYLLABLE: Final = 7
"""Hardly a Vietnamese syllable has more letters; a longer word is several run together."""
_ABBREVIATION: Final = 5
"""Letters of an abbreviation that no other is one edit away from (``VKSND``)."""
_VOWELS: Final = frozenset("aeiouy")
_CUTS: Final = (15, 20)
"""Characters of a name that carriers leave."""


@dataclass(frozen=True, slots=True)
class Posing:
    """A title, and the edits between it and what was shown."""

    title: Title
    distance: int


class Titles:
    """The table of titles, indexed for the question "which of them does this name claim?"."""

    __slots__ = (
        *(
            "_cut",
            "_exact",
            "_firsts",
            "_long",
            "_near",
            "_ones",
            "_openings",
            "_pairs",
            "_personal",
            "_twos",
        ),
    )

    def __init__(self) -> None:
        self._exact: dict[str, Title] = {}
        self._cut: dict[str, Title] = {}
        self._near = NearTexts()
        self._long: list[tuple[Title, list[str], str]] = []
        self._firsts: set[str] = set()
        self._openings: set[str] = set()
        self._pairs: set[str] = set()
        self._ones: set[str] = set()
        self._twos: set[str] = set()
        self._personal: set[str] = set()
        for spelling, title in titles.known():
            self._add(words(spelling), title, spelling == title.written)
            self._add([word for word in words(spelling) if word != "va"], title, spelling == title.written)

    def find(self, reading: Reading, display: str) -> Posing | None:
        """Return the title that a name claims. ``display`` is the name as shown, with capitals and marks."""
        for part in reading:
            found = self._in_part(part, display)
            if found is not None and not _cleared(found.title, display):
                return found
        return None

    def cleared(self, spelled: Sequence[str], display: str) -> bool:
        """Tell whether marks show a name that reads as these words to be another: ``Thanh Trà Hà Nội``."""
        title = None if display.isascii() else self._exact.get("".join(spelled[:2]))
        return title is not None and _cleared(title, display)

    def _in_part(self, part: Sequence[str], display: str) -> Posing | None:
        count = len(part)
        found = self._at(part, 0, display)
        if found is not None:
            return found
        if part[0] in TRADERS or (count > 1 and part[0] + part[1] in TRADERS):
            return None
        start = 0
        for _ in range(3):
            step = office_words(part, start)
            if not step or start + step >= count:
                break
            start += step
            found = self._at(part, start, display)
            if found is not None:
                named = found.title.personal and start == 1 and part[0] in SURNAMES
                return None if named and not is_unit(part, start + 2) else found
        return self._later(part) if count > 2 else None

    def _at(self, part: Sequence[str], start: int, display: str) -> Posing | None:
        """Find a title that the words from ``start`` on begin with: the same, cut off, or nearly the same."""
        first = part[start]
        if (first in self._firsts or first in self._exact) and (title := self._same(part, start, display)):
            return Posing(title, 0)
        if len(first) >= _SYLLABLE and first not in EVERYDAY and (title := self._run_together(first)):
            return Posing(title, 0)
        if title := self._cut.get("".join(part[start:])):
            return Posing(title, 0)
        return self._nearly(part, start, display) if self._resembles(part[start : start + 3]) else None

    def _same(self, part: Sequence[str], start: int, display: str) -> Title | None:
        best: Title | None = None
        key = ""
        for end in range(start + 1, min(len(part), start + _MOST_WORDS) + 1):
            key += part[end - 1]
            title = self._exact.get(key)
            if title is not None and stands(title, part, end, display):
                best = title
        return best

    def _resembles(self, first: Sequence[str]) -> bool:
        """Tell whether a slip could have made a title's first words of these; saves most names the search."""
        one = first[0]
        if len(one) >= _ABBREVIATION - 1 and _VOWELS.isdisjoint(one):
            return True
        if len(first) == 1:
            return len(one) >= _SURE
        two = first[1]
        if one + two in self._pairs:
            return True
        if len(first) == 3 and (one + first[2] in self._pairs or two + first[2] in self._pairs):
            return True
        if one in self._ones:
            odd = two not in EVERYDAY and len(two) > 2
            return odd or (one in self._personal and first[-1] in UNITS)
        if two in self._twos:
            odd = one not in EVERYDAY and len(one) > 2
            return odd or (two in self._personal and first[-1] in UNITS)
        return len(one) >= _SURE and one not in EVERYDAY

    def _nearly(self, part: Sequence[str], start: int, display: str) -> Posing | None:
        count = len(part)
        odd = False
        key = ""
        for end in range(start + 1, min(count, start + _MOST_WORDS) + 1):
            word = part[end - 1]
            key += word
            odd = odd or (word not in EVERYDAY and len(word) > 2)
            before_unit = end + 1 < count and part[end] in UNITS
            if (
                len(key) < 5
                or key in OTHERS
                or not (odd or before_unit or (end - start > 2 and len(key) >= _SURE - 1))
            ):
                continue
            for position in self._near.candidates(key, part[start:end]) or ():
                title, spelled, wanted = self._long[position]
                most = allowance(len(wanted))
                distance = OSA.distance(key, wanted, score_cutoff=most)
                if title.standing is Standing.BARE and not title.personal and len(wanted) < _SURE:
                    continue
                if distance > most or (end - start != len(spelled) and len(wanted) < _SURE):
                    continue
                known = (
                    odd
                    or (title.personal and before_unit and len(wanted) > 5)
                    or _sure(part[start:end], spelled)
                )
                if known and not key[-1].isdigit() and stands(title, part, end, display):
                    return Posing(title, distance)
        return None

    def _later(self, part: Sequence[str]) -> Posing | None:
        """Find a title within a name, of three words or before a unit: ``Nam Công an tỉnh Thanh Hóa``."""
        count = len(part)
        for start in range(1, count - 1):
            if part[start] + part[start + 1] not in self._openings or part[start - 1] in BESIDE:
                continue
            for end in range(min(count, start + 6), start + 1, -1):
                title = self._exact.get("".join(part[start:end]))
                if title is None or title.standing is not Standing.OPEN:
                    continue
                unit = is_unit(part, end) and (not title.personal or part[end] in UNITS)
                if end - start > 2 or (unit and part[0] not in SURNAMES):
                    return Posing(title, 0)
        return None

    def _run_together(self, word: str) -> Title | None:
        """Find a title at the beginning of a word that holds several: ``CONGANTINHNGHEAN``, ``DOICSHS``."""
        for start in (0, *(end for end in range(2, 10) if word[:end] in OFFICE_WORDS)):
            for end in range(len(word), start + 1, -1):
                title = self._exact.get(word[start:end])
                if title is None or title.standing is Standing.GOVERNED:
                    continue
                rest, size = word[end:], end - start
                if rest in PLACES or (rest[:2] == "tp" and rest[2:] in PLACES) or rest.startswith(RUN_UNITS):
                    return title
                if title.standing is not Standing.PLACED and (
                    (not rest and size > 3) or (size > 4 and (spells(rest) or rest[:4] in self._exact))
                ):
                    return title
        return None

    def _add(self, spelled: list[str], title: Title, full: bool) -> None:
        key = "".join(spelled)
        if key in self._exact:
            return
        self._exact[key] = title
        self._firsts.add(spelled[0])
        self._openings.add("".join(spelled[:2]))
        if not full and len(key) < _SURE and not (len(key) >= _ABBREVIATION and _VOWELS.isdisjoint(key)):
            return
        if len(spelled) == 2:
            self._ones.add(spelled[0])
            self._twos.add(spelled[1])
            if title.personal:
                self._personal.update(spelled)
        else:
            self._pairs.update(a + b for a, b in combinations(spelled[:3], 2))
        self._near.add(key, spelled, len(self._long))
        self._long.append((title, spelled, key))
        text = " ".join(spelled)
        for length in _CUTS:
            cut = joined(text[:length])
            if len(text) > length and len(cut) >= 9:
                self._cut.setdefault(cut, title)


def _sure(shown: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether words that differ from a title's, though they are words too, are the title mistyped."""
    letters = sum(map(len, wanted))
    if len(wanted) < 3 or letters < _SURE:
        return False
    telling = letters >= _SURER
    return len(shown) != len(wanted) or all(
        word == right or len(right) > 2 or len(word) < 2 or telling
        for word, right in zip(shown, wanted, strict=True)
    )


def _cleared(title: Title, display: str) -> bool:
    """Tell whether the marks of a name show that it is another word."""
    if not title.homonyms or display.isascii():
        return False
    marked = unicodedata.normalize("NFC", display).lower().split()
    return not title.homonyms.isdisjoint(marked)
