"""Numbers of ordinary callers as carriers show them: mobiles, landlines, from abroad, withheld."""

from collections.abc import Set
from typing import Final

from screener.evaluation.dice import Dice
from screener.evaluation.places import PROVINCES, Province
from screener.evaluation.prefixes import MOBILE
from screener.evaluation.registry import CROWDED, EXCHANGES

WITHHELD: Final = "withheld"
_ABROAD: Final = (
    ("1", ("2125550", "4085551", "7145552", "6265553"), 10),
    ("7", ("916", "495"), 10),
    ("33", ("6", "1"), 9),
    ("39", ("06", "347"), 10),
    ("44", ("7700", "20"), 10),
    ("49", ("151", "170"), 11),
    ("60", ("12", "16"), 9),
    ("61", ("4",), 9),
    ("65", ("8", "9", "6"), 8),
    ("66", ("8", "9"), 9),
    ("81", ("90", "80"), 10),
    ("82", ("10",), 10),
    ("86", ("138", "159", "186"), 11),
    ("225", ("07",), 10),
    ("420", ("60", "77"), 9),
    ("852", ("5", "9"), 8),
    ("855", ("12", "97"), 8),
    ("856", ("20",), 10),
    ("886", ("9",), 9),
)
"""Country code, beginnings, digits behind the country code."""


def draw(dice: Dice, taken: Set[str]) -> tuple[str, str]:
    """Return the sort of line and a number as shown; ``taken`` are national numbers that are not ordinary."""
    sort = dice.weigh((("mobile", 66), ("landline", 27), ("service", 1), ("foreign", 4), (WITHHELD, 2)))
    if sort == WITHHELD:
        return sort, dice.pick(("", "anonymous", "Anonymous", "unknown", "restricted"))
    if sort == "foreign":
        code, starts, size = dice.pick(_ABROAD)
        start = dice.pick(starts)
        number = f"{code}{start}{dice.digits(size - len(start))}"
        return sort, dice.pick(("+", "00")) + number
    while (national := _national(dice, sort)) in taken:
        pass
    return sort, carried(dice, national)


def mobile(dice: Dice, taken: Set[str]) -> str:
    """Return an ordinary mobile number as shown."""
    while (national := f"{dice.pick(MOBILE)}{dice.digits(7)}") in taken:
        pass
    return carried(dice, national)


def local(dice: Dice, taken: Set[str]) -> tuple[str, str]:
    """Return whether it lies in the crowded registry's exchanges, and a landline of its province as shown."""
    near = dice.chance(0.5)
    while True:
        start = dice.pick(EXCHANGES) if near else f"3{dice.digits(2)}"
        national = f"0{CROWDED.area}{start}{dice.digits(4)}"
        if national not in taken and (near or start not in EXCHANGES):
            return "same exchanges" if near else "other exchanges", carried(dice, national)


def carried(dice: Dice, national: str) -> str:
    """Return a number as carriers write it: national, with the country code, a few without the trunk 0."""
    if not national.startswith("0"):
        return national
    own = national[1:]
    return dice.weigh(((national, 60), (f"+84{own}", 18), (f"84{own}", 14), (f"0084{own}", 4), (own, 4)))


def _national(dice: Dice, sort: str) -> str:
    if sort == "mobile":
        return f"{dice.pick(MOBILE)}{dice.digits(7)}"
    if sort == "service":
        return f"{dice.pick(('1800', '1900'))}{dice.digits(dice.pick((4, 6)))}"
    province = dice.pick(_BUSY)
    return f"0{province.area}{dice.pick('2336667')}{dice.digits(9 - len(province.area))}"


_BUSY: Final[tuple[Province, ...]] = PROVINCES + PROVINCES[:2] * 12
"""Hanoi and Ho Chi Minh City have more lines than their share."""
