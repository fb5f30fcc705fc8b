"""Programs follow the calls: as they come and change, and from where they were when the connection broke."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from api_site import START, Site
from starlette.types import Message

from api import call_events, events
from api.call_events import CallEvents
from screener.access.roles import Role
from screener.calls import Ended

pytest_plugins = ["api_fixtures"]

OVER = Ended(START + timedelta(minutes=5), True, "SIP/101", 240, 16)


@dataclass
class Event:
    """What a client library makes of an event."""

    id: int
    name: str
    data: dict[str, Any]


def _read(lines: Iterator[str]) -> Event:
    """Read on to the next event."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        fields |= {name: value} if line else {}
        if not line and "data" in fields:
            return Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
    raise EOFError("the stream has ended")


def _ring(site: Site, number: str = "0912345678", ended: Ended | None = None) -> None:
    site.ring(number, at=datetime.now(UTC), ended=ended)


@contextmanager
def _following(site: Site, last: int | None = None, token: str | None = None) -> Iterator[Iterator[str]]:
    """Follow the calls; give the lines, from behind the greeting on."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    with site.client(token) as client, client.stream("GET", "/api/v1/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
        lines = answer.iter_lines()
        assert next(lines).startswith("retry:")
        yield lines


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_events, "PAUSE", 0.05)
    monkeypatch.setattr(call_events, "BEAT_SECONDS", 0.1)


def test_a_call_is_told_as_it_comes_and_again_as_it_ends_and_no_other(site: Site) -> None:
    _ring(site, "0987654321", OVER)
    with _following(site) as lines:
        _ring(site, "02373725726")
        came = _read(lines)
        assert came.name == "call" and came.data["number"] == "02373725726"
        assert came.data["answered"] is None
        site.hang_up(2, OVER)
        ended = _read(lines)
        assert (ended.data["id"], ended.data["talk_seconds"]) == (came.data["id"], 240)
    with site.client() as client:
        assert client.get(f"/api/v1/calls/{came.data['id']}").json() == ended.data


def test_who_comes_back_is_told_what_came_and_what_ended_meanwhile(site: Site) -> None:
    with _following(site) as lines:
        _ring(site, "0912000001")
        _ring(site, "0912000002")
        last = [_read(lines), _read(lines)][-1].id
    site.hang_up(1, OVER)
    _ring(site, "0912000003", OVER)
    with _following(site, last) as lines:
        told = [_read(lines) for _ in range(3)]
    assert [event.data["number"] for event in told] == ["0912000001", "0912000002", "0912000003"]
    assert told[0].data["answered"] is True
    assert told[-1].id == told[1].data["id"], "the second call goes on, and is to be told again"


def test_the_position_moves_on_once_calls_have_ended(site: Site) -> None:
    with _following(site) as lines:
        _ring(site, "0912000001", OVER)
        last = _read(lines).id
    _ring(site, "0912000002", OVER)
    with _following(site, last) as lines:
        assert _read(lines).data["number"] == "0912000002"


def test_who_missed_more_than_is_told_is_sent_to_the_list(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_events, "BACKLOG", 2)
    for number in range(3):
        _ring(site, f"091200000{number}", OVER)
    with _following(site, 1) as lines:
        gap = _read(lines)
        assert (gap.name, gap.data) == ("gap", {"calls": "/api/v1/calls"})
        _ring(site, "0912000009")
        assert _read(lines).data["number"] == "0912000009"
    with _following(site, 3) as lines:
        assert _read(lines).name == "call"


def test_the_stream_of_a_token_that_is_revoked_ends(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LOOK_EVERY", 0.1)
    token = site.services.tokens.create("dashboard", Role.VIEWER)
    with _following(site, token=token) as lines:
        _ring(site)
        _read(lines)
        site.services.tokens.revoke("dashboard")
        with pytest.raises(EOFError):
            _read(lines)


def test_readers_are_bounded_and_a_position_that_is_none_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST", 1)
    with _following(site) as lines, site.client() as client:
        _ring(site)
        _read(lines)
        refused = client.get("/api/v1/events")
        assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert refused.json()["type"].endswith(":too-many-readers")
        wrong = client.get("/api/v1/events", headers={"Last-Event-ID": "yesterday"})
        assert wrong.status_code == httpx.codes.UNPROCESSABLE_ENTITY


def test_who_lags_behind_all_that_is_kept_is_cut_and_comes_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_events, "KEPT", 2)

    async def run() -> None:
        sender = CallEvents(site.services.call_news, site.services.clock)
        slow, quick = sender.follow(None), sender.follow(None)
        await anext(slow), await anext(quick)
        for number in range(3):
            _ring(site, f"091200000{number}", OVER)
            assert f"091200000{number}".encode() in await asyncio.wait_for(_event(quick), 5)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(_event(slow), 5)
        sender.close()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(_event(quick), 5)
        assert sender.readers == 0

    asyncio.run(run())


async def _event(stream: AsyncIterator[bytes]) -> bytes:
    while (data := await anext(stream)).startswith(b":"):
        pass
    return data


def test_who_takes_nothing_is_cut_and_the_stream_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SLOW_SECONDS", 0.05)
    closed = asyncio.Event()

    async def stream() -> AsyncGenerator[bytes, None]:
        try:
            yield b"id: 1"
        finally:
            closed.set()

    async def stuck(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(60)

    async def silent() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def run() -> None:
        answer = events.Events(stream())
        await asyncio.wait_for(answer({"type": "http", "asgi": {"spec_version": "2.3"}}, silent, stuck), 5)
        await asyncio.wait_for(closed.wait(), 5)

    asyncio.run(run())
