"""The brute-force oracle: each kind with its nearest non-match, and what can never be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import OfficialNumber
from screener.evaluation.oracle import Kind, oracle

POLICE = OfficialNumber(0, "02633822113", "Công an tỉnh Lâm Đồng")
HOTLINE = OfficialNumber(1, "0781234567", "Đường dây nóng", receives_only=True)
HANOI = OfficialNumber(2, "02438251234", "Sở Tư pháp thành phố Hà Nội")
STATE = OfficialNumber(3, "0694521088", "Cục Cảnh sát giao thông")
EMERGENCY = OfficialNumber(4, "113", "Cảnh sát khẩn cấp", receives_only=True)
SERVICE = OfficialNumber(5, "1022", "Tổng đài dịch vụ công")
FREE = OfficialNumber(6, "18001091", "Tổng đài")
NAMED = OfficialNumber(7, "", "Bộ Công an", name="Bộ Công an")
RANGE = OfficialNumber(8, "02923730100", "Bệnh viện", last="02923730149")
UNMOVED = OfficialNumber(9, "02103846113", "Công an tỉnh Phú Thọ")
REGISTRY = (POLICE, HOTLINE, HANOI, STATE, EMERGENCY, SERVICE, FREE, NAMED, RANGE, UNMOVED)


def kinds(national: str, written: str = "") -> list[tuple[str, int]]:
    return [(kind.value, index) for kind, index in oracle(national, written or national, REGISTRY)]


@pytest.mark.parametrize(
    ("national", "found"),
    [
        # an official number as the caller: only one that calls nobody is a sign
        ("0781234567", [("official_as_caller", 1)]),
        ("113", [("official_as_caller", 4)]),
        ("02633822113", []),
        ("02923730120", []),  # within the range
        # the old plan: exactly, and only where the number has changed
        ("0633822113", [("old_plan", 0), ("missing", 0)]),
        ("0633822114", []),
        ("0438251234", [("old_plan", 2), ("missing", 2)]),
        ("01281234567", [("old_plan", 1)]),
        ("01291234567", []),
        ("02103846113", []),
        # another area code or prefix; one that is not in use, and 069, only where nothing nearer fits
        ("02733822113", [("other_area", 0), ("one_digit", 0)]),
        ("02993822113", [("other_area", 0)]),
        ("02993822114", []),
        ("02838251234", [("other_area", 2), ("one_digit", 2)]),
        ("02308251234", []),
        ("0911234567", [("other_area", 1)]),
        ("0951234567", [("other_area", 1)]),
        ("0951234568", []),
        ("02173822113", [("other_area", 0)]),
        ("02643822113", [("one_digit", 0)]),
        ("02363822113", [("other_area", 0), ("swapped", 0)]),
        ("0984521088", [("other_area", 3)]),
        ("0994521088", [("one_digit", 3)]),
        ("0964521088", [("swapped", 3)]),
        ("0894521088", [("one_digit", 3)]),
        ("0913822113", [("other_area", 0)]),
        ("0913822114", []),
        ("01113822113", []),
        # one digit
        ("02633822713", [("one_digit", 0)]),
        ("02633872713", []),
        ("0694521089", [("one_digit", 3), ("neighbour", 3)]),
        ("18001092", [("one_digit", 6), ("neighbour", 6)]),
        # two neighbours changed over; the same digit twice changes nothing
        ("02633821213", [("swapped", 0)]),
        ("02633812213", []),
        ("0694520188", [("swapped", 3)]),
        # one digit missing, one too many; never two
        ("0263382213", [("missing", 0)]),
        ("026338213", []),
        ("026338221113", [("extra", 0)]),
        ("0263382211113", []),
        ("0180010910", []),
        ("180010910", [("extra", 6)]),
        # the last two digits
        ("02633822140", [("neighbour", 0)]),
        ("02633822240", []),
        ("02633822131", [("swapped", 0), ("neighbour", 0)]),
        # a range is all of its numbers
        ("02923730150", [("one_digit", 8), ("swapped", 8), ("neighbour", 8)]),
        ("02923730249", [("one_digit", 8)]),
        ("02923730250", []),
        ("02923731250", []),
        # short codes are too close to each other to be alike
        ("114", []),
        ("1023", []),
        ("11", []),
        # nobody
        ("+842633822713", []),
        ("", []),
        ("0987654321", []),
    ],
)
def test_each_kind_is_told_from_its_nearest_non_match(national: str, found: list[tuple[str, int]]) -> None:
    assert kinds(national) == found


@pytest.mark.parametrize("index", [0, 2, 3, 9])
@pytest.mark.parametrize(
    ("front", "fits"),
    [
        *(
            (front, True)
            for front in (
                "+840",
                "+84840",
                "00840",
                "+0",
                "840",
                "+3750",
                "003750",
                "3750",
                "+70",
                "+6010",
                "005630",
                "+8484",
                "+",
            )
        ),
        *(
            (front, False)
            for front in ("0", "+84", "84", "0084", "", "00", "+9990", "70", "+3759", "6010", "+60110")
        ),
    ],
)
def test_wrong_prefixes_dress_a_number_and_right_ones_do_not(front: str, index: int, fits: bool) -> None:
    official = REGISTRY[index].number
    written = front + official.removeprefix("0")
    assert oracle(official, written, REGISTRY) == ([(Kind.DRESSED, index)] if fits else [])


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        *((f"{front}1022", True) for front in ("+84", "0084", "84", "0", "+", "+840", "00840", "+0")),
        *((f"{front}1022", False) for front in ("", "1", "+375", "+3750", "9")),
    ],
)
def test_a_short_code_has_no_right_prefix(written: str, fits: bool) -> None:
    assert kinds("1022", written) == ([("dressed", 5)] if fits else [])


@pytest.mark.parametrize(
    ("written", "fits"),
    [("+8418001091", True), ("8418001091", True), ("018001091", True), ("18001091", False)],
)
def test_a_long_service_number_has_no_right_prefix_either(written: str, fits: bool) -> None:
    assert kinds("18001091", written) == ([("dressed", 6)] if fits else [])


def test_a_number_that_only_receives_is_dressed_where_the_form_is_not_its_own() -> None:
    assert kinds("113", "+84113") == [("dressed", 4)]
    assert kinds("0781234567", "+840781234567") == [("dressed", 1)]
    assert kinds("0781234567", "+84781234567") == [("official_as_caller", 1)]


@pytest.mark.parametrize(
    "written",
    [
        "+840263 382 2113",
        "＋８４０２６３３８２２１１３",
        "tel:+8402633822113",
        "sip:+8402633822113@203.0.113.7;user=phone",
    ],
)
def test_blanks_scripts_and_addresses_hide_no_prefix(written: str) -> None:
    assert kinds("02633822113", written) == [("dressed", 0)]


def test_of_several_entries_each_is_told() -> None:
    registry = (POLICE, OfficialNumber(1, "02633822115", "Viện kiểm sát nhân dân tỉnh Lâm Đồng"))
    told = [(kind, index) for kind in (Kind.ONE_DIGIT, Kind.NEIGHBOUR) for index in (0, 1)]
    assert oracle("02633822114", "02633822114", registry) == told


def test_an_official_number_is_not_alike_to_another_one() -> None:
    registry = (POLICE, OfficialNumber(1, "02633822114", "Viện kiểm sát nhân dân tỉnh Lâm Đồng"))
    assert oracle("02633822114", "02633822114", registry) == []


@given(st.text(), st.text())
def test_no_text_makes_it_raise(national: str, written: str) -> None:
    oracle(national, written, REGISTRY)


@given(st.sampled_from([0, 2, 3, 9]), st.data())
def test_every_single_slip_is_found(index: int, data: st.DataObject) -> None:
    official = REGISTRY[index].number
    place = data.draw(st.integers(0, len(official) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != official[place]]))
    before, after = official[:place], official[place + 1 :]
    assert ("one_digit", index) in kinds(before + digit + after)
    assert ("missing", index) in kinds(before + after)
    assert ("extra", index) in kinds(before + digit + official[place:])
