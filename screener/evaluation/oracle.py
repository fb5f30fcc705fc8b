"""Which official numbers a number imitates, straight from the definitions: slow, obvious, and nobody's index.

It labels the evaluation set, and the engine is held against it. Forms: a national number is what people dial
within Vietnam: with the trunk 0, or a service's digits (``113``, ``18001091``). A service has no trunk 0.

1. ``official_as_caller``: the number is one that only receives calls, in a form that is its own.
2. ``dressed``: the digits as written are the official number behind a wrong prefix. Prefixes are made of
   the pieces 84 and 0, behind +, 00 or nothing (``+840…``, ``+84840…``, ``00840…``, ``+0…``, ``840…``);
   right ones are 0 or nothing where nothing stands before them, and 84 after any of the three. A plus alone
   is a wrong one. A service has no right prefix at all (``+84113``, ``0113``, ``+5656``). Or it is a
   foreign country code before the trunk 0 (``+3750237…``), of two digits or more where neither + nor 00
   stands before it, with one digit more behind it where one does (``+6010237…``).
3. ``old_plan``: the number is exactly what an official one was before 2017 (area codes) or 2018 (11-digit
   mobiles).
4. ``other_area``: the same subscriber digits under another area code or prefix, in use or not: those behind
   the area code of an 11-digit number (eight behind 024 and 028, else seven), the last seven of a 10-digit
   one that begins with 03 or 05 to 09. A code that nobody uses is no other area, nor is 069 or 080 one:
   from or to these it counts only for a caller of whom 5 to 8 say nothing.
5. ``one_digit``: one digit differs. 6. ``swapped``: two different neighbouring digits have changed places.
7. ``missing``: one digit of the official number is left out. 8. ``extra``: one digit too many.
9. ``neighbour``: as long, and nothing but the last two digits differs, be it one or both.

3 to 9 need an official number of seven digits or more, and a caller whose own number is not official.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from blocklist.entries import OfficialNumber
from screener.evaluation.places import PROVINCES
from screener.evaluation.prefixes import BEFORE_2018, MOBILE

MIN_DIGITS: Final = 7
FOREIGN_CODES: Final = frozenset(str(code) for code in COUNTRY_CODE_TO_REGION_CODE if code != 84)
_AREAS: Final = {f"0{province.area}": f"0{province.old_area}" for province in PROVINCES}


class Kind(StrEnum):
    """The ways to imitate, in the order in which the first that fits is the verdict's."""

    OFFICIAL_AS_CALLER = "official_as_caller"
    DRESSED = "dressed"
    OLD_PLAN = "old_plan"
    OTHER_AREA = "other_area"
    ONE_DIGIT = "one_digit"
    SWAPPED = "swapped"
    MISSING = "missing"
    EXTRA = "extra"
    NEIGHBOUR = "neighbour"


_EDITS: Final = {Kind.ONE_DIGIT, Kind.SWAPPED, Kind.MISSING, Kind.EXTRA}


def oracle(national: str, written: str, registry: Sequence[OfficialNumber]) -> list[tuple[Kind, int]]:
    """Return every kind that fits with the index of the entry imitated, in the kinds' order. Never raises.

    ``national`` is the caller's number in national form (``+`` and digits for a foreign one), ``written`` the
    same as the exchange got it.
    """
    is_official = any(national == number for entry in registry for number in numbers(entry))
    found: set[tuple[Kind, int]] = set()
    elsewhere: set[tuple[Kind, int]] = set()
    nowhere: set[tuple[Kind, int]] = set()
    for index, entry in enumerate(registry):
        for number in numbers(entry):
            if dressed(written, number):
                found.add((Kind.DRESSED, index))
            elif national == number and entry.receives_only:
                found.add((Kind.OFFICIAL_AS_CALLER, index))
            if not is_official:
                found.update((kind, index) for kind in _alike(national, number))
                if subscriber(number) and subscriber(national) == subscriber(number):
                    (elsewhere if _used(national) and _used(number) else nowhere).add(
                        (Kind.OTHER_AREA, index)
                    )
    found |= elsewhere
    if not {kind for kind, _ in found} & _EDITS:
        found |= nowhere
    order = list(Kind)
    return sorted(found, key=lambda hit: (order.index(hit[0]), hit[1]))


def numbers(entry: OfficialNumber) -> Iterator[str]:
    """Return the numbers of an entry: one, all of a range, or none."""
    if not entry.number:
        return
    if not entry.last:
        yield entry.number
        return
    for value in range(int(entry.number), int(entry.last) + 1):
        yield str(value).zfill(len(entry.number))


def _alike(national: str, official: str) -> Iterator[Kind]:
    if len(official) < MIN_DIGITS or not national.isdecimal():
        return
    if national == before(official):
        yield Kind.OLD_PLAN
    if one_digit(national, official):
        yield Kind.ONE_DIGIT
    if swapped(national, official):
        yield Kind.SWAPPED
    if missing(national, official):
        yield Kind.MISSING
    if missing(official, national):
        yield Kind.EXTRA
    if len(national) == len(official) and national[:-2] == official[:-2]:
        yield Kind.NEIGHBOUR


def dressed(written: str, official: str) -> bool:
    """Tell whether a written number is the official one behind a wrong prefix."""
    trunk = official.startswith("0")
    own = official.removeprefix("0")
    plus, digits = _spelled(written)
    abroad = plus or digits.startswith("00")
    if digits.startswith("00") and not plus:
        digits = digits[2:]
    if not digits.endswith(own):
        return False
    front = digits.removesuffix(own)
    if trunk and front.endswith("0"):
        if front[:-1] in FOREIGN_CODES and (abroad or len(front) > 2):
            return True
        if front[:-2] in FOREIGN_CODES and abroad:
            return True
    if front.replace("84", "").replace("0", ""):
        return False
    if not trunk:
        return abroad or front != ""
    if abroad:
        return front != "84" and (plus or front != "")  # 00263… is a number abroad as well
    return front not in {"", "0", "84"}


def is_short_code(official: str) -> bool:
    """Tell ``113`` and ``5656`` from numbers."""
    return not official.startswith("0") and len(official) < MIN_DIGITS


def before(official: str) -> str | None:
    """Return what a number was before 2017 or 2018, or None where it has not changed."""
    if is_mobile(official):
        prefix = BEFORE_2018.get(official[:3])
        return prefix + official[3:] if prefix else None
    area = area_of(official)
    if area is None or _AREAS[area] == area:
        return None
    return _AREAS[area] + official[len(area) :]


def _used(number: str) -> bool:
    return is_mobile(number) or area_of(number) is not None


def is_mobile(number: str) -> bool:
    """Tell whether a national number has the form of a mobile's."""
    return len(number) == 10 and number[:3] in MOBILE


def area_of(number: str) -> str | None:
    """Return the area code of a landline with its trunk 0, or None."""
    if len(number) == 11:
        for area in (number[:3], number[:4]):
            if area in _AREAS:
                return area
    return None


def subscriber(number: str) -> str:
    """Return the digits behind area code or prefix of a national number, empty where it has none."""
    if len(number) == 11 and number.startswith("02"):
        return number[3:] if number[:3] in {"024", "028"} else number[4:]
    if len(number) == 10 and number.startswith(("03", "05", "06", "07", "08", "09")):
        return number[3:]
    return ""


def one_digit(number: str, official: str) -> bool:
    """Tell whether exactly one digit differs."""
    return len(number) == len(official) and sum(a != b for a, b in zip(number, official, strict=True)) == 1


def swapped(number: str, official: str) -> bool:
    """Tell whether two different neighbouring digits have changed places."""
    return (
        len(number) == len(official)
        and number != official
        and any(
            number == official[:i] + official[i + 1] + official[i] + official[i + 2 :]
            for i in range(len(official) - 1)
        )
    )


def missing(shorter: str, longer: str) -> bool:
    """Tell whether leaving out one digit of the longer number gives the shorter one."""
    return len(longer) == len(shorter) + 1 and any(
        shorter == longer[:i] + longer[i + 1 :] for i in range(len(longer))
    )


@lru_cache(maxsize=1)
def _spelled(written: str) -> tuple[bool, str]:
    """Return whether a plus stands in front, and the digits."""
    folded = unicodedata.normalize("NFKC", written)
    visible = "".join(char for char in folded if unicodedata.category(char)[0] not in "CZ")
    for scheme in ("tel:", "sips:", "sip:"):
        if visible.lower().startswith(scheme):
            visible = visible[len(scheme) :]
            break
    visible = visible.split("@", 1)[0].split(";", 1)[0]
    values = (unicodedata.decimal(char, None) for char in visible)
    return visible.startswith("+"), "".join(str(value) for value in values if value is not None)
