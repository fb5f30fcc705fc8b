"""Lookalikes: each kind with the nearest number that is none, and what can never be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import OfficialNumber
from blocklist.kinds import LookalikeKind
from blocklist.lookalike import Lookalikes
from blocklist.marking import marked
from blocklist.numbers import normalise
from blocklist.site import Site
from blocklist.writing import Writing

POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")
C02 = OfficialNumber(2, "0692348560", "C02")
EMERGENCY = OfficialNumber(3, "113", "Công an (113)", receives_only=True)
REPORTS = OfficialNumber(4, "5656", "Phản ánh", receives_only=True)
HEALTH = OfficialNumber(5, "0967291212", "Sở Y tế")
HANOI = OfficialNumber(6, "02438253531", "Sở ở Hà Nội")
BRANCHES = OfficialNumber(7, "02373850200", "Sở có tổng đài", last="02373850299")
SERVICE = OfficialNumber(8, "19001091", "Tổng đài")
TREASURY = OfficialNumber(9, "02373852014", "Kho bạc")
REGISTRY = Lookalikes([POLICE, C02, EMERGENCY, REPORTS, HEALTH, HANOI, BRANCHES, SERVICE, TREASURY])


def kinds(written: str, site: Site | None = None, trunk: str = "") -> str:
    """Return what a number is found to be, as ``kind:id`` of each likeness."""
    site = site or Site()
    found = REGISTRY.find(normalise(written, site, trunk), site)
    return " ".join(f"{one.kind}:{one.official.id}" for one in found)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("113", "official_as_caller:3"),
        ("5656", "official_as_caller:4"),
        ("114", ""),
        ("1130", ""),
        # An official number that may call is no lookalike, in whatever form real calls have.
        ("02373725725", ""),
        ("+84 237 3725 725", ""),
        ("0084692348560", ""),
        ("2373725725", ""),
        # Wrong prefixes; the true number in them is not judged twice.
        ("+840692348560", "dressed:2"),
        ("+84840692348560", "dressed:2"),
        ("00840692348560", "dressed:2"),
        ("840692348560", "dressed:2"),
        ("+0692348560", "dressed:2"),
        ("+3750692348560", "dressed:2"),
        ("003710692348560", "dressed:2"),
        ("+692348560", "dressed:2"),
        ("+84113", "dressed:3"),
        ("84113", "dressed:3"),
        ("0113", "dressed:3"),
        ("+5656", "dressed:4"),
        ("+8419001091", "dressed:8"),
        ("019001091", "dressed:8"),
        ("+70692348560", "dressed:2 extra:2"),
        ("70692348560", "extra:2"),
        ("+9990692348560", ""),
        ("+6010692348560", "dressed:2"),
        ("005630692348560", "dressed:2"),
        ("6010692348560", ""),
        ("+60110692348560", ""),
        ("+84084967291212", "dressed:5"),
        ("+840692348599", "neighbour:2"),
        ("+84114", ""),
        ("0114", ""),
        ("+5657", ""),
        ("+3750692348660000", ""),
        # Forms of before 2017 and 2018.
        ("0373725725", "old_plan:1 other_area:1 missing:1"),
        ("+84 37 3725725", "old_plan:1 other_area:1 missing:1"),
        ("0438253531", "old_plan:6 missing:6"),
        ("01667291212", ""),
        ("0373725726", ""),
        # The subscriber's digits under another area code or prefix.
        ("02383725725", "other_area:1 one_digit:1"),
        ("0913725725", "other_area:1"),
        ("0887291212", "other_area:5"),
        ("02838253531", "other_area:6 one_digit:6"),
        ("02373850255", ""),
        ("02383850255", "other_area:7 one_digit:7"),
        ("02383725726", ""),
        # No area is another one that nobody has, nor is 069: what differs there is a digit.
        ("02303725725", "one_digit:1"),
        ("02953725725", "other_area:1"),
        ("0967291212", ""),
        ("0957291212", "one_digit:5"),
        ("0392348560", "one_digit:2"),
        ("0962348560", "swapped:2"),
        ("0902348560", "other_area:2"),
        ("0697291212", "swapped:5"),
        # One digit.
        ("02373725726", "one_digit:1 neighbour:1"),
        ("+84 2373725726", "one_digit:1 neighbour:1"),
        ("12373725725", "one_digit:1"),
        ("0967281212", "one_digit:5"),
        ("02373725836", ""),
        # It may be a landline without its 0, 02692348560; what was written differs by one digit too.
        ("2692348560", "one_digit:2 extra:2"),
        ("2692348570", ""),
        ("02692348560", "extra:2"),
        ("02373860255", "one_digit:7"),
        ("02373805255", "swapped:7"),
        ("02373850525", "one_digit:7 swapped:7"),
        ("19001092", "one_digit:8"),
        # Neighbouring digits swapped.
        ("02373752725", "swapped:1"),
        ("20373725725", "swapped:1"),
        ("02377325725", "swapped:1"),
        ("02373275725", "swapped:1"),
        ("02375723725", ""),
        # A digit less, a digit more.
        ("0237372575", "missing:1"),
        ("096729121", "missing:5"),
        ("8496729121", "missing:5"),
        ("849672912", ""),
        ("0237385025", "missing:7"),
        ("1900109", "missing:8"),
        ("023737257255", "extra:1"),
        ("002373725725", "extra:1"),
        ("09672912120", "extra:5"),
        ("190010911", "extra:8"),
        ("023738502500", "extra:7"),
        ("0237372572555", ""),
        ("023737257", ""),
        # Only the last two digits differ.
        ("02373725799", "neighbour:1"),
        ("02373725899", ""),
        ("02373850300", "one_digit:7"),
        # Who shows no number, and who shows another country's.
        ("anonymous", ""),
        ("", ""),
        ("+12025550123", ""),
    ],
)
def test_numbers_are_found_to_imitate(written: str, expected: str) -> None:
    assert kinds(written) == expected


def test_of_several_that_are_resembled_in_the_same_way_the_first_is_named() -> None:
    registry = Lookalikes(
        [OfficialNumber(1, "02373725725", "A"), OfficialNumber(2, "02373725727", "B")],
    )
    found = registry.find(normalise("02373725726"))
    assert [(one.kind, one.official.id) for one in found] == [
        (LookalikeKind.ONE_DIGIT, 1),
        (LookalikeKind.NEIGHBOUR, 1),
    ]


def test_the_first_is_named_wherever_in_the_number_the_digit_differs() -> None:
    first, second = OfficialNumber(1, "02373725736", "A"), OfficialNumber(2, "02373725725", "B")
    for officials in ((first, second), (second, first)):
        found = Lookalikes(officials).find(normalise("02373725735"))
        assert (found[0].kind, found[0].official) == (LookalikeKind.ONE_DIGIT, officials[0])


@pytest.mark.parametrize(
    ("official", "before", "other"),
    [
        ("0781234567", "01281234567", "01271234567"),
        ("02203850123", "03203850123", "03303850123"),
        ("02373725725", "0373725725", "0383725725"),
        ("02438253531", "0438253531", "0538253531"),
    ],
)
def test_a_number_of_before_2017_and_2018_is_an_old_form_of_one_office_alone(
    official: str, before: str, other: str
) -> None:
    registry = Lookalikes([OfficialNumber(1, official, "Sở")])
    assert LookalikeKind.OLD_PLAN in [one.kind for one in registry.find(normalise(before))]
    assert LookalikeKind.OLD_PLAN not in [one.kind for one in registry.find(normalise(other))]


def test_a_range_has_neighbours_beside_its_ends() -> None:
    registry = Lookalikes([OfficialNumber(1, "02373850210", "Sở", last="02373850214")])
    for shown, expected in (("02373850237", [LookalikeKind.NEIGHBOUR]), ("02373850337", [])):
        assert [one.kind for one in registry.find(normalise(shown))] == expected


def test_the_number_that_is_imitated_within_a_range_is_named() -> None:
    (found,) = REGISTRY.find(normalise("02373860255"))
    assert found.imitated == "02373850255"


@pytest.mark.parametrize(
    ("written", "shown", "imitated"),
    [
        ("+842373725726", "02373725726", "02373725725"),
        ("002373725725", "002373725725", "02373725725"),
        ("2692348560", "2692348560", "0692348560"),
        ("+840692348560", "0692348560", "0692348560"),
    ],
)
def test_the_digits_that_are_like_the_official_ones_are_told(written: str, shown: str, imitated: str) -> None:
    found = REGISTRY.find(normalise(written))[0]
    assert (found.shown, found.imitated) == (shown, imitated)


def test_neighbours_of_the_sites_own_numbers_are_colleagues() -> None:
    assert kinds("02373725799") == "neighbour:1"
    assert kinds("02373725799", Site(own_numbers=frozenset({"02373725725"}))) == ""
    # One wrong digit is one, whoever owns the number.
    assert "one_digit:1" in kinds("02373725726", Site(own_numbers=frozenset({"02373725725"})))


def test_a_trunk_that_writes_every_number_in_an_odd_way_dresses_nobody() -> None:
    site = Site(writes={"odd": Writing.PLUS_COUNTRY_ZERO})
    assert kinds("+840692348560", site, trunk="odd") == ""
    assert kinds("+840692348560", site, trunk="other") == "dressed:2"


def test_landlines_among_many_official_numbers_may_look_like_one_by_chance() -> None:
    numbers = ("02373850100", "02373852222", "02373859345")
    block = [OfficialNumber(place, number, "Sở") for place, number in enumerate(numbers)]
    for officials, by_chance in ((block[:2], False), (block, True)):
        for shown in ("02373850101", "02373850010", "02373850177"):
            found = Lookalikes(officials).find(normalise(shown))
            assert found
            assert {one.by_chance for one in found} == {by_chance}
    # From another exchange, or of another length, it is no neighbour of theirs.
    for shown in ("02373950100", "0237385010", "023738501000"):
        found = Lookalikes(block).find(normalise(shown))
        assert found
        assert not any(one.by_chance for one in found)


def test_only_landlines_are_alike_by_chance_and_never_in_another_area() -> None:
    numbers = ("02373850100", "02373852222", "02373859345", "02633850111")
    registry = Lookalikes(OfficialNumber(place, number, "Sở") for place, number in enumerate(numbers))
    assert {one.kind: one.by_chance for one in registry.find(normalise("02373850111"))} == {
        LookalikeKind.OTHER_AREA: False,
        LookalikeKind.NEIGHBOUR: True,
    }
    mobiles = ("0912340001", "0912342222", "0912349345")
    found = Lookalikes(OfficialNumber(place, number, "Sở") for place, number in enumerate(mobiles)).find(
        normalise("0912340002")
    )
    assert [one.by_chance for one in found] == [False, False]


def test_services_are_assigned_singly_and_have_no_neighbours() -> None:
    assert kinds("19001092") == "one_digit:8"
    assert kinds("19001080") == ""
    free = Lookalikes([OfficialNumber(1, "18001099", "Tổng đài")])
    assert free.find(normalise("18001012")) == ()


@pytest.mark.parametrize(
    ("official", "shown", "expected"),
    [
        ("1234567", "1234568", [LookalikeKind.ONE_DIGIT, LookalikeKind.NEIGHBOUR]),
        ("123456", "123457", []),
        ("1234567", "123456", [LookalikeKind.MISSING]),
        ("123456", "12345", []),
        # Digits that changed places with another between them, though the same digits are left without one.
        ("0912233455", "0921233455", [LookalikeKind.SWAPPED]),
        ("0912233455", "0922133455", []),
    ],
)
def test_only_long_numbers_are_near_and_only_by_one_edit(
    official: str, shown: str, expected: list[LookalikeKind]
) -> None:
    registry = Lookalikes([OfficialNumber(1, official, "Sở")])
    assert [one.kind for one in registry.find(normalise(shown))] == expected


def test_an_extension_is_no_short_code() -> None:
    assert kinds("0113", Site(extensions=frozenset({"01*"}))) == ""
    assert kinds("02373725726", Site(extensions=frozenset({"02373725726"}))) == ""


def test_an_empty_registry_finds_nothing() -> None:
    assert Lookalikes([]).find(normalise("02373725726")) == ()


@given(st.text(max_size=40) | st.text("0123456789+", max_size=20))
def test_nothing_raises_on_any_text(text: str) -> None:
    found = REGISTRY.find(normalise(text))
    assert [one.kind for one in found] == sorted((one.kind for one in found), key=list(LookalikeKind).index)


@given(st.integers(0, 10), st.sampled_from("0123456789"))
def test_any_digit_that_differs_is_seen(place: int, digit: str) -> None:
    shown = POLICE.number[:place] + digit + POLICE.number[place + 1 :]
    found = {one.kind for one in REGISTRY.find(normalise(shown))}
    # 84373725725 is the country code and a number of before 2017.
    expected = set() if shown == POLICE.number else {LookalikeKind.ONE_DIGIT}
    assert expected <= found if shown[:2] != "84" else found


@pytest.mark.parametrize(
    ("shown", "true", "expected"),
    [
        ("02373725726", "02373725725", ("0237372572[6]", "0237372572[5]")),
        ("0237372575", "02373725725", ("0237372575", "023737257[2]5")),
        ("023737257255", "02373725725", ("02373725725[5]", "02373725725")),
        # The other digit stands beside: what differs is the one place all the same.
        ("02373725722", "02373725725", ("0237372572[2]", "0237372572[5]")),
        ("02373725755", "02373725725", ("023737257[5]5", "023737257[2]5")),
        ("02373752725", "02373725725", ("023737[52]725", "023737[25]725")),
        ("02383725725", "02373725725", ("023[8]3725725", "023[7]3725725")),
        ("0912345678", "02373725725", ("0[91]23[4]5[6]7[8]", "023[7372]57[25]")),
        ("113", "113", ("113", "113")),
    ],
)
def test_what_differs_is_marked(shown: str, true: str, expected: tuple[str, str]) -> None:
    assert marked(shown, true) == expected
