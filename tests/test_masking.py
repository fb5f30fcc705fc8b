"""Numbers in the log: private ones are masked, what tells at night who called is not."""

import pytest

from screener.masking import masked


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("0912345678", "'091234****'"),
        ("+84 912 345 678", "'+84 912 34* ***'"),
        ("0912.345.678", "'0912.34*.***'"),
        ("1234567", "'123****'"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "'\u0661\u0662\u0663****'"),
        ("Nam 0912345678 x", "'Nam 091234**** x'"),
        ("123456", "'123456'"),
        ("113", "'113'"),
        ("+375*", "'+375*'"),
        ("anonymous", "'anonymous'"),
        ("restricted", "'restricted'"),
        ("", "''"),
        ("a\nb", "'a\\nb'"),
    ],
)
def test_the_last_four_digits_of_a_whole_number_are_hidden_and_nothing_else(
    number: str, written: str
) -> None:
    assert masked(number) == written
