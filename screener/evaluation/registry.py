"""A made-up registry of official numbers, spread over the country or crowded into one province."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blocklist.entries import OfficialNumber
from screener.evaluation import offices
from screener.evaluation.dice import Dice
from screener.evaluation.offices import Office
from screener.evaluation.places import PROVINCES, WARDS, Province
from screener.evaluation.prefixes import MOBILE

TUNED_ON: Final = "Thanh Hóa"
"""The province of the circulars: its offices come with the package, so the set does without them."""
PLACES: Final = tuple(province for province in PROVINCES if province.name != TUNED_ON)
CROWDED: Final = next(province for province in PROVINCES if province.name == "Lâm Đồng")
EXCHANGES: Final = ("382", "383", "354", "370")
"""First three of the seven subscriber digits, behind which the crowded province's offices lie."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the registry. ``number`` is in national form, ``written`` as the file has it; both may be
    empty.

    ``short`` are all the short forms that the office could use, ``aliases`` those that the registry knows.
    """

    organisation: str
    number: str
    written: str
    name: str
    aliases: tuple[str, ...] = ()
    inbound_only: bool = False
    authority: bool = True
    head: str = ""
    short: tuple[str, ...] = field(default=())

    def official(self, index: int) -> OfficialNumber:
        """Return the entry as the oracle takes it."""
        return OfficialNumber(
            index, self.number, self.organisation, self.inbound_only, name=self.name, aliases=self.aliases
        )


def spread(seed: int, size: int = 1000) -> list[Entry]:
    """Return a registry of offices of the whole country, of all sorts of lines."""
    dice = Dice(seed, "registry")
    entries = [
        Entry(name, code, code, name, inbound_only=inbound, authority=False, head=name)
        for code, name, inbound in offices.SHORT_CODES
    ]
    taken = {entry.number for entry in entries}
    for office in offices.NATIONAL:
        entries.append(_entry(dice, office, "", "", _unused(dice, taken, lambda: f"069{dice.digits(7)}")))
    names = {entry.organisation for entry in entries}
    while len(entries) < size:
        province = dice.pick(PLACES)
        office, unit, place = _office(dice, province)
        kind = dice.weigh((("landline", 80), ("mobile", 11), ("state", 4), ("service", 2), ("none", 3)))
        if kind == "state" and "Công an" not in office.name:
            continue
        entry = _entry(dice, office, unit, place, _number(dice, taken, kind, province))
        if entry.organisation in names:
            continue
        names.add(entry.organisation)
        entries.append(entry)
    return entries


def crowded(seed: int, size: int = 200) -> list[Entry]:
    """Return a registry of one province's offices whose landlines lie in the same few exchanges."""
    dice = Dice(seed, "crowded registry")
    taken: set[str] = set()
    entries = []
    for turn in range(size):
        number = _unused(dice, taken, lambda: f"0{CROWDED.area}{dice.pick(EXCHANGES)}{dice.digits(4)}")
        entries.append(Entry(f"Cơ quan số {turn + 1} {CROWDED.unit}", number, number, ""))
    return entries


def write(entries: Sequence[Entry], file: Path) -> None:
    """Write the registry as ``call-screener check --registry`` reads it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("organisation", "number", "name", "aliases", "inbound_only"))
        for entry in entries:
            aliases = "|".join(entry.aliases)
            rows.writerow(
                (entry.organisation, entry.written, entry.name, aliases, "1" if entry.inbound_only else "0")
            )


def _office(dice: Dice, province: Province) -> tuple[Office, str, str]:
    level = dice.weigh((("province", 50), ("district", 35), ("ward", 15)))
    if level == "province":
        return dice.pick(offices.OF_PROVINCE), province.unit, province.name
    if level == "district":
        district = dice.pick(province.districts)
        return dice.pick(offices.OF_DISTRICT), f"huyện {district}", district
    ward = dice.pick(WARDS)
    return dice.pick(offices.OF_WARD), ward, ward.split(" ", 1)[1]


def _entry(dice: Dice, office: Office, unit: str, place: str, number: str) -> Entry:
    name = office.name.format(u=unit, p=place)
    short = tuple(alias.format(u=unit, p=place) for alias in office.aliases)
    named = not number or dice.chance(0.9)
    return Entry(
        organisation=name,
        number=number,
        written=_written(dice, number),
        name=name if named else "",
        aliases=short if named and dice.chance(0.7) else (),
        inbound_only=bool(number) and dice.chance(0.07),
        authority=office.authority,
        head=office.head,
        short=short,
    )


def _number(dice: Dice, taken: set[str], kind: str, province: Province) -> str:
    def draw() -> Iterator[str]:
        while True:
            if kind == "landline":
                rest = 9 - len(province.area)
                yield f"0{province.area}{dice.pick('3336')}{dice.digits(rest)}"
            elif kind == "mobile":
                yield f"{dice.pick(MOBILE)}{dice.digits(7)}"
            elif kind == "state":
                yield f"069{dice.digits(7)}"
            else:
                yield f"{dice.pick(('1800', '1900'))}{dice.digits(dice.pick((4, 6)))}"

    numbers = draw()
    return "" if kind == "none" else _unused(dice, taken, lambda: next(numbers))


def _unused(dice: Dice, taken: set[str], draw: Callable[[], str]) -> str:
    while (number := draw()) in taken:
        pass
    taken.add(number)
    return number


def _written(dice: Dice, number: str) -> str:
    """Return a number as people write it into a table."""
    if len(number) < 9 or dice.chance(0.6):
        return number
    form = dice.pick(("{0} {1} {2}", "{0}.{1}.{2}", "+84 {3} {1} {2}"))
    if not number.startswith("0"):
        form = "{0} {1} {2}"
    return form.format(number[:4], number[4:7], number[7:], number[1:4])
