"""The link to a real Asterisk: refused, restarted, and shared with another listener."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from lab_fixtures import StartExchange
from listener_rig import BLOCKED, CLEAN, LOOKALIKE, Placed, listening, place, settings, until

from screener.database import Database
from screener.health import LinkState
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.setup import Setup
from screener.metrics import Metrics
from screener.pbx import Pbx
from screener.records import Records
from screener.session import Timing
from screener.settings import PbxSettings


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def ring(exchange: Exchange, number: str = BLOCKED) -> Placed:
    return await place(exchange, lambda caller: caller.call(number, hang_up_after=0.2, cancel_after=2.0))


@pytest.mark.lab
def test_a_wrong_secret_is_refused_by_a_real_asterisk(exchange: Exchange) -> None:
    async def scenario() -> None:
        task, link = supervised(settings(exchange, secret="wrong"))
        await until(lambda: link.health.state is LinkState.REFUSED, "the refusal")
        assert "Authentication failed" in link.health.detail
        await ended(task)

    run(scenario())


def supervised(values: PbxSettings, timing: Timing | None = None) -> tuple[asyncio.Task[None], Pbx]:
    link = Pbx("lab", values, Metrics(), lambda message: None, timing)
    return asyncio.create_task(link.run()), link


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


ACCOUNTS = """
[no-user-events]
secret=secret
read=system
write=call,user
[filtered]
secret=secret
read=system,user
write=call,user
eventfilter=Event: FullyBooted
[no-system]
secret=secret
read=user
write=call,user
[no-call]
secret=secret
read=system,user
write=user
[no-beat]
secret=secret
read=system,user
write=call
"""


@pytest.mark.lab
def test_an_account_with_too_few_rights_is_told_which_one_it_lacks(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(accounts=ACCOUNTS))
    timing = Timing(answer_within=0.5, boot_within=1.0)
    lacks = {
        "no-user-events": (LinkState.DEAF, "read = user"),
        "filtered": (LinkState.DEAF, "eventfilter"),
        "no-system": (LinkState.DEAF, "read = system"),
        "no-call": (LinkState.REFUSED, "write = call"),
        "no-beat": (LinkState.DEAF, "write = user"),
    }

    async def scenario() -> None:
        for name, (state, right) in lacks.items():
            task, link = supervised(settings(exchange, username=name, secret="secret"), timing)
            await until(lambda: link.health.state is state, f"{name} to be {state}")  # noqa: B023
            assert right in link.health.detail
            await ended(task)

    run(scenario())


@pytest.mark.lab
def test_calls_are_screened_again_after_asterisk_was_restarted_without_help(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup())

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            assert (await ring(exchange)).phone is None
            await exchange.stop()
            await until(lambda: listener.screening.pbx.health.state is LinkState.DOWN, "the fall")
            await exchange.start()
            await until(lambda: listener.screening.pbx.health.state is LinkState.UP, "the link", 20)
            await until(
                lambda: listener.metric("call_screener_link_lost_total", cause="down") >= 1, "the fall"
            )
            assert (await ring(exchange)).phone is None

    run(scenario())


@pytest.mark.lab
def test_two_listeners_on_one_exchange_answer_and_record_each_call_once(
    exchange: Exchange, sqlite_database: Database
) -> None:
    records = Records(sqlite_database.sessions)

    async def scenario() -> None:
        async with (
            listening(settings(exchange), listener="aaaa1111") as one,
            listening(settings(exchange), listener="bbbb2222") as two,
        ):
            both = (one, two)
            await until(lambda: know_the_same(*(each.screening.pbx for each in both)), "one token")
            for number, rings in ((CLEAN, True), (BLOCKED, False), (LOOKALIKE, True)):
                assert ((await ring(exchange, number)).phone is not None) is rings
            await until(lambda: all(len(each.outcomes) == 3 for each in both), "all outcomes")
            for each in both:
                assert len(each.decided) == 3
                assert each.screening.pbx.health.state is LinkState.UP
                assert each.metric("call_screener_frames_refused_total", why="forged") == 0
            acted = [
                report.decided is not None
                for each in both
                for report in each.reported
                if report.hold_ms is not None
            ]
            assert sorted(acted) == [False] * 3 + [True] * 3
            for each in both:
                records.apply(each.noted)
            for each in both:
                records.apply(each.noted)

    run(scenario())
    calls = records.calls().items
    assert {(call.raw_number, call.did) for call in calls} == {
        (CLEAN, "allow"),
        (BLOCKED, "block"),
        (LOOKALIKE, "warn"),
    }
    assert len(calls) == 3
    assert all(call.ended_at is not None for call in calls)


def know_the_same(*links: Pbx) -> bool:
    """Tell whether all listeners know one token."""
    tokens: list[tuple[str, ...]] = [link.tokens._known[:1] for link in links]
    return len(set(tokens)) == 1
