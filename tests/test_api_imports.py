"""Imports over the API: an upload becomes a process of its own that tells how it goes."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_site import Site

from api import bodies

pytest_plugins = ["api_fixtures"]

IMPORT = "/api/v1/entries/import"
CSV = {"Content-Type": "text/csv"}


def ended(client: httpx.Client, started: httpx.Response) -> dict[str, Any]:
    """Wait for an import's end; return what is told of it."""
    assert started.status_code == 202, started.text
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        told: dict[str, Any] = client.get(started.headers["location"]).json()
        if told["state"] in ("done", "failed"):
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def test_an_uploaded_file_is_imported_and_its_refused_rows_are_given(site: Site) -> None:
    body = "Số điện thoại;Loại;STT\n912345678;chặn;1\n9,12E+08;chặn;2\n"
    with site.client() as client:
        started = client.post(IMPORT, content=body.encode("utf-16"), headers=CSV, params={"source": "hội"})
        told = ended(client, started)
        assert (told["state"], told["put_in"], told["new"], told["refused"]) == ("done", True, 1, 1)
        assert (told["columns"], told["left_out"]) == (["number", "kind"], ["STT"])
        assert told["first"] == [{"line": 2, "kind": "block", "match": "exact", "pattern": "0912345678"}]
        assert told["remarks"][0]["line"] == 2
        refused = client.get(f"{started.headers['location']}/refused")
        assert refused.headers["content-type"] == "text/csv; charset=utf-8"
        assert '3,"9,12E+08",has lost digits' in refused.text
        (entry,) = client.get("/api/v1/entries").json()["items"]
    assert (entry["pattern"], entry["author"]) == ("0912345678", "operator")


def test_a_dry_run_and_all_or_nothing_with_a_refused_row_put_nothing_in(site: Site) -> None:
    body = b"number\n0912345678\nabc\n"
    with site.client() as client:
        tried = ended(
            client, client.post(IMPORT, content=body, headers=CSV, params={"kind": "block", "dry_run": True})
        )
        assert (tried["state"], tried["put_in"], tried["new"]) == ("done", False, 1)
        whole: dict[str, str | bool] = {"kind": "block", "all_or_nothing": True}
        failed = ended(client, client.post(IMPORT, content=body, headers=CSV, params=whole))
        assert (failed["state"], failed["put_in"]) == ("failed", False)
        assert "correct the refused rows" in failed["problem"]
        assert client.get("/api/v1/entries").json()["items"] == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [(b"", "has no rows"), (b"a,b\nc,d\n", "no column"), (b"number\n0912345678\n", "which list")],
)
def test_a_file_that_can_not_be_used_fails_with_the_reason(site: Site, body: bytes, problem: str) -> None:
    with site.client() as client:
        told = ended(client, client.post(IMPORT, content=body, headers=CSV))
    assert told["state"] == "failed"
    assert problem in told["problem"]


@pytest.mark.parametrize(
    ("headers", "params", "status"),
    [
        ({"Content-Type": "application/json"}, {}, 415),
        ({}, {}, 415),
        (CSV, {"kind": "grey"}, 422),
        (CSV, {"sauce": "x"}, 422),
    ],
)
def test_a_request_that_can_not_be_meant_is_refused(
    site: Site, headers: dict[str, str], params: dict[str, str], status: int
) -> None:
    with site.client() as client:
        assert client.post(IMPORT, content=b"", headers=headers, params=params).status_code == status


def test_a_file_may_be_larger_than_other_bodies_and_not_endless(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"number\n" + b"0912345678\n" * 200_000
    assert len(body) > bodies.MAX_BYTES
    with site.client() as client:
        told = ended(client, client.post(IMPORT, content=body, headers=CSV, params={"kind": "block"}))
        assert (told["new"], told["repeated"]) == (1, 199_999)
        monkeypatch.setitem(bodies.LARGER, IMPORT, len(body) - 1)
        assert client.post(IMPORT, content=body, headers=CSV, params={"kind": "block"}).status_code == 413
        chunks = (body[place : place + 65536] for place in range(0, len(body), 65536))
        assert client.post(IMPORT, content=chunks, headers=CSV, params={"kind": "block"}).status_code == 413


def test_one_import_at_a_time_and_a_killed_one_is_told(site: Site) -> None:
    body = b"number\n" + b"".join(b"09%08d\n" % number for number in range(200_000))
    with site.client() as client:
        started = client.post(
            IMPORT, content=body, headers=CSV, params={"kind": "block", "all_or_nothing": True}
        )
        while client.get(started.headers["location"]).json()["done"] is None:
            time.sleep(0.02)
        second = client.post(IMPORT, content=b"0912345678\n", headers=CSV, params={"kind": "block"})
        assert second.status_code == 409
        os.kill(_process(started.json()["id"]), signal.SIGKILL)
        told = ended(client, started)
        assert told["state"] == "failed"
        assert "process ended" in told["problem"]
        assert client.get("/api/v1/entries").json()["items"] == []
        third = client.post(IMPORT, content=b"0912345678\n", headers=CSV, params={"kind": "block"})
        assert ended(client, third)["new"] == 1


def _process(id: str) -> int:  # noqa: A002 - the import's
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if id.encode() in arguments and b"import_job" in arguments:
            return int(process.name)
    raise AssertionError("no process of the import")


def test_an_unknown_import_is_told(site: Site) -> None:
    with site.client() as client:
        for id in ("0" * 16, "..", "x"):  # noqa: A001 - the path's word
            assert client.get(f"/api/v1/imports/{id}").status_code == 404
            assert client.get(f"/api/v1/imports/{id}/refused").status_code == 404
