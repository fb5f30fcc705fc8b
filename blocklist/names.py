"""Which authority's name a caller's display name imitates, beside a number that is not that authority's."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from blocklist import posing
from blocklist.entries import OfficialNumber
from blocklist.everyday import EVERYDAY, mistaken_for
from blocklist.folding import Reading, readings, words
from blocklist.holders import Holders
from blocklist.places import PLACE_OPENINGS, last_place, place
from blocklist.slips import NearTexts, allowance
from blocklist.wording import (
    BRANCHES,
    GENERIC,
    INTRODUCING,
    SUFFIXES,
    core,
    introduction,
    meaning,
    spelled_out,
)
from blocklist.written import Hint, hint

_CUTS: Final = (15, 20)
"""Characters of a name that carriers leave."""
_MEANING: Final = 5
"""Letters beyond generic words that a part of a name must have to stand for the whole."""
_TELLING: Final = 8
"""Letters beyond generic words from which on a slip may have made another word."""
_SHORTEST: Final = 3
"""Letters of an abbreviation that is known before a branch or a place."""
_PLACED: Final = 12
"""Letters of a name with a place in it that is known before any word."""
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a display name imitates.

    ``official`` is the registry's entry, None for a generic title; ``written`` is the name, alias or title as
    the registry or our table writes it; ``distance`` counts edits, 0 for the same after folding.
    """

    official: OfficialNumber | None
    written: str
    distance: int


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which an office is written. ``key`` is the folded text without spaces."""

    key: str
    written: str
    official: OfficialNumber


class Names:
    """The registry's names and the generic titles, indexed for the question "whom does this name imitate?".

    A look-up costs the same for a thousand names and for a hundred thousand.
    """

    __slots__ = (
        "_core",
        "_cut",
        "_exact",
        "_forms",
        "_heads",
        "_holders",
        "_near",
        "_others",
        "_same",
        "_titles",
    )

    def __init__(self, officials: Iterable[OfficialNumber]) -> None:
        self._forms: list[_Form] = []
        self._exact: dict[str, int] = {}
        self._same: dict[str, list[int]] = {}
        self._cut: dict[str, int] = {}
        self._core: dict[str, int] = {}
        self._heads: set[str] = set()
        self._near = NearTexts()
        self._holders = Holders()
        self._titles = posing.table()
        for official in officials:
            self._holders.add(official)
            for written in dict.fromkeys((official.organisation, official.name, *official.aliases)):
                self._add(written, official)
        self._holders.close()
        self._others = EVERYDAY - mistaken_for(self._heads) - GENERIC - INTRODUCING
        """Words that none of the names may seem to begin with; most people's names do."""

    def find(self, display: str, national: str = "") -> NameMatch | None:
        """Return what a display name imitates when the number beside it is not that office's; never raises.

        ``national`` is the caller's number in national form. A generic title counts beside a number that is
        no official one at all.
        """
        best: NameMatch | None = None
        for reading in readings(display):
            if not reading:
                continue
            found = self._registered(reading)
            if found is not None and any(self._holders.owned(national, form.official) for form, _ in found):
                return None
            if found and _is_other(found[0], display):
                continue
            match = _closest(found) if found else self._generic(reading, display, national)
            if match is not None and (best is None or match.distance < best.distance):
                best = match
                if best.distance == 0:
                    break
        return best

    def __len__(self) -> int:
        return len(self._forms)

    def _generic(self, reading: Reading, display: str, national: str) -> NameMatch | None:
        claimed = self._titles.find(reading, display)
        if claimed is None or (national and self._holders.known(national)):
            return None
        return NameMatch(None, claimed.title.written, claimed.distance)

    def _registered(self, reading: Reading) -> list[tuple[_Form, int]] | None:
        """Return the forms that a reading fits best, all at the same distance."""
        if not self._forms:
            return None
        whole = reading[0] if len(reading) == 1 else [word for part in reading for word in part]
        for part in (whole, *reading) if len(reading) > 1 else (whole,):
            if found := self._in_words(part):
                return found
            plain = spelled_out(part)
            if plain is not None and (found := self._in_words(plain)):
                return found
        return None

    def _in_words(self, shown: Sequence[str]) -> list[tuple[_Form, int]] | None:
        if shown[0] in self._others and len(shown) > 1:
            return None
        if found := self._beginning(shown):
            return found
        start = introduction(shown)
        if start and (found := self._beginning(shown[start:])):
            return found
        position = self._core.get(core(shown)) if shown[0] in GENERIC else None
        if position is not None:
            return [(form, 0) for form in self._all(position)]
        return self._nearly("".join(shown), shown) or self._before_branch(shown)

    def _beginning(self, shown: Sequence[str]) -> list[tuple[_Form, int]] | None:
        """Find a name that the words are, or begin with, before a branch, a place or any word."""
        exact = self._exact
        best: int | None = None
        key = "".join(shown)
        if (position := exact.get(key)) is None:
            position = self._cut.get(key)
        if position is not None:
            return [(form, 0) for form in self._all(position)]
        if shown[0] in self._heads:
            key = ""
            for end in range(1, len(shown)):
                key += shown[end - 1]
                position = exact.get(key)
                if position is not None and self._telling(position, shown[end]):
                    best = position
        return None if best is None else [(form, 0) for form in self._all(best)]

    def _before_branch(self, shown: Sequence[str]) -> list[tuple[_Form, int]] | None:
        """Find a name that is mistyped before a branch or a place."""
        for end in range(1, len(shown)):
            word = shown[end]
            if word in BRANCHES or (word in PLACE_OPENINGS and place(shown, end)):
                key = "".join(shown[:end])
                if found := self._nearly(key, shown[:end]):
                    return found
        return None

    def _telling(self, position: int, follows: str) -> bool:
        """Tell whether a name stands for itself before another word."""
        spelled = words(self._forms[position].written)
        letters = meaning(spelled)
        if letters >= _TELLING or (last_place(spelled) and sum(map(len, spelled)) >= _PLACED):
            return True
        return letters >= _SHORTEST and (follows in SUFFIXES or follows.isdigit())

    def _nearly(self, key: str, shown: Sequence[str]) -> list[tuple[_Form, int]] | None:
        best: list[tuple[_Form, int]] = []
        nearest = 3
        for position in self._near.candidates(key, shown) or ():
            form = self._forms[position]
            most = min(allowance(len(form.key)), nearest)
            distance = OSA.distance(key, form.key, score_cutoff=most)
            if distance > most or not _slip(shown, key, form, distance):
                continue
            if distance < nearest:
                nearest, best = distance, []
            best.append((form, distance))
        return [
            (form, distance) for one, distance in best for form in self._all(self._exact[one.key])
        ] or None

    def _all(self, position: int) -> list[_Form]:
        """Return the form and those of other organisations that are written the same."""
        form = self._forms[position]
        return [form, *(self._forms[other] for other in self._same.get(form.key, ()))]

    def _add(self, written: str, official: OfficialNumber) -> None:
        spelled = words(written)
        if not spelled:
            return
        plain = spelled_out(spelled)
        for form in (spelled, plain) if plain is not None else (spelled,):
            self._put("".join(form), form, written, official)
        if heart := core(plain or spelled):
            self._core.setdefault(heart, self._exact["".join(spelled)])
        for length in _CUTS:
            if len(written) > length:
                cut = words(written[:length])
                if meaning(cut) >= _MEANING:
                    self._cut.setdefault("".join(cut), self._exact["".join(spelled)])

    def _put(self, key: str, spelled: Sequence[str], written: str, official: OfficialNumber) -> None:
        known = self._exact.get(key)
        if known is None:
            self._exact[key] = len(self._forms)
            self._near.add(key, spelled, len(self._forms))
        elif any(form.official.organisation == official.organisation for form in self._all(known)):
            return
        else:
            self._same.setdefault(key, []).append(len(self._forms))
        self._heads.add(spelled[0])
        self._forms.append(_Form(key, written, official))


def _slip(shown: Sequence[str], key: str, form: _Form, distance: int) -> bool:
    """Tell whether a text is another one mistyped, not a name of its own that differs by a letter."""
    if distance == 0:
        return True
    if _DIGITS.findall(key) != _DIGITS.findall(form.key):
        return False
    wanted = words(form.written)
    if "".join(wanted) != form.key:
        wanted = spelled_out(wanted) or wanted
    here, there = last_place(shown), last_place(wanted)
    if here and there and here != there:
        return False
    if len(wanted) != len(shown):
        return meaning(wanted) >= (_TELLING if EVERYDAY.issuperset(shown) else _MEANING)
    telling = meaning(wanted)
    for word, right in zip(shown, wanted, strict=True):
        if word == right:
            continue
        if OSA.distance(word, right, score_cutoff=1) > 1 and len(right) < 7:
            return False
        if word in EVERYDAY and telling < (_MEANING if right in GENERIC else _TELLING):
            return False
    return True


def _is_other(found: tuple[_Form, int], display: str) -> bool:
    """Tell whether marks or blanks show a name to be another one that folds to the same."""
    form, distance = found
    return distance == 0 and hint(display, words(form.written), form.written) is Hint.AGAINST


def _closest(found: list[tuple[_Form, int]]) -> NameMatch:
    form, distance = found[0]
    return NameMatch(form.official, form.written, distance)
