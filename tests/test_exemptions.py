"""Numbers that are exempt on one trunk: what that lets through and what it does not, and when it counts."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from call_samples import CALLS, TEXTS
from database_fixtures import OPENED
from hypothesis import given
from hypothesis import strategies as st

from blocklist.drafts import EntryDraft
from blocklist.entries import Entry, EntryKind, ExemptCaller, Match, OfficialNumber
from blocklist.errors import AlreadyListed, InvalidText, NotListed
from blocklist.exemptions import MAX_NOTE, Exemptions
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.site import Site
from blocklist.store import ListStore
from screener import engine
from screener.calls import Action, Activity, Call, Rule, Verdict
from screener.database import Database
from screener.metrics import Metrics
from screener.settings import SiteSettings
from screener.snapshot import Snapshot
from screener.snapshots import Snapshots

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OWN, OTHER_OWN = "02373850234", "02373850235"
BRANCH = ExemptCaller(3, OWN, "main", "viettel", "chi nhánh gọi về")
CALLED_BACK = ExemptCaller(4, "113", "main", "viettel")
EXTENSION = ExemptCaller(5, "1005", "main", "viettel")
SNAPSHOT = Snapshot(
    lists=Lists([Entry(7, EntryKind.BLOCK, Match.EXACT, OWN)]),
    officials=Lookalikes(
        [
            OfficialNumber(1, "113", "Công an (113)", receives_only=True),
            OfficialNumber(2, "02373725725", "Công an tỉnh Thanh Hóa"),
        ]
    ),
    site=Site(own_numbers=frozenset({OWN, OTHER_OWN}), extensions=frozenset({"10*"})),
    exemptions={one.place: one for one in (BRANCH, CALLED_BACK, EXTENSION)},
)


def call(number: str, pbx: str = "main", trunk: str = "viettel", raw: str = "", name: str = "") -> Call:
    return Call(pbx, "c", "1.1", "1001", number, name, raw_number=raw, trunk=trunk)


def judge(of: Call, snapshot: Snapshot = SNAPSHOT) -> Verdict:
    return engine.decide(of, snapshot, Activity(), NOW)


@pytest.mark.parametrize(
    ("of", "rule"),
    [
        (call(OWN), Rule.EXEMPT),
        (call("+84 2373 850 234"), Rule.EXEMPT),
        (call("", raw="０２３７３８５０２３４"), Rule.EXEMPT),  # a phone shows none of it
        (call(OWN, name="Công an tỉnh"), Rule.EXEMPT),
        (call("+8402373850234"), Rule.EXEMPT),  # dressed, but own in any form
        (call(OWN, trunk="vnpt"), Rule.OWN_NUMBER),
        (call(OWN, trunk=""), Rule.OWN_NUMBER),
        (call(OWN, trunk="Viettel"), Rule.OWN_NUMBER),
        (call(OWN, pbx="branch"), Rule.OWN_NUMBER),
        (call(OTHER_OWN), Rule.OWN_NUMBER),
        (call("1005"), Rule.EXEMPT),
        (call("1006"), Rule.OWN_NUMBER),
        (call("113"), Rule.EXEMPT),
        (call("113", trunk="vnpt"), Rule.RECEIVES_ONLY),
        (call("+84113"), Rule.LOOKALIKE),  # a disguise of its own
        (call("02373725726"), Rule.LOOKALIKE),
        (call(""), Rule.WITHHELD),
        # one number must not hide behind another
        (call(OWN, raw="0912345678"), Rule.OWN_NUMBER),
        (call("02373725726", raw=OWN), Rule.OWN_NUMBER),
        (call(OWN, raw="113"), Rule.EXEMPT),  # both are exempt
    ],
)
def test_a_number_is_exempt_on_its_trunk_and_nothing_else_is(of: Call, rule: Rule) -> None:
    assert judge(of).rule is rule


def test_the_reason_names_number_trunk_exemption_and_why_in_one_sentence() -> None:
    verdict = judge(call("+842373850234"))
    assert verdict.action is Action.ALLOW
    assert verdict.reason == (
        "Số 02373850234 gọi qua trung kế viettel được miễn (mục miễn trừ 3): chi nhánh gọi về."
    )
    assert [hit.rule for hit in verdict.hits] == [Rule.EXEMPT, Rule.OWN_NUMBER, Rule.BLOCK_EXACT]
    assert judge(call("113")).reason.endswith("(mục miễn trừ 4): người trực tổng đài đã cho phép.")


@given(CALLS, st.sampled_from(["", "viettel"]), TEXTS)
def test_no_call_and_no_note_raises_and_an_exempt_call_is_always_of_an_exempt_number(
    of: Call, trunk: str, note: str
) -> None:
    noted = replace(BRANCH, note=note)
    snapshot = replace(SNAPSHOT, exemptions={noted.place: noted})
    verdict = judge(replace(of, pbx="main", trunk=trunk), snapshot)
    assert verdict.reason
    if verdict.rule is Rule.EXEMPT:
        assert trunk == "viettel"
        assert "được miễn" in verdict.reason


@given(CALLS)
def test_exemptions_of_other_trunks_change_no_verdict(of: Call) -> None:
    assert judge(replace(of, trunk="vnpt")) == judge(
        replace(of, trunk="vnpt"), replace(SNAPSHOT, exemptions={})
    )


def test_exemptions_are_kept_once_listed_in_pages_and_removed(database: Database) -> None:
    exemptions = Exemptions(database.sessions, lambda: NOW)
    first = exemptions.add(replace(BRANCH, note=" Chi nhánh\n gọi  về "), "lan")
    assert (first.note, first.author, first.created_at) == ("Chi nhánh gọi về", "lan", NOW)
    others = [
        exemptions.add(other, "lan")
        for other in (
            replace(BRANCH, number=OTHER_OWN),
            replace(BRANCH, pbx="branch"),
            replace(BRANCH, trunk="vnpt"),
        )
    ]
    with pytest.raises(AlreadyListed) as caught:
        exemptions.add(replace(BRANCH, note="khác"), "minh")
    assert caught.value.existing.id == first.id
    page = exemptions.exemptions(limit=2)
    assert ([one.id for one in page.items], page.more) == ([others[2].id, others[1].id], True)
    rest = exemptions.exemptions(limit=2, after=page.items[-1].id)
    assert ([one.id for one in rest.items], rest.more) == ([others[0].id, first.id], False)
    assert exemptions.remove(first.id).number == OWN
    for ask in (exemptions.exemption, exemptions.remove):
        with pytest.raises(NotListed):
            ask(first.id)


@pytest.mark.parametrize("note", ["a\0b", "\ud800", "x" * (MAX_NOTE + 1)])
def test_a_note_that_can_not_be_stored_is_refused(sqlite_database: Database, note: str) -> None:
    exemptions = Exemptions(sqlite_database.sessions)
    with pytest.raises(InvalidText) as caught:
        exemptions.add(replace(BRANCH, note=note), "lan")
    assert caught.value.field == "note"
    assert exemptions.exemptions().items == ()


def test_a_changed_exemption_is_read_alone_and_the_lists_stay(database: Database) -> None:
    ListStore(database.sessions).add_entry(EntryDraft(EntryKind.BLOCK, "0912345678"), "lan")
    exemptions = Exemptions(database.sessions)
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    before = snapshots.current
    row = exemptions.add(BRANCH, "lan")
    assert snapshots.refresh_if_changed()
    assert snapshots.current.exemptions == {BRANCH.place: replace(BRANCH, id=row.id)}
    assert snapshots.current.officials is before.officials
    assert len(snapshots.current.lists) == 1
    ListStore(database.sessions).add_entry(EntryDraft(EntryKind.BLOCK, "0912345679"), "lan")
    kept = snapshots.current.exemptions
    assert snapshots.refresh_if_changed()
    assert snapshots.current.exemptions is kept
    exemptions.remove(row.id)
    assert snapshots.refresh_if_changed()
    assert snapshots.current.exemptions == {}


def test_exemptions_are_there_after_a_restart(database: Database) -> None:
    row = Exemptions(database.sessions).add(BRANCH, "lan")
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    assert snapshots.current.exemptions == {BRANCH.place: replace(BRANCH, id=row.id)}


def test_an_exemption_made_by_another_process_counts_within_about_a_second(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    program = (
        f"{OPENED}from blocklist.exemptions import Exemptions; from blocklist.entries import ExemptCaller\n"
        "store = Exemptions(database.sessions)\n"
        "for line in sys.stdin:\n"
        "    if line.strip() == 'add':\n"
        "        row = store.add(ExemptCaller(None, '02373850234', 'main', 'viettel'), 'other')\n"
        "    else: store.remove(row.id)\n"
        "    print('done', flush=True)\n"
    )
    snapshots = Snapshots(database.sessions, SiteSettings(own_numbers=(OWN,)), Metrics())
    snapshots.load()

    async def scenario() -> None:
        following = asyncio.create_task(snapshots.run())
        with subprocess.Popen(  # noqa: ASYNC220 - started before anything is timed
            [sys.executable, "-c", program, empty_url, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stdin is not None
            assert other.stdout is not None
            for order, rule in (("add", Rule.EXEMPT), ("remove", Rule.OWN_NUMBER)):
                other.stdin.write(f"{order}\n")
                other.stdin.flush()
                assert await asyncio.to_thread(other.stdout.readline) == "done\n"
                began = time.monotonic()
                while judge(call(OWN), snapshots.current).rule is not rule:
                    assert time.monotonic() - began < 1.5
                    await asyncio.sleep(0.02)
            other.stdin.close()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    asyncio.run(scenario())
