"""The Asterisk Manager Interface on the wire: frames in, actions out, answers matched to actions.

Callers can write into this stream (a SIP user part with an encoded line end reaches events as it is), so a
frame is only split at CR LF, the first header of a name wins, and a frame says what is odd about it.
"""

import asyncio
import itertools
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Final

MAX_FRAME: Final = 65_536
"""Bytes. Asterisk's own events stay far below; what is longer is cut out of the stream and counted."""

_LINE: Final = b"\r\n"
_END: Final = b"\r\n\r\n"
_UNSAFE: Final = re.compile("[\r\n\0\ud800-\udfff]")
_LONGEST_BANNER: Final = 1000


class UnsafeValue(ValueError):
    """A header name or value that would break out of its line."""

    def __init__(self, header: str, value: str) -> None:
        super().__init__(f"AMI header {header!r} can't carry a line end, NUL or lone surrogate: {value!r}")
        self.header = header
        self.value = value


class LinkLost(ConnectionError):
    """The link fell before the answer to an action came. The action may have been carried out."""


class Refused(Exception):
    """Asterisk answered an action with an error."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(f"Asterisk refused {action}: {message}")
        self.action = action
        self.message = message


class Message:
    """One frame: headers in their order, the first of a name wins.

    ``text`` is the whole frame, decoded after it was cut out (bytes that are no UTF-8 become U+FFFD).
    """

    __slots__ = ("_first", "_repeated", "broken", "text")

    def __init__(self, frame: bytes) -> None:
        self.text = frame.decode("utf-8", "replace")
        self.broken = False
        self._first: dict[str, str] = {}
        self._repeated: set[str] = set()
        for line in self.text.split("\r\n"):
            name, colon, value = line.partition(":")
            if not colon:
                self.broken = True
                continue
            key = name.lower()
            if key in self._first:
                self._repeated.add(key)
            else:
                self._first[key] = value.removeprefix(" ")

    def __getitem__(self, name: str) -> str:
        """Return the first value of a header, or an empty text."""
        return self._first.get(name.lower(), "")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._first

    @property
    def event(self) -> str:
        """The event's name; empty where the frame doesn't begin as an event."""
        return self["Event"] if self.text.startswith("Event:") else ""

    @property
    def is_response(self) -> bool:
        """Tell whether the frame begins as an answer to an action."""
        return self.text.startswith("Response:")

    def sound(self, required: Iterable[str]) -> bool:
        """Tell whether every line is a header, none is doubled and none of ``required`` is missing."""
        return not self.broken and not self._repeated and all(name in self for name in required)

    def repeats(self, name: str) -> bool:
        """Tell whether a header is there more than once."""
        return name.lower() in self._repeated

    def after(self, header: str) -> str:
        """Return all text from the value of ``header`` to the end, line ends included."""
        return self.text.partition(f"\r\n{header}: ")[2]

    def __repr__(self) -> str:
        return f"Message({self.text!r})"


class Framer:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipping = False
        self.oversized = 0
        """Frames longer than ``MAX_FRAME`` so far."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Add what arrived and give every frame that is complete, in order."""
        self._buffer += data
        start = 0
        while (end := self._buffer.find(_END, start)) >= 0:
            frame = bytes(self._buffer[start:end])
            start = end + len(_END)
            if self._skipping:
                self._skipping = False
            elif len(frame) > MAX_FRAME:
                self.oversized += 1
            elif frame := _without_empty_lines(frame):
                yield frame
        del self._buffer[:start]
        if len(self._buffer) > MAX_FRAME + len(_END) - 1:  # the frame alone is too long, without its end
            if not self._skipping:
                self.oversized += 1
            self._skipping = True
            del self._buffer[: -len(_END)]


def _without_empty_lines(frame: bytes) -> bytes:
    """Take off what a value with line ends at its end left over: else the frame behind it would be lost."""
    while frame.startswith(_LINE):
        frame = frame[len(_LINE) :]
    return frame


def encode(action: str, headers: Iterable[tuple[str, str]], action_id: str) -> bytes:
    """Return an action as bytes. Raises UnsafeValue where a name or value holds CR, LF, NUL or no text."""
    lines = [("Action", action), ("ActionID", action_id), *headers]
    for name, value in lines:
        if _UNSAFE.search(name) or _UNSAFE.search(value) or ":" in name:
            raise UnsafeValue(name, value)
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + _LINE


class AmiProtocol(asyncio.Protocol):
    """One connection: delivers events in order, matches answers to actions.

    ``on_event`` gets each frame that is no answer to an action of ours, also those that begin as neither
    event nor answer. ``on_refused`` gets one word for each frame that is not delivered: ``oversized`` or
    ``unasked`` (an answer to no action of ours).
    """

    def __init__(self, on_event: Callable[[Message], None], on_refused: Callable[[str], None]) -> None:
        self._on_event = on_event
        self._on_refused = on_refused
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None
        self._pending: dict[str, tuple[str, asyncio.Future[Message]]] = {}
        self._secret = secrets.token_hex(8)
        self._numbers = itertools.count(1)
        self._banner = bytearray()
        loop = asyncio.get_running_loop()
        self.banner: asyncio.Future[str] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio's callback)."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take the banner off, then cut frames and hand them on (asyncio's callback)."""
        if not self.banner.done():
            data = self._take_banner(data)
        oversized = self._framer.oversized
        for frame in self._framer.feed(data):
            self._deliver(Message(frame))
        for _ in range(self._framer.oversized - oversized):
            self._on_refused("oversized")

    def _take_banner(self, data: bytes) -> bytes:
        self._banner += data
        line, end, rest = bytes(self._banner).partition(_LINE)
        if end or len(line) > _LONGEST_BANNER:
            self.banner.set_result(line[:_LONGEST_BANNER].decode("utf-8", "replace"))
        return rest

    def _deliver(self, message: Message) -> None:
        if not message.is_response:
            self._on_event(message)
            return
        _, answer = self._pending.pop(message["ActionID"], ("", None))
        if answer is None:
            self._on_refused("unasked")
        elif not answer.done():
            answer.set_result(message)

    def connection_lost(self, error: Exception | None) -> None:
        """Fail what waits for an answer (asyncio's callback)."""
        for action, answer in self._pending.values():
            if not answer.done():
                answer.set_exception(LinkLost(f"the link fell before the answer to {action}"))
                answer.exception()  # nobody may be waiting any more: that is no error of its own
        self._pending.clear()
        if not self.banner.done():
            self.banner.set_exception(LinkLost("the peer hung up before it said anything"))
            self.banner.exception()
        if not self.lost.done():
            self.lost.set_result(None)

    def send(self, action: str, *headers: tuple[str, str]) -> "asyncio.Future[Message]":
        """Send an action; the future gives Asterisk's answer, whatever it says.

        Raises UnsafeValue and LinkLost at once. The future raises LinkLost when the link falls first.
        """
        if self._transport is None or self._transport.is_closing():
            raise LinkLost(f"no link to send {action} over")
        action_id = f"{self._secret}-{next(self._numbers)}"
        frame = encode(action, headers, action_id)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._pending[action_id] = (action, answer)
        self._transport.write(frame)
        return answer

    async def ask(self, action: str, *headers: tuple[str, str], within: float) -> Message:
        """Send an action and return the answer. Raises Refused, TimeoutError (seconds) and what send does."""
        async with asyncio.timeout(within):
            answer = await self.send(action, *headers)
        if answer["Response"] not in {"Success", "Goodbye"}:
            raise Refused(action, answer["Message"] or answer["Response"])
        return answer

    def close(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()
