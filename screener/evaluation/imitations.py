"""Numbers that imitate an official one, in each of the nine ways, labelled by the oracle."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from screener.evaluation.cases import Case, Part
from screener.evaluation.dice import Dice
from screener.evaluation.oracle import Kind, area_of, before, is_mobile, is_short_code, oracle
from screener.evaluation.places import PROVINCES
from screener.evaluation.prefixes import MOBILE
from screener.evaluation.presentations import present, spell
from screener.evaluation.registry import Entry

FOREIGN: Final = ("375", "371", "381", "870", "224", "252", "56", "60", "7")
"""Country codes that forgers are known to put in front; see the circulars' warnings."""
Made = tuple[str, str]
"""The number in national form, and as written."""


def imitations(seed: int, entries: Sequence[Entry], each: int) -> Iterator[Case]:
    """Return ``each`` cases made in every way. The label is the oracle's first kind, whatever was meant."""
    registry = [entry.official(index) for index, entry in enumerate(entries)]
    numbered = [entry for entry in entries if entry.number]
    serial = count(1)
    for kind in Kind:
        dice = Dice(seed, f"imitation {kind}")
        made = 0
        while made < each:
            number = _make(dice, kind, dice.pick(numbered))
            if number is None:
                continue
            hits = oracle(*number, registry)
            if not hits:  # it fell on another official number, which imitates nobody
                continue
            made += 1
            first = hits[0][0]
            meant = tuple(entries[index].written for kind_, index in hits if kind_ is first)
            yield Case(f"n{next(serial)}", Part.NUMBERS, first, number[1], "", first, meant)


def _make(dice: Dice, kind: Kind, entry: Entry) -> Made | None:
    """Return an imitation of the entry, or None where it has none of this kind that reads clearly."""
    if kind is Kind.OFFICIAL_AS_CALLER:
        return (entry.number, present(dice, entry.number)) if entry.inbound_only else None
    if kind is Kind.DRESSED:
        return _dress(dice, entry.number)
    if is_short_code(entry.number):
        return None
    national = _change(dice, kind, entry.number)
    if national is None or not _clear(national, entry.number):
        return None
    return national, present(dice, national)


def _clear(national: str, official: str) -> bool:
    """Tell whether the digits, written alone, can't be read as another number than the one meant."""
    if official.startswith("0"):
        # 00 begins an international number; 84 behind the trunk 0 of a long one is a doubled country code.
        return not national.startswith(("00", "084")) or (national.startswith("084") and len(national) < 11)
    return national[:4] == official[:4] and len(national) not in {9, 10}


def _dress(dice: Dice, official: str) -> Made | None:
    own = official.removeprefix("0")
    if is_short_code(official):
        front = dice.pick(("+84", "0", "+", "0084", "+840", "00840"))
        return official, spell(dice, front + own)
    if not official.startswith("0"):
        return None
    if dice.chance(0.2):
        front = dice.pick(FOREIGN)
        return f"+{front}0{own}", spell(dice, f"{dice.pick(('+', '00'))}{front}0{own}")
    front = dice.weigh((("+840", 35), ("+84840", 15), ("00840", 20), ("+0", 15), ("840", 15)))
    return official, spell(dice, front + own)


def _change(dice: Dice, kind: Kind, official: str) -> str | None:
    size = len(official)
    place = 1 + dice.below(size - 1)
    if kind is Kind.OLD_PLAN:
        return before(official)
    if kind is Kind.OTHER_AREA:
        return _elsewhere(dice, official)
    if kind is Kind.ONE_DIGIT:
        digit = str((int(official[place]) + 1 + dice.below(9)) % 10)
        return official[:place] + digit + official[place + 1 :]
    if kind is Kind.SWAPPED:
        place = min(place, size - 2)
        if official[place] == official[place + 1]:
            return None
        return official[:place] + official[place + 1] + official[place] + official[place + 2 :]
    if kind is Kind.MISSING:
        return official[:place] + official[place + 1 :]
    if kind is Kind.EXTRA:
        place = 1 + dice.below(size)
        return official[:place] + dice.digits(1) + official[place:]
    ending = f"{(int(official[-2:]) + 1 + dice.below(99)) % 100:02}"
    return official[:-2] + ending


def _elsewhere(dice: Dice, official: str) -> str | None:
    if is_mobile(official):
        return dice.pick(MOBILE) + official[3:]
    area = area_of(official)
    if area is None:
        return None
    other = dice.pick([province.area for province in PROVINCES if len(province.area) == len(area) - 1])
    return f"0{other}{official[len(area) :]}"
