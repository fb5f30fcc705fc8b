"""The calls' table: one row a call, whoever tells of it, however often and in whatever order."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import call_samples
import pytest
from call_samples import START, decided, missed, outcome, reported
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from blocklist.site import Site
from blocklist.writing import Writing
from screener.calls import Action, Did
from screener.database import Database
from screener.happenings import Happening
from screener.models import CallRecord
from screener.records import Cursor, Records


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database.sessions)


def test_a_caller_is_found_again_whichever_way_the_trunk_writes(database: Database) -> None:
    """A number without the trunk 0 that no rule would know for Vietnamese."""
    site = Site(writes={"default/bare": Writing.BARE})
    for uniqueid, trunk in (("1", "bare"), ("2", "trunk")):
        Records(database.sessions, site).apply(
            [decided(call_samples.call(uniqueid, "69234856", trunk=trunk))]
        )
    found = Records(database.sessions).calls(number="+84 69 234 856").items
    assert [record.uniqueid for record in found] == ["1"]


def row(database: Database) -> dict[str, object]:
    """Return the only row without its id."""
    with database.sessions() as session:
        record = session.scalars(select(CallRecord)).one()
    columns = CallRecord.__table__.columns.keys()
    return {name: getattr(record, name) for name in columns if name != "id"}


def test_decided_call_is_stored_as_it_came(records: Records, database: Database) -> None:
    call = call_samples.call(shown_name="Công an", called="101")
    records.apply([decided(call)])
    stored = row(database)
    assert stored["number"] == "02373725726"
    assert stored["shown_number"] == "+84 2373 725 726"
    assert stored["shown_name"] == "Công an"
    assert (stored["action"], stored["rule"], stored["kind"]) == ("warn", "lookalike", "one_digit")
    assert (stored["imitates"], stored["imitates_organisation"]) == ("02373725725", "Công an tỉnh Thanh Hóa")
    assert stored["hits"] == [
        {
            "rule": "lookalike",
            "reason": "gần giống",
            "kind": "one_digit",
            "imitates": "02373725725",
            "organisation": "Công an tỉnh Thanh Hóa",
            "entry_id": None,
        }
    ]
    assert (stored["at"], stored["did"], stored["settled"]) == (START, "unknown", False)


def test_call_s_way_is_stored_step_by_step(records: Records, database: Database) -> None:
    verdict = decided()
    records.apply([verdict])
    records.apply([reported(mine=verdict, detail="played", hold_ms=4)])
    records.apply([outcome()])
    stored = row(database)
    assert (stored["did"], stored["did_detail"], stored["hold_ms"]) == ("warn", "played", 4)
    assert (stored["answered"], stored["answered_by"], stored["talk_seconds"]) == (True, "101", 40)
    assert (stored["hangup_cause"], stored["ended_at"]) == (16, START + timedelta(seconds=60))


def interleavings(first: Sequence[Happening], second: Sequence[Happening]) -> Iterator[tuple[Happening, ...]]:
    """Give every order in which two journals can be merged, each keeping its own."""
    if not first or not second:
        yield (*first, *second)
        return
    for rest in interleavings(first[1:], second):
        yield (first[0], *rest)
    for rest in interleavings(first, second[1:]):
        yield (second[0], *rest)


A, B = decided(listener="a", action=Action.BLOCK), decided(listener="b", after_ms=1, action=Action.ALLOW)
Expected = tuple[str, str, str, bool | None, int | None]
"""Listener, action, did, answered, hold_ms."""
JOURNALS: dict[str, tuple[list[Happening], list[Happening], Expected]] = {
    "a's verdict was acted on": (
        [A, reported(mine=A, did=Did.BLOCK, hold_ms=3), outcome(after_s=61)],
        [B, reported(did=Did.BLOCK, hold_ms=4), outcome(after_s=60)],
        ("a", "block", "block", True, 3),
    ),
    "b's verdict was acted on": (
        [A, reported(did=Did.ALLOW, hold_ms=3), outcome(after_s=61)],
        [B, reported(mine=B, did=Did.ALLOW, hold_ms=4), outcome(after_s=60)],
        ("b", "allow", "allow", True, 3),
    ),
    "neither came in time": (
        [A, reported(mine=A, did=Did.TIMEOUT, hold_ms=None), outcome(after_s=61)],
        [B, reported(mine=B, did=Did.TIMEOUT, hold_ms=301), outcome(after_s=60)],
        ("b", "allow", "timeout", True, 301),
    ),
    "one has not seen the report and missed the answer": (
        [A, reported(mine=A, did=Did.UNKNOWN, hold_ms=None), outcome(answered=False, after_s=59)],
        [B, reported(mine=B, did=Did.ALLOW, hold_ms=4), outcome(after_s=60)],
        ("b", "allow", "allow", True, 4),
    ),
    "a missed the end that b saw": (
        [A, missed(after_s=90)],
        [B, reported(mine=B, did=Did.ALLOW, hold_ms=4), outcome(after_s=60)],
        ("b", "allow", "allow", True, 4),
    ),
    "both missed the end": (
        [A, reported(mine=A, did=Did.BLOCK, hold_ms=3), missed(after_s=90)],
        [B, missed(after_s=80)],
        ("a", "block", "block", None, 3),
    ),
    "the exchange said nothing": ([A], [B], ("a", "block", "unknown", None, None)),
}


@pytest.mark.parametrize("case", JOURNALS)
def test_two_listeners_journals_merged_in_any_order_give_the_same_row(
    records: Records, database: Database, case: str
) -> None:
    first, second, expected = JOURNALS[case]
    rows = []
    for order in interleavings(first, second):
        for split in range(len(order)):
            for batch in (order[:split], order[split:], order[split:]):
                records.apply(batch)
            rows.append(row(database))
            with database.sessions.begin() as session:
                session.delete(session.scalars(select(CallRecord)).one())
    assert all(before == after for before, after in pairwise(rows))
    columns = ("listener", "action", "did", "answered", "hold_ms")
    assert tuple(rows[0][column] for column in columns) == expected


def test_applying_a_journal_again_changes_nothing(records: Records, database: Database) -> None:
    second = decided(after_ms=900, action=Action.ALLOW)  # the same call passes the screening once more
    happenings: list[Happening] = [
        A,
        reported(mine=A, did=Did.BLOCK),
        second,
        reported(mine=second, did=Did.ALLOW),
        outcome(),
    ]
    records.apply(happenings)
    once = row(database)
    assert (once["action"], once["did"]) == ("allow", "allow")
    for happening in happenings:
        records.apply([happening])
    records.apply(happenings)
    assert row(database) == once


def test_a_missed_end_stands_until_the_end_is_told_of_after_all(records: Records, database: Database) -> None:
    records.apply([decided(), missed()])
    assert row(database)["end_missed_at"] == START + timedelta(seconds=90)
    records.apply([outcome()])
    records.apply([missed()])
    ended = row(database)
    assert (ended["end_missed_at"], ended["ended_at"]) == (None, START + timedelta(seconds=60))


def test_calls_of_whose_end_nothing_is_known_are_under_way(records: Records) -> None:
    calls = {name: call_samples.call(name) for name in ("open", "ended", "missed", "young")}
    other = call_samples.call("open", pbx="north")
    records.apply([decided(calls[name]) for name in ("open", "ended", "missed")])
    records.apply([decided(other), decided(calls["young"], after_ms=1)])
    records.apply([outcome(calls["ended"]), missed(calls["missed"])])
    assert records.under_way("default", START + timedelta(milliseconds=1)) == ["open"]


def test_report_without_its_decision_makes_the_row(records: Records, database: Database) -> None:
    records.apply([reported(mine=A, did=Did.BLOCK)])
    records.apply([A, B])
    assert (row(database)["listener"], row(database)["did"], row(database)["settled"]) == ("a", "block", True)


def test_what_is_told_of_an_unknown_call_is_passed_over(records: Records) -> None:
    records.apply([reported(), outcome()])
    assert records.calls().items == ()


def test_silence_is_no_news_of_what_the_exchange_did(records: Records, database: Database) -> None:
    records.apply([A, reported(mine=A, did=Did.BLOCK, detail="played")])
    records.apply([reported(did=Did.UNKNOWN, detail="")])
    assert (row(database)["did"], row(database)["did_detail"]) == ("block", "played")


def test_same_uniqueid_on_two_exchanges_is_two_calls(records: Records) -> None:
    records.apply([decided(call_samples.call(pbx="north")), decided(call_samples.call(pbx="south"))])
    records.apply([reported(call_samples.call(pbx="north"), did=Did.WARN)])
    assert {(call.pbx, call.did) for call in records.calls().items} == {
        ("north", "warn"),
        ("south", "unknown"),
    }


def test_characters_that_no_database_holds_are_written_as_escapes(
    records: Records, database: Database
) -> None:
    evil = "a\0b\ud800c\u2028\U0001f600\\x00"
    records.apply([decided(call_samples.call(shown_name=evil, raw_name=evil))])
    records.apply([reported(detail=evil)])
    for column in ("shown_name", "raw_name", "did_detail"):
        assert row(database)[column] == "a\\x00b\\ud800c\u2028\U0001f600\\x00"


def test_long_texts_are_cut_where_the_column_or_an_index_is_short(
    records: Records, database: Database
) -> None:
    long = "ộ" * 100_000
    call = call_samples.call(
        long, number="9" * 100, called=long, trunk=long, presentation=long, shown_name=long
    )
    records.apply([decided(call, listener=long), reported(call, detail=long), outcome(call)])
    stored = row(database)
    lengths = {"uniqueid": 150, "called": 500, "trunk": 200, "presentation": 64, "listener": 40, "number": 32}
    assert {name: len(str(stored[name])) for name in lengths} == lengths
    assert (stored["shown_name"], stored["did"], stored["answered"]) == (long, "warn", True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(call_samples.HAPPENINGS)
def test_any_happening_can_be_stored(records: Records, happening: Happening) -> None:
    records.apply([happening])


def test_all_of_a_batch_is_stored_or_nothing(records: Records) -> None:
    naive = decided(call_samples.call("2"))
    object.__setattr__(naive, "at", naive.at.replace(tzinfo=None))
    with pytest.raises(Exception, match="without a zone"):
        records.apply([decided(), naive])
    assert records.calls().items == ()


def test_pages_of_calls_go_from_the_latest_to_the_first_without_gap(records: Records) -> None:
    records.apply([decided(call_samples.call(str(n)), after_ms=n // 2) for n in range(7)])
    seen: list[str] = []
    cursor = None
    while True:
        page = records.calls(limit=2, before=cursor)
        seen += [call.uniqueid for call in page.items]
        if not page.more:
            break
        cursor = Cursor(page.items[-1].at, page.items[-1].id)
    assert sorted(seen, key=int) == [str(n) for n in range(7)]
    assert [int(uniqueid) // 2 for uniqueid in seen] == [3, 2, 2, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"number": "02373.725.726"}, {"1"}),
        ({"number": "+842373725726"}, {"1"}),
        ({"number": "0237372572"}, set()),
        ({"part": "25 72"}, {"1"}),
        ({"part": "5678"}, {"2"}),
        ({"part": "%"}, set()),
        ({"part": ""}, set()),
        ({"called": "102"}, {"2"}),
        ({"called": "10"}, set()),
        ({"action": "block"}, {"2"}),
        ({"rule": "lookalike"}, {"1", "2"}),
        ({"pbx": "default"}, {"1", "2"}),
        ({"pbx": "north"}, set()),
        ({"did": "warn"}, {"2"}),
        ({"did": "unknown"}, {"1"}),
        ({"since": START}, {"1", "2"}),
        ({"since": START + timedelta(milliseconds=1)}, {"2"}),
        ({"until": START + timedelta(milliseconds=1)}, {"1"}),
        ({"action": "block", "part": "25 72"}, set()),
        ({"called": "\0"}, set()),
        ({"number": "\ud800"}, set()),
    ],
)
def test_calls_are_found_by(records: Records, query: dict[str, str], found: set[str]) -> None:
    other = call_samples.call("2", "0912345678", called="102")
    records.apply([decided(call_samples.call("1")), decided(other, after_ms=1, action=Action.BLOCK)])
    records.apply([reported(other)])
    assert {call.uniqueid for call in records.calls(**query).items} == found  # type: ignore[arg-type]


def test_one_call_is_found_by_its_id(records: Records, database: Database) -> None:
    records.apply([decided()])
    with database.sessions() as session:
        assert session.scalars(select(func.count(CallRecord.id))).one() == 1
    found = records.calls().items[0]
    call = records.call(found.id)
    assert call is not None
    assert call.uniqueid == found.uniqueid
    assert records.call(found.id + 1) is None
