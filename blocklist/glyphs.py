"""Which plain letter each character looks like: what a caller writes so that only the eye reads the word.

The letters of other scripts follow Unicode's confusables (UTS #39), cut down to those that read as a Latin
letter at a telephone display's size. Accents, full-width and mathematical forms follow from Unicode's own
decomposition (NFKD).
"""

import unicodedata
from typing import Final

BREAK: Final = "\n"
"""What separates the parts of a name, such as a bracket or a comma, once folded."""

_LIKE: Final = {
    ord(char): letter
    for letter, chars in {
        "a": "аАɑαΑ∂ᴀᎪꓮ",
        "b": "вВьЬβΒʙᏼꓐƀбБɓ",
        "c": "сСϲϹᴄᏟꓚςєЄ¢",
        "d": "đĐðÐɖƉɗԁᴅᎠꓓδ",
        "e": "еЕεΕᴇᎬꓰɛэЭ€ɘ",
        "f": "ғҒƒꜰꓝ",
        "g": "ɡɢᏀꓖցǥ",
        "h": "нНΗһҺʜᎻꓧհħĦ",
        "i": "іІιΙıɩɪᎥꓲӏӀ",
        "j": "јЈϳᴊᎫꓙ",
        "k": "кКκΚᴋᏦꓗқҚ",
        "l": "łŁʟᏞꓡǀ",
        "m": "мМΜᴍᎷꓟ",
        "n": "ΝηпПոɴꓠŋŊπиИ",
        "o": "оОοΟօᴏꓳøØσθΘөӨ○",
        "p": "рРρΡᴘᏢꓑþÞ",
        "q": "ԛԚզ",
        "r": "гГʀᎡꓣяЯ",
        "s": "ѕЅꜱᏚꓢƨ§",
        "t": "тТτΤᴛᎢꓔŧŦ†",
        "u": "υᴜսꓴμцЦʋ",
        "v": "νѵѴᴠᏙꓦ√",
        "w": "ԝԜωᴡᏔꓪшШ",
        "x": "хХχΧꓫ×",
        "y": "уУΥγʏᎽꓬүҮ¥",
        "z": "ΖᴢᏃꓜƶ",
    }.items()
    for char in chars
}
_BADGES: Final = (0x1F150, 0x1F170, 0x1F1E6)
"""Where the white-on-black and the regional letters A to Z begin; NFKD leaves them alone."""
_SPLITS: Final = frozenset(',;:()[]{}<>|/\\•·–—―«»"“”')
_KEPT: Final = frozenset("@$!-&")
_BLANK: Final = frozenset("\u3164\u115f\u1160\u2800\uffa0\ufffc\ufffd")
"""Characters that Unicode calls letters or symbols and that show nothing, or that stand for lost bytes."""
_LONGEST_TABLE: Final = 20_000


class Glyphs(dict[int, str]):
    """For ``str.translate``: code point -> what it folds to, worked out on first sight.

    Letters become a-z (or stay, in scripts without a likeness), digits 0-9, separators a blank or ``BREAK``;
    marks, control, format and zero-width characters vanish. ``@ $ ! - &`` stay for the reader to judge.
    """

    def __missing__(self, point: int) -> str:
        """Fold a character. The table stops growing before a caller could fill the memory with it."""
        folded = _fold(chr(point))
        if len(self) < _LONGEST_TABLE:
            self[point] = folded
        return folded


def _fold(char: str) -> str:
    point = ord(char)
    if like := _LIKE.get(point):
        return like
    for start in _BADGES:
        if start <= point < start + 26:
            return chr(ord("a") + point - start)
    if char in _BLANK:
        return ""
    if char in _SPLITS:
        return BREAK
    if char in _KEPT or char.isspace():
        return " " if char.isspace() else char
    return "".join(_plain(part) for part in unicodedata.normalize("NFKD", char))


def _plain(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in "MC":
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind[0] in "LN":
        return _LIKE.get(ord(char)) or char.lower()
    return char if char in _KEPT else " "
