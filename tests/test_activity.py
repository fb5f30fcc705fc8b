"""Counts of recent calls: what is one caller, one call, and when it is forgotten."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from blocklist.numbers import normalise
from screener.activity import CALLERS, NONE, Recent
from screener.calls import Activity
from screener.policy import Behaviour, Threshold

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LIMITS = Behaviour(
    many_extensions=Threshold(3, 10),
    many_calls=Threshold(3, 5),
    many_of_prefix=Threshold(3, 5),
    many_short_calls=Threshold(2, 30),
    short_seconds=10,
)


class Calls:
    """Calls one after the other, a second apart unless told."""

    def __init__(self) -> None:
        self.recent = Recent()
        self.made = 0

    def ring(self, number: str, called: str = "1001", at: int | None = None, id: str = "") -> Activity:  # noqa: A002
        self.made += 1
        when = NOW + timedelta(seconds=self.made if at is None else at)
        return self.recent.note(id or f"call-{self.made}", normalise(number), called, when, LIMITS)


def test_calls_and_extensions_of_one_caller_are_counted_in_any_written_form() -> None:
    calls = Calls()
    calls.ring("0912345678", "1001")
    calls.ring("+84 912 345 678", "1002")
    seen = calls.ring("0084912345678", "1001")
    assert (seen.calls, seen.extensions) == (3, 2)
    assert calls.ring("0912345679").calls == 1


def test_a_window_ends() -> None:
    calls = Calls()
    calls.ring("0912345678", "1001", at=0)
    assert calls.ring("0912345678", "1002", at=300).calls == 2
    later = calls.ring("0912345678", "1003", at=301)
    assert (later.calls, later.extensions) == (2, 3)


def test_callers_of_one_block_of_numbers_are_counted_once_each() -> None:
    calls = Calls()
    for last in ("001", "002", "002"):
        calls.ring(f"0912345{last}")
    assert calls.ring("0912345903").callers_of_prefix == 3
    assert calls.ring("0912346003").callers_of_prefix == 1


def test_who_shows_no_number_is_nobody_in_particular() -> None:
    calls = Calls()
    for _ in range(5):
        assert calls.ring("anonymous") == NONE
        assert calls.ring("") == NONE


def test_a_call_that_rings_a_whole_group_is_one_call() -> None:
    calls = Calls()
    for called in ("1001", "1002", "1003"):
        seen = calls.ring("0912345678", called, id="one")
    assert (seen.calls, seen.extensions) == (1, 1)


def test_a_spared_call_counts_for_nobody_and_those_before_it_still_do() -> None:
    calls = Calls()
    calls.ring("0912345001")
    calls.ring("0912345002", id="spared")
    calls.recent.spare("spared")
    calls.recent.spare("spared")
    assert calls.ring("0912345001") == Activity(calls=2, extensions=1, callers_of_prefix=1)
    assert calls.ring("0912345002") == Activity(calls=1, extensions=1, callers_of_prefix=2)


def test_short_talks_are_counted_and_unanswered_calls_and_long_talks_are_not() -> None:
    calls = Calls()
    for number, talked in enumerate((3, 10, 11, None)):
        calls.ring("0912345678", id=f"c{number}")
        calls.recent.ended(f"c{number}", talked, NOW, LIMITS)
    assert calls.ring("0912345678").short_calls == 2
    assert calls.ring("0912345678", at=1801).short_calls == 0


def test_the_end_of_an_unknown_call_is_no_matter() -> None:
    Recent().ended("nobody", 3, NOW, LIMITS)


def test_memory_is_bounded() -> None:
    calls = Calls()
    calls.ring("0912345678")
    for number in range(CALLERS):
        calls.ring(f"07{number:08d}")
    assert calls.ring("0912345678").calls == 1


@given(
    st.lists(st.tuples(st.sampled_from(["0912345678", "0912345679", ""]), st.integers(0, 900)), max_size=30)
)
def test_counts_are_those_of_a_plain_count(made: list[tuple[str, int]]) -> None:
    calls = Calls()
    made.sort(key=lambda one: one[1])
    for place, (number, at) in enumerate(made):
        seen = calls.ring(number, at=at)
        expected = sum(before == number and at - when <= 300 for before, when in made[: place + 1])
        assert seen.calls == (expected if number else 0)
