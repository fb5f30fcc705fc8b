"""Which authority's title a display name begins with, or gives as its office: nobody's in particular."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from blocklist import running, titles
from blocklist.everyday import EVERYDAY
from blocklist.folding import Reading, joined, words
from blocklist.mistyped import MOST_WORDS, SURE, Mistyped
from blocklist.places import UNITS, is_unit
from blocklist.standing import (
    BESIDE,
    OFFICE_WORDS,
    OTHERS,
    SURNAMES,
    TRADERS,
    is_post,
    office_words,
    stands,
)
from blocklist.titles import Spelling, Standing, Title
from blocklist.written import Hint, hint, marked_words

_POSTS: Final = 4
"""Words for posts and offices that are read before a title."""
_HEAD: Final = 2
_SYLLABLE: Final = 7
"""Hardly a Vietnamese syllable has as many letters."""
_SHORT: Final = 3
"""Letters of an abbreviation that may stand behind a title (``C02 BCA``)."""
_FOUR: Final = 4
_CUTS: Final = (15, 20)
"""Characters of a name that carriers leave."""
_CUT_LENGTHS: Final = frozenset({14, 15, 19, 20})
"""Characters of a name that was cut, perhaps before a blank."""
_SHORTEST_CUT: Final = 5


@dataclass(frozen=True, slots=True)
class Posing:
    """A title, and the edits between it and what was shown."""

    title: Title
    distance: int


class Titles:
    """The table of titles, indexed for the question "which of them does this name claim?"."""

    __slots__ = ("_beginnings", "_begun", "_cut", "_exact", "_heads", "_mistyped", "_openings")

    def __init__(self) -> None:
        self._exact: dict[str, Spelling] = {}
        self._cut: dict[str, Title] = {}
        self._begun: dict[str, Title] = {}
        self._mistyped = Mistyped()
        self._beginnings: set[str] = set()
        self._openings: set[str] = set()
        self._heads: set[str] = {word[:_HEAD] for word in OFFICE_WORDS}
        for spelling, title in titles.known():
            spelled = words(spelling)
            self._add(Spelling(title, spelled, spelling))
            self._add(Spelling(title, [word for word in spelled if word != "va"], spelling))
        self._mistyped.close()

    def find(self, reading: Reading, display: str) -> Posing | None:
        """Return the title that a name claims. ``display`` is the name as shown, with capitals and marks."""
        before: Sequence[str] = ()
        for part in reading:
            comrade = len(part) > 1 and part[0] == "c" and before == ["d"]  # ``Đ/c``
            found = self._in_part(part[1:] if comrade else part, display)
            if found is not None:
                return found
            before = part
        return None

    def _in_part(self, part: Sequence[str], display: str) -> Posing | None:
        count = len(part)
        if count > 1 and part[0] + part[1] in TRADERS:
            return None
        trader = part[0] in TRADERS
        if trader and part[0] not in self._beginnings:
            return None
        found = self._at(part, 0, display)
        if found is not None or trader:
            return found
        start = 0
        for _ in range(_POSTS):
            step = office_words(part, start)
            if not step or start + step >= count:
                break
            start += step
            found = self._at(part, start, display)
            if found is not None:
                named = found.title.personal and start == 1 and part[0] in SURNAMES
                return None if named and not is_unit(part, start + 2) and not is_post(display) else found
        if count == 1:
            return None
        return self._behind_a_slip(part) or (self._later(part, display) if count > 2 else None)

    def _at(self, part: Sequence[str], start: int, display: str) -> Posing | None:
        """Find a title that the words from ``start`` on begin with: the same, cut off, or nearly the same."""
        first = part[start]
        alone = start + 1 == len(part)
        if first in self._beginnings:
            title, other = self._same(part, start, display)
            if title is not None:
                return Posing(title, 0)
            if other:
                return None
        if (
            first not in EVERYDAY
            and len(first) >= running.SHORTEST
            and first[:_HEAD] in self._heads
            and (title := running.title_in(first, self._exact, display, not alone))
        ):
            return Posing(title, 0)
        if (alone or first in self._beginnings) and (title := self._cut_off(part, start, display)):
            return Posing(title, 0)
        found = self._mistyped.find(part, start, display)
        return None if found is None else Posing(*found)

    def _same(self, part: Sequence[str], start: int, display: str) -> tuple[Title | None, bool]:
        """Return the longest title that the words begin with, and whether they are written as other words."""
        best: Title | None = None
        other = False
        key = ""
        for end in range(start + 1, min(len(part), start + MOST_WORDS) + 1):
            key += part[end - 1]
            form = self._exact.get(key)
            if form is None:
                continue
            said = hint(display, form.spelled, form.written)
            if said is Hint.AGAINST:
                other = True
            elif self._meant(form.title, part, end, display, said):
                best = form.title
        return best, other

    def _meant(self, title: Title, part: Sequence[str], end: int, display: str, said: Hint) -> bool:
        if title.homonyms and not title.homonyms.isdisjoint(marked_words(display)):
            return False
        if stands(title, part, end, display, said):
            return True
        if title.standing is Standing.GOVERNED or end == len(part) or len(part[end]) < _SHORT:
            return False
        form = self._exact.get(part[end])
        return form is not None and form.title.standing is Standing.OPEN

    def _cut_off(self, part: Sequence[str], start: int, display: str) -> Title | None:
        """Find a title that a carrier cut off; behind other words if the name is as long as a cut one."""
        key = "".join(part[start:])
        if title := self._cut.get(key):
            return title
        if not start or len(display) not in _CUT_LENGTHS:
            return None
        return self._begun.get(key) if part[-1] not in EVERYDAY or len(part) - start > 2 else None

    def _behind_a_slip(self, part: Sequence[str]) -> Posing | None:
        """Find an abbreviation behind a first word that is mistyped: ``Phnog PC02``."""
        if len(part[1]) < _FOUR or part[0] in EVERYDAY or len(part[0]) >= _SYLLABLE:
            return None
        form = self._exact.get(part[1])
        return Posing(form.title, 1) if form and form.title.standing is Standing.OPEN else None

    def _later(self, part: Sequence[str], display: str) -> Posing | None:
        """Find a title within a name, of three words or before a unit: ``Nam Công an tỉnh Thanh Hóa``."""
        count = len(part)
        for start in range(1, count - 1):
            if part[start] + part[start + 1] not in self._openings or part[start - 1] in BESIDE:
                continue
            odd = start == 1 and part[0] not in EVERYDAY and len(part[0]) < _SYLLABLE
            for end in range(min(count, start + 6), start + 1, -1):
                form = self._exact.get("".join(part[start:end]))
                if form is None or form.title.standing is not Standing.OPEN:
                    continue
                if hint(display, form.spelled, form.written) is Hint.AGAINST:
                    continue
                personal = form.title.personal
                unit = is_unit(part, end) and (not personal or part[end] in UNITS)
                if end - start > 2 or (unit and part[0] not in SURNAMES) or (odd and not personal):
                    return Posing(form.title, 0)
        return None

    def _add(self, form: Spelling) -> None:
        key, spelled = form.key, form.spelled
        if key in self._exact:
            return
        self._exact[key] = form
        self._beginnings.update((key, spelled[0]))
        self._heads.add(key[:_HEAD])
        self._openings.add("".join(spelled[:2]))
        if not self._mistyped.add(form):
            return
        text = " ".join(spelled)
        if form.title.standing is Standing.OPEN:
            for length in range(_SHORTEST_CUT, len(text)):
                self._begun.setdefault(joined(text[:length]), form.title)
        for length in _CUTS:
            cut = joined(text[:length])
            if len(text) > length and len(cut) >= SURE and cut not in OTHERS:
                self._cut.setdefault(cut, form.title)


@cache
def table() -> Titles:
    """Return all titles, indexed; the same at each call, as nothing changes them."""
    return Titles()
