"""Display names that imitate an office, in the ways in which forgers, phones and carriers distort them."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from screener.evaluation import callers, marks, ordinary
from screener.evaluation.cases import Case, Part
from screener.evaluation.dice import Dice
from screener.evaluation.registry import Entry

NAME: Final = "name"
"""What the judge calls the kind."""

_LOOKALIKES: Final = {
    **dict(zip("acdehiopsxyj", "асԁеһіорѕхуј", strict=True)),
    **dict(zip("ABCEHIKMNOPSTXYJ", "АВСЕНІКМΝОРЅТХУЈ", strict=True)),
}
_LEET: Final = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4@", "s": "5$", "t": "7"}
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202c"
_RANKS: Final = tuple(
    (
        "Thiếu úy,Trung úy,Thượng úy,Đại úy,Thiếu tá,Trung tá,Thượng tá,Đại tá,Thiếu tướng,Điều tra viên,"
        "Kiểm sát viên,Thẩm phán"
    ).split(",")
)
_POSTS: Final = tuple(
    (
        "Giám đốc Sở Xây dựng,Phó Giám đốc Sở Nội vụ,Chủ tịch UBND huyện,Trưởng Công an xã,"
        "Chánh án TAND huyện,Cán bộ Công an phường,Chánh Thanh tra Sở,Cục trưởng Cục Thuế,Công an,"
        "Bộ Công an,Viện kiểm sát,Tòa án,Thanh tra tỉnh,Cảnh sát giao thông,Cảnh sát hình sự,"
        "Đoàn thanh tra liên ngành,Cơ quan điều tra"
    ).split(",")
)

Disguise = Callable[[Dice, str], str]


def imitations(seed: int, entries: Sequence[Entry], each: int) -> Iterator[Case]:
    """Return ``each`` names in every disguise, from mobile numbers that are not the office's."""
    taken = frozenset(entry.number for entry in entries)
    named = [entry for entry in entries if entry.name]
    serial = count(1)
    for group in (
        *DISGUISES,
        "abbreviation",
        "dotted abbreviation",
        "cut at 20",
        "cut at 15",
        "rank or post",
    ):
        dice = Dice(seed, f"disguise {group}")
        made = 0
        while made < each:
            entry = dice.pick(named)
            shown = _title(dice) if group == "rank or post" else _disguise(dice, group, entry)
            if shown is None:
                continue
            made += 1
            meant = () if group == "rank or post" else _meant(entries, entry, group, shown)
            number = callers.mobile(dice, taken)
            yield Case(f"d{next(serial)}", Part.NAMES, group, number, shown, NAME, meant)


def _disguise(dice: Dice, group: str, entry: Entry) -> str | None:
    if group in DISGUISES:
        long_enough = len(marks.letters(entry.name)) >= (16 if group == "two typos" else 8)
        return DISGUISES[group](dice, entry.name) if long_enough else None
    if group in {"abbreviation", "dotted abbreviation"}:
        known = entry.short if entry.authority else entry.aliases
        short = [alias for alias in known if " " in alias or alias in entry.aliases]
        if not short:
            return None
        alias = dice.pick(short)
        if group == "abbreviation":
            return _cased(dice, alias)
        first, _, rest = alias.partition(" ")
        if not first.isupper() or not first.isalpha():
            return None
        return marks.drop(f"{'.'.join(first)}{dice.pick(('', '.'))} {rest}".strip())
    return _cut(dice, entry, 20 if group == "cut at 20" else 15)


def _cut(dice: Dice, entry: Entry, size: int) -> str | None:
    """Return the name as carriers cut it; None where that leaves nothing that tells the office."""
    if len(entry.name) <= size:
        return None
    telling = size if entry.authority else size - len(entry.head) - 1
    return _cased(dice, entry.name)[:size].strip() if telling >= 5 else None


def _meant(entries: Sequence[Entry], entry: Entry, group: str, shown: str) -> tuple[str, ...]:
    """Return the numbers of all offices that the name fits as well; none where it fits one without number."""
    bare = marks.letters(shown if group.startswith("cut") else entry.name)
    alike = [
        other
        for other in entries
        if marks.letters(other.organisation) == bare
        or (group.startswith("cut") and marks.letters(other.organisation).startswith(bare))
        or (group.endswith("abbreviation") and set(other.short) & set(entry.short))
    ]
    return tuple(other.written for other in alike) if all(other.written for other in alike) else ()


def _title(dice: Dice) -> str:
    """Return a rank with a person's name, or a post or body without a place."""
    if dice.chance(0.5):
        return _cased(dice, dice.pick(_POSTS))
    return _cased(dice, f"{dice.pick(_RANKS)} {ordinary.person(dice)}")


def _cased(dice: Dice, text: str) -> str:
    text = marks.drop(text) if dice.chance(0.7) else text
    return text.upper() if dice.chance(0.4) else text


def _homoglyphs(dice: Dice, text: str) -> str:
    plain = _cased(dice, marks.drop(text))
    return "".join(_LOOKALIKES.get(char, char) if dice.chance(0.4) else char for char in plain)


def _leet(dice: Dice, text: str) -> str:
    plain = _cased(dice, marks.drop(text))
    return "".join(
        dice.pick(_LEET[char.lower()]) if char.lower() in _LEET and dice.chance(0.3) else char
        for char in plain
    )


def _full_width(dice: Dice, text: str) -> str:
    plain = _cased(dice, marks.drop(text))
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in plain)


def _zero_width(dice: Dice, text: str) -> str:
    return "".join(char + (dice.pick(_INVISIBLE) if dice.chance(0.25) else "") for char in _cased(dice, text))


def _spaced(dice: Dice, text: str) -> str:
    return " ".join(_cased(dice, marks.drop(text)).replace(" ", dice.pick(("", " "))))


def _separated(dice: Dice, text: str) -> str:
    return _cased(dice, text).replace(" ", dice.pick(("_", ".", "-", "  ", " . ")))


def _joined(dice: Dice, text: str) -> str:
    return "".join(word if word.isupper() else word.capitalize() for word in _cased(dice, text).split())


def _typo(dice: Dice, text: str) -> str:
    """Make one slip: a letter left out, doubled, replaced by its neighbour, or two changed over."""
    plain = _cased(dice, marks.drop(text))
    places = [i for i in range(1, len(plain) - 1) if plain[i].isalpha() and plain[i + 1].isalpha()]
    place = dice.pick(places)
    before, char, after = plain[:place], plain[place], plain[place + 1 :]
    slip = dice.pick(("left out", "doubled", "replaced", "changed over"))
    if slip == "left out":
        return before + after
    if slip == "doubled":
        return before + char * 2 + after
    if slip == "changed over":
        return before + after[0] + char + after[1:]
    other = dice.pick("abcdeghiklmnopqrstuvxy")
    return before + (other.upper() if char.isupper() else other) + after


DISGUISES: Final[Mapping[str, Disguise]] = {
    "as written": lambda dice, text: text.upper() if dice.chance(0.4) else text,
    "marks dropped": lambda dice, text: _cased(dice, marks.drop(text)),
    "decomposed marks": lambda dice, text: unicodedata.normalize("NFD", text),
    "homoglyphs": _homoglyphs,
    "leet": _leet,
    "full width": _full_width,
    "zero width": _zero_width,
    "spaced letters": _spaced,
    "separators": _separated,
    "joined words": _joined,
    "one typo": _typo,
    "two typos": lambda dice, text: _typo(dice, _typo(dice, text)),
}
"""Each takes an office's name, as the registry has it."""
