"""The benchmark of judging measures what it says it does."""

from collections import Counter
from pathlib import Path

import pytest

from blocklist import synthetic
from blocklist.entries import OfficialNumber
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from screener.bench import callers, growth, peers
from screener.bench.__main__ import Part, measure
from screener.bench.offices import officials
from screener.bench.report import table
from screener.bench.sizes import Plan, Size
from screener.bench.speed import Trial, compare, ours, percentile
from screener.bench.usual import OURS, SCAN, SET
from screener.calls import Call
from screener.snapshot import Snapshot

TINY = Plan(
    usual=Size(5_000, 40),
    entries=(1_000, 5_000),
    officials=(20, 60),
    calls=200,
    scanned=20,
    imported=300,
    rounds=1,
)


@pytest.fixture(scope="module")
def known() -> list[OfficialNumber]:
    return officials(500)


def test_a_registry_has_the_size_that_was_asked_for_and_every_number_once() -> None:
    made = officials(100_000)
    assert len(made) == 100_000
    numbers = [one.number for one in made if one.number]
    assert len(set(numbers)) == len(numbers)
    assert len({one.organisation for one in made}) == len(made)
    assert officials(100_000) == made


def test_a_tenth_of_the_mixed_calls_match_and_a_third_of_the_others_show_a_name(
    known: list[OfficialNumber],
) -> None:
    calls = callers.mixed(known, 1_000, 6_000)
    snapshot = Snapshot(lists=growth.listed(1_000), officials=Lookalikes(known), names=Names(known))
    # With the tenth come those withheld, two in a hundred, and a few that resemble an office by chance.
    assert sum(map(ours(snapshot), calls)) / len(calls) == pytest.approx(0.12, abs=0.015)
    assert sum(bool(call.shown_name) for call in calls) / len(calls) == pytest.approx(0.32, abs=0.03)
    assert not any(call.shown_name for call in callers.nameless(calls))


def test_plain_calls_show_a_number_that_nothing_fits(known: list[OfficialNumber]) -> None:
    calls = callers.plain(500)
    assert len(calls) == 500
    assert sum(map(ours(Snapshot()), calls)) == 0


@pytest.mark.parametrize(
    ("number", "name", "by_set", "by_scan"),
    [
        ("0912345678", "", True, True),
        ("+84912345678", "", True, True),
        ("02373725725", "", False, True),
        ("02373725726", "", False, True),
        ("02373725766", "", False, False),
        ("0987654321", "Công an tỉnh Thanh Hoá", False, True),
        ("0987654321", "Nguyễn Văn An", False, False),
        ("anonymous", "", False, False),
        ("", "", False, False),
    ],
)
def test_peers_find_what_they_are_made_for(number: str, name: str, by_set: bool, by_scan: bool) -> None:
    registry = [
        OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa", name="Công an tỉnh Thanh Hóa"),
        OfficialNumber(2, "", "Sở Y tế", name="Sở Y tế"),
    ]
    call = Call(pbx="", channel="", uniqueid="", called="", shown_number=number, shown_name=name)
    assert peers.exact({"0912345678"})(call) is by_set
    assert peers.scan({"0912345678"}, registry)(call) is by_scan


def test_judges_take_turns_on_their_own_calls() -> None:
    seen: Counter[str] = Counter()

    def judge(name: str, says: bool) -> Trial:
        def count(_call: Call) -> bool:
            seen[name] += 1
            return says

        return Trial(count, callers.plain(10))

    found = compare({"yes": judge("yes", True), "no": judge("no", False)}, rounds=3)
    assert seen["yes"] == seen["no"] == 10 + 3 * 2 * 10
    assert (found["yes"].hits, found["no"].hits) == (1, 0)
    assert 0 < found["yes"].p50 <= found["yes"].p99 <= found["yes"].max


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 51), (99, 100), (100, 100)])
def test_a_percentile_is_one_of_the_values(percent: int, expected: int) -> None:
    assert percentile(range(1, 101), percent) == expected


def test_a_run_measures_every_part_and_leaves_only_the_databases_it_goes_on_with(tmp_path: Path) -> None:
    results = measure(TINY, list(Part), tmp_path)
    assert [row.entries for row in results.lists] == [1_000, 5_000]
    assert all(row.resident > 20 and row.start > 0 and row.in_force > 0 for row in results.lists)
    assert [(row.rows, row.importing.looks > 0) for row in results.imports] == [(300, True)]
    assert [row.officials for row in results.registries] == [20, 60]
    assert [row.way for row in results.peers] == [OURS, SET, SCAN] * 2
    assert results.speeds["plain numbers"].hits == 0
    text = table(results)
    for word in ("mixed callers", "start s", "all is loaded anew", "build s", "imported", SCAN):
        assert word in text
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".sqlite") == [
        "1000-40.sqlite",
        "5000-40.sqlite",
    ]


def test_made_up_numbers_are_found_by_their_place() -> None:
    made = list(synthetic.numbers(3_000))
    assert [synthetic.number(index, 3_000) for index in (0, 1_500, 2_999)] == [made[0], made[1_500], made[-1]]
