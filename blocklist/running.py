"""Finds a title in words that are run together, as in ``CONGANTINHNGHEAN`` and ``DOICSHS``."""

from collections.abc import Mapping
from typing import Final

from blocklist.everyday import spells
from blocklist.places import PLACES, SHORT
from blocklist.standing import OFFICE_WORDS, RUN_UNITS, UNIT_LETTERS
from blocklist.titles import Spelling, Standing, Title
from blocklist.written import Hint, hint

SHORTEST: Final = 5
"""Letters of a title run together with the next word, at least (``ubndp``)."""

_LONGEST_OFFICE: Final = 14
_ALONE: Final = 4
"""Letters of a title that may end the word."""
_BEFORE_WORDS: Final = 5
"""Letters of a title that other words than a unit may follow."""


def title_in(word: str, known: Mapping[str, Spelling], display: str, more: bool) -> Title | None:
    """Return the title that a word begins with, behind none or some words for offices and posts.

    ``more`` tells that other words follow; ``display`` is the name as shown.
    """
    for start in _starts(word):
        for end in range(len(word), start + 1, -1):
            form = known.get(word[start:end])
            if form is None or form.title.standing is Standing.GOVERNED:
                continue
            if _ends_well(form.title, word[end:], end - start + bool(start), known, more) and (
                hint(display, form.spelled, form.written) is not Hint.AGAINST
            ):
                return form.title
    return None


def _starts(word: str) -> list[int]:
    starts = [0]
    for begun in starts:
        starts += [
            end
            for end in range(begun + 2, min(len(word), begun + _LONGEST_OFFICE))
            if word[begun:end] in OFFICE_WORDS and end not in starts
        ]
    return starts


def _ends_well(title: Title, rest: str, size: int, known: Mapping[str, Spelling], more: bool) -> bool:
    """Tell whether what is left of a word behind a title is a unit, or other words."""
    rest = rest.rstrip("0123456789")
    if (
        rest in PLACES
        or rest in SHORT
        or (rest[:2] == "tp" and rest[2:] in PLACES)
        or rest.startswith(RUN_UNITS)
    ):
        return True
    if more and rest in UNIT_LETTERS:
        return True
    if title.standing is Standing.PLACED:
        return False
    if not rest:
        return size >= _ALONE
    return size >= _BEFORE_WORDS and (spells(rest) or rest[:_ALONE] in known)
