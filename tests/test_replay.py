"""The command ``replay``: past calls through the rules, and what is told of them."""

import contextlib
import csv
import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from screener.calls import Action, Call, Rule, Verdict
from screener.cli import app
from screener.policy import Behaviour, Policy, Threshold
from screener.replay import spool as spooling
from screener.replay.judge import Judge
from screener.replay.past import Past
from screener.replay.spool import Spool
from screener.replay.tally import DAYS, LONG_TALK, Change, Tally
from screener.snapshot import Snapshot

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
REGISTRY = """\
organisation,number,name,aliases,inbound_only
"Công an tỉnh Thanh Hóa",0237 3725 725,,,0
Khẩn cấp,113,,,1
"""
NEAR, MOBILE = "02373725726", "0912345678"


def past(
    number: str = MOBILE,
    *,
    after: float = 0,
    talk: int | None = 20,
    lasts: float = 30,
    called: str = "1001",
    recorded: Action | None = None,
    key: str = "",
) -> Past:
    at = START.timestamp() + after
    call = Call("", "", "", called, shown_number=number, raw_number=number, trunk="viettel")
    return Past(key or f"{number} {after}", at, at + lasts, talk, call, recorded)


def verdicts(calls: Iterable[Past], behaviour: Behaviour) -> list[Verdict]:
    judge = Judge(Snapshot(policy=Policy(behaviour=behaviour)))
    return [judge.verdict(call) for call in calls]


def test_windows_run_in_the_calls_own_time() -> None:
    limits = Behaviour(many_calls=Threshold(3, 10))
    close = [past(after=minute * 60) for minute in (0, 5, 10)]
    assert [one.rule for one in verdicts(close, limits)] == [Rule.DEFAULT, Rule.DEFAULT, Rule.MANY_CALLS]
    far = [past(after=minute * 60) for minute in (0, 5, 10.1)]
    assert {one.rule for one in verdicts(far, limits)} == {Rule.DEFAULT}


@pytest.mark.parametrize("spared", ["registered", "allowed", "neither"])
def test_calls_of_registered_and_allowed_callers_make_no_campaign_of_their_neighbours(spared: str) -> None:
    lines = [f"0912345{last:03}" for last in range(3)]
    snapshot = Snapshot(
        policy=Policy(behaviour=Behaviour(many_of_prefix=Threshold(3, 5))),
        officials=Lookalikes(OfficialNumber(1, line, "Sở") for line in lines if spared == "registered"),
        lists=Lists(
            Entry(place, EntryKind.ALLOW, Match.EXACT, line)
            for place, line in enumerate(lines)
            if spared == "allowed"
        ),
    )
    judge = Judge(snapshot)
    for second, line in enumerate(lines):
        judge.verdict(past(line, after=second))
    rule = judge.verdict(past("0912345789", after=9)).rule
    assert rule is (Rule.MANY_OF_PREFIX if spared == "neither" else Rule.DEFAULT)


def test_a_short_call_counts_from_its_end_on() -> None:
    limits = Behaviour(many_short_calls=Threshold(1, 30), short_seconds=10)
    short = past(talk=5, lasts=100)
    for after, rule in ((99, Rule.DEFAULT), (100, Rule.MANY_SHORT_CALLS)):
        assert verdicts([short, past(after=after)], limits)[-1].rule is rule
    for other in (past(talk=11, lasts=100), past(talk=None, lasts=100)):
        assert verdicts([other, past(after=100)], limits)[-1].rule is Rule.DEFAULT


def tally(calls: Iterable[Past], spool: Spool, today: Judge | None = None) -> Tally:
    found = Tally(Judge(Snapshot()), spool, today)
    for call in calls:
        found.take(call)
    return found


def test_a_call_changes_against_the_recorded_verdict_else_against_todays_else_against_ringing() -> None:
    nobody, tagged = past("anonymous"), Change(Action.ALLOW, Action.TAG)
    strict = Judge(Snapshot(policy=Policy(actions={**Policy().actions, Rule.WITHHELD: Action.WARN})))
    with Spool() as spool:
        assert tally([nobody, past()], spool).changes == {tagged: 1}
        assert tally([past("anonymous", recorded=Action.TAG)], spool).changes == {}
        assert tally([past(recorded=Action.BLOCK)], spool).changes == {Change(Action.BLOCK, Action.ALLOW): 1}
        found = tally([nobody], spool, strict)
        assert (found.changes, found.answered) == ({Change(Action.WARN, Action.TAG): 1},) * 2
        assert tally([past("anonymous", talk=None)], spool).answered == {tagged: 0}


def test_who_is_talked_to_for_a_minute_on_three_days_and_caught_may_be_caught_wrongly() -> None:
    day = timedelta(days=1).total_seconds()
    odd, also_odd, fine = "01201234567", "01211234567", MOBILE
    with Spool() as spool:
        calls = [past(odd, after=n * day, talk=LONG_TALK) for n in range(3)]
        calls += [past(fine, after=n * day, talk=LONG_TALK) for n in range(3)]
        calls += [past(also_odd, after=n * day, talk=LONG_TALK - (n == 2)) for n in range(3)]
        calls += [past("01221234567", after=n * 60, talk=500) for n in range(9)]
        calls += [past("anonymous", after=n * day, talk=500) for n in range(9)]
        tally(calls, spool)
        (found,) = spool.suspects(DAYS, 10)
        assert (found.hit.number, found.days, found.talks, found.seconds) == (odd, 3, 3, 180)
        assert (found.hit.rule, found.hit.action) == (Rule.IMPLAUSIBLE, Action.TAG)
        assert [one.hit.number for one in spool.suspects(2, 10)] == [odd, also_odd]


def test_the_numbers_hit_most_are_told_with_their_last_call_and_the_withheld_are_no_number() -> None:
    with Spool() as spool:
        calls = [past("01201234567", after=n) for n in (0, 50, 20)] + [past("01211234567"), past()]
        tally([*calls, past("anonymous")], spool)
        first, second = spool.most_hit(10)
        assert (first.number, first.calls, first.at) == ("01201234567", 3, START.timestamp() + 50)
        assert (second.number, second.calls) == ("01211234567", 1)
        assert spool.most_hit(1) == [first]


def test_the_spool_gives_back_what_it_took() -> None:
    call = Call(
        *("hn", "PJSIP/a-1", "", "1001", "shown", "Tên", "raw", "raw name"),
        trunk="a",
        network_number="0237",
        diversions=("1", "2"),
        presentation="prohib",
        malformed=True,
    )
    taken = [
        Past(f"{n:04}", START.timestamp() + n, None, None if n % 2 else n, call, Action.TAG)
        for n in range(2500)
    ]
    with Spool() as spool:
        for one in reversed(taken):
            spool.add(one)
        assert len(spool) == 2500
        assert list(spool.calls()) == taken


def master(number: str, n: int, *, name: str = "", context: str = "from-trunk", billsec: int = 90) -> str:
    at = START + timedelta(days=n)
    channel = "PJSIP/viettel" if context == "from-trunk" else "PJSIP/1002"
    return (
        f'"","{number}","1001","{context}","""{name}"" <{number}>","{channel}-{n:08x}","","Dial","x",'
        f'"{at:%Y-%m-%d %H:%M:%S}",,,100,{billsec},"ANSWERED","DOCUMENTATION","1700000000.{n}"\n'
    )


FILE = [
    *(master(NEAR, n, name="=1+1") for n in range(4)),
    master(MOBILE, 5),
    master("113", 6, billsec=3),
    master("1002", 7, context="from-internal"),
    "broken\n",
]


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The report tells times of this machine's zone."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def replay(folder: Path, *arguments: str, rows: Iterable[str] = FILE) -> Result:
    """Run the command on a file and a registry, with no settings and no database."""
    (folder / "registry.csv").write_text(REGISTRY, encoding="utf-8")
    (folder / "Master.csv").write_text("".join(rows), encoding="utf-8")
    given = arguments if arguments and not arguments[0].startswith("-") else ("Master.csv", *arguments)
    with contextlib.chdir(folder):
        return CliRunner().invoke(app, ["replay", *given, "--registry", "registry.csv", "--utc"])


def report(folder: Path, *arguments: str) -> dict[str, Any]:
    done = replay(folder, "--json", *arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_report_counts_by_rule_and_action(tmp_path: Path) -> None:
    found = report(tmp_path)
    assert (found["rows"], found["calls"], found["trunks"]) == (8, 6, {"viettel": 6})
    assert (found["first_at"], found["last_at"]) == ("2026-11-02T08:00:00+00:00", "2026-11-08T08:00:00+00:00")
    assert found["skipped"] == {"inside": 1}
    assert found["bad_rows"]["count"] == 1
    assert found["bad_rows"]["first"][0]["line"] == 8
    assert found["actions"] == {"warn": 5, "allow": 1}
    assert found["rules"] == [
        {"rule": "lookalike", "kind": "one_digit", "action": "warn", "calls": 4},
        {"rule": "default", "kind": None, "action": "allow", "calls": 1},
        {"rule": "receives_only", "kind": "official_as_caller", "action": "warn", "calls": 1},
    ]
    assert found["changes"] == [{"before": "allow", "now": "warn", "calls": 5, "answered": 5}]
    assert [(one["number"], one["calls"]) for one in found["numbers"]] == [(NEAR, 4), ("113", 1)]
    (suspect,) = found["false_positive_candidates"]
    assert (suspect["number"], suspect["days"], suspect["talk_seconds"]) == (NEAR, 4, 360)
    assert "0237372572[6]" in suspect["reason"]


def test_the_text_says_the_same_in_both_languages(tmp_path: Path) -> None:
    done = replay(tmp_path)
    said = done.stdout
    for part in (
        "Master.csv: 6 cuộc gọi từ bên ngoài / calls from outside, 2026-11-02 08:00 – 2026-11-08 08:00",
        "by the default policy and the registry registry.csv; compared with what happened: every phone rang",
        "– 1 gọi từ bên trong / calls from inside",
        "line 8: 'broken' has 1 cells, not 15 or more",
        "warn   Cảnh báo / Warn        5  83.33%",
        "Cho qua / Let through → Cảnh báo / Warn  5",
        "Có thể oan",
    ):
        assert part in said


def test_calls_that_would_go_otherwise_are_written_as_csv_without_formulas(tmp_path: Path) -> None:
    report(tmp_path, "--csv", "changed.csv")
    with (tmp_path / "changed.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == [NEAR] * 4 + ["113"]
    assert rows[0]["name"] == "'=1+1"
    assert (rows[0]["before"], rows[0]["now"], rows[0]["kind"]) == ("allow", "warn", "one_digit")
    assert (rows[0]["imitates"], rows[0]["answered"], rows[0]["talk_seconds"]) == ("02373725725", "1", "90")


def test_a_file_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('[kinds]\none_digit = "block"\n')
    (tmp_path / "alias.csv").symlink_to("Master.csv")
    for name in ("Master.csv", "alias.csv", "registry.csv", "policy.toml"):
        before = replay(tmp_path, "--policy", "policy.toml") and (tmp_path / name).read_bytes()
        done = replay(tmp_path, "--policy", "policy.toml", "--csv", name)
        assert (done.exit_code, (tmp_path / name).read_bytes()) == (2, before)
        assert "name another file" in " ".join(done.stderr.replace("│", " ").split())


def test_what_an_earlier_replay_wrote_outlasts_one_that_fails(tmp_path: Path) -> None:
    report(tmp_path, "--csv", "changed.csv")
    before = (tmp_path / "changed.csv").read_bytes()
    assert replay(tmp_path, "none.csv", "--csv", "changed.csv").exit_code == 2
    assert replay(tmp_path, "none.csv", "--csv", "new.csv").exit_code == 2
    assert (tmp_path / "changed.csv").read_bytes() == before
    assert not (tmp_path / "new.csv").exists()


def test_a_proposed_policy_is_compared_with_the_one_in_force(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('[kinds]\none_digit = "block"\n')
    found = report(tmp_path, "--policy", "policy.toml")
    assert found["changes"] == [{"before": "warn", "now": "block", "calls": 4, "answered": 4}]
    assert found["compared_with"] == "the default policy"


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "_TABLES", f"{spooling._TABLES} PRAGMA max_page_count = 5;")
    done = replay(tmp_path, rows=(master(f"09{n:08}", n) for n in range(2000)))
    assert done.exit_code == 1
    assert "database or disk is full; free some space" in done.stderr


def test_trunks_and_contexts_can_be_chosen(tmp_path: Path) -> None:
    assert report(tmp_path, "--trunk", "1002")["calls"] == 1
    assert report(tmp_path, "--trunk", "1002", "--trunk", "viettel")["calls"] == 7
    assert report(tmp_path, "--context", "from-trunk")["skipped"] == {"other_context": 1}


def test_a_file_in_any_order_gives_the_same(tmp_path: Path) -> None:
    forwards = report(tmp_path)
    done = replay(tmp_path, "--json", rows=reversed(FILE[:-1]))
    backwards = json.loads(done.stdout)
    for same in ("rules", "changes", "numbers", "false_positive_candidates"):
        assert backwards[same] == forwards[same]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.csv",), "none.csv: No such file or directory"),
        (("registry.csv",), "line 1 is no call; give Asterisk's Master.csv"),
        (("--policy", "registry.csv"), "registry.csv"),
        (("--since", "3d"), "--since goes with --calls"),
        (("Master.csv", "--calls"), "one of the two"),
        (("--csv", "/none/x.csv"), "No such file or directory"),
    ],
)
def test_what_can_not_be_replayed_is_named(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = replay(tmp_path, *arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())
