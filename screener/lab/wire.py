"""The UDP socket of a SIP party: messages in with the moment they came, messages out."""

import asyncio
import time
from dataclasses import dataclass
from typing import cast

from screener.lab import sip


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, when it came (monotonic seconds) and from where."""

    message: sip.Message
    at: float
    source: tuple[str, int]


class Wire(asyncio.DatagramProtocol):
    """One bound UDP socket; what arrives waits in a queue."""

    def __init__(self) -> None:
        self.arrivals: asyncio.Queue[Arrival] = asyncio.Queue()
        self.local = ""
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    @classmethod
    async def open(cls, address: str, port: int = 0) -> "Wire":
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_datagram_endpoint(cls, local_addr=(address, port))
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11's own class is no DatagramTransport by inheritance.
        self._transport = cast(asyncio.DatagramTransport, transport)
        address, port = transport.get_extra_info("sockname")
        self.local = f"{address}:{port}"

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = sip.parse(data)
        if message is not None:
            self.arrivals.put_nowait(Arrival(message, time.monotonic(), addr))

    def connection_lost(self, exc: Exception | None) -> None:
        """The port is free again."""
        self._closed.set()

    async def wait_closed(self) -> None:
        """Returns once the port is free again, which is a moment after `close`."""
        await self._closed.wait()

    def error_received(self, exc: Exception) -> None:
        """Nobody listens on the other port: seen as a missing answer, as on a real network."""

    def send(self, message: sip.Message, target: tuple[str, int]) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.sendto(message.encode(), target)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
