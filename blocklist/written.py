"""What the marks, capitals and blanks of a display name say about whether it is a title or a name like it.

Folding drops them, so that no disguise hides a title. Where somebody wrote them, they tell: ``Cô Ngân`` is no
``Công an``, ``Thanh Trà`` no ``Thanh tra``, and a person's names begin with capitals.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from blocklist.everyday import EVERYDAY
from blocklist.folding import joined
from blocklist.places import UNITS

_TOKEN: Final = re.compile(r"[^\W\d_]+")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SHAPES: Final = frozenset("\u0302\u0306\u031b")
_FEW: Final = 3
"""Words of a title up to which one with other marks makes it another name: ``Đoàn Thanh Trà``."""
CALLS: Final = frozenset(
    "anh chi em co chu bac di cau mo thim ong ba me bo ma thay chau be a c ut hai tu".split()
)
"""What Vietnamese call each other by, before the given name."""


class Hint(StrEnum):
    """What the writing says."""

    MARKED = "marked"
    """The title's own marks."""
    NOUN = "noun"
    """A later word is small, in a name that has capitals: no person's name is written so."""
    AGAINST = "against"
    NOTHING = "nothing"


def hint(display: str, spelled: Sequence[str], written: str) -> Hint:
    """Tell whether a name is written as a title is: ``spelled`` are its plain words, ``written`` the title.

    Disguised words say nothing. Of a long title most words must have other marks, as one is soon mistyped.
    """
    if display.isascii() and (display.isupper() or display.islower()) and display.lower().split() == spelled:
        return Hint.NOTHING
    pieces = list(_pieces(unicodedata.normalize("NFC", display)))
    read = [joined(piece) for piece in pieces]
    if not all(read):
        pieces = [piece for piece, letters in zip(pieces, read, strict=True) if letters]
        read = [letters for letters in read if letters]
    start, end = _found(read, "".join(spelled))
    if start == end:
        moved = EVERYDAY.issuperset(read) and "".join(spelled) in "".join(read)
        return Hint.AGAINST if moved else Hint.NOTHING
    follows = read[end] if end < len(read) else ""
    pieces, plain = pieces[start:end], read[start:end]
    if plain != list(spelled):
        moved = not _ends(plain) <= _ends(spelled) and EVERYDAY.issuperset(plain)
        meant = follows in UNITS and plain[0] not in CALLS
        return Hint.AGAINST if moved and not meant else Hint.NOTHING
    wanted = [_sounds(word) for word in _TOKEN.findall(unicodedata.normalize("NFC", written.lower()))]
    shown = [_sounds(piece.lower()) for piece in pieces]
    if len(wanted) == len(shown):
        differ = sum(
            here[0] == there[0] and here[1] not in ("", there[1])
            for here, there in zip(shown, wanted, strict=True)
        )
        if differ and (len(wanted) <= _FEW or 2 * differ >= len(wanted)):
            return Hint.AGAINST
        if _is_noun(pieces, display):
            return Hint.NOUN
        if shown == wanted and any(marks for _, marks in wanted):
            return Hint.MARKED
    return Hint.NOTHING


def divided(display: str) -> bool:
    """Tell whether capitals divide letters run together into everyday words: ``CoGiaoDuc``."""
    if display.isupper() or display.islower():
        return False
    read = [joined(piece) for piece in _pieces(unicodedata.normalize("NFC", display))]
    return len(read) > 1 and EVERYDAY.issuperset(read)


def marked_words(display: str) -> set[str]:
    """Return the words that have marks, in small letters; none of most names."""
    if display.isascii():
        return set()
    return set(unicodedata.normalize("NFC", display).lower().split())


def _is_noun(pieces: Sequence[str], display: str) -> bool:
    """Tell whether a later word is written small, in a name that has capitals."""
    return pieces[-1][0].islower() and len(pieces) > 1 and not display.islower()


def _found(read: Sequence[str], key: str) -> tuple[int, int]:
    """Return from where to where a display's words, run together, read as the key; nowhere is twice 0."""
    for start in range(len(read)):
        letters = ""
        for end in range(start, len(read)):
            letters += read[end]
            if not key.startswith(letters):
                break
            if letters == key:
                return start, end + 1
    return 0, 0


def _pieces(display: str) -> Iterator[str]:
    """Give the words of a display, those too that only capitals divide: ``CoNgan``."""
    for token in _TOKEN.findall(display):
        start = 0
        for end in range(1, len(token)):
            if token[end].isupper() and token[end - 1].islower():
                yield token[start:end]
                start = end
        yield token[start:]


def _ends(spelled: Sequence[str]) -> set[int]:
    ends, end = set(), 0
    for word in spelled:
        end += len(word)
        ends.add(end)
    return ends


def _sounds(word: str) -> tuple[str, str]:
    """Return a syllable's letters and its marks, wherever the tone's mark stands (``toà``, ``tòa``)."""
    letters, marks, tone = "", "", ""
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = char
        elif char in _SHAPES:
            marks += f"{len(letters)}{char}"
        elif char == "đ":
            letters += "d"
            marks += f"{len(letters)}-"
        else:
            letters += char
    return letters, marks + tone
