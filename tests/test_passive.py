"""Passive screening on a real exchange: calls are looked at from outside, and touched on a match alone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from lab_fixtures import StartExchange
from listener_rig import (
    BLOCKED,
    CLEAN,
    LOOKALIKE,
    PHRASES,
    Listener,
    Placed,
    listening,
    passive,
    place,
    settings,
    until,
)
from listening import heard

from screener.calls import Action, Did, Mode, Rule
from screener.happenings import Decided
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.media import CALLER_TONE, PHONE_TONE, Recording, load_wav
from screener.lab.outcome import CallerResult, Ended
from screener.lab.phone import PhoneBank, PhoneCall
from screener.lab.setup import LOOPBACK, PHONES_ADDRESS, Setup, Trunk, free_ports
from screener.passive import CAN_NOT_TAG
from screener.paths import dialplan_dir
from screener.settings import PbxSettings, TrunkSettings

pytestmark = pytest.mark.lab

SILENCE = (0,) * 160
"""A caller who says nothing, so that a whisper stands alone in the recording."""


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def says(recording: Recording, name: str) -> bool:
    return heard(recording, load_wav(dialplan_dir() / f"prompts/audio/{name}.wav")).found


async def ring(exchange: Exchange, call: Callable[[Caller], Awaitable[CallerResult]]) -> Placed:
    return await place(exchange, call, trunk=Trunk.PLAIN)


def caller(exchange: Exchange, trunk: Trunk = Trunk.PLAIN) -> Caller:
    return Caller(trunk.address, (LOOPBACK, exchange.setup.ports.sip))


def of(listener: Listener, number: str) -> list[Decided]:
    return [one for one in listener.decided if one.call.raw_number == number]


def call_of(phones: PhoneBank, number: str) -> PhoneCall:
    return next(call for call in phones.calls if call.number == number)


def test_a_clean_call_is_untouched_and_recorded(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            placed = await ring(
                exchange, lambda caller: caller.call(CLEAN, from_name="Nguyễn Văn A", hang_up_after=2.2)
            )
            assert placed.phone is not None
            assert (placed.phone.name, placed.phone.number) == ("Nguyễn Văn A", CLEAN)
            assert [response.status for response in placed.caller.responses] == [100, 180, 200]
            assert placed.caller.heard.seconds_of_tone(PHONE_TONE) > 1.5
            await until(lambda: listener.outcomes, "the outcome")
            [decided], [reported], [outcome] = listener.decided, listener.reported, listener.outcomes
            assert decided.verdict.rule is Rule.DEFAULT
            call = decided.call
            assert (call.mode, call.trunk, call.called, call.raw_name) == (
                Mode.PASSIVE,
                "plain",
                "1001",
                "Nguyễn Văn A",
            )
            assert (reported.did, reported.detail) == (Did.ALLOW, "")
            assert outcome.uniqueid == call.uniqueid
            ended = outcome.ended
            assert (ended.answered, ended.answered_by, ended.hangup_cause) == (True, "1001", 16)
            assert 1 <= ended.talk_seconds <= 3
            assert listener.metric("call_screener_frames_refused_total", why="forged") == 0

    run(scenario())


def test_a_blocked_call_is_taken_away_and_its_caller_hears_the_notice(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            placed = await ring(exchange, lambda caller: caller.call(BLOCKED, max_seconds=20))
            assert placed.phone is None or placed.phone.answered_at is None
            assert placed.caller.answered_at is None
            assert placed.caller.cause == 21
            assert all(says(placed.caller.heard_early, name) for name in PHRASES["notice-blocked"])
            await until(lambda: listener.outcomes, "the outcome")
            [decided], [reported], [outcome] = listener.decided, listener.reported, listener.outcomes
            assert decided.verdict.rule is Rule.BLOCK_EXACT
            assert (reported.did, reported.decided) == (Did.BLOCK, decided)
            assert not outcome.ended.answered
            assert outcome.ended.hangup_cause == 21

    run(scenario())


def test_the_called_person_alone_hears_the_whispered_warning(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            placed = await ring(
                exchange,
                lambda caller: caller.call(LOOKALIKE, hang_up_after=13.0, max_seconds=30, voice=SILENCE),
            )
            phone = placed.phone
            assert phone is not None
            assert phone.number == LOOKALIKE
            assert phone.heard is not None
            assert all(says(phone.heard, name) for name in (*PHRASES["lookalike"], "call-back"))
            assert not any(says(placed.caller.heard, name) for name in PHRASES["lookalike"])
            assert placed.caller.heard.seconds_of_tone(PHONE_TONE) > 10
            await until(lambda: listener.outcomes, "the outcome")
            [decided] = listener.decided
            assert decided.verdict.action is Action.WARN
            assert [one.did for one in listener.reported] == [Did.ALLOW, Did.WARN]
            assert listener.reported[0].detail == "the warning waits for an answer"
            assert listener.reported[1].detail.startswith("whisper: ")
            assert listener.outcomes[0].ended.answered_by == "1001"

    run(scenario())


def test_a_lookalike_that_nobody_answers_is_whispered_to_nobody(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            await ring(exchange, lambda caller: caller.call(LOOKALIKE, cancel_after=0.1))
            await until(lambda: listener.outcomes, "the outcome")
            assert [one.did for one in listener.reported] == [Did.ALLOW]
            assert not listener.outcomes[0].ended.answered

    run(scenario())


def test_what_passive_screening_can_not_show_is_said_in_the_record(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            placed = await ring(exchange, lambda caller: caller.call("anonymous", hang_up_after=0.3))
            assert placed.phone is not None
            assert not placed.phone.name.startswith("CẢNH BÁO")
            await until(lambda: listener.outcomes, "the outcome")
            assert listener.decided[0].verdict.rule is Rule.WITHHELD
            assert [(one.did, one.detail) for one in listener.reported] == [(Did.ALLOW, CAN_NOT_TAG)]

    run(scenario())


def test_monitor_only_touches_no_call(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange, enforce=False)) as listener:
            placed = await ring(exchange, lambda caller: caller.call(BLOCKED, hang_up_after=0.3))
            assert placed.phone is not None
            assert placed.phone.answered_at is not None
            await until(lambda: listener.outcomes, "the outcome")
            assert listener.decided[0].verdict.action is Action.BLOCK
            assert listener.reported[0].did is Did.ALLOW

    run(scenario())


HIDING = [
    # A second header behind the true one.
    b"%0d%0aContext%3a%20internal",
    # All that makes a frame complete, so that the true rest of the event is cut off.
    b"%0d%0aContext%3a%20x%0d%0aExten%3a%201009%0d%0aUniqueid%3a%201%0d%0aLinkedid%3a%201%0d%0a%0d%0a",
    # An event that is none.
    b"%0d%0aEvent%3a%20Hangup",
    b"%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aCause%3a%200%0d%0a",
    # Line ends that would lose the answer behind this one.
    b"%0d%0a",
    b"%0d%0a%0d%0a%0d%0a",
    # An answer of the caller's own.
    b"%0d%0a%0d%0aResponse%3a%20Success%0d%0aActionID%3a%201%0d%0aValue%3a%20113%0d%0a",
    b"%0d%0aValue%3a%200987654321",
]


@pytest.mark.parametrize("text", HIDING)
def test_a_call_can_not_hide_behind_its_number(exchange: Exchange, text: bytes) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            placed = await ring(
                exchange,
                lambda caller: caller.call(
                    from_user_raw=BLOCKED.encode() + text, hang_up_after=0.1, cancel_on={183: 0}
                ),
            )
            await until(lambda: listener.outcomes, "the outcome")
            [decided] = listener.decided
            assert decided.call.raw_number == BLOCKED + unescaped(text)
            assert decided.call.called == "1001"
            assert decided.call.malformed
            assert decided.verdict.rule in {Rule.BLOCK_EXACT, Rule.MALFORMED}
            talked = placed.phone is not None and placed.phone.answered_at is not None
            assert talked is (decided.verdict.rule is Rule.MALFORMED)

    run(scenario())


def unescaped(text: bytes) -> str:
    for code, char in ((b"%0d", b"\r"), (b"%0a", b"\n"), (b"%3a", b":"), (b"%20", b" ")):
        text = text.replace(code, char)
    return text.decode()


@pytest.mark.parametrize("text", HIDING)
def test_a_blocked_call_can_not_hide_behind_the_number_it_calls(exchange: Exchange, text: bytes) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange)) as listener:
            placed = await ring(
                exchange, lambda caller: caller.call(BLOCKED, to_user_raw=b"1001" + text, cancel_on={183: 0})
            )
            assert placed.phone is None or placed.phone.answered_at is None
            assert placed.caller.answered_at is None
            await until(lambda: listener.outcomes, "the outcome")
            [decided] = listener.decided
            assert decided.verdict.rule is Rule.BLOCK_EXACT
            assert decided.call.called.startswith("1001\r\n")
            assert [one.did for one in listener.reported] == [Did.BLOCK]

    run(scenario())


@pytest.mark.parametrize("event", ["Newchannel", "BridgeEnter", "Hangup"])
@pytest.mark.parametrize("whose", ["caller", "phone"])
def test_a_forged_event_takes_no_other_call_away(exchange: Exchange, event: str, whose: str) -> None:
    async def scenario() -> None:
        async with (
            listening(passive(exchange)) as listener,
            PhoneBank(exchange.setup.ports.phones) as phones,
        ):
            live = asyncio.create_task(caller(exchange).call(CLEAN, "1001", hang_up_after=3.0))
            await until(lambda: phones.calls and phones.calls[0].answered_at, "the other call")
            [other] = listener.decided
            channel = other.call.channel if whose == "caller" else await channel_of(exchange, "1001")
            head = f"{BLOCKED}\r\n\r\nEvent: {event}\r\nChannel: {channel}\r\n"
            for number in (head, f"{head}A: "):  # the second one makes the true rest of the event its own
                assert len(number) < 80
                forging = await caller(exchange).call(number, "1002", hang_up_after=0.2)
                assert forging.status is not None
            result = await live
            assert result.ended_by is Ended.CALLER
            assert result.answered_at is not None
            assert result.ended_at - result.answered_at >= 3.0
            await until(lambda: len(listener.outcomes) == 3, "all outcomes")
            assert len(listener.decided) == 3
            assert of(listener, CLEAN) == [other]
            outcome = next(one for one in listener.outcomes if one.uniqueid == other.call.uniqueid)
            assert outcome.ended.talk_seconds in {3, 4}
            assert outcome.ended.hangup_cause == 16
            assert call_of(phones, CLEAN).heard is not None
            assert listener.metric("call_screener_frames_refused_total", why="forged") > 0

    run(scenario())


async def channel_of(exchange: Exchange, extension: str) -> str:
    """Return the name of the channel to a phone."""
    lines = (await exchange.cli("core show channels concise")).splitlines()
    return next(line.split("!")[0] for line in lines if line.startswith(f"PJSIP/{extension}-"))


def test_a_forged_event_can_not_use_up_the_warning_before_the_phone_is_answered(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with (
            listening(passive(exchange)) as listener,
            PhoneBank(exchange.setup.ports.phones) as phones,
        ):
            phones.behaviour = phones.behaviour.__class__(ring_seconds=1.5)
            live = asyncio.create_task(
                caller(exchange).call(LOOKALIKE, hang_up_after=6, max_seconds=20, voice=SILENCE)
            )
            await until(lambda: phones.calls, "the phone to ring")
            channel = await channel_of(exchange, "1001")
            forged = f"09\r\n\r\nEvent: BridgeEnter\r\nChannel: {channel}\r\n"
            await caller(exchange).call(forged, "1002", hang_up_after=0.2)
            await live
            await until(lambda: len(listener.outcomes) == 2, "both outcomes")
            recording = call_of(phones, LOOKALIKE).heard
            assert recording is not None
            assert says(recording, PHRASES["lookalike"][0])

    run(scenario())


def test_a_call_that_the_site_makes_over_the_trunk_is_no_call_from_outside(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    ports = free_ports()
    target = f"PJSIP/plain/sip:{BLOCKED}@{PHONES_ADDRESS}:{ports.phones}"
    dialplan = f"[outward]\nexten => {BLOCKED},1,Dial({target},10)\n"
    exchange = start_exchange(asterisk22, Setup(ports=ports, dialplan=dialplan))

    async def scenario() -> None:
        async with (
            listening(passive(exchange)) as listener,
            PhoneBank(exchange.setup.ports.phones) as phones,
        ):
            await exchange.cli(f"channel originate Local/{BLOCKED}@outward application Wait 4")
            await until(lambda: phones.calls and phones.calls[0].answered_at, "the other side to answer")
            channel = await channel_of(exchange, "plain")
            forged = f"09\r\n\r\nEvent: Newchannel\r\nChannel: {channel}\r\nA: "
            await caller(exchange).call(forged, "1002", hang_up_after=0.2)
            await asyncio.sleep(0.5)
            assert not phones.calls[0].over.is_set()
            assert [one.call.raw_number for one in listener.decided] == [forged]
            await exchange.cli("channel request hangup all")
            await asyncio.wait_for(phones.calls[0].over.wait(), 15)

    run(scenario())


def mixed(exchange: Exchange) -> PbxSettings:
    """One PBX with an inline trunk and a passive one."""
    return settings(
        exchange, trunks={"plain": TrunkSettings(mode=Mode.PASSIVE)}, inbound_contexts=("from-plain",)
    )


def test_inline_and_passive_trunks_of_one_pbx_do_not_disturb_each_other(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with (
            listening(mixed(exchange)) as listener,
            PhoneBank(exchange.setup.ports.phones) as phones,
        ):
            numbers = {Trunk.CARRIER: "0987000001", Trunk.PLAIN: "0987000002"}
            results = await asyncio.gather(
                *(
                    caller(exchange, trunk).call(number, to, hang_up_after=0.5)
                    for (trunk, number), to in zip(numbers.items(), ("1001", "1002"), strict=True)
                ),
                *(caller(exchange, trunk).call(BLOCKED, "1003", max_seconds=20) for trunk in numbers),
            )
            await until(lambda: len(listener.outcomes) == 4, "four outcomes")
            assert [result.cause for result in results[2:]] == [21, 21]
            assert sorted(
                (one.call.trunk, one.call.mode, one.verdict.action) for one in listener.decided
            ) == [
                ("carrier", Mode.INLINE, Action.ALLOW),
                ("carrier", Mode.INLINE, Action.BLOCK),
                ("plain", Mode.PASSIVE, Action.ALLOW),
                ("plain", Mode.PASSIVE, Action.BLOCK),
            ]
            assert sorted(one.did for one in listener.reported) == [
                Did.ALLOW,
                Did.ALLOW,
                Did.BLOCK,
                Did.BLOCK,
            ]
            assert {call.number for call in phones.calls if call.answered_at} == set(numbers.values())
            tones = [result.heard.seconds_of_tone(PHONE_TONE) for result in results[:2]]
            assert min(tones) > 0.3
            assert CALLER_TONE != PHONE_TONE

    run(scenario())
