"""Callers who write what no honest one would: none escapes, none is believed, nothing is evaluated."""

import asyncio
import unicodedata
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from listener_rig import BLOCKED, CLEAN, LOOKALIKE, listening, settings, until

from screener.calls import Action, Did, Rule
from screener.happenings import Decided
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange
from screener.lab.phone import PhoneBank, PhoneBehaviour
from screener.lab.setup import LOOPBACK, Trunk

pytestmark = pytest.mark.lab

LONGEST = 79
"""Bytes of a number or a name that Asterisk's PJSIP keeps."""

FORGED = {
    "lines": b"%0d%0a%0d%0a%0d%0a",
    "header": b"%0d%0aX%3a%20y",
    "second-event": b"%0d%0aEvent%3a%20Hangup",
    "context": b"%0d%0aContext%3a%20internal%0d%0aExten%3a%201009",
    "ask": b"%0d%0a%0d%0aEvent%3a%20UserEvent%0d%0aUserEvent%3a%20CallScreenerAsk%0d%0aA%3a",
    "did": b"%0d%0a%0d%0aEvent%3a%20UserEvent%0d%0aUserEvent%3a%20CallScreenerDid%0d%0aA%3a",
    "answer": b"%0d%0a%0d%0aResponse%3a%20Success%0d%0aActionID%3a%201%0d%0aValue%3a%201",
    "line-feed": b"%0aEvent%3a%20x",
    "nul": b"%00x",
    "comma": b",Token%3a%20x,Call%3a%201",
    "quotes": b"%22%27%60%5c%22",
    "bracket": b"(",
    "quote": b"'!*()",
    "expression": b"$%5b1+1%5d",
    "expression-ends": b"%22%5d%3fcall-screener-end,s,1",
    "variable": b"$%7bSHELL(id)%7d$%7bCALL_SCREENER_TOKEN%7d",
    "function-ends": b")%3a99",
    "substring": b"%7d%3a0%3a1",
    "verdict": b"%7c1%7callow%7c%7c%7c",
    "prompts": b"&tt-monkeys&",
    "equals": b"=1",
    "line-separator": b"%e2%80%a8x",
    "next-line": b"%c2%85x",
    "turned": b"%e2%80%aex",
    "no-utf-8": b"%ff%fe",
    "half-a-letter": b"%e1%bb",
    "percent": b"%2541%250d%250a",
    "percent-3": b"%252541",
    "accents": b"%e1%bb%85",
    "80": b"1" * 80,
    "500": b"1%0a" * 250,
}
"""What a caller adds, escaped for a SIP URI (RFC 3261, section 25.1)."""


LEAVES = {180: 0.3, 183: 0.0}
"""Whom nobody answers within 0.3 s, for a warning is played, hangs up; so does who hears the notice."""


def plain(escaped: bytes) -> bytes:
    return unquote_to_bytes(escaped)


def kept(text: bytes) -> set[str]:
    """Return how Asterisk may hand on a caller's bytes: as they are, or with U+FFFD for what is no UTF-8."""
    cut = text.partition(b"\0")[0][:LONGEST]
    return {cut.decode(errors="surrogateescape"), cut.decode(errors="replace")}


def is_clean(text: str) -> bool:
    return all(unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in text)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile call; a raw part that is None is an ordinary one."""

    number: bytes = CLEAN.encode()
    name: bytes = b""
    called: bytes = b"1001"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    trunk: Trunk = Trunk.CARRIER


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def screened(exchange: Exchange, hostile: Hostile) -> Decided:
    """Place a hostile call and an ordinary one beside it; assert what holds for any hostile call."""
    address = (LOOPBACK, exchange.setup.ports.sip)
    behaviour = PhoneBehaviour(ring_seconds=0.05)
    async with (
        listening(settings(exchange)) as listener,
        PhoneBank(exchange.setup.ports.phones, behaviour) as phones,
    ):
        attack, ordinary = await asyncio.gather(
            Caller(hostile.trunk.address, address).call(
                from_user_raw=hostile.number,
                display_raw=b'"' + hostile.name + b'" ' if hostile.name else b"",
                to_user_raw=hostile.called,
                extra_headers=hostile.headers,
                hang_up_after=0.1,
                cancel_on=LEAVES,
            ),
            Caller(Trunk.CARRIER.address, address).call(
                "0987000001", "1002", from_name="Nguyễn Văn A", hang_up_after=0.1
            ),
        )
        await until(lambda: len(listener.outcomes) == 2, "both outcomes")
        await asyncio.sleep(0.05)
        # The ordinary call beside it is untouched.
        phone = next(call for call in phones.calls if call.extension == "1002")
        assert ordinary.status == 200
        assert (phone.name, phone.number) == ("Nguyễn Văn A", "0987000001")
        # One verdict and one report each: nothing that was forged counted for anything.
        acted = [one for one in listener.reported if one.hold_ms is not None]
        assert len(listener.decided) == len(acted) == 2
        decided = next(one for one in listener.decided if one.call.raw_number != "0987000001")
        assert {one.did for one in acted} <= {Did.ALLOW, Did.TAG, Did.WARN, Did.BLOCK}
        assert {one.uniqueid for one in acted} == {one.call.uniqueid for one in listener.decided}
        assert {one.uniqueid for one in listener.outcomes} == {one.call.uniqueid for one in listener.decided}
        for why in ("forged", "malformed", "oversized", "unasked", "without_token"):
            assert listener.metric("call_screener_frames_refused_total", why=why) == 0
        assert listener.metric("call_screener_let_through_total", cause="error") == 0
        shown = next((call for call in phones.calls if call.extension != "1002"), None)
        if shown is not None:
            assert is_clean(shown.name)
            assert is_clean(shown.number)
        assert (shown is None) is (decided.verdict.action is Action.BLOCK)
        assert attack.status is not None
        settled = next(one.decided for one in acted if one.uniqueid == decided.call.uniqueid)
        assert settled is not None
        assert settled.verdict == decided.verdict
        return settled


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_a_hostile_number_is_judged_and_recorded_as_it_came(exchange: Exchange, text: bytes) -> None:
    async def scenario() -> None:
        number = LOOKALIKE.encode() + text
        result = await screened(exchange, Hostile(number))
        call, verdict = result.call, result.verdict
        assert call.raw_number in kept(plain(number))
        assert call.sip_from.startswith("<sip:" + LOOKALIKE)
        assert call.called == "1001"
        if is_clean(call.raw_number) and "\N{REPLACEMENT CHARACTER}" not in call.raw_number:
            assert verdict.rule in {Rule.DEFAULT, Rule.LOOKALIKE, Rule.MALFORMED, Rule.IMPLAUSIBLE}
        else:
            assert verdict.rule in {Rule.LOOKALIKE, Rule.MALFORMED}
            assert call.malformed

    run(scenario())


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_a_blocked_number_stays_blocked_whatever_its_name_holds(exchange: Exchange, text: bytes) -> None:
    async def scenario() -> None:
        # A display name is not %-decoded; a line end would end its header, so those stay escaped.
        name = text if any(code in text for code in (b"%0d", b"%0a", b"%00", b'"')) else plain(text)
        name = name.replace(b"\\", b"").replace(b'"', b'\\"')
        result = await screened(exchange, Hostile(BLOCKED.encode(), name))
        call, verdict = result.call, result.verdict
        assert verdict.rule is Rule.BLOCK_EXACT
        assert call.raw_name in kept(name)
        assert call.raw_number == BLOCKED

    run(scenario())


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_a_blocked_number_stays_blocked_whatever_it_calls(exchange: Exchange, text: bytes) -> None:
    async def scenario() -> None:
        result = await screened(exchange, Hostile(BLOCKED.encode(), called=b"1001" + text))
        assert result.verdict.rule is Rule.BLOCK_EXACT
        assert result.call.called in kept(plain(b"1001" + text))

    run(scenario())


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_a_call_that_rings_is_told_to_the_end_whatever_it_calls(exchange: Exchange, text: bytes) -> None:
    async def scenario() -> None:
        result = await screened(exchange, Hostile(called=b"1001" + text))
        assert result.verdict.rule is Rule.DEFAULT

    run(scenario())


def test_number_name_and_called_number_together_are_judged(exchange: Exchange) -> None:
    async def scenario() -> None:
        text = FORGED["ask"]
        hostile = Hostile(BLOCKED.encode() + text, b"a,b: ')$[1]" * 40, b"1001" + text)
        result = await screened(exchange, hostile)
        assert result.verdict.rule in {Rule.BLOCK_EXACT, Rule.MALFORMED}

    run(scenario())


SPELLINGS = ["０９１２３４５６７８", "٠٩١٢٣٤٥٦٧٨", "+84\N{NO-BREAK SPACE}(912)345\N{NON-BREAKING HYPHEN}678"]


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_blocked_number_stays_blocked_in_other_digits_and_marks(exchange: Exchange, written: str) -> None:
    async def scenario() -> None:
        result = await screened(exchange, Hostile(quote(written).encode()))
        assert result.verdict.rule is Rule.BLOCK_EXACT
        assert result.call.raw_number == written

    run(scenario())


@pytest.mark.parametrize("text", ["CONG AN", "😀"])
def test_a_text_in_place_of_a_number_is_malformed_and_not_withheld(exchange: Exchange, text: str) -> None:
    async def scenario() -> None:
        result = await screened(exchange, Hostile(quote(text).encode()))
        assert result.verdict.rule is Rule.MALFORMED
        assert "thay cho số điện thoại" in result.verdict.reason

    run(scenario())


@pytest.mark.parametrize("number", [b"%20", b"%0d%0a", b"anonymous", b"%00", b"restricted", b"%3a"])
def test_a_caller_without_a_number_is_judged(exchange: Exchange, number: bytes) -> None:
    async def scenario() -> None:
        result = await screened(exchange, Hostile(number))
        assert result.verdict.rule in {Rule.WITHHELD, Rule.MALFORMED}

    run(scenario())


ASSERTED = b"P-Asserted-Identity"


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        (((ASSERTED, b"<sip:%b@x>" % BLOCKED.encode()),), Rule.BLOCK_EXACT),
        (((ASSERTED, b"<sip:%%30%b@x>" % BLOCKED.encode()[1:]),), Rule.BLOCK_EXACT),
        (((ASSERTED, b'"sip:0987654321@x" <sip:%b@x>' % BLOCKED.encode()),), Rule.BLOCK_EXACT),
        (((ASSERTED, b'"<sip:0987654321@x>" <sip:%b@x>' % BLOCKED.encode()),), Rule.BLOCK_EXACT),
        (((ASSERTED, b"<sip:1%0d%0aEvent%3a%20x%0d%0a%0d%0a@x>"),), Rule.DEFAULT),
        (((b"Diversion", b"<sip:1%0d%0a%0d%0aEvent%3a%20x@x>;reason=unconditional"),), Rule.DEFAULT),
        (((b"Diversion", b'"a,b)%3a" <sip:$%7bSHELL(id)%7d@x>;reason="a,b"'),), Rule.DEFAULT),
        (((b"History-Info", b"<sip:1%0d%0aX@x>;index=1, <sip:2@x>;index=1.1"),), Rule.DEFAULT),
        (((b"Privacy", b"id"),), Rule.DEFAULT),
    ],
)
def test_hostile_identity_headers_are_read_for_what_they_are(
    exchange: Exchange, headers: tuple[tuple[bytes, bytes], ...], rule: Rule
) -> None:
    async def scenario() -> None:
        result = await screened(exchange, Hostile(headers=headers, trunk=Trunk.UNTRUSTING))
        assert result.verdict.rule is rule
        assert result.call.raw_number == CLEAN

    run(scenario())
