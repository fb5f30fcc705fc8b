"""Screening under load from SIPp: every call gets what it should, and each is recorded once."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_fixtures import StartExchange
from service_rig import Operator, eventually, operating, sqlite_url
from sqlalchemy import select

from screener.calls import Action, Did
from screener.database import open_database
from screener.lab import load
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.load import Load, LoadCall, Placed
from screener.lab.program import Program, serving
from screener.lab.setup import Setup
from screener.models import CallRecord

pytestmark = [pytest.mark.lab, pytest.mark.load]

BLOCKED = "0888*"
WITHHELD = "anonymous"
LOOKALIKE = "02373725726"


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


@pytest.fixture
def exchange(asterisk22: AsteriskInstall, start_exchange: StartExchange) -> Exchange:
    """An exchange that may be restarted."""
    return start_exchange(asterisk22, Setup())


@pytest.fixture
def service(exchange: Exchange, tmp_path: Path) -> Iterator[Program]:
    """A service that is patient: a busy machine is not what is tested here."""
    program = serving(exchange, tmp_path / "service", ami_hold_ms="2000")
    yield program
    program.kill()


def calls(number: int, *, blocked_every: int) -> list[LoadCall]:
    """Return calls of clean numbers, each of a block of its own, every so many of them of a blocked one."""
    return [
        LoadCall(
            f"0888{index:03d}000" if index % blocked_every == 3 else f"098{index:04d}000", f"load {index}"
        )
        for index in range(number)
    ]


def is_blocked(call: LoadCall) -> bool:
    return call.number.startswith(BLOCKED.rstrip("*"))


def records(service: Program) -> list[CallRecord]:
    """Return all that is recorded."""
    database = open_database(sqlite_url(service))
    with database.sessions() as session:
        found = list(session.scalars(select(CallRecord)))
    database.close()
    return found


async def all_recorded(service: Program, names: set[str]) -> list[CallRecord]:
    """Wait until calls of all these names are recorded."""

    async def probe() -> list[CallRecord]:
        found = await asyncio.to_thread(records, service)
        return found if names <= {record.raw_name for record in found} else []

    return await eventually(probe, "all calls to be recorded")


async def start(service: Program, operator: Operator) -> None:
    """Start a service and have it block what is to be blocked."""
    service.start()
    await service.up()
    await operator.block(BLOCKED)
    await asyncio.sleep(2)


def names(placed: Iterable[Placed]) -> set[str]:
    return {one.call.name for one in placed}


def between(done: Load, begun: float, ended: float) -> list[Placed]:
    """Return the calls that were placed in this span of Unix time."""
    return [one for one in done.placed if begun <= one.at < ended]


def test_under_load_every_call_gets_its_verdict_and_is_recorded_once(
    service: Program, exchange: Exchange
) -> None:
    placed = calls(1000, blocked_every=20)
    for index in range(7, 1000, 20):
        placed[index] = LoadCall(WITHHELD, placed[index].name)
    for index in range(11, 1000, 200):  # few: each keeps its line for the length of the warning
        placed[index] = LoadCall(LOOKALIKE, placed[index].name)

    async def scenario() -> None:
        async with operating(service) as operator, load.phones(exchange.setup.ports.phones):
            await start(service, operator)
            done = await load.place(placed, 50, exchange.setup.ports.sip)
            assert len(done.placed) == 1000
            assert done.failed == []
            assert names(done.refused) == {call.name for call in placed if is_blocked(call)}
            assert {one.status for one in done.refused} == {403}
            found = await all_recorded(service, {call.name for call in placed})
        assert Counter(record.raw_name for record in found) == Counter(call.name for call in placed)
        did = {record.raw_name: record.did for record in found}
        assert did == {call.name: expected(call) for call in placed}
        assert await service.stop() == 0
        assert all(record.ended_at is not None for record in records(service))

    run(scenario())


def expected(call: LoadCall) -> Did:
    if is_blocked(call):
        return Did.BLOCK
    return {WITHHELD: Did.TAG, LOOKALIKE: Did.WARN}.get(call.number, Did.ALLOW)


def test_asterisk_restarted_under_load_is_screened_again_without_help(
    service: Program, exchange: Exchange
) -> None:
    placed = calls(600, blocked_every=10)

    async def scenario() -> None:
        async with operating(service) as operator, load.phones(exchange.setup.ports.phones):
            await start(service, operator)
            loading = asyncio.create_task(load.place(placed, 20, exchange.setup.ports.sip))
            await asyncio.sleep(6)
            down = time.time()
            await exchange.restart()
            await service.up()
            up = time.time()
            done = await loading
        for one in between(done, 0, down - 1):  # who heard the notice as it went down got no answer
            assert (one.rung_ms is None) == is_blocked(one.call), one
        after = between(done, up, time.time())
        assert len(after) > 100, f"the exchange was away for {up - down:.0f} s"
        for one in after:
            assert one.refused == is_blocked(one.call), one
        assert after[-1].at - up > 5
        refused = names(one for one in done.placed if one.status == 403)
        found = await all_recorded(service, refused | names(after))
        assert max(Counter(record.raw_name for record in found).values()) == 1
        assert {record.raw_name for record in found if record.action == Action.BLOCK} >= refused

    run(scenario())


def test_killed_under_load_no_call_is_lost_and_no_refusal_is_without_its_record(
    service: Program, exchange: Exchange
) -> None:
    placed = calls(600, blocked_every=5)

    async def scenario() -> None:
        async with operating(service) as operator, load.phones(exchange.setup.ports.phones):
            await start(service, operator)
            loading = asyncio.create_task(load.place(placed, 30, exchange.setup.ports.sip))
            await asyncio.sleep(5)
            service.kill()
            killed = time.time()
            await asyncio.sleep(3)
            begun = time.time()
            service.start()
            await service.up()
            up = time.time()
            done = await loading
        assert done.failed == []
        unscreened = between(done, killed, begun)
        assert len(unscreened) > 50
        assert all(one.rung_ms is not None for one in unscreened)
        after = between(done, up, time.time())
        assert len(after) > 50
        for one in (*between(done, 0, killed - 1), *after):
            assert one.refused == is_blocked(one.call), one
        found = await all_recorded(service, names(done.refused) | names(after))
        assert max(Counter(record.raw_name for record in found).values()) == 1
        blocked = {record.raw_name for record in found if record.action == Action.BLOCK}
        assert blocked >= names(done.refused)
        acted = {record.raw_name for record in found if record.did == Did.BLOCK}
        assert acted <= names(done.refused)
        assert await service.stop() == 0

    run(scenario())
