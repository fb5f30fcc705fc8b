"""The wire: frames are cut right whatever callers write, and answers find their action."""

import asyncio
import importlib
import itertools
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asterisk.ami import AMIClient, SimpleAction
from fake_manager import BANNER, SECRET, USER, FakeManager, Play
from hypothesis import given
from hypothesis import strategies as st

from screener.ami import MAX_FRAME, AmiProtocol, Framer, LinkLost, Message, Refused, UnsafeValue, encode
from screener.lab.exchange import Exchange
from screener.lab.setup import LAB_USER, LOOPBACK


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def frames(*pieces: bytes) -> list[bytes]:
    framer = Framer()
    return [frame for piece in pieces for frame in framer.feed(piece)]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """Cut a stream into pieces at these places, wherever they lie in it."""
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(edges)]


places = st.lists(st.integers(min_value=0, max_value=200_000), max_size=30)
lines = st.sampled_from([b"\r\n", b"\r", b"\n", b"a", b": ", b"Event: X", "ễ".encode(), b"\xff", b"\r\n\r\n"])


@given(st.lists(lines, max_size=60).map(b"".join), places)
def test_any_cutting_of_a_stream_gives_the_same_frames_in_the_same_order(
    stream: bytes, where: list[int]
) -> None:
    assert frames(*cut(stream, where)) == frames(stream)


@pytest.mark.parametrize("length", range(MAX_FRAME - 4, MAX_FRAME + 5))
@given(places)
def test_the_longest_frame_allowed_is_the_same_however_it_arrives(length: int, where: list[int]) -> None:
    stream = b"Event: A\r\n\r\n" + b"x" * length + b"\r\n\r\nEvent: B\r\n\r\n"
    whole, pieces = Framer(), Framer()
    expected = list(whole.feed(stream))
    # The pieces that matter end near the long frame's end.
    around = [12 + length + place % 12 - 4 for place in where]
    assert [frame for piece in cut(stream, around) for frame in pieces.feed(piece)] == expected
    assert pieces.oversized == whole.oversized == (length > MAX_FRAME)
    assert len(expected) == (2 if length > MAX_FRAME else 3)


def test_one_byte_at_a_time_gives_every_frame() -> None:
    stream = "Event: A\r\nName: Nguyễn\r\n\r\nEvent: B\r\n\r\n".encode()
    assert frames(*(stream[place : place + 1] for place in range(len(stream)))) == [
        "Event: A\r\nName: Nguyễn".encode(),
        b"Event: B",
    ]


def test_a_letter_split_between_two_packets_stays_whole() -> None:
    stream = "Event: A\r\nName: Nguyễn\r\n\r\n".encode()
    middle = stream.index("ễ".encode()) + 1
    [frame] = frames(stream[:middle], stream[middle:])
    assert Message(frame)["Name"] == "Nguyễn"


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\x1e", "\r", "\n"])
def test_only_cr_lf_ends_a_line(char: str) -> None:
    [frame] = frames(f"Event: A\r\nName: x{char}Event: Forged{char}{char}y\r\n\r\n".encode())
    message = Message(frame)
    assert message.event == "A"
    assert message["Name"] == f"x{char}Event: Forged{char}{char}y"
    assert message.sound(["Event", "Name"])


@pytest.mark.parametrize("left_over", [b"\r\n", b"\r\n\r\n", b"\r\n\r\n\r\n"])
def test_a_value_that_ends_in_line_ends_does_not_lose_the_frame_behind_it(left_over: bytes) -> None:
    stream = b"Response: Success\r\nValue: 0912" + left_over + b"\r\n\r\nEvent: B\r\n\r\n"
    assert frames(stream) == [b"Response: Success\r\nValue: 0912", b"Event: B"]


def test_an_oversized_frame_is_cut_out_and_counted_and_the_stream_goes_on() -> None:
    framer = Framer()
    huge = b"Event: Huge\r\nX: " + b"x" * (3 * MAX_FRAME) + b"\r\n\r\n"
    stream = b"Event: A\r\n\r\n" + huge + b"Event: B\r\n\r\n" + huge + b"Event: C\r\n\r\n"
    found = [frame for place in range(0, len(stream), 1400) for frame in framer.feed(stream[place:][:1400])]
    assert found == [b"Event: A", b"Event: B", b"Event: C"]
    assert framer.oversized == 2


def test_the_first_header_of_a_name_wins_and_the_second_is_noticed() -> None:
    message = Message(b"Event: Newchannel\r\nChannel: PJSIP/a-1\r\nNum: 1\r\nEVENT: Hangup\r\nchannel: b")
    assert (message.event, message["Channel"]) == ("Newchannel", "PJSIP/a-1")
    assert message.repeats("event")
    assert message.repeats("Channel")
    assert not message.repeats("Num")
    assert not message.sound(["Event"])


@pytest.mark.parametrize(
    ("frame", "sound"),
    [
        (b"Event: A\r\nNum: 1", True),
        (b"Event: A\r\nNum:", True),
        (b"Event: A", False),
        (b"Event: A\r\nNum: 1\r\nno header", False),
        (b"Event: A\r\nNum: 1\r\n\n: x", True),
        (b"Event: A\r\nNum: 1\r\nnum: 2", False),
    ],
)
def test_a_frame_is_sound_only_with_all_its_headers_once_and_nothing_else(frame: bytes, sound: bool) -> None:
    assert Message(frame).sound(["Num"]) is sound


@pytest.mark.parametrize("frame", [b" Event: A", b"\nEvent: A", b"X: 1\r\nEvent: A", b"event: A", b""])
def test_a_frame_that_does_not_begin_as_an_event_is_none(frame: bytes) -> None:
    assert Message(frame).event == ""


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for frame in frames(data, b"\r\n\r\n"):
        message = Message(frame)
        assert message["Channel"] is not None
        message.sound(["Event"])
        message.after("Value")
        repr(message)


def test_all_that_follows_a_value_belongs_to_it() -> None:
    message = Message(b"Response: Success\r\nVariable: X\r\nValue: 0912\r\nValue: y\r\nEvent: z")
    assert message.after("Value") == "0912\r\nValue: y\r\nEvent: z"
    assert message.after("Nothing") == ""


@pytest.mark.parametrize("char", ["\r", "\n", "\0", "\r\n", "\udc80"])
@pytest.mark.parametrize("form", ["{}", "x{}", "{}x", "x{}Action: Originate"])
def test_line_ends_and_nul_are_refused_in_every_part_of_an_action(char: str, form: str) -> None:
    bad = form.format(char)
    for action, headers, action_id in (
        ("Setvar", [("Value", bad)], "1"),
        ("Setvar", [(bad, "x")], "1"),
        (bad, [], "1"),
        ("Setvar", [], bad),
    ):
        with pytest.raises(UnsafeValue):
            encode(action, headers, action_id)


def test_a_header_name_with_a_colon_is_refused() -> None:
    with pytest.raises(UnsafeValue):
        encode("Setvar", [("Value: x\tY", "z")], "1")


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_value_goes_out_on_one_line_or_not_at_all(name: str, value: str) -> None:
    try:
        data = encode("Setvar", [(name, value)], "1")
    except UnsafeValue:
        return
    assert data.count(b"\r\n") == 4
    assert data.endswith(f"\r\n{name}: {value}\r\n\r\n".encode())


class Heard:
    """A protocol connected to the peer and what it handed on."""

    def __init__(self) -> None:
        self.events: list[Message] = []
        self.refused: list[str] = []
        self.protocol = AmiProtocol(self.events.append, self.refused.append)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(15):
            while len(self.events) + len(self.refused) < count:  # noqa: ASYNC110 - the peer makes it true
                await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Heard]:
    heard = Heard()
    await asyncio.get_running_loop().create_connection(lambda: heard.protocol, LOOPBACK, port)
    try:
        yield heard
    finally:
        heard.protocol.close()
        await asyncio.sleep(0)


def action_id(peer: FakeManager, number: int) -> bytes:
    return peer.actions[number]["ActionID"].encode()


async def all_asked(peer: FakeManager, count: int) -> None:
    async with asyncio.timeout(15):
        while len(peer.actions) < count:  # noqa: ASYNC110 - the peer makes it true
            await asyncio.sleep(0.005)


def test_a_refused_value_writes_nothing_to_the_link() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            with pytest.raises(UnsafeValue):
                heard.protocol.send("Setvar", ("Variable", "X"), ("Value", "a\r\nAction: Originate"))
            await heard.protocol.ask("Ping", within=15)
            assert [action["Action"] for action in peer.actions] == ["Ping"]

    run(scenario())


def test_answers_find_their_action_in_any_order() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(silent=True)) as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            answers = [heard.protocol.send("Getvar", ("Variable", str(number))) for number in range(5)]
            await all_asked(peer, 5)
            for number in (3, 0, 4, 1, 2):
                text = b"Response: Success\r\nActionID: %b\r\nValue: %d\r\n\r\n"
                peer.say(text % (action_id(peer, number), number))
            found = await asyncio.wait_for(asyncio.gather(*answers), 15)
            assert [answer["Value"] for answer in found] == ["0", "1", "2", "3", "4"]

    run(scenario())


def test_an_answer_to_no_action_of_ours_is_counted_and_a_second_one_changes_nothing() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(silent=True)) as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            answer = heard.protocol.send("Getvar", ("Variable", "X"))
            await all_asked(peer, 1)
            peer.say(b"Response: Success\r\nActionID: 1\r\nValue: forged\r\n\r\n")
            peer.say(b"Response: Success\r\nValue: forged\r\n\r\n")
            peer.say(b"Response: Success\r\nActionID: %b\r\nValue: true\r\n\r\n" % action_id(peer, 0))
            peer.say(b"Response: Success\r\nActionID: %b\r\nValue: late\r\n\r\n" % action_id(peer, 0))
            await heard.until(3)
            assert heard.refused == ["unasked"] * 3
            assert (await answer)["Value"] == "true"

    run(scenario())


def test_action_ids_can_not_be_guessed_from_another_connection() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer:
            for _ in range(2):
                async with connected(peer.port) as heard:
                    await heard.protocol.banner
                    await heard.protocol.ask("Ping", within=15)
            first, second = action_id(peer, 0), action_id(peer, 1)
            assert first != second
            assert len(first) >= 16

    run(scenario())


def test_what_waits_for_an_answer_fails_when_the_link_falls_and_is_not_sent_again() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(silent=True)) as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            answers = [heard.protocol.send("Setvar", ("Variable", "X")) for _ in range(3)]
            await all_asked(peer, 3)
            peer.hang_up()
            for answer in answers:
                with pytest.raises(LinkLost, match="Setvar"):
                    await asyncio.wait_for(answer, 15)
            await asyncio.wait_for(heard.protocol.lost, 15)
            with pytest.raises(LinkLost):
                heard.protocol.send("Ping")
            assert len(peer.actions) == 3

    run(scenario())


def test_an_error_is_raised_with_what_asterisk_said_and_silence_as_a_timeout() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(refuses={"Originate"})) as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            with pytest.raises(Refused, match="Originate: Permission denied"):
                await heard.protocol.ask("Originate", within=15)
            peer.play.silent = True
            with pytest.raises(TimeoutError):
                await heard.protocol.ask("Ping", within=0.05)
            peer.play.silent = False
            await heard.protocol.ask("Ping", within=15)

    run(scenario())


def test_a_banner_in_pieces_is_put_together_and_what_follows_it_is_read() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(banner=b"")) as peer, connected(peer.port) as heard:
            await asyncio.sleep(0.02)
            for piece in (b"Asterisk Ca", b"ll Manager/11", b".0.0\r", b"\nEvent: A\r\n", b"\r\n"):
                peer.say(piece)
                await asyncio.sleep(0.01)
            assert await asyncio.wait_for(heard.protocol.banner, 15) == BANNER.decode().strip()
            await heard.until(1)
            assert [event.event for event in heard.events] == ["A"]

    run(scenario())


def test_a_peer_that_is_no_asterisk_is_heard_out_for_a_line_at_most() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(banner=b"SSH-2.0-x\r\n")) as peer, connected(peer.port) as heard:
            assert await asyncio.wait_for(heard.protocol.banner, 15) == "SSH-2.0-x"
        async with FakeManager(Play(banner=b"\xff" * 5000)) as peer, connected(peer.port) as heard:
            assert len(await asyncio.wait_for(heard.protocol.banner, 15)) == 1000
        async with FakeManager(Play(banner=b"")) as peer, connected(peer.port) as heard:
            await asyncio.sleep(0.02)
            peer.hang_up()
            with pytest.raises(LinkLost):
                await asyncio.wait_for(heard.protocol.banner, 15)

    run(scenario())


def test_events_arrive_in_order_and_frames_that_are_neither_are_handed_on() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            peer.say(b"".join(b"Event: E%d\r\n\r\n" % number for number in range(500)) + b"rubbish\r\n\r\n")
            await heard.until(501)
            assert [event.event for event in heard.events] == [*(f"E{n}" for n in range(500)), ""]

    run(scenario())


def test_both_manager_packages_can_be_imported_side_by_side() -> None:
    for name in ("asterisk.ami", "asterisk.config", "asterisk.agi", "asterisk.manager"):
        assert importlib.import_module(name)
    assert importlib.import_module("asterisk.config").Config
    assert importlib.import_module("asterisk.agi").AGI


@pytest.mark.lab
@pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")  # raised in that package's own thread
def test_a_conversation_with_asterisk_gives_the_same_answers_as_through_another_client(
    exchange: Exchange,
) -> None:
    conversation: list[tuple[str, list[tuple[str, str]]]] = [
        ("Login", [("Username", LAB_USER), ("Secret", exchange.setup.lab_secret), ("Events", "off")]),
        ("Ping", []),
        ("Setvar", [("Variable", "TEST_AMI"), ("Value", "Nguyễn: Văn, A")]),
        ("Getvar", [("Variable", "TEST_AMI")]),
        ("Getvar", [("Variable", "NO_SUCH_VARIABLE")]),
        ("Getvar", [("Channel", "PJSIP/none-0000"), ("Variable", "X")]),
        ("NoSuchAction", []),
        ("Logoff", []),
    ]

    async def ours() -> list[tuple[str, str, str]]:
        async with connected(exchange.setup.ports.ami) as heard:
            await heard.protocol.banner
            found = []
            for action, headers in conversation:
                answer = await asyncio.wait_for(heard.protocol.send(action, *headers), 15)
                found.append((answer["Response"], answer["Message"], answer["Value"]))
            return found

    def theirs() -> list[tuple[str, str, str]]:
        client = AMIClient(address=LOOPBACK, port=exchange.setup.ports.ami)
        client.connect()
        found = []
        for action, headers in conversation:
            answer = client.send_action(SimpleAction(action, **dict(headers))).response
            assert answer is not None
            keys = answer.keys
            found.append((answer.status, keys.get("Message", ""), keys.get("Value", "")))
        client.disconnect()
        return found

    answers = asyncio.run(ours())
    assert answers == theirs()
    assert answers[3][2] == "Nguyễn: Văn, A"
    assert [response for response, _, _ in answers] == [
        *["Success"] * 5,
        "Error",
        "Error",
        "Goodbye",
    ]


def test_the_peer_of_these_tests_takes_the_login_that_they_use() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, connected(peer.port) as heard:
            await heard.protocol.banner
            with pytest.raises(Refused):
                await heard.protocol.ask("Login", ("Username", USER), ("Secret", "wrong"), within=15)
            await heard.protocol.ask("Login", ("Username", USER), ("Secret", SECRET), within=15)

    run(scenario())
