"""A made-up registry of any size, to measure with: offices of provinces, districts and communes."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from blocklist.entries import OfficialNumber
from screener.evaluation import registry
from screener.evaluation.dice import Dice
from screener.evaluation.offices import OF_WARD
from screener.evaluation.ordinary import GIVEN, MIDDLES
from screener.evaluation.places import PROVINCES

_SPREAD: Final = 1000
"""Entries that the evaluation's registry gives; what is more is offices of communes."""
_SEED: Final = 1


def officials(count: int) -> list[OfficialNumber]:
    """Return ``count`` entries, each organisation and number once, the same at each call.

    ``count`` is at most 100,000.
    """
    entries = [
        entry.official(index) for index, entry in enumerate(registry.spread(_SEED, min(count, _SPREAD)))
    ]
    taken = {entry.number for entry in entries} | {entry.organisation for entry in entries}
    for index, (name, aliases, number) in enumerate(_communes(), len(entries)):
        if len(entries) >= count:
            break
        if number not in taken and name not in taken:
            taken |= {number, name}
            entries.append(OfficialNumber(index, number, name, name=name, aliases=aliases))
    return entries


def _communes() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Give name, short forms and landline of offices of communes that are named of two syllables."""
    dice = Dice(_SEED, "communes")
    syllables = tuple(dict.fromkeys((*GIVEN, *MIDDLES)))
    for first, second, office in product(syllables, syllables, OF_WARD):
        if first == second:
            continue
        for rank in ("xã", "phường", "đặc khu"):
            place = f"{first} {second}"
            area = dice.pick(PROVINCES).area
            yield (
                office.name.format(u=f"{rank} {place}", p=place),
                tuple(alias.format(u=f"{rank} {place}", p=place) for alias in office.aliases),
                f"0{area}{dice.pick('3336')}{dice.digits(9 - len(area))}",
            )
