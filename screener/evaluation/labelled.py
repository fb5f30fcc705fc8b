"""The labelled set: two registries, and for each the calls to be judged by it, on files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from screener.evaluation import callers, disguises, imitations, marks, ordinary, registry
from screener.evaluation.cases import Case, Part
from screener.evaluation.dice import Dice
from screener.evaluation.registry import Entry

OFFICES: Final = "offices themselves"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything. ``officials`` are entries; ``each_kind`` and ``each_disguise`` count cases."""

    officials: int = 1000
    each_kind: int = 700
    each_disguise: int = 200
    mixed: int = 100_000
    ordinary_names: int = 25_000
    local: int = 20_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """The files of one run of the judge: registry, questions, and labels line by line beside them."""

    registry: Path
    questions: Path
    labels: Path


def write(folder: Path, seed: int, sizes: Sizes) -> tuple[Labelled, Labelled]:
    """Make the set of a seed and write it: the country's first, the crowded province's second."""
    everywhere = registry.spread(seed, sizes.officials)
    province = registry.crowded(seed)
    return (
        _write(folder, "country", everywhere, _country(seed, everywhere, sizes)),
        _write(folder, "province", province, local_callers(seed, province, sizes.local)),
    )


def mixed(seed: int, entries: Sequence[Entry], size: int) -> Iterator[Case]:
    """Return ordinary callers from all over; a fifth of them shows a name."""
    dice = Dice(seed, "mixed")
    taken = frozenset(entry.number for entry in entries)
    for serial in range(1, size + 1):
        sort, number = callers.draw(dice, taken)
        name = ordinary.usual(dice)[1] if dice.chance(0.2) else ""
        yield Case(f"m{serial}", Part.MIXED, sort, number, name)


def ordinary_names(seed: int, entries: Sequence[Entry], size: int) -> Iterator[Case]:
    """Return ordinary callers with a name each, a tenth of them hard to tell from an office's.

    A few are the offices themselves, with their own number and name.
    """
    dice = Dice(seed, "ordinary names")
    taken = frozenset(entry.number for entry in entries)
    offices = [entry for entry in entries if entry.number and entry.name and not entry.inbound_only]
    for serial in range(1, size + 1):
        sort = dice.weigh(((OFFICES, 2), ("hard", 10), ("usual", 88)))
        if sort == OFFICES:
            office = dice.pick(offices)
            number = callers.carried(dice, office.number)
            name = dice.pick((office.name, marks.drop(office.name), marks.drop(office.name).upper()))
        else:
            sort, name = ordinary.hard(dice) if sort == "hard" else ordinary.usual(dice)
            number = callers.mobile(dice, taken)
        yield Case(f"o{serial}", Part.ORDINARY_NAMES, sort, number, name)


def local_callers(seed: int, entries: Sequence[Entry], size: int) -> Iterator[Case]:
    """Return ordinary landlines of the province in which all official numbers lie."""
    dice = Dice(seed, "local")
    taken = frozenset(entry.number for entry in entries)
    for serial in range(1, size + 1):
        where, number = callers.local(dice, taken)
        yield Case(f"l{serial}", Part.LOCAL, where, number)


def _country(seed: int, entries: Sequence[Entry], sizes: Sizes) -> Iterator[Case]:
    yield from imitations.imitations(seed, entries, sizes.each_kind)
    yield from disguises.imitations(seed, entries, sizes.each_disguise)
    yield from mixed(seed, entries, sizes.mixed)
    yield from ordinary_names(seed, entries, sizes.ordinary_names)


def _write(folder: Path, name: str, entries: Sequence[Entry], cases: Iterator[Case]) -> Labelled:
    files = Labelled(
        folder / f"{name}.csv", folder / f"{name}.questions.ndjson", folder / f"{name}.labels.ndjson"
    )
    registry.write(entries, files.registry)
    with (
        files.questions.open("w", encoding="utf-8") as questions,
        files.labels.open("w", encoding="utf-8") as labels,
    ):
        for case in cases:
            questions.write(case.question() + "\n")
            labels.write(case.label() + "\n")
    return files
