"""Ranges of numbers as blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.blocks import Blocks, heads


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("0237372570", "0237372579", ["023737257"]),
        ("02373725", "02373725", ["02373725"]),
        ("0098", "0101", ["0098", "0099", "0100", "0101"]),
        ("0090", "0109", ["009", "010"]),
        ("0000", "9999", [""]),
        ("0199", "0100", []),
        ("01", "011", []),
    ],
)
def test_a_range_is_made_of_the_fewest_blocks(first: str, last: str, expected: list[str]) -> None:
    assert list(heads(first, last)) == expected


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_blocks_hold_exactly_the_numbers_of_the_range(first: int, last: int, number: int) -> None:
    blocks = Blocks()
    blocks.add(f"{first:04}", f"{last:04}", 7)
    assert (blocks.exact(f"{number:04}") == 7) == (first <= number <= last)


def test_the_first_range_that_holds_a_number_is_named() -> None:
    blocks = Blocks()
    blocks.add("0237372570", "0237372579", 2)
    blocks.add("0237372500", "0237372599", 1)
    assert blocks.exact("0237372575") == 1
    assert blocks.exact("0237372599") == 1
    assert blocks.exact("0237372600") is None
