from itertools import product

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist import foreign

CODES = sorted(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def library(digits: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


@pytest.mark.parametrize(
    ("digits", "possible"),
    [
        ("12125550123", True),
        ("1212555012", False),
        ("8613812345678", True),
        ("86138", False),
        ("85291234567", True),
        ("8529", False),
        ("3906123456", True),
        ("4402071234567", True),
        ("0840912345678", False),
        ("999123456789", False),
        ("1", False),
        ("", False),
    ],
)
def test_a_number_of_another_country_is_possible_or_not(digits: str, possible: bool) -> None:
    assert foreign.possible(digits) is possible


def test_every_country_and_length_is_as_the_library_has_it() -> None:
    for code, first, length in product(CODES, "0123456789", range(2, 13)):
        digits = code + (first + "8327461905283746")[:length]
        assert foreign.possible(digits) is library(digits), digits


@given(st.sampled_from([*CODES, ""]), st.text("0123456789", max_size=16))
def test_any_digits_are_as_the_library_has_them(code: str, rest: str) -> None:
    assert foreign.possible(code + rest) is library(code + rest)
