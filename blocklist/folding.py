"""Reads a display name as a person would hear it: plain lower-case words, without dress and disguise."""

import re
from collections.abc import Iterator
from typing import Final

from blocklist.everyday import EVERYDAY
from blocklist.glyphs import BREAK, Glyphs

LONGEST: Final = 100
"""Characters of a name that are read; Asterisk keeps 79 bytes, and a telephone shows fewer."""

Words = list[str]
Reading = list[Words]
"""The parts of a name (cut at brackets, commas and spaced dashes), each a list of words; none is empty."""

_GLYPHS: Final = Glyphs()
_DRESS: Final = re.compile(r"[0-9@$!&\n-]")
_VOWELS: Final = frozenset("aeiouy0134@")
_DIGIT: Final = re.compile(r"[0-9@$!]")
_WORD: Final = re.compile(r"[^\s-]+")
_RUN: Final = 5
"""Letters of two words run together, at least."""
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_MIXED: Final = re.compile(r"(?=\S*[a-z])(?=\S*[0-9@$!])\S+")
_DIGIT_WORD: Final = re.compile(r"(?<!\S)[0134578]{2,4}(?!\S)")
_DIGIT_IN_WORD: Final = re.compile(r"(?<=[a-z])[0-9]")
_LARGE_I: Final = re.compile(r"(?<=[a-z])I(?=[a-z])|\bI(?=[aeouy][a-z]+ [a-z])")
_LEET: Final = str.maketrans("01345789@$!", "oieastbgasi")
_LEET_L: Final = str.maketrans("1!", "ll")
_RIGHT_TO_LEFT: Final = "\u202e"


def words(text: str) -> Words:
    """Return the words of a text in their plain reading, its parts run together."""
    return [word for part in _split(_plain(text)) for word in part]


def joined(text: str) -> str:
    """Return the plain reading of a text without its spaces: equal for all ways to space it."""
    folded = _plain(text)
    return folded if folded.isalnum() else "".join([word for part in _split(folded) for word in part])


def readings(text: str) -> Iterator[Reading]:
    """Yield the ways in which a name can be read, the plainest first; nearly always that is the only one.

    Further ones are digits read as letters (``C0NG 4N``) or as VNI's accents (``co6ng an``), small l for
    capital I, letters that are doubled for good (``TOAAN``), and text turned around by a bidi override.
    """
    text = text[:LONGEST]
    folded = text.translate(_GLYPHS)
    plain = folded.split(" ")
    if EVERYDAY.issuperset(plain):
        yield [plain]
    else:
        yield from _dressed(folded)
    if "l" in text and text.replace("l", "").isupper():
        yield _split(_plain(text.replace("l", "I")))
    elif "I" in text and not text.isupper() and (swapped := _LARGE_I.sub("l", text)) != text:
        yield _split(_plain(swapped))
    if _RIGHT_TO_LEFT in text:
        yield _split(_plain(text[::-1]))


def _dressed(folded: str) -> Iterator[Reading]:
    doubled = _DOUBLED.search(folded) is not None
    if _DRESS.search(folded) is None:
        written = folded.split()
        found = _unspaced([_single(word) for word in written] if doubled else written)
        if found:
            yield [found]
        if doubled and found != written and _may_be_run_together(written):
            yield [_unspaced(written)]
        return
    single = _WORD.sub(lambda match: _single(match[0]), folded) if doubled else folded
    yield _split(single)
    if single != folded and _may_be_run_together(folded.split()):
        yield _split(folded)
    if _DIGIT.search(single):
        yield from _undressed(single)


def _plain(text: str) -> str:
    folded = text[:LONGEST].translate(_GLYPHS)
    return folded if _DOUBLED.search(folded) is None else " ".join(map(_single, folded.split(" ")))


def _single(word: str) -> str:
    """Write doubled letters once, but not those of abbreviations (``STTTT``, ``GDĐT``)."""
    return word if _VOWELS.isdisjoint(word) else _DOUBLED.sub(r"\1", word)


def _may_be_run_together(written: Words) -> bool:
    """Tell whether letters may be doubled for good: in words run together (``TOAAN``), or by a slip that the
    everyday word without it would hide (``Cann sat``)."""
    return any(
        word not in EVERYDAY
        and (one := _single(word)) != word
        and (one in EVERYDAY or (not place and len(word) >= _RUN))
        for place, word in enumerate(written)
    )


def _undressed(folded: str) -> Iterator[Reading]:
    singles = _spelled(folded)
    if singles != folded:
        yield _split(singles)
    leet = _MIXED.sub(lambda match: match[0].translate(_LEET), singles)
    if leet != folded:
        yield _split(leet)
    if "1" in folded or "!" in folded:
        yield _split(_MIXED.sub(lambda match: match[0].translate(_LEET_L).translate(_LEET), singles))
    whole = singles.translate(_LEET)
    if whole != leet and _DIGIT_WORD.search(singles):
        yield _split(whole)
    vni = _DIGIT_IN_WORD.sub("", folded)
    if vni != folded:
        yield _split(vni)


def _spelled(folded: str) -> str:
    """Join letters and digits that stand alone beside each other: ``c 0 n g`` is one word in disguise."""
    return re.sub(
        r"(?<!\S)[a-z0-9@$!](?: [a-z0-9@$!](?!\S)){2,}", lambda match: match[0].replace(" ", ""), folded
    )


def _split(folded: str) -> Reading:
    if "-" in folded:
        folded = folded.replace(" - ", BREAK).replace("-", " ")
    if "&" in folded:
        folded = folded.replace("&", " ")
    if BREAK not in folded:
        found = _unspaced(folded.split())
        return [found] if found else []
    parts = [found for part in folded.split(BREAK) if (found := part.split())]
    single = next((end for end, part in enumerate(parts) if len(part) > 1), len(parts))
    if single > 1:  # ``CONG / AN``: they divide words that belong together
        parts[:single] = [[part[0] for part in parts[:single]]]
    return [_unspaced(part) for part in parts]


def _unspaced(found: Words) -> Words:
    """Put words that were spelled letter by letter together: ``c o n g a n``, ``v.k.s.n.d``, ``c.a``."""
    if sum([len(word) == 1 for word in found]) < 2:
        return found
    whole: Words = []
    run = False
    for word in found:
        single = len(word) == 1 and word.isalpha()
        if single and run:
            whole[-1] += word
        else:
            whole.append(word)
        run = single
    return whole
