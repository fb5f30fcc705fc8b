"""What an entry would have hit: calls of the last 30 days, callers often talked to, official numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from api_site import Site, site_on

from blocklist.drafts import OfficialDraft
from screener.calls import Ended
from screener.database import Database

pytest_plugins = ["api_fixtures"]

PREVIEW = "/api/v1/entries/preview"
NOW = datetime.now(UTC)


def _ring(
    site: Site, number: str, days: float, talk: int | None = None, name: str = "", called: str = "101"
) -> None:
    at = NOW - timedelta(days=days)
    ended = None if talk is None else Ended(at, answered=talk > 0, talk_seconds=talk)
    site.ring(number, name, called, at=at, ended=ended)


@pytest.mark.parametrize(
    ("new", "calls", "callers"),
    [
        ({"pattern": "0912 345 678"}, 2, ["0912345678"]),
        ({"pattern": "0912345*"}, 3, ["0912345678", "0912345000"]),
        ({"pattern": "0912345000 - 0912345677"}, 1, ["0912345000"]),
        ({"pattern": "0912??5678"}, 2, ["0912345678"]),
        ({"pattern": "raw:+849*"}, 1, ["0912345000"]),
        ({"pattern": "name:*siêu lừa*"}, 1, ["0987654321"]),
        ({"pattern": "0912345678", "called": ["102"]}, 1, ["0912345678"]),
        ({"pattern": "0912345678", "pbx": "elsewhere"}, 0, []),
        ({"pattern": "0912345679"}, 0, []),
    ],
)
def test_calls_of_the_last_month_that_an_entry_would_have_fitted_are_told_before_it_is_saved(
    database: Database, new: dict[str, str], calls: int, callers: list[str]
) -> None:
    with site_on(database) as site, site.client() as client:
        _ring(site, "0912345678", 1)
        _ring(site, "0912345678", 29, called="102")
        _ring(site, "0912345678", 31)
        _ring(site, "+84912345000", 2)
        _ring(site, "0987654321", 3, name="SIEU LUA")
        answer = client.post(PREVIEW, json={"kind": "block"} | new).json()
        assert (answer["foresight"]["calls"], answer["foresight"]["looked_at"]) == (calls, 0)
        assert [one["number"] for one in answer["foresight"]["callers"]] == callers
        assert answer["existing"] is None
        assert site.services.lists.entries().items == ()


def test_a_caller_who_is_talked_to_on_three_days_is_warned_of_and_one_of_two_days_is_not(site: Site) -> None:
    for day in (1, 2, 3):
        _ring(site, "0912345678", day, talk=60)
        _ring(site, "0912345679", min(day, 2), talk=60)
        _ring(site, "0912345670", day, talk=59)
    with site.client() as client:
        foresight = client.post(PREVIEW, json={"kind": "block", "pattern": "0912345*"}).json()["foresight"]
    assert [one["number"] for one in foresight["often_answered"]] == ["0912345678"]
    assert (foresight["calls"], foresight["answered"]) == (9, 9)


def test_an_official_number_and_an_entry_that_is_there_are_told_and_what_is_no_number_is_refused(
    site: Site,
) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an tỉnh"))
    with site.client() as client:
        new = {"kind": "block", "pattern": "0237 3725 725"}
        before = client.post(PREVIEW, json=new).json()
        assert "Công an tỉnh" in before["remarks"][0]
        made = client.post("/api/v1/entries", json=new).json()["id"]
        assert client.post(PREVIEW, json=new).json()["existing"] == made
        assert client.post(PREVIEW, json=new | {"pattern": "gọi sau"}).status_code == 422


def test_where_calls_are_too_many_the_latest_are_looked_at(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screener.foresight.MOST", 2)
    for day in (1, 2, 3):
        _ring(site, "0912345678", day)
    with site.client() as client:
        wide = client.post(PREVIEW, json={"kind": "block", "pattern": "0912*"}).json()["foresight"]
        one = client.post(PREVIEW, json={"kind": "block", "pattern": "0912345678"}).json()["foresight"]
    assert (wide["calls"], wide["looked_at"]) == (2, 2)
    assert (one["calls"], one["looked_at"]) == (3, 0)
    rang = site.services.calls_before.rang(["0912345678", "0912345679"])
    assert {number: found.calls for number, found in rang.items()} == {"0912345678": 3}


def test_the_lists_leave_as_a_table_that_the_import_takes_back(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0162*", "note": "=1+1"})
        client.post("/api/v1/entries", json={"kind": "allow", "pattern": "0912345678"})
        whole = client.get("/api/v1/entries/export").text
        blocks = client.get("/api/v1/entries/export", params={"kind": "block"})
    assert len(whole.splitlines()) == 3
    assert "block,0162*" in blocks.text and "0912345678" not in blocks.text
    assert "'=1+1" in blocks.text
