"""Numbers one edit away are found by look-up, wherever the edit is and whatever else is stored."""

from collections.abc import Iterator

import pytest

from blocklist.kinds import LookalikeKind
from blocklist.near import Near

NUMBERS = ("1022113", "18001091", "069234856", "0692348560", "0912345678", "02373725725", "024382512345")


def edited(number: str) -> Iterator[tuple[LookalikeKind, str]]:
    """Give every number that is one edit away, with the edit's name."""
    for place, digit in enumerate(number):
        before, after = number[:place], number[place + 1 :]
        yield LookalikeKind.MISSING, before + after
        for other in "0123456789":
            yield LookalikeKind.EXTRA, before + other + number[place:]
            if other != digit:
                yield LookalikeKind.ONE_DIGIT, before + other + after
        if after and after[0] != digit:
            yield LookalikeKind.SWAPPED, before + after[0] + digit + after[1:]
    yield from ((LookalikeKind.EXTRA, number + other) for other in "0123456789")


def stored(*numbers: str) -> Near:
    near = Near()
    for place, number in enumerate(numbers):
        near.add(number, place)
    return near


@pytest.mark.parametrize("number", NUMBERS)
def test_every_edit_of_the_only_number_is_found_and_named(number: str) -> None:
    near = stored(number)
    assert [one for one in edited(number) if (one[0], 0, number) not in near.find(one[1])] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_begin_or_end_the_same_hide_none(number: str) -> None:
    turned = number.translate(str.maketrans("0123456789", "9876543210"))
    middle = len(number) // 2
    near = stored(number, number[:middle] + turned[middle:], turned[:middle] + number[middle:])
    assert [one for one in edited(number) if (one[0], 0, number) not in near.find(one[1])] == []


@pytest.mark.parametrize("shown", ["0912354679", "0921345687", "091234567800", "09123456", "0912345678", ""])
def test_two_edits_or_none_are_not_found(shown: str) -> None:
    assert list(stored("0912345678").find(shown)) == []
