"""The log of calls as files: what was filtered, whole, in the background, and run by no spreadsheet."""

import csv
import io
import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_site import Site
from openpyxl import load_workbook

from screener import call_log, job_folder
from screener.access.user_sessions import csrf_of
from screener.call_export_job import rows
from screener.call_exports import CallExports, ExportRunning, Format, NoSuchExport
from screener.database import Database

pytest_plugins = ["api_fixtures"]

EVIL = "=cmd|' /C calc'!A0"


def exported(client: httpx.Client, **asked: object) -> tuple[dict[str, Any], bytes]:
    """Export calls; return how that went, and the file."""
    begun = client.post("/api/v1/calls/export", json=asked)
    assert begun.status_code == httpx.codes.ACCEPTED, begun.text
    path, deadline = begun.headers["location"], time.monotonic() + 60
    while (state := client.get(path).json())["state"] == "writing" and time.monotonic() < deadline:
        time.sleep(0.1)
    return state, client.get(f"{path}/file").content


def test_the_calls_that_fit_are_in_the_file_and_no_cell_is_run(site: Site) -> None:
    site.ring("0912345678", EVIL, "101")
    site.ring("0987654321", EVIL, "101")
    site.ring("0912345678", "An", "205")
    with site.client() as client:
        state, table = exported(client, format="csv", number="+84912345678")
        assert (state["state"], state["written"], state["asked_by"]) == ("done", 2, "operator")
        read = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
        assert [(row["called"], row["shown_name"]) for row in read] == [("205", "An"), ("101", f"'{EVIL}")]
        state, book = exported(client, format="xlsx", called="101")
        assert state["state"] == "done"
        sheet = load_workbook(io.BytesIO(book)).active
        assert sheet is not None
        header, *cells = sheet.iter_rows()
        assert [cell.value for cell in header] == list(call_log.COLUMNS)
        assert [(row[11].value, row[11].data_type) for row in cells] == [(EVIL, "s"), (EVIL, "s")]
        assert [one["format"] for one in client.get("/api/v1/exports").json()["items"]] == ["xlsx", "csv"]
        assert client.post("/api/v1/calls/export", json={"format": "csv", "number": "x"}).status_code == 422
        assert client.get("/api/v1/exports/0123456789abcdef/file").status_code == 404


def test_the_page_begins_an_export_of_what_it_shows_and_gives_the_file(site: Site) -> None:
    site.ring("0912345678")
    site.ring("0987654321")
    csrf = {"X-CSRF-Token": csrf_of(site.session), "Sec-Fetch-Site": "same-origin"}
    with site.client() as client:
        assert 'action="/calls/export?number=0912345678"' in client.get("/calls?number=0912345678").text
        begun = client.post("/calls/export?number=0912345678", data={"format": "csv"}, headers=csrf)
        assert (begun.status_code, begun.headers["location"]) == (303, "/calls/exports")
        deadline = time.monotonic() + 60
        while "Đang ghi" in (html := client.get("/calls/exports").text) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "Đã xong: 1 cuộc gọi" in html and "hx-trigger" not in html[html.index("<main") :]
    (export,) = site.services.call_exports.exports()
    assert f'href="/api/v1/exports/{export.id}/file"' in html
    noted = site.services.audit.page().items[0]
    assert (noted.actor, noted.subject, noted.change) == ("quản-trị", "calls", "exported")


@pytest.fixture
def exports(tmp_path: Path, sqlite_database: Database) -> CallExports:
    """Exports whose processes are not started."""
    assert sqlite_database.recorder is not None
    return CallExports(tmp_path / "exports", "sqlite://", sqlite_database.sessions, sqlite_database.recorder)


def test_one_export_runs_at_a_time_and_one_whose_process_is_gone_has_failed(
    exports: CallExports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    monkeypatch.setattr(job_folder, "start", lambda module, folder, lock, order: held.append(lock))
    first = exports.start(Format.CSV, {})
    assert first.state == "writing"
    with pytest.raises(ExportRunning, match=first.id):
        exports.start(Format.CSV, {})
    os.close(held.pop())
    gone = exports.export(first.id)
    assert (gone.state, gone.problem) == ("failed", "the export's process ended; export again")
    with pytest.raises(NoSuchExport):
        exports.file(first.id)
    made = [first.id]
    for _ in range(3):
        made.append(exports.start(Format.CSV, {}).id)
        os.close(held.pop())
    assert [one.id for one in exports.exports()] == made[:0:-1]


def test_pages_of_calls_are_put_together_without_loss(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.call_export_job._AT_ONCE", 2)
    for _ in range(5):
        site.ring()
    told: list[int] = []
    _, *found = rows(site.services.records, {}, told.append)
    assert len({tuple(row) for row in found}) == 5
    assert told == [2, 4, 5]
