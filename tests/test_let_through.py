"""The first law: whatever is missing, stuck or odd, the phone rings."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import pytest
from lab_fixtures import StartExchange
from listener_rig import BLOCKED, CLEAN, LOOKALIKE, Listener, Placed, listening, place, settings, until

from screener.calls import Action, Did
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.setup import Setup
from screener.screening import Screened, Screening

pytestmark = pytest.mark.lab


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def ring(exchange: Exchange, number: str = BLOCKED) -> Placed:
    """Place a short call that a screener would have blocked."""
    return await place(
        exchange, lambda caller: caller.call(number, "1001", hang_up_after=0.2, cancel_on={183: 0})
    )


def seconds_to_ring(placed: Placed) -> float:
    rang = placed.caller.at(180)
    assert rang is not None
    return rang


def test_no_listener_lets_the_call_ring_at_once_and_counts_it(exchange: Exchange) -> None:
    async def scenario() -> None:
        placed = await ring(exchange)
        assert placed.phone is not None
        assert placed.phone.answered_at is not None
        async with listening(settings(exchange)) as listener:
            await until(
                lambda: listener.metric("call_screener_let_through_total", cause="nobody_to_ask") >= 1,
                "the skipped call to be counted",
            )
            listener.noted.clear()
        assert seconds_to_ring(await ring(exchange)) < 1.0  # the limit that nobody is waited for is 1.5 s

    run(scenario())


def test_a_missing_dialplan_file_lets_the_call_ring(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(screening=False))
    placed = asyncio.run(ring(exchange))
    assert placed.phone is not None
    assert placed.phone.answered_at is not None


NEEDED = [
    "app_stack.so",
    "app_userevent.so",
    "app_waitforcond.so",
    "func_strings.so",
    "func_base64.so",
    "func_cut.so",
    "func_callerid.so",
    "func_channel.so",
    "func_module.so",
    "func_dialplan.so",
]
DISPENSABLE = ["func_global.so", "func_logic.so", "res_stir_shaken.so"]


@pytest.mark.parametrize(
    ("module", "screened"), [*((name, False) for name in NEEDED), *((name, True) for name in DISPENSABLE)]
)
def test_a_missing_module_lets_the_call_ring(
    module: str, screened: bool, asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(noload=(module,)))

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await ring(exchange, CLEAN)
            assert placed.phone is not None
            assert placed.phone.answered_at is not None
            assert placed.phone.number == CLEAN
            assert len(listener.decided) == screened

    run(scenario())


def test_without_playback_a_warned_call_rings_and_a_blocked_one_ends_without_notice(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(noload=("app_playback.so",)))

    async def scenario() -> None:
        async with listening(settings(exchange)):
            warned = await ring(exchange, LOOKALIKE)
            assert warned.phone is not None
            assert warned.phone.answered_at is not None
            assert warned.phone.name.startswith("CẢNH BÁO")
            blocked = await ring(exchange)
            assert blocked.phone is None
            assert blocked.caller.cause == 21

    run(scenario())


@pytest.mark.parametrize(
    ("answer", "did"),
    [
        (None, Did.TIMEOUT),
        ("", Did.TIMEOUT),
        ("rubbish", Did.UNREADABLE),
        ("1|", Did.UNREADABLE),
        ('1|block")]${SHELL(false)}|x', Did.UNREADABLE),
        ("99|block|x||notice-blocked-1|", Did.UNREADABLE),
        ('):9,x|]|"', Did.TIMEOUT),
    ],
)
def test_a_silent_or_babbling_screener_lets_the_call_ring_after_the_limit(
    exchange: Exchange, answer: str | None, did: Did, monkeypatch: pytest.MonkeyPatch
) -> None:
    def babble(self: Screening, screened: object, action: Action) -> str:
        if answer is None:
            raise RuntimeError("a bug of ours")
        return answer

    monkeypatch.setattr(Screening, "value", babble)

    async def scenario() -> None:
        async with listening(settings(exchange, hold_ms=300)) as listener:
            placed = await ring(exchange)
            assert placed.phone is not None
            assert placed.phone.answered_at is not None
            limit = 0.3 if not answer else 0.0
            assert limit <= seconds_to_ring(placed) < limit + 1
            await until(lambda: listener.outcomes, "the outcome")
            assert [one.did for one in listener.reported] == [did]
            assert listener.metric("call_screener_let_through_total", cause=did) == 1

    run(scenario())


def test_a_verdict_that_comes_too_late_changes_nothing_and_is_recorded_as_late(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = Screening.decide

    def slowly(self: Screening, *arguments: Any) -> Screened:
        time.sleep(0.5)
        return decide(self, *arguments)

    monkeypatch.setattr(Screening, "decide", slowly)

    async def scenario() -> None:
        async with listening(settings(exchange, hold_ms=300)) as listener:
            placed = await ring(exchange)
            assert placed.phone is not None
            assert placed.phone.answered_at is not None
            await until(lambda: listener.outcomes, "the outcome")
            assert [one.did for one in listener.reported] == [Did.TIMEOUT]
            assert listener.decided[0].verdict.action is Action.BLOCK
            assert (listener.reported[0].hold_ms or 0) >= 300
            assert listener.metric("call_screener_verdicts_late_total") == 1

    run(scenario())


def test_a_reload_that_clears_the_token_lets_calls_ring_and_is_mended(
    exchange: Exchange,
) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            await exchange.cli('dialplan set global CALL_SCREENER_TOKEN ""')
            await exchange.cli('dialplan set global CALL_SCREENER_USER ""')
            placed = await ring(exchange)
            assert placed.phone is not None
            await until(
                lambda: listener.metric("call_screener_let_through_total", cause="nobody_to_ask") >= 1,
                "the call to be counted",
            )
            assert listener.metric("call_screener_frames_refused_total", why="without_token") == 1
            await until_blocked(exchange, listener)

    run(scenario())


async def until_blocked(exchange: Exchange, listener: Listener) -> None:
    """Place calls until one is blocked again."""
    for _ in range(10):
        if (await ring(exchange)).phone is None:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("calls are not screened again")


def test_monitor_only_touches_no_call_and_records_what_it_would_have_done(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange, enforce=False)) as listener:
            placed = await ring(exchange)
            assert placed.phone is not None
            assert placed.phone.name == ""
            await until(lambda: listener.reported, "the report")
            assert listener.decided[0].verdict.action is Action.BLOCK
            assert not listener.decided[0].enforced
            assert listener.reported[0].did is Did.ALLOW

    run(scenario())


def test_an_exempt_line_is_never_screened(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(exchange, lambda caller: caller.call(BLOCKED, "1009", hang_up_after=0.1))
            assert placed.phone is not None
            assert listener.decided[0].verdict.rule == "exempt"

    run(scenario())
