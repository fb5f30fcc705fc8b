"""The calls over the API."""

from datetime import timedelta

import pytest
from api_site import START, Site

from screener.calls import Did, Ended

pytest_plugins = ["api_fixtures"]

CALLS = "/api/v1/calls"


def test_a_call_is_told_with_all_that_is_known_of_it(site: Site) -> None:
    site.ring("+84912345678", "Nguyễn An", "101", ended=Ended(START, True, "101", talk_seconds=83))
    with site.client() as client:
        (listed,) = client.get(CALLS).json()["items"]
        shown = client.get(f"{CALLS}/{listed['id']}").json()
    assert shown == listed
    assert shown["number"] == "0912345678"
    assert shown["shown_number"] == "+84912345678"
    assert shown["shown_name"] == "Nguyễn An"
    assert shown["at"] == "2026-11-23T01:30:01Z"
    assert (shown["action"], shown["rule"], shown["did"]) == ("allow", "default", "allow")
    assert (shown["answered"], shown["answered_by"], shown["talk_seconds"]) == (True, "101", 83)
    assert shown["hold_ms"] == 3


def test_pages_of_calls_are_complete_and_stable_while_new_calls_come(site: Site) -> None:
    # Three calls a second, so that pages end between calls of the same moment.
    for i in range(30):
        site.ring(at=START + timedelta(seconds=i // 3, microseconds=7))
    seen: list[int] = []
    path: str | None = f"{CALLS}?limit=7&number=0912345678"
    with site.client() as client:
        while path:
            page = client.get(path).json()
            seen += [call["id"] for call in page["items"]]
            path = page["next"]
            site.ring(at=START + timedelta(hours=1))
    assert len(seen) == len(set(seen)) == 30
    assert seen == sorted(seen, reverse=True)


def test_the_last_page_has_no_next_even_when_it_is_full(site: Site) -> None:
    for _ in range(4):
        site.ring()
    with site.client() as client:
        first = client.get(CALLS, params={"limit": 2}).json()
        second = client.get(first["next"]).json()
    assert len(second["items"]) == 2
    assert second["next"] is None


def test_calls_are_filtered_by_caller_extension_verdict_and_time(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0987654321"})
        site.ring("0912345678", called="101")
        site.ring("0987654321", called="205")
        site.ring("0987654321", called="101", enforced=False)

        def found(**query: str) -> list[int]:
            return [call["id"] for call in client.get(CALLS, params=query).json()["items"]]

        assert found() == [3, 2, 1]
        assert found(number="+84 987 654 321") == [3, 2]
        assert found(part="6543") == [3, 2]
        assert found(called="101") == [3, 1]
        assert found(action="block", did="allow") == [3]
        assert found(did="block") == [2]
        assert found(rule="default") == [1]
        assert found(pbx="other") == []
        assert found(since="2026-11-23T01:30:02Z", until="2026-11-23T01:30:03Z") == [2]
        assert found(since="2026-11-23T08:30:03+07:00") == [3]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"before": "yesterday"}, "before"),
        ({"before": "1-2-3"}, "before"),
        ({"before": "999999999999999999-1"}, "before"),
        ({"before": "١-٢"}, "before"),
        ({"action": "deny"}, "action"),
        ({"rule": "no_rule"}, "rule"),
        ({"did": "sing"}, "did"),
        ({"since": "2026-11-23T00:00:00"}, "since"),
        ({"since": "0001-01-01T00:00:00+12:00"}, "since"),
        ({"until": "9999-12-31T23:59:59-12:00"}, "until"),
        ({"until": "now"}, "until"),
        ({"number": "abc"}, "number"),
    ],
)
def test_a_filter_that_can_not_be_used_is_refused_by_name(
    site: Site, query: dict[str, str], field: str
) -> None:
    with site.client() as client:
        answer = client.get(CALLS, params=query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "query",
    [{"number": "\0"}, {"called": "\0'"}, {"part": "%"}, {"pbx": "\x01"}],
)
def test_a_filter_of_odd_characters_finds_nothing_and_breaks_nothing(
    site: Site, query: dict[str, str]
) -> None:
    site.ring()
    with site.client() as client:
        answer = client.get(CALLS, params=query)
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "next": None}


@pytest.mark.parametrize(("id", "status"), [("1", 404), ("9223372036854775807", 404), ("0", 422), ("x", 422)])
def test_a_call_that_is_not_there_is_404_and_what_is_no_id_422(site: Site, id: str, status: int) -> None:  # noqa: A002
    with site.client() as client:
        answer = client.get(f"{CALLS}/{id}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_call_whose_verdict_could_not_be_read_says_so(site: Site) -> None:
    site.ring(did=Did.UNREADABLE)
    with site.client() as client:
        assert client.get(CALLS, params={"did": "unreadable"}).json()["items"][0]["answered"] is None
