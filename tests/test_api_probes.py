"""Probes and metrics."""

from dataclasses import replace

import pytest
from api_site import WELL, Site, serving

from api.arrival import Reach
from screener.health import DatabaseState, Health, LinkState, assess

pytest_plugins = ["api_fixtures"]


def _assess(
    database: DatabaseState = DatabaseState.UP, age: float | None = 1.0, journal_writable: bool = True
) -> Health:
    return assess(WELL.links, database, age, enforcing=True, journal_writable=journal_writable)


@pytest.mark.parametrize(
    ("health", "causes"),
    [
        (_assess(), []),
        (_assess(database=DatabaseState.DOWN, age=90_000), []),
        (_assess(journal_writable=False), []),
        (_assess(age=None), ["no lists"]),
        (_assess(database=DatabaseState.DOWN, journal_writable=False), ["recorded in memory alone"]),
        (_assess(DatabaseState.DOWN, None, journal_writable=False), ["no lists", "recorded in memory alone"]),
    ],
)
def test_only_what_makes_the_service_useless_makes_it_unready(
    site: Site, health: Health, causes: list[str]
) -> None:
    site.health[0] = health
    with site.client(token="") as client:
        answer = client.get("/health/ready")
        assert client.get("/health/live").status_code == 200
    assert answer.status_code == (503 if causes else 200)
    told = answer.json()["causes"]
    assert len(told) == len(causes)
    assert all(cause in text for cause, text in zip(causes, told, strict=True))


@pytest.mark.parametrize("state", LinkState)
def test_a_link_in_any_state_is_told_and_does_not_make_the_service_unready(
    site: Site, state: LinkState
) -> None:
    link = replace(WELL.links[0], state=state, detail="why it is so")
    site.health[0] = replace(WELL, links=(link,))
    with site.client(token="") as client:
        answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["links"] == [
        {
            "pbx": "default",
            "state": state.value,
            "since": "2026-11-23T01:30:00Z",
            "detail": "why it is so",
            "mode": "inline",
            "enforce": True,
        }
    ]


def test_metrics_are_served_as_prometheus_reads_them(site: Site) -> None:
    site.services.metrics.acted.labels("warn", "default").inc()
    with site.client(token="") as client:
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["content-type"].count("charset") == 1
    assert 'call_screener_calls_total{did="warn",pbx="default"} 1.0' in answer.text


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/metrics", "/", "/check", "/now/events/vi"]
)
def test_head_is_answered_as_get_is_without_a_body(site: Site, path: str) -> None:
    with site.client() as client:
        answer = client.head(path)
        live = client.stream("GET", path)
        with live as got:
            assert (answer.status_code, got.status_code) == (200, 200)
            assert answer.headers["content-type"] == got.headers["content-type"]
    assert answer.content == b""


def test_head_tells_that_the_service_is_of_no_use(site: Site) -> None:
    site.health[0] = _assess(age=None)
    with site.client(token="") as client:
        assert client.head("/health/ready").status_code == 503


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_what_a_foreign_page_could_read_is_told_under_our_own_names_alone(site: Site, path: str) -> None:
    named = replace(site.services, reach=Reach(trusted_hosts=("calls.example.lan",)))
    with serving(named) as url, site.client(token="") as client:
        for host, status in {"localhost": 200, "calls.example.lan:8443": 200, "evil.example": 421}.items():
            assert client.get(f"{url}{path}", headers={"Host": host}).status_code == status, host
            assert client.get(f"{url}/health/live", headers={"Host": host}).status_code == 200
