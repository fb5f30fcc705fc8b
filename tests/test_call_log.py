"""The call log as a file, and through the rules again."""

import contextlib
import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from call_samples import START, call, decided, outcome
from typer.testing import CliRunner

from screener import call_log, since
from screener.calls import Action
from screener.cli import app
from screener.database import Database, open_database, upgrade
from screener.happenings import Happening
from screener.records import Records
from screener.replay import own_log
from screener.replay.past import BadRecord, Past

FORMULA = '=HYPERLINK("http://x")'


def happenings() -> list[Happening]:
    odd = replace(
        call("1700000000.2", "+84 912 345 678"),
        shown_name=FORMULA,
        raw_name="Tên\nkhác",
        network_number="+842373725725",
        diversions=("02373850000", "+84912"),
        presentation="prohib",
        malformed=True,
    )
    first = call("1700000000.1")
    return [
        decided(odd, after_ms=5000, action=Action.TAG),
        decided(first),
        outcome(first, after_s=60),
        outcome(odd, answered=False, after_s=30),
        decided(call("1700000000.3"), after_ms=9000),
    ]


def stored(database: Database) -> list[Past]:
    Records(database.sessions).apply(happenings())
    return [own_log.of(record) for record in call_log.calls(database.sessions, None)]


def exported(database: Database) -> list[list[str]]:
    file = io.StringIO(newline="")
    call_log.write(file, call_log.calls(database.sessions, None), lambda done: None)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


def test_the_log_is_told_in_the_order_of_the_calls(database: Database) -> None:
    found = stored(database)
    assert [past.call.uniqueid for past in found] == ["1700000000.1", "1700000000.2", "1700000000.3"]
    first, second, third = found
    assert (first.at, first.ends, first.talk_seconds) == (START.timestamp(), START.timestamp() + 60, 40)
    assert (second.talk_seconds, second.recorded) == (None, Action.TAG)
    assert (third.ends, third.talk_seconds) == (None, None)


def test_an_exported_log_is_read_back_as_it_was(database: Database) -> None:
    of_database = stored(database)
    header, *rows = exported(database)
    layout = own_log.Layout(header)
    assert own_log.is_header(header)
    assert [layout.past(row) for row in rows] == of_database


def test_columns_may_be_moved_and_left_out(sqlite_database: Database) -> None:
    stored(sqlite_database)
    header, row, *_ = exported(sqlite_database)
    kept = ["uniqueid", "shown_number", "action", "called", "at"]
    past = own_log.Layout(kept).past([row[header.index(name)] for name in kept])
    assert (past.call.shown_number, past.recorded, past.at) == (
        "+84 2373 725 726",
        Action.WARN,
        START.timestamp(),
    )
    assert not own_log.is_header(kept[1:])


def test_no_cell_of_an_export_is_a_formula(sqlite_database: Database) -> None:
    stored(sqlite_database)
    header, _, row, _ = exported(sqlite_database)
    assert row[header.index("shown_name")] == f"'{FORMULA}"
    assert not [cell for cell in row if cell[:1] in set("=+-@\t\r")]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("action", "deny", "is no action"),
        ("at", "yesterday", "is no time"),
        ("ended_at", "x", "is no time"),
        ("talk_seconds", "1m", "is no number of seconds"),
    ],
)
def test_a_value_that_the_log_never_has_is_refused(
    sqlite_database: Database, column: str, value: str, why: str
) -> None:
    stored(sqlite_database)
    header, row, *_ = exported(sqlite_database)
    row[header.index(column)] = value
    with pytest.raises(BadRecord) as refused:
        own_log.Layout(header).past(row)
    assert refused.value.value == value
    assert why in refused.value.why


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(BadRecord):
        own_log.Layout(["at", "uniqueid", "called", "action", "shown_number"]).past(["x", "y", "1", "allow"])


def test_calls_since_a_time_are_counted_and_told(sqlite_database: Database) -> None:
    stored(sqlite_database)
    for after, number in ((0, 3), (1, 2), (5, 2), (6, 1), (10, 0)):
        since_then = START + timedelta(seconds=after)
        assert call_log.count(sqlite_database.sessions, since_then) == number
        assert len(list(call_log.calls(sqlite_database.sessions, since_then))) == number


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with settings and a database that holds calls."""
    (tmp_path / "settings.toml").write_text("")
    monkeypatch.setenv("CALL_SCREENER_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("CALL_SCREENER_STATE_DIR", str(tmp_path))
    database = open_database(f"sqlite:///{tmp_path}/call-screener.db")
    upgrade(database.engine)
    Records(database.sessions).apply(happenings())
    database.close()
    return tmp_path


def test_the_log_and_its_export_replay_to_the_same(folder: Path) -> None:
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, ["calls", "export", "log.csv"])
        assert (done.exit_code, done.stdout) == (0, "3 calls written to log.csv\n")
        of_log, of_file = (
            json.loads(CliRunner().invoke(app, ["replay", what, "--json"]).stdout)
            for what in ("--calls", "log.csv")
        )
    assert of_log["compared_with"] == "the recorded verdicts"
    assert of_log["actions"] == {"allow": 2, "tag": 1}
    assert of_log["changes"] == [{"before": "warn", "now": "allow", "calls": 2, "answered": 1}]
    for same in ("calls", "actions", "rules", "changes", "numbers", "compared_with", "first_at"):
        assert of_file[same] == of_log[same]


def test_the_last_days_alone_can_be_replayed(folder: Path) -> None:
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, ["replay", "--calls", "--since", "2026-11-24", "--json"])
    assert json.loads(done.stdout)["calls"] == 0


@pytest.mark.parametrize(
    ("text", "ago"), [("30d", timedelta(30)), ("12h", timedelta(hours=12)), ("2w", timedelta(14))]
)
def test_how_far_back_is_written_short(text: str, ago: timedelta) -> None:
    assert abs(datetime.now(UTC) - ago - since.since(text)) < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["", "30", "30m", "yesterday", "-3d"])
def test_what_is_no_time_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 30d"):
        since.since(text)


def test_a_day_begins_here() -> None:
    assert since.since("2026-11-01") == datetime(2026, 11, 1).astimezone(UTC)
