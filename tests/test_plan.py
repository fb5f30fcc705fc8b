"""Our table of the Vietnamese plan against libphonenumber's, and against what was published in 2017."""

import re
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blocklist import plan
from blocklist.number import NumberKind, Oddity
from blocklist.numbers import normalise

OURS, THEIRS = "ours", "libphonenumber's"
DIFFERENCES = [
    # numbers without the trunk 0, in whose plan they are real, why we keep to our answer
    (r"69\d{7}", OURS, "the police's lines have seven digits behind 069: 0692348560 is the desk of C02"),
    (r"80\d{5,7}", OURS, "080 is the network of Party and State offices; the library does not know it"),
    (r"24[019]\d{7}|28[01]\d{7}", OURS, "we don't look at the first digit of a subscriber in the big cities"),
    (r"(52[^238]|55[^9]|89[^6-9]|99[28])\d{6}", OURS, "we look at the first two digits of a mobile number"),
    (r"(30|31|51|95)\d{7}", THEIRS, "no operator is known to have them; it is remarked on, and nothing else"),
    (r"672\d{6}", THEIRS, "Internet telephony, not seen outside of the library; the same"),
    (r"(140\d|160\d|121[0-3])\d{5}", THEIRS, "services that ring nobody, or remains of the eleven digits"),
    (r"(120[13]|1228)\d{4}", THEIRS, "not seen outside of the library"),
    (r"[17]99\d{4}", THEIRS, "numbers of one firm each, of seven digits; not seen outside of the library"),
]  # fmt: skip


def ours(significant: str) -> bool:
    number = normalise(f"0{significant}")
    return number.kind is not NumberKind.IMPLAUSIBLE and Oddity.UNASSIGNED_PREFIX not in number.oddities


def theirs(significant: str) -> bool:
    number = phonenumbers.PhoneNumber(country_code=84, national_number=int(significant))
    return phonenumbers.is_valid_number(number)


def accepted(significant: str) -> str | None:
    found = [whose for pattern, whose, _ in DIFFERENCES if re.fullmatch(pattern, significant)]
    return found[0] if found else None


def differs(significant: str) -> str | None:
    mine, judge = ours(significant), theirs(significant)
    return None if mine is judge else OURS if mine else THEIRS


def every_beginning() -> Iterator[str]:
    """Every first four digits, in every length that a number may have and those beside."""
    for head in range(1000, 10_000):
        for length in range(6, 12):
            yield f"{head}{'5' * (length - 4)}"


def test_where_our_plan_and_libphonenumbers_differ_is_known_and_has_a_reason() -> None:
    told: set[int] = set()
    unknown = []
    for significant in every_beginning():
        if whose := differs(significant):
            rows = [
                row for row, (pattern, _, _) in enumerate(DIFFERENCES) if re.fullmatch(pattern, significant)
            ]
            told.update(rows)
            if [DIFFERENCES[row][1] for row in rows] != [whose]:
                unknown.append((significant, whose))
    assert unknown == []
    assert told == set(range(len(DIFFERENCES))), "a row that tells of no difference any more"


@given(st.from_regex(r"[1-9][0-9]{5,11}", fullmatch=True))
@example("692348560")
@example("993123456")
def test_any_number_is_real_for_both_or_the_difference_is_a_known_one(significant: str) -> None:
    assert differs(significant) in {None, accepted(significant)}


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ({phonenumbers.PhoneNumberType.MOBILE}, NumberKind.MOBILE),
        ({phonenumbers.PhoneNumberType.FIXED_LINE}, NumberKind.LANDLINE),
        ({phonenumbers.PhoneNumberType.UAN}, NumberKind.STATE),
        ({phonenumbers.PhoneNumberType.TOLL_FREE}, NumberKind.FREE),
        ({phonenumbers.PhoneNumberType.PREMIUM_RATE}, NumberKind.PREMIUM),
    ],
)
def test_a_number_that_is_real_for_both_is_of_one_kind(kinds: set[int], kind: NumberKind) -> None:
    both = [one for one in every_beginning() if ours(one) and theirs(one)]
    of_theirs = {
        one
        for one in both
        if phonenumbers.number_type(phonenumbers.PhoneNumber(country_code=84, national_number=int(one)))
        in kinds
    }
    assert of_theirs == {one for one in both if normalise(f"0{one}").kind is kind}
    assert of_theirs


def test_every_area_code_and_mobile_prefix_of_ours_is_libphonenumbers_too() -> None:
    areas = {area if len(area) == 3 else f"{area}3" for area in plan.AREA_CODES}
    assert not [area for area in areas if not theirs(area + "5" * 7)]
    in_use = {"52": "522", "55": "559", "89": "896", "99": "991"}
    assert not [one for one in plan.MOBILE_PREFIXES if not theirs(in_use.get(one, f"{one}5") + "5" * 6)]


def test_every_emergency_number_of_libphonenumbers_is_a_short_code() -> None:
    theirs = {str(code) for code in range(100, 10_000) if phonenumbers.is_emergency_number(str(code), "VN")}
    assert theirs == {"113", "114", "115"}
    assert theirs <= plan.SHORT_CODES


PHASES = {
    "11 February 2017": """Sơn La 22 212, Lai Châu 231 213, Lào Cai 20 214, Điện Biên 230 215, Yên Bái 29 216,
        Quảng Bình 52 232, Quảng Trị 53 233, Thừa Thiên Huế 54 234, Quảng Nam 510 235, Đà Nẵng 511 236,
        Thanh Hóa 37 237, Nghệ An 38 238, Hà Tĩnh 39 239""",
    "15 April 2017": """Quảng Ninh 33 203, Bắc Giang 240 204, Lạng Sơn 25 205, Cao Bằng 26 206,
        Tuyên Quang 27 207, Thái Nguyên 280 208, Bắc Kạn 281 209, Hải Dương 320 220, Hưng Yên 321 221,
        Bắc Ninh 241 222, Hải Phòng 31 225, Hà Nam 351 226, Thái Bình 36 227, Nam Định 350 228,
        Ninh Bình 30 229, Cà Mau 780 290, Bạc Liêu 781 291, Cần Thơ 710 292, Hậu Giang 711 293,
        Trà Vinh 74 294, An Giang 76 296, Kiên Giang 77 297, Sóc Trăng 79 299""",
    "17 June 2017": """Hà Nội 4 24, Hồ Chí Minh 8 28, Đồng Nai 61 251, Bình Thuận 62 252,
        Bà Rịa - Vũng Tàu 64 254, Quảng Ngãi 55 255, Bình Định 56 256, Phú Yên 57 257, Khánh Hòa 58 258,
        Ninh Thuận 68 259, Kon Tum 60 260, Đắk Nông 501 261, Đắk Lắk 500 262, Lâm Đồng 63 263, Gia Lai 59 269,
        Vĩnh Long 70 270, Bình Phước 651 271, Long An 72 272, Tiền Giang 73 273, Bình Dương 650 274,
        Bến Tre 75 275, Tây Ninh 66 276, Đồng Tháp 67 277""",
}
"""Province, old and new code, as the press printed the phases of Decision 2036/QĐ-BTTTT in 2017. Which old
code was whose in the south could not be read there again."""
BEFORE = re.compile(
    r"2([025-79]|1[0189]|[348][01])|3([0136-9]|[25][01])|4|5([01][01]|[2-9])|6([0-46-8]|5[01])"
    r"|7([02-79]|[18][01])|8"
)
"""The area codes in libphonenumber's metadata of August 2014."""
KEPT = {"210": "Phú Thọ", "211": "Vĩnh Phúc", "218": "Hòa Bình", "219": "Hà Giang"}


def test_the_map_of_area_codes_is_the_one_that_was_published_for_63_provinces() -> None:
    rows = [row.split() for phase in PHASES.values() for row in phase.split(",")]
    assert [phase.count(",") + 1 for phase in PHASES.values()] == [13, 23, 23]
    assert {old: new for *_, old, new in rows} == plan.PRESENT_AREA_CODE
    assert {new for *_, new in rows} | KEPT.keys() == plan.AREA_CODES
    assert len(rows) + len(KEPT) == len(plan.AREA_CODES) == 63


def test_the_old_area_codes_are_those_that_libphonenumber_had_before() -> None:
    before = {str(code) for code in range(2, 1000) if BEFORE.fullmatch(str(code))}
    assert before == plan.PRESENT_AREA_CODE.keys() | KEPT.keys()


@pytest.mark.parametrize(
    ("significant", "kind", "oddity"),
    [
        ("6912345", NumberKind.STATE, None),
        ("691234", NumberKind.IMPLAUSIBLE, Oddity.WRONG_LENGTH),
        ("691234567", NumberKind.STATE, None),
        ("6912345678", NumberKind.IMPLAUSIBLE, Oddity.WRONG_LENGTH),
        ("8043162", NumberKind.STATE, None),
        ("804316", NumberKind.IMPLAUSIBLE, Oddity.WRONG_LENGTH),
        ("804316200", NumberKind.STATE, None),
        ("814316200", NumberKind.MOBILE, None),
        ("6512345678", NumberKind.IMPLAUSIBLE, Oddity.UNASSIGNED_PREFIX),
        ("651234567", NumberKind.IMPLAUSIBLE, Oddity.UNASSIGNED_PREFIX),
        ("65123456789", NumberKind.IMPLAUSIBLE, Oddity.WRONG_LENGTH),
        ("6612345678", NumberKind.IMPLAUSIBLE, Oddity.WRONG_LENGTH),
    ],
)
def test_networks_of_the_state_have_five_to_seven_digits_behind_their_code(
    significant: str, kind: NumberKind, oddity: Oddity | None
) -> None:
    number = normalise(f"0{significant}")
    assert number.kind is kind
    assert number.oddities == ({oddity} if oddity else frozenset())


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("1800123", NumberKind.IMPLAUSIBLE),
        ("18001234", NumberKind.FREE),
        ("180012345", NumberKind.FREE),
        ("1800123456", NumberKind.FREE),
        ("18001234567", NumberKind.IMPLAUSIBLE),
        ("1900123", NumberKind.IMPLAUSIBLE),
        ("19001234", NumberKind.PREMIUM),
        ("1900123456", NumberKind.PREMIUM),
        ("19001234567", NumberKind.IMPLAUSIBLE),
        ("17001234", NumberKind.IMPLAUSIBLE),
    ],
)
def test_services_have_four_to_six_digits_behind_1800_and_1900(written: str, kind: NumberKind) -> None:
    assert normalise(written).kind is kind
