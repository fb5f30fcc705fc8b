"""The labelled set: told by its seed, fair to the judge, and as large as is said."""

import csv
import hashlib
from collections import Counter
from pathlib import Path

import pytest

from blocklist import plan
from blocklist.numbers import normalise
from screener.evaluation import labelled, marks, registry
from screener.evaluation.cases import Case, Part, read
from screener.evaluation.dice import Dice
from screener.evaluation.disguises import DISGUISES
from screener.evaluation.labelled import Labelled, Sizes
from screener.evaluation.oracle import Kind
from screener.evaluation.places import PROVINCES
from screener.evaluation.prefixes import BEFORE_2018, MOBILE
from screener.evaluation.presentations import present

SMALL = Sizes(officials=120, each_kind=6, each_disguise=6, mixed=1500, ordinary_names=1500, local=300)
DIGEST = "8538b3311594f0db8e9667a82a0223f1fdd2cd1744caf8597dfb7f7ff359a456"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Labelled, Labelled]:
    return labelled.write(tmp_path_factory.mktemp("set"), 1, SMALL)


@pytest.fixture(scope="module")
def cases(files: tuple[Labelled, Labelled]) -> list[Case]:
    return [read(line) for part in files for line in part.labels.read_text().splitlines()]


def _digest(files: tuple[Labelled, Labelled]) -> str:
    parts = (path.read_bytes() for run in files for path in (run.registry, run.questions, run.labels))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_a_seed_tells_the_set_to_the_last_byte(files: tuple[Labelled, Labelled]) -> None:
    assert _digest(files) == DIGEST


def test_another_seed_tells_another_set(tmp_path: Path) -> None:
    assert _digest(labelled.write(tmp_path, 2, SMALL)) != DIGEST


def test_the_set_is_as_large_as_is_said() -> None:
    sizes = Sizes()
    assert sizes.each_kind * len(Kind) >= 5_000
    assert sizes.each_disguise * len(DISGUISES) >= 2_000
    assert sizes.mixed >= 100_000
    assert sizes.ordinary_names >= 20_000


def test_every_part_has_its_share(cases: list[Case]) -> None:
    parts = Counter(case.part for case in cases)
    assert parts[Part.NUMBERS] == SMALL.each_kind * len(Kind)
    assert parts[Part.NAMES] == SMALL.each_disguise * (len(DISGUISES) + 5)
    assert (parts[Part.MIXED], parts[Part.ORDINARY_NAMES]) == (SMALL.mixed, SMALL.ordinary_names)
    assert parts[Part.LOCAL] == SMALL.local
    assert {case.group for case in cases if case.part is Part.NUMBERS} == {kind.value for kind in Kind}


def test_questions_tell_nothing_of_the_label(files: tuple[Labelled, Labelled], cases: list[Case]) -> None:
    questions = [line for part in files for line in part.questions.read_text().splitlines()]
    assert [case.question() for case in cases] == questions
    assert not any("imitates" in line or "kind" in line for line in questions)


def test_labels_name_numbers_as_the_registry_has_them(
    files: tuple[Labelled, Labelled], cases: list[Case]
) -> None:
    with files[0].registry.open(encoding="utf-8", newline="") as opened:
        written = {row["number"] for row in csv.DictReader(opened)}
    meant = {number for case in cases for number in case.imitates}
    assert meant
    assert meant <= written - {""}


def test_ordinary_callers_have_no_official_number(cases: list[Case]) -> None:
    official = {entry.number for entry in registry.spread(1, SMALL.officials)}
    callers = [case for case in cases if case.part is not Part.NUMBERS and case.group != labelled.OFFICES]
    assert {normalise(case.number).national for case in callers} & official <= {""}


def test_offices_that_call_themselves_have_their_own_number_and_name(cases: list[Case]) -> None:
    offices = {entry.number: entry for entry in registry.spread(1, SMALL.officials)}
    themselves = [case for case in cases if case.group == labelled.OFFICES]
    assert themselves
    for case in themselves:
        office = offices[normalise(case.number).national]
        assert marks.letters(case.name) == marks.letters(office.name)
        assert not office.inbound_only
        assert case.kind is None


def test_registries_are_of_the_size_asked_and_name_no_office_twice() -> None:
    entries = registry.spread(1)
    assert len(entries) == 1000
    assert len({entry.organisation for entry in entries}) == 1000
    assert len({entry.number for entry in entries if entry.number}) > 950
    assert len({entry.number[:4] for entry in entries if entry.number}) > 60


def test_the_registry_holds_none_of_the_offices_that_come_with_the_package() -> None:
    assert not any("Thanh Hóa" in entry.organisation for entry in registry.spread(1))


def test_numbers_are_presented_so_that_they_read_as_themselves() -> None:
    dice = Dice(1, "presentations")
    numbers = [entry.number for entry in registry.spread(1) if entry.number]
    for number in numbers:
        shown = present(dice, number)
        assert normalise(shown).national == number, shown


def test_the_tables_agree_with_the_ones_that_judge() -> None:
    assert {province.area for province in PROVINCES} == plan.AREA_CODES
    assert {prefix.removeprefix("0") for prefix in MOBILE} == plan.MOBILE_PREFIXES
    mapped = {old.removeprefix("0"): new.removeprefix("0") for new, old in BEFORE_2018.items()}
    assert mapped == plan.RETIRED_MOBILE


def test_streams_of_different_names_do_not_touch_each_other() -> None:
    assert Dice(1, "a").digits(30) == Dice(1, "a").digits(30)
    assert Dice(1, "a").digits(30) != Dice(1, "b").digits(30)
    assert Dice(1, "a").digits(30) != Dice(2, "a").digits(30)
