"""What would happen to a number: how it is read, and what a verdict would come to now."""

import pytest

from blocklist.numbers import normalise
from blocklist.site import Site
from screener.calls import Action
from screener.prospect import effect
from screener.readings import reading

SITE = Site(extensions=frozenset({"1001"}))


@pytest.mark.parametrize(
    ("written", "vi", "en"),
    [
        (
            "+84912345678",
            "đọc là 0912 345 678, di động (+84912345678)",
            "read as 0912 345 678, mobile (+84912345678)",
        ),
        (
            "02438251234",
            "đọc là 024 3825 1234, cố định (+842438251234)",
            "read as 024 3825 1234, landline (+842438251234)",
        ),
        (
            "02373725725",
            "đọc là 0237 3725 725, cố định (+842373725725)",
            "read as 0237 3725 725, landline (+842373725725)",
        ),
        ("1001", "đọc là 1001, máy lẻ của cơ quan", "read as 1001, extension of the agency"),
        ("+375291234567", "đọc là +375291234567, nước ngoài", "read as +375291234567, abroad"),
        (
            "091234567",
            "đọc là 091234567, không thể là số điện thoại có thật (sai độ dài)",
            "read as 091234567, can't be a telephone number in use (wrong length)",
        ),
        (
            "+840912345678",
            "đọc là 0912 345 678, di động (+84912345678, thừa số 0 sau mã nước 84)",
            "read as 0912 345 678, mobile (+84912345678, a 0 too many after 84)",
        ),
        (
            "😀",
            "không phải số điện thoại: không có chữ số nào (có ký hiệu lạ)",
            "not a number: there is no digit in it (holds signs that are in no number)",
        ),
        ("Anonymous", "không có số: người gọi ẩn số", "no number: withheld"),
    ],
)
def test_a_reading_names_number_kind_and_what_is_odd(written: str, vi: str, en: str) -> None:
    said = reading(normalise(written, SITE))
    assert (said.vi, said.en) == (vi, en)


@pytest.mark.parametrize(
    ("enforcing", "enforce", "but"),
    [
        (True, {}, ""),
        (True, {"main": True}, ""),
        (False, {"main": True}, "; but enforcing is off, so the phone would ring as for any call"),
        (False, {"main": False}, "; but enforcing is off, so the phone would ring as for any call"),
        (True, {"main": False}, "; but PBX main is monitor-only (enforce = false), so the phone would ring"),
        (True, {"main": True, "annex": False}, "; but through PBX annex (monitor-only) the phone would ring"),
    ],
)
def test_a_block_that_is_not_enforced_is_told_to_ring(
    enforcing: bool, enforce: dict[str, bool], but: str
) -> None:
    said = effect(Action.BLOCK, enforcing, enforce)
    assert said.en.startswith(f"the call would be blocked: no phone rings{but}")
    assert ("vẫn đổ chuông" in said.vi) == bool(but)


def test_a_call_that_rings_anyway_needs_no_but() -> None:
    assert effect(Action.ALLOW, enforcing=False, enforce={"main": False}).en == "the phone would ring"
