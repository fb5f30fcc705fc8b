"""The calls that judging is measured with: ordinary ones in the main, and a tenth that a rule fits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from blocklist import synthetic
from blocklist.entries import OfficialNumber
from screener.calls import Call
from screener.evaluation import callers, marks, ordinary
from screener.evaluation.dice import Dice

CALLED: Final = "1001"


def mixed(officials: Sequence[OfficialNumber], entries: int, size: int, seed: int = 1) -> list[Call]:
    """Return calls as an exchange gets them.

    Nine tenths are ordinary: mobiles, landlines, from abroad, withheld; a third of these shows a name. A
    tenth is made to match: numbers of the ``entries`` made-up entries, numbers one digit away from an
    official one, official numbers, and names of offices beside an ordinary number.
    """
    return list(_mixed(officials, entries, size, Dice(seed, "bench mixed")))


def plain(size: int, seed: int = 1) -> list[Call]:
    """Return calls of ordinary mobiles and landlines that show a number and nothing else."""
    dice = Dice(seed, "bench plain")
    found: list[Call] = []
    while len(found) < size:
        sort, number = callers.draw(dice, frozenset())
        if sort in ("mobile", "landline"):
            found.append(_call(number))
    return found


def nameless(calls: Sequence[Call]) -> list[Call]:
    """Return the same calls without display names."""
    return [replace(call, shown_name="") for call in calls]


def _mixed(officials: Sequence[OfficialNumber], entries: int, size: int, dice: Dice) -> Iterator[Call]:
    numbered = [one for one in officials if len(one.number) >= 9]
    named = [one for one in officials if one.name]
    sorts = (("ordinary", 90), ("listed", 4), ("lookalike", 3), ("official", 1), ("name", 2))
    for _ in range(size):
        match dice.weigh(sorts):
            case "listed":
                yield _call(callers.carried(dice, synthetic.number(dice.below(entries), entries)))
            case "lookalike":
                yield _call(callers.carried(dice, _one_digit_off(dice, dice.pick(numbered).number)))
            case "official":
                yield _call(callers.carried(dice, dice.pick(numbered).number))
            case "name":
                yield _call(callers.mobile(dice, frozenset()), marks.drop(dice.pick(named).name).upper())
            case _:
                number = callers.draw(dice, frozenset())[1]
                yield _call(number, ordinary.usual(dice)[1] if dice.chance(1 / 3) else "")


def _one_digit_off(dice: Dice, number: str) -> str:
    place = len(number) - 1 - dice.below(6)
    return f"{number[:place]}{(int(number[place]) + 1 + dice.below(9)) % 10}{number[place + 1 :]}"


def _call(number: str, name: str = "") -> Call:
    return Call(pbx="main", channel="", uniqueid="", called=CALLED, shown_number=number, shown_name=name)
