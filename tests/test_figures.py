"""The figures of the page: calls by hour and verdict, their chart, and digits that differ."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from call_samples import call, decided

from api.pages.chart import HEIGHT, chart
from api.pages.digits import differing
from api.times import VIETNAM
from screener.calls import Action
from screener.database import Database
from screener.happenings import Decided
from screener.records import Records
from screener.tally import HOURS, Hour, Tally

NOON = datetime(2026, 11, 23, 5, 20, tzinfo=UTC)
"""12:20 in Vietnam."""


def _calls(database: Database, *calls: tuple[datetime, Action]) -> None:
    records = Records(database.sessions)
    happenings = []
    for count, (at, action) in enumerate(calls):
        one = decided(call(f"{at.timestamp()}.{count}"), action=action)
        happenings.append(Decided(at, one.call, one.verdict, 90, True, "a"))
    records.apply(happenings)


@pytest.mark.parametrize("zone", [VIETNAM, ZoneInfo("Asia/Kathmandu")])
def test_calls_are_counted_by_the_hours_of_the_zone(sqlite_database: Database, zone: ZoneInfo) -> None:
    here = NOON.astimezone(zone).replace(minute=0)
    last, first = here, here - timedelta(hours=23)
    _calls(
        sqlite_database,
        (last, Action.WARN),
        (last + timedelta(minutes=59), Action.WARN),
        (last - timedelta(microseconds=1), Action.BLOCK),
        (first, Action.ALLOW),
        (first - timedelta(microseconds=1), Action.TAG),
    )
    hours = Tally(sqlite_database.sessions).last_day(NOON, zone)
    assert [hour.start for hour in hours] == [first + timedelta(hours=count) for count in range(HOURS)]
    assert hours[-1].counts == {Action.WARN: 2}
    assert hours[-2].counts == {Action.BLOCK: 1}
    assert hours[0].counts == {Action.ALLOW: 1}
    assert sum(hour.total for hour in hours) == 4


def test_a_call_of_this_hour_or_the_one_before_counts_at_once_and_an_older_one_within_a_minute(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("screener.tally.time.monotonic", lambda: clock[0])
    tally = Tally(sqlite_database.sessions)
    assert sum(hour.total for hour in tally.last_day(NOON, VIETNAM)) == 0
    hour = timedelta(hours=1)
    _calls(sqlite_database, (NOON, Action.TAG), (NOON - hour, Action.TAG), (NOON - 5 * hour, Action.TAG))
    assert sum(hour.total for hour in tally.last_day(NOON, VIETNAM)) == 2
    clock[0] += 61
    assert sum(hour.total for hour in tally.last_day(NOON, VIETNAM)) == 3


def _hours(*counts: dict[Action, int]) -> list[Hour]:
    return [Hour(NOON + timedelta(hours=place), Counter(one)) for place, one in enumerate(counts)]


def test_a_single_blocked_call_among_thousands_is_seen_and_no_bar_is_higher_than_the_chart() -> None:
    drawn = chart(_hours({Action.ALLOW: 5000, Action.BLOCK: 1}, {Action.WARN: 1}, {}))
    high = {(part.action, part.x): part.height for part in drawn.parts}
    assert high[Action.BLOCK, 0.0] == 5 and high[Action.WARN, 10.0] == 5
    assert high[Action.ALLOW, 0.0] == HEIGHT - 5
    assert min(part.y for part in drawn.parts) == 0
    assert max(part.y + part.height for part in drawn.parts) == HEIGHT
    assert drawn.most == 5001 and drawn.width == 30


def test_hours_without_calls_are_drawn_as_nothing() -> None:
    assert chart(_hours({}, {})).parts == ()


@pytest.mark.parametrize(
    ("shown", "true", "marks"),
    [
        ("02373725726", "02373725725", ("0237372572[6]", "0237372572[5]")),
        ("02373725752", "02373725725", ("023737257[52]", "023737257[25]")),
        ("0237372575", "02373725725", ("0237372575", "023737257[2]5")),
    ],
)
def test_the_digits_that_differ_are_marked(shown: str, true: str, marks: tuple[str, str]) -> None:
    found = differing(shown, true)
    assert found is not None
    both = [
        "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in number)
        for number in (found.shown, found.true)
    ]
    assert tuple(both) == marks


@pytest.mark.parametrize("shown", ["02373725725", "", "anonymous", "0237[5]", "02373725720-02373725729"])
def test_what_is_no_number_or_no_other_one_is_not_compared(shown: str) -> None:
    assert differing(shown, "02373725725") is None
