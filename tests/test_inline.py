"""Inline screening on a real exchange: what callers and called people get, on both Asterisk releases."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from listener_rig import (
    BLOCKED,
    CLEAN,
    LOOKALIKE,
    OWN,
    OWN_FORWARD,
    PHRASES,
    listening,
    place,
    settings,
    until,
)
from listening import heard

from screener.calls import Did, Rule
from screener.lab.exchange import Exchange
from screener.lab.media import CALLER_TONE, PHONE_TONE, Recording, load_wav
from screener.lab.setup import Trunk
from screener.paths import dialplan_dir

pytestmark = pytest.mark.lab


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def prompt(recording: Recording, name: str) -> float | None:
    """Return where in a recording a prompt begins, in seconds, or None."""
    match = heard(recording, load_wav(dialplan_dir() / f"prompts/audio/{name}.wav"))
    return match.offset_seconds if match.found else None


def test_a_clean_call_rings_and_its_verdict_is_recorded(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(
                exchange,
                lambda caller: caller.call(CLEAN, "1001", from_name="Nguyễn Văn A", hang_up_after=1.2),
            )
            assert placed.phone is not None
            assert (placed.phone.name, placed.phone.number) == ("Nguyễn Văn A", CLEAN)
            assert [response.status for response in placed.caller.responses] == [100, 180, 200]
            await until(lambda: listener.outcomes, "the outcome")
            decided, reported, outcome = listener.noted
            assert listener.decided == [decided]
            assert listener.decided[0].verdict.rule is Rule.DEFAULT
            call = listener.decided[0].call
            assert (call.called, call.trunk, call.raw_number, call.raw_name) == (
                "1001",
                "carrier",
                CLEAN,
                "Nguyễn Văn A",
            )
            assert listener.reported == [reported]
            assert listener.reported[0].did is Did.ALLOW
            assert listener.outcomes == [outcome]
            ended = listener.outcomes[0].ended
            assert (ended.answered, ended.answered_by, ended.hangup_cause) == (True, "1001", 16)
            assert ended.talk_seconds == 1

    run(scenario())


def test_a_blocked_caller_hears_the_notice_and_no_phone_rings(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(exchange, lambda caller: caller.call(BLOCKED, "1001"))
            assert placed.phone is None
            assert [response.status for response in placed.caller.responses] == [100, 183, 403]
            assert placed.caller.cause == 21
            offsets = [prompt(placed.caller.heard_early, name) for name in PHRASES["notice-blocked"]]
            assert None not in offsets
            assert offsets == sorted(offsets, key=lambda offset: offset or 0)
            await until(lambda: listener.outcomes, "the outcome")
            assert listener.decided[0].verdict.rule is Rule.BLOCK_EXACT
            assert listener.reported[0].did is Did.BLOCK
            assert not listener.outcomes[0].ended.answered
            assert listener.outcomes[0].ended.hangup_cause == 21

    run(scenario())


def test_a_lookalike_is_shown_and_the_called_person_alone_hears_the_warning(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(
                exchange,
                lambda caller: caller.call(
                    LOOKALIKE, "1001", from_name="CA Thanh Hoa", hang_up_after=1.5, max_seconds=30
                ),
            )
            phone = placed.phone
            assert phone is not None
            assert phone.name == "CẢNH BÁO: giả danh - CA Thanh Hoa"
            assert phone.number == LOOKALIKE
            assert phone.heard is not None
            whole = [*PHRASES["lookalike"], "call-back", *(f"digit-{digit}" for digit in "02")]
            offsets = [prompt(phone.heard, name) for name in whole[:4]]
            assert None not in offsets
            assert offsets == sorted(offsets, key=lambda offset: offset or 0)
            assert phone.answered_at is not None
            assert placed.caller.answered_at is not None
            warned_for = placed.caller.answered_at - phone.answered_at
            assert 9 < warned_for < 12.5
            assert phone.heard.seconds_of_tone(CALLER_TONE) > 1
            assert all(prompt(placed.caller.heard, name) is None for name in PHRASES["lookalike"])
            assert placed.caller.heard.seconds_of_tone(PHONE_TONE) > 1
            await until(lambda: listener.outcomes, "the outcome")
            assert [one.did for one in listener.reported] == [Did.WARN, Did.WARN]
            assert listener.reported[1].detail.startswith("whole: PJSIP/1001-")

    run(scenario())


def test_the_called_person_is_freed_soon_after_a_warned_caller_hangs_up(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(exchange, lambda caller: caller.call(LOOKALIKE, "1001", cancel_after=2.0))
            phone = placed.phone
            assert phone is not None
            assert phone.ended_at is not None
            assert 487 in [response.status for response in placed.caller.responses]
            longest_file = 2.5
            assert phone.ended_at - placed.caller.ended_at < longest_file + 1
            await until(lambda: listener.outcomes, "the outcome")
            assert listener.reported[1].detail.startswith("cut: ")
            assert not listener.outcomes[0].ended.answered

    run(scenario())


@pytest.mark.parametrize(
    ("diversion", "rule"),
    [
        (None, Rule.OWN_NUMBER),
        (OWN_FORWARD, Rule.DEFAULT),
        ("0903111223", Rule.OWN_NUMBER),
    ],
)
def test_an_own_number_from_outside_is_caught_unless_a_listed_number_forwarded_it(
    exchange: Exchange, diversion: str | None, rule: Rule
) -> None:
    headers = []
    if diversion:
        headers = [(b"Diversion", f"<sip:{diversion}@carrier.example>;reason=unconditional".encode())]

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(
                exchange,
                lambda caller: caller.call(
                    OWN, "1001", extra_headers=headers, hang_up_after=0.1, cancel_after=0.4
                ),
            )
            assert placed.phone is not None
            await until(lambda: listener.outcomes, "the outcome")
            assert listener.decided[0].verdict.rule is rule
            assert placed.phone.name.startswith("CẢNH BÁO") is (rule is Rule.OWN_NUMBER)

    run(scenario())


def test_a_withheld_number_is_tagged_and_rings_without_a_prompt(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(
                exchange,
                lambda caller: caller.call("anonymous", "1001", from_name="Anonymous", hang_up_after=0.5),
            )
            assert placed.phone is not None
            assert placed.phone.name == "CẢNH BÁO: không hiện số - Anonymous"
            await until(lambda: listener.reported, "the report")
            assert listener.decided[0].verdict.rule is Rule.WITHHELD
            assert listener.reported[0].did is Did.TAG
            assert placed.phone.heard is not None
            assert placed.phone.heard.seconds_without_tone(CALLER_TONE) < 0.5

    run(scenario())


def test_phones_that_know_no_marks_get_the_warning_in_ascii(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange, display="ascii")):
            placed = await place(
                exchange, lambda caller: caller.call(LOOKALIKE, "1001", from_name="Sở Y tế", cancel_after=0.4)
            )
            assert placed.phone is not None
            assert placed.phone.name == "CANH BAO: gia danh - So Y te"

    run(scenario())


def test_a_blocked_call_can_be_answered_before_the_notice(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange, answer_blocked=True)):
            placed = await place(exchange, lambda caller: caller.call(BLOCKED, "1001"))
            assert placed.phone is None
            assert [response.status for response in placed.caller.responses] == [100, 200]
            assert all(prompt(placed.caller.heard, name) is not None for name in PHRASES["notice-blocked"])
            assert placed.caller.cause == 21

    run(scenario())


@pytest.mark.parametrize("trunk", [Trunk.CARRIER, Trunk.UNTRUSTING])
def test_a_blocked_network_identity_is_blocked_whatever_number_is_shown(
    exchange: Exchange, trunk: Trunk
) -> None:
    asserted = [(b"P-Asserted-Identity", f"<sip:{BLOCKED}@carrier.example>".encode())]

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(
                exchange,
                lambda caller: caller.call(CLEAN, "1001", extra_headers=asserted, cancel_on={183: 0}),
                trunk=trunk,
            )
            assert placed.phone is None
            call = listener.decided[0].call
            assert call.network_number == BLOCKED
            assert call.shown_number == (BLOCKED if trunk is Trunk.CARRIER else CLEAN)

    run(scenario())


def test_where_dial_can_not_be_changed_the_warning_is_whispered_in_the_call(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange, warning="whisper")) as listener:
            placed = await place(
                exchange, lambda caller: caller.call(LOOKALIKE, "1001", hang_up_after=6.5, max_seconds=20)
            )
            assert placed.phone is not None
            assert placed.phone.name == "CẢNH BÁO: giả danh"
            assert placed.phone.heard is not None
            assert placed.phone.heard.seconds_without_tone(CALLER_TONE) > 3
            assert placed.caller.heard.seconds_without_tone(PHONE_TONE) < 0.5
            await until(lambda: listener.outcomes, "the outcome")
            await asyncio.sleep(1.5)
            assert len(listener.outcomes) == 1
            assert listener.outcomes[0].ended.answered_by == "1001"

    run(scenario())


def test_a_warning_shows_even_where_the_caller_has_the_number_hidden(exchange: Exchange) -> None:
    hidden = [
        (b"P-Asserted-Identity", f"<sip:{LOOKALIKE}@carrier.example>".encode()),
        (b"Privacy", b"id"),
    ]

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(
                exchange,
                lambda caller: caller.call("anonymous", "1001", extra_headers=hidden, cancel_after=0.5),
            )
            assert placed.phone is not None
            assert placed.phone.name.startswith("CẢNH BÁO: giả danh")
            assert LOOKALIKE not in placed.phone.number
            assert listener.decided[0].verdict.rule is Rule.LOOKALIKE

    run(scenario())


def test_a_missing_prompt_is_told_and_the_two_are_connected(exchange: Exchange) -> None:
    prompts = exchange.workdir / "share/sounds/call-screener"
    away = prompts.with_name("away")

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            placed = await place(exchange, lambda caller: caller.call(LOOKALIKE, "1001", hang_up_after=0.3))
            assert placed.phone is not None
            assert placed.caller.answered_at is not None
            await until(lambda: len(listener.reported) == 2, "both reports")
            assert listener.reported[1].detail.startswith("failed: ")

    prompts.rename(away)
    try:
        run(scenario())
    finally:
        away.rename(prompts)
