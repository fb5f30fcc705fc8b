"""Finds the title that a name begins with when somebody mistyped it: a slip or two of the finger.

A slip seldom makes a Vietnamese syllable of another one; where it did, only a long title is known.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, combinations
from typing import Final

from rapidfuzz.distance import OSA

from blocklist.everyday import EVERYDAY, mistaken_for
from blocklist.places import UNITS, is_unit
from blocklist.slips import NearTexts, allowance
from blocklist.standing import OTHERS, stands
from blocklist.titles import Spelling, Standing, Title
from blocklist.written import Hint, divided

MOST_WORDS: Final = 8
SURE: Final = 9
"""Letters from which on a title of three words is known although a slip made another word of one of them."""
_SURER: Final = 12
"""Letters from which on even a word of two may be the one that a slip changed."""
_ABBREVIATION: Final = 5
"""Letters of an abbreviation that no other is one edit away from (``VKSND``)."""
_FOUR: Final = 4
"""Letters of one that is known with a slip before a unit alone (``UVND tinh``)."""
_SHORTEST: Final = 5
_LONG_WORD: Final = 5
"""Letters of a word that two slips leave to be known."""
_VOWELS: Final = frozenset("aeiouy")
_PLAIN_UNITS: Final = UNITS - {"phuong", "quan", "so", "bo", "cap", "cuc"}
"""Words for a unit that are hardly anything else."""


class Mistyped:
    """The titles, indexed for the question "which of them was meant here?"."""

    __slots__ = (
        "_by_place",
        "_forms",
        "_fours",
        "_near",
        "_ones",
        "_others",
        "_pairs",
        "_personal",
        "_twos",
    )

    def __init__(self) -> None:
        self._forms: list[tuple[Title, Sequence[str], str]] = []
        self._near = NearTexts()
        self._by_place: list[dict[str, list[int]]] = [{} for _ in range(MOST_WORDS)]
        self._fours: dict[str, Title] = {}
        self._others: frozenset[str] = frozenset()
        self._pairs: set[str] = set()
        self._ones: set[str] = set()
        self._twos: set[str] = set()
        self._personal: set[str] = set()

    def add(self, form: Spelling) -> bool:
        """Take in a spelling; tell whether it is long enough to be known by most of its letters."""
        title, spelled, key = form.title, form.spelled, form.key
        if not form.full and len(key) == _FOUR and len(spelled) == 1 and title.standing is Standing.OPEN:
            self._fours[key] = title
        if not form.full and len(key) < SURE and not (len(key) >= _ABBREVIATION and _VOWELS.isdisjoint(key)):
            return False
        position = len(self._forms)
        if len(spelled) == 2:
            self._ones.add(spelled[0])
            self._twos.add(spelled[1])
            if title.personal:
                self._personal.update(spelled)
        else:
            self._pairs.update(a + b for a, b in combinations(spelled[:3], 2))
            for word, positions in zip(spelled, self._by_place, strict=False):
                positions.setdefault(word, []).append(position)
        self._near.add(key, spelled, position)
        self._forms.append((title, spelled, key))
        return True

    def close(self) -> None:
        """Work out the words that no title may seem to begin with, once all are in."""
        self._others = EVERYDAY - mistaken_for(spelled[0] for _, spelled, _ in self._forms)

    def find(self, part: Sequence[str], start: int, display: str) -> tuple[Title, int] | None:
        """Return the title that the words from ``start`` on nearly begin with, and the edits."""
        if part[start] in self._others:
            return None
        first = part[start : start + 3]
        if len(first) > 1 and first[1] in UNITS and (found := self._short_before_unit(part, start)):
            return found
        if len(first) > 2 and (found := self._word_by_word(part, start, display)):
            return found
        found = self._run_on(part, start, display) if self._resembles(first) else None
        return None if found and len(part) == 1 and divided(display) else found

    def _short_before_unit(self, part: Sequence[str], start: int) -> tuple[Title, int] | None:
        word = part[start]
        if not 2 < len(word) < 6 or word in EVERYDAY or word in OTHERS or not is_unit(part, start + 1):
            return None
        if part[start + 1] not in _PLAIN_UNITS and not part[start + 2].isdigit():
            return None
        for short, title in self._fours.items():
            if OSA.distance(word, short, score_cutoff=1) == 1:
                return title, 1
        return None

    def _word_by_word(self, part: Sequence[str], start: int, display: str) -> tuple[Title, int] | None:
        """Find a title of three words or more of which at least half stand where they should."""
        known: list[list[int]] = []
        for word, positions in zip(part[start:], self._by_place, strict=False):
            if word in positions:
                known.append(positions[word])
        if len(known) < 2 or (len(known) == 2 and set(known[0]).isdisjoint(known[1])):
            return None
        for position, same in Counter(chain.from_iterable(known)).items():
            title, spelled, wanted = self._forms[position]
            count = len(spelled)
            if same < count - 2 or 2 * same < count or start + count > len(part):
                continue
            shown = part[start : start + count]
            slips = {} if "".join(shown) in OTHERS else _slips(shown, spelled)
            edits = sum(slips.values())
            if not slips or edits > (2 if len(wanted) >= SURE else 1):
                continue
            sure = len(wanted) >= _SURER and (len(slips) == 1 or not EVERYDAY.issuperset(slips))
            if (sure or EVERYDAY.isdisjoint(slips)) and stands(
                title, part, start + count, display, Hint.NOTHING
            ):
                return title, edits
        return None

    def _resembles(self, first: Sequence[str]) -> bool:
        """Tell whether a slip could have made a title's first words of these; saves most names the search."""
        one = first[0]
        if len(one) >= _ABBREVIATION - 1 and _VOWELS.isdisjoint(one):
            return True
        if len(first) == 1:
            return len(one) >= SURE
        two = first[1]
        pairs = self._pairs
        if one + two in pairs:
            return True
        if len(first) == 3 and (one + first[2] in pairs or two + first[2] in pairs):
            return True
        if one in self._ones:
            odd = two not in EVERYDAY and len(two) > 2
            return odd or (one in self._personal and first[-1] in UNITS)
        if two in self._twos:
            odd = one not in EVERYDAY and len(one) > 2
            return odd or (two in self._personal and first[-1] in UNITS)
        return len(one) >= SURE and one not in EVERYDAY

    def _run_on(self, part: Sequence[str], start: int, display: str) -> tuple[Title, int] | None:
        """Find a title that the letters nearly begin with, wherever the blanks are."""
        count = len(part)
        odd = False
        key = ""
        for end in range(start + 1, min(count, start + MOST_WORDS) + 1):
            word = part[end - 1]
            key += word
            odd = odd or (word not in EVERYDAY and len(word) > 2)
            before_unit = end + 1 < count and part[end] in UNITS
            if (
                len(key) < _SHORTEST
                or key in OTHERS
                or not (odd or before_unit or (end - start > 2 and len(key) >= SURE - 1))
            ):
                continue
            for position in self._near.candidates(key, part[start:end]) or ():
                title, spelled, wanted = self._forms[position]
                most = allowance(len(wanted))
                distance = OSA.distance(key, wanted, score_cutoff=most)
                if title.standing is Standing.BARE and not title.personal and len(wanted) < SURE:
                    continue
                if distance > most or (end - start != len(spelled) and len(wanted) < SURE):
                    continue
                known = (
                    odd
                    or (title.personal and before_unit and len(wanted) >= _SHORTEST + 1)
                    or _sure(part[start:end], spelled)
                )
                if known and not key[-1].isdigit() and stands(title, part, end, display, Hint.NOTHING):
                    return title, distance
        return None


def _slips(shown: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Return the words that are mistyped, each with its edits; none where one is another word."""
    found = {}
    for word, right in zip(shown, wanted, strict=True):
        if word != right:
            most = 2 if len(right) >= _LONG_WORD else 1
            edits = OSA.distance(word, right, score_cutoff=most)
            if edits > most or len(right) < most + 2 or word.isdigit():
                return {}
            found[word] = edits
    return found


def _sure(shown: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether words that differ from a title's, though they are words too, are the title mistyped."""
    letters = sum(map(len, wanted))
    if len(wanted) < 3 or letters < SURE:
        return False
    telling = letters >= _SURER
    return len(shown) != len(wanted) or all(
        word == right or len(right) > 2 or len(word) < 2 or telling
        for word, right in zip(shown, wanted, strict=True)
    )
