"""The doctor on state folder, lists and database, and the command."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from typer import Typer
from typer.testing import CliRunner

from blocklist.models import ListEntry
from screener.database import Database, open_database
from screener.doctor import database, examine, lists, state_folder
from screener.doctor_cli import doctor
from screener.finding import Level
from screener.lab.setup import free_port
from screener.settings import Settings


def test_a_database_at_the_newest_version_is_ok(database_at_head: Database) -> None:
    (finding,) = database(database_at_head.engine.url.render_as_string(hide_password=False))
    assert finding.level is Level.OK


ROW = {
    "id": 1,
    "kind": "block",
    "match": "guess",
    "pattern": "0912",
    "note": "",
    "author": "",
    "source": "",
    "category": "other",
    "action": "",
    "pbx": "",
    "called": "",
    "imported": "",
    "created_at": datetime.now(UTC),
    "updated_at": datetime.now(UTC),
}


def test_a_row_that_keeps_the_service_from_starting_is_named(sqlite_database: Database) -> None:
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    assert list(lists(Settings(database_url=url))) == []
    with sqlite_database.engine.begin() as connection:
        connection.execute(insert(ListEntry.__table__).values(**ROW))  # type: ignore[arg-type]  # a Table
    (finding,) = lists(Settings(database_url=url))
    assert finding.level is Level.FAIL
    assert "table 'list_entries', row 1" in finding.text
    assert finding.remedy == "correct or delete the row"


@pytest.fixture
def database_at_head(sqlite_database: Database) -> Database:
    return sqlite_database


def test_a_database_that_is_behind_fails_and_is_not_changed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    (tmp_path / "test.db").touch()
    empty = open_database(url)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0000')")
    empty.close()
    (finding,) = database(url)
    assert finding.level is Level.FAIL
    assert "tables are at version 0000" in finding.text
    assert "start the service" in finding.remedy


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    (finding,) = database(f"sqlite:///{tmp_path / 'test.db'}")
    assert finding.level is Level.WARN
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite://", "mysql://x/y", "no url", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_database_that_can_not_be_used_fails_with_its_remedy(url: str) -> None:
    (finding,) = database(url)
    assert finding.level is Level.FAIL
    assert finding.remedy


def test_a_state_folder_is_tried_out_and_left_as_it_was(tmp_path: Path) -> None:
    (finding,) = state_folder(tmp_path)
    assert finding.level is Level.OK
    assert "GB are free" in finding.text
    assert list(tmp_path.iterdir()) == []
    (finding,) = state_folder(tmp_path / "a/b")
    assert finding.level is Level.WARN
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    (finding,) = state_folder(tmp_path / "file")
    assert finding.level is Level.FAIL
    assert finding.remedy


@pytest.fixture(autouse=True)
def no_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no exchange of `lab up` be found."""
    monkeypatch.setenv("CALL_SCREENER_LAB_STATE", str(tmp_path / "no-lab"))


def run(*arguments: str) -> Any:
    app = Typer()
    app.command()(doctor)
    return CliRunner().invoke(app, list(arguments))


def test_the_command_prints_a_line_a_finding_and_ends_with_1_where_one_fails(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    port = free_port("127.0.0.1", socket.SOCK_STREAM)
    file.write_text(f'port = {port}\nstate_dir = "{tmp_path}"\n')
    result = run("--config", str(file))
    assert result.exit_code == 0, result.output
    assert [line[:4] for line in result.output.splitlines()] == ["ok  ", "warn", "warn", "warn"]
    assert "no lab exchange runs: no call is screened" in result.output
    file.write_text(
        f'port = {port}\nstate_dir = "{tmp_path}"\n[pbx.x]\nhost = "127.0.0.1"\nport = 1\nsecret = "s"\n'
    )
    result = run("--config", str(file))
    assert result.exit_code == 1
    assert "FAIL  pbx x – can't reach 127.0.0.1:1: connection refused; " in result.output
    assert "\x1b" not in result.output


def test_the_command_ends_with_2_and_the_reason_for_settings_that_can_not_be_used(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("nonsense = 1\n")
    result = run("--config", str(file))
    assert result.exit_code == 2
    assert "nonsense" in result.output


def test_without_a_pbx_the_doctor_says_so(tmp_path: Path) -> None:
    findings = list(examine(Settings(state_dir=tmp_path), None))
    assert "lab exchange" in findings[-1].text
