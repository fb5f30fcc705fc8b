"""Events become values: recorded sessions of both Asterisk releases, in one burst and byte by byte."""

import asyncio
from base64 import b64encode
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from listener_rig import BLOCKED, CLEAN, LOOKALIKE, PHRASES, SNAPSHOT
from record_sessions import FOLDER, SESSIONS, TOKEN, Session

from screener import contract, events, passive
from screener.activity import Recent
from screener.ami import Framer, Message
from screener.calls import Did, Mode, Rule
from screener.happenings import Decided, Happening, Missed, Outcome, Reported
from screener.metrics import Metrics
from screener.request_tokens import RequestTokens
from screener.screening import Screening
from screener.settings import PbxSettings

RELEASES = ("22", "16")


@dataclass
class Replay:
    """What came out of a recording: what was noted, counted and sent."""

    noted: list[Happening] = field(default_factory=list)
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def count(self, why: str) -> float:
        name = "call_screener_frames_refused_total"
        return self.metrics.registry.get_sample_value(name, {"why": why, "pbx": "lab"}) or 0.0

    def summary(self) -> list[tuple[object, ...]]:
        return [summary(one) for one in self.noted]

    def actions(self) -> list[str]:
        return [action for action, _ in self.sent if action != "Getvar"]


def summary(happening: Happening) -> tuple[object, ...]:
    match happening:
        case Decided():
            call = happening.call
            return ("decided", happening.verdict.rule, call.mode, call.trunk, call.called, call.raw_number)
        case Reported():
            return ("reported", happening.did, happening.decided is not None)
        case Missed():
            return ("missed", happening.uniqueid)
        case Outcome():
            ended = happening.ended
            return ("outcome", ended.answered, ended.answered_by, ended.hangup_cause)


def settings(mode: Mode) -> PbxSettings:
    values = {"host": "x", "secret": "x", "enforce": True, "mode": mode, "inbound_contexts": ("from-plain",)}
    return PbxSettings.model_validate(values)


def pieces(stream: bytes, size: int) -> Iterator[bytes]:
    for place in range(0, len(stream), size):
        yield stream[place : place + size]


class Answers:
    """Answers to what the screener asks, from the recording: in their order, variable by variable."""

    def __init__(self, frames: list[Message], replay: Replay) -> None:
        self._replay = replay
        self._values: dict[str, deque[Message]] = defaultdict(deque)
        for message in frames:
            if message.is_response:
                self._values[message["Variable"]].append(message)

    def send(self, action: str, *headers: tuple[str, str]) -> "asyncio.Future[Message]":
        self._replay.sent.append((action, dict(headers)))
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        answers = self._values[dict(headers)["Variable"]] if action == "Getvar" else deque()
        if answers:
            answer.set_result(answers.popleft())
        elif action == "Getvar":
            answer.set_result(Message(b"Response: Error\r\nMessage: No such channel"))
        else:
            answer.set_result(Message(b"Response: Success\r\nMessage: done"))
        return answer


def replay(stream: bytes, mode: Mode, size: int, monkeypatch: pytest.MonkeyPatch, *, in_time: bool) -> Replay:
    """Feed a recording in pieces of ``size`` bytes to the code that serves the live link.

    ``in_time`` lets it act on each event before the next comes, as what Asterisk did then calls for.
    """
    monkeypatch.setattr(passive, "_GONE_AFTER", 0.01)
    result = Replay()

    def note(happening: Happening) -> bool:
        result.noted.append(happening)
        return True

    async def scenario() -> None:
        screening = Screening(
            "lab", settings(mode), lambda: SNAPSHOT, note, PHRASES, result.metrics, "aaaa1111", Recent()
        )
        screening.pbx.tokens.adopt(TOKEN)
        answers = Answers([Message(frame) for frame in Framer().feed(stream)], result)
        monkeypatch.setattr(screening.pbx, "send", answers.send)
        framer = Framer()
        for piece in pieces(stream, size):
            for message in map(Message, framer.feed(piece)):
                if message.event:
                    screening.handle(message)
                if in_time:
                    await settle()
        await settle()
        await asyncio.sleep(0.03)

    asyncio.run(scenario())
    return result


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)
    await asyncio.sleep(0.002)


PASSIVE_ALLOW = ("reported", Did.ALLOW, True)


def expected(session: Session) -> list[tuple[object, ...]]:
    """Return the full outcome of a recorded call."""
    trunk = "carrier" if session.mode is Mode.INLINE else "plain"

    def decided(rule: Rule, number: str = session.number) -> tuple[object, ...]:
        return ("decided", rule, session.mode, trunk, session.called[:79], number[:79])

    talked = ("outcome", True, "1001", 16)
    ended = ("outcome", False, "", 21)
    return {
        "inline-clean": [decided(Rule.DEFAULT), ("reported", Did.ALLOW, True), talked],
        "inline-block": [decided(Rule.BLOCK_EXACT), ("reported", Did.BLOCK, True), ended],
        "inline-warn": [
            decided(Rule.LOOKALIKE),
            ("reported", Did.WARN, True),
            ("reported", Did.WARN, False),
            talked,
        ],
        "inline-tag": [decided(Rule.WITHHELD), ("reported", Did.TAG, True), talked],
        "inline-no-token": [],
        "inline-hostile": [decided(Rule.BLOCK_EXACT), ("reported", Did.BLOCK, True), ended],
        "inline-hostile-called": [decided(Rule.BLOCK_EXACT), ("reported", Did.BLOCK, True), ended],
        "passive-clean": [decided(Rule.DEFAULT), PASSIVE_ALLOW, talked],
        "passive-block": [decided(Rule.BLOCK_EXACT), ("reported", Did.BLOCK, True), ended],
        "passive-warn": [decided(Rule.LOOKALIKE), PASSIVE_ALLOW, talked],
        "passive-hostile": [decided(Rule.BLOCK_EXACT), ("reported", Did.BLOCK, True), ended],
    }[session.name]


def ended_by_us(session: Session) -> bool:
    return ("reported", Did.BLOCK, True) in expected(session)


def recording(release: str, session: Session) -> bytes:
    return Path(FOLDER / f"{release}-{session.name}.txt").read_bytes()


@pytest.mark.parametrize("size", [1_000_000, 1, 7], ids=["burst", "bytes", "sevens"])
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("session", SESSIONS, ids=[session.name for session in SESSIONS])
def test_a_recorded_call_has_its_full_outcome(
    release: str, session: Session, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_away = session.mode is Mode.PASSIVE and ended_by_us(session)
    stream = recording(release, session)
    result = replay(stream, session.mode, size, monkeypatch, in_time=size == 1 or taken_away)
    assert sorted(map(repr, result.summary())) == sorted(map(repr, expected(session)))
    decisions = [one for one in result.noted if isinstance(one, Decided)]
    assert result.noted[:1] == decisions[:1]
    if session.name.startswith("inline"):
        verdicts = [headers["Value"] for action, headers in result.sent if action == "Setvar"]
        assert len(verdicts) == len(decisions)
        assert all(value.startswith("1|") for value in verdicts)
        assert result.count("without_token") == (session.name == "inline-no-token")
        assert result.count("forged") == 0
    elif taken_away:
        assert result.actions()[-2:] == ["Setvar", "Redirect"]
    elif session.name == "passive-warn":
        assert result.actions()[-1] == "Originate"
        assert "Redirect" not in result.actions()
    else:
        assert result.actions() == []


def test_each_scenario_is_recorded_on_both_releases() -> None:
    names = {f"{release}-{session.name}.txt" for release in RELEASES for session in SESSIONS}
    assert {path.name for path in FOLDER.glob("*-*.txt")} == names


def encoded(text: str) -> str:
    """Encode as the dialplan does: base64, with the token in place of each colon."""
    return b64encode(text.replace(":", TOKEN).encode()).decode()


# One request as the dialplan makes it; the tests change a line of it.
ASK = f"""\
Event: UserEvent
Privilege: user,all
Channel: PJSIP/carrier-0000001a
ChannelState: 4
CallerIDNum: {CLEAN}
Context: call-screener
Exten: s
Uniqueid: 1700000000.1
Linkedid: 1700000000.1
UserEvent: CallScreenerAsk
Version: 1
Token: {TOKEN}
Call: 1700000000.1
Called: {encoded("1001")}
Number: {encoded(CLEAN)}
Name:
Asserted: {encoded("<sip:0912345678@x>")}
Diversion:
Presentation: allowed
Attestation:"""


def read(text: str) -> events.Event | None:
    message = Message(text.replace("\n", "\r\n").encode())
    tokens = RequestTokens()
    tokens.adopt(TOKEN)
    return events.read(message, "lab", tokens)


def test_a_request_of_the_dialplan_is_read() -> None:
    event = read(ASK)
    assert isinstance(event, events.Ask)
    assert event.call.raw_number == CLEAN
    assert event.call.network_number == "0912345678"
    assert (event.call.trunk, event.call.called) == ("carrier", "1001")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"Token: {TOKEN}", "Token: "),
        (f"Token: {TOKEN}", f"Token: {TOKEN[:-1]}0"),
        (f"Token: {TOKEN}\n", ""),
        (f"CallerIDNum: {CLEAN}", f"CallerIDNum: {CLEAN}\nUserEvent: Other"),
        (f"CallerIDNum: {CLEAN}", f"CallerIDNum: {CLEAN}\nContext: x"),
        (f"CallerIDNum: {CLEAN}", f"CallerIDNum: {CLEAN}\nno header"),
        ("Uniqueid: 1700000000.1\n", ""),
        ("Version: 1", "Version: 99"),
        ("Presentation: allowed\n", ""),
        ("UserEvent: CallScreenerAsk\n", ""),
    ],
)
def test_a_request_that_can_not_be_believed_has_its_channel_looked_up(old: str, new: str) -> None:
    changed = ASK.replace(old, new, 1)
    assert changed != ASK
    assert read(changed) == events.Doubtful("PJSIP/carrier-0000001a")


@pytest.mark.parametrize("name", [contract.DID, contract.WARNED, contract.END])
def test_a_report_without_the_token_is_forged(name: str) -> None:
    assert read(f"Event: UserEvent\nUserEvent: {name}\nCall: 1.1\nDid: block") == events.Forged()


@pytest.mark.parametrize(
    "text", ["Event: Hangup\nUserEvent: CallScreenerAsk", "Event: UserEvent\nUserEvent: X"]
)
def test_events_of_others_are_none_of_ours(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("header", "user"),
    [
        ("<sip:0912345678@x>", "0912345678"),
        ("sip:0912345678@x;tag=1", "0912345678"),
        ("<tel:+84912345678;phone-context=x>", "+84912345678"),
        ("<SIPS:%30912345678@x>", "0912345678"),
        ('"sip:0987654321@x" <sip:0912345678@y>', "0912345678"),
        (r'"a\" <sip:0987654321@x>" <sip:0912345678@y>', "0912345678"),
        ('"Nguyễn" <sip:0912345678:secret@y>', "0912345678:secret"),
        ("", ""),
        ("rubbish", ""),
    ],
)
def test_the_user_part_of_an_identity_header_is_found(header: str, user: str) -> None:
    assert events.uri_user(header) == user


@pytest.mark.parametrize(
    ("text", "malformed"),
    [
        (BLOCKED, False),
        ("Nguyễn Văn A", False),
        ("CA (Hà Nội), \"x\": 'y'", False),
        ("公安", False),
        ("09\r\n12", True),
        ("09\x7f", True),
        ("09\x85", True),
        ("09\u2028", True),
        ("09\u202e21", True),
        ("09\udcff", True),
        ("09\ufffd", True),
    ],
)
def test_text_that_no_honest_caller_sends_is_malformed(text: str, malformed: bool) -> None:
    assert events.is_malformed(text) is malformed


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("PJSIP/viettel-0000001a", "viettel"),
        ("PJSIP/my-trunk-2-0000001a", "my-trunk-2"),
        ("SIP/fpt-00ab12cd", "fpt"),
        ("Local/1001@x-0000001a;2", "1001@x"),
        ("1700000000.1", ""),
        ("", ""),
    ],
)
def test_the_trunk_is_told_by_the_channel(channel: str, name: str) -> None:
    assert events.trunk(channel) == name


def test_a_number_that_looks_like_an_office_is_in_the_recordings() -> None:
    numbers = {session.number for session in SESSIONS}
    assert {BLOCKED, CLEAN, LOOKALIKE} <= numbers
