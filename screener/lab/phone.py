"""The phones of the lab: one socket that rings, answers and listens for every extension."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from screener.lab import sip
from screener.lab.media import PHONE_TONE, Media, Recording, tone
from screener.lab.setup import PHONES_ADDRESS
from screener.lab.wire import Arrival, Wire

_RETRANSMIT = (0.5, 1.0, 2.0)  # of a 200 that is not acknowledged


class HungUp(StrEnum):
    """What ended a call at the phone."""

    PHONE = "phone"
    EXCHANGE = "exchange"
    CANCELLED = "cancelled"  # before it was answered
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PhoneBehaviour:
    """What a phone does with a call. `refuse_with` is a SIP status such as 486 (busy)."""

    ring_seconds: float = 0.2
    answers: bool = True
    hang_up_after: float | None = None
    refuse_with: int | None = None


@dataclass(slots=True, eq=False)
class PhoneCall:
    """One call as the phone saw it; it fills up while the call goes on. Moments are monotonic seconds."""

    extension: str
    name_raw: bytes
    number_raw: bytes
    invited_at: float
    invite: sip.Message
    ringing_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: HungUp | None = None
    heard: Recording | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """The name on the display."""
        return self.name_raw.decode(errors="replace")

    @property
    def number(self) -> str:
        """The number on the display."""
        return unquote_to_bytes(self.number_raw).decode(errors="replace")


class PhoneBank:
    """All phones; `async with PhoneBank(port) as phones`. `calls` lists every call in its order."""

    def __init__(
        self, port: int, behaviour: PhoneBehaviour | None = None, *, address: str = PHONES_ADDRESS
    ) -> None:
        self.calls: list[PhoneCall] = []
        self.behaviour = behaviour or PhoneBehaviour()
        self.behaviours: dict[str, PhoneBehaviour] = {}
        self._address, self._port = address, port
        self._voice = tone(PHONE_TONE)
        self._lines: dict[bytes, _Line] = {}
        self._wire: Wire | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "PhoneBank":
        self._wire = await Wire.open(self._address, self._port)
        self._reader = asyncio.create_task(self._read(self._wire))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._wire is not None
        assert self._reader is not None
        self._reader.cancel()
        for line in self._lines.values():
            line.close()
        self._wire.close()
        await self._wire.wait_closed()

    async def _read(self, wire: Wire) -> None:
        while True:
            arrival = await wire.arrivals.get()
            key = arrival.message.get(b"call-id")
            line = self._lines.get(key)
            if line is None:
                if arrival.message.method != "INVITE" or arrival.message.status:
                    continue
                extension = sip.name_and_user(b"<" + arrival.message.uri + b">")[1].decode(errors="replace")
                behaviour = self.behaviours.get(extension, self.behaviour)
                media = await Media.open(self._address, self._voice)
                line = self._lines[key] = _Line(wire, media, arrival, extension, behaviour)
                self.calls.append(line.call)
            else:
                line.take(arrival)


class _Line:
    """One call at one phone."""

    def __init__(
        self, wire: Wire, media: Media, arrival: Arrival, extension: str, behaviour: PhoneBehaviour
    ) -> None:
        invite = arrival.message
        name, number = sip.name_and_user(invite.get(b"from"))
        self.call = PhoneCall(extension, name, number, arrival.at, invite)
        self._wire, self._media, self._behaviour = wire, media, behaviour
        self._exchange = arrival.source
        self._tag = secrets.token_hex(6)
        self._contact = f"sip:{extension}@{wire.local}".encode()
        self._last: sip.Message | None = None
        self._acknowledged = asyncio.Event()
        self._script = asyncio.create_task(self._run())

    def take(self, arrival: Arrival) -> None:
        """One more message of this call."""
        message = arrival.message
        if message.status:
            return
        match message.method:
            case "ACK":
                self._acknowledged.set()
            case "INVITE" if message.get(b"cseq") == self.call.invite.get(b"cseq"):
                if self._last is not None:
                    self._wire.send(self._last, self._exchange)
            case "INVITE":
                self._wire.send(self._answer(message, 200, "OK", self._describe()), self._exchange)
            case "CANCEL":
                self._wire.send(self._answer(message, 200, "OK"), self._exchange)
                if self.call.answered_at is None and self.call.ended_by is None:
                    self._respond(487, "Request Terminated")
                    self._end(HungUp.CANCELLED, arrival.at)
            case "BYE":
                self._wire.send(self._answer(message, 200, "OK"), self._exchange)
                self._end(HungUp.EXCHANGE, arrival.at)
            case _:
                self._wire.send(self._answer(message, 200, "OK"), self._exchange)

    def close(self) -> None:
        self._script.cancel()
        self._end(HungUp.PHONE, time.monotonic())

    async def _run(self) -> None:
        behaviour = self._behaviour
        if behaviour.refuse_with is not None:
            self._respond(behaviour.refuse_with, "Refused")
            self._end(HungUp.REFUSED, time.monotonic())
            return
        self._respond(180, "Ringing")
        self.call.ringing_at = time.monotonic()
        await asyncio.sleep(behaviour.ring_seconds)
        if not behaviour.answers:
            return
        target = sip.media_target(self.call.invite.body)
        if target is not None:
            self._media.start(target)
        self._respond(200, "OK", self._describe())
        self.call.answered_at = time.monotonic()
        for pause in _RETRANSMIT:
            try:
                await asyncio.wait_for(self._acknowledged.wait(), pause)
                break
            except TimeoutError:
                self._respond(200, "OK", self._describe())
        if behaviour.hang_up_after is not None:
            await asyncio.sleep(self.call.answered_at + behaviour.hang_up_after - time.monotonic())
            self._hang_up()

    def _hang_up(self) -> None:
        invite = self.call.invite
        ours = invite.get(b"to") + b";tag=" + self._tag.encode()
        contact = invite.get(b"contact").partition(b"<")[2].partition(b">")[0]
        bye = sip.request(
            "BYE",
            contact,
            local=self._wire.local,
            caller=ours,
            called=invite.get(b"from"),
            call_id=invite.get(b"call-id"),
            number=1,
            contact=self._contact,
        )
        self._wire.send(bye, self._exchange)
        self._end(HungUp.PHONE, time.monotonic())

    def _end(self, by: HungUp, at: float) -> None:
        if self.call.ended_by is not None:
            return
        self.call.ended_by, self.call.ended_at = by, at
        self.call.heard = self._media.recording()
        self._media.close()
        if asyncio.current_task() is not self._script:
            self._script.cancel()
        self.call.over.set()

    def _describe(self) -> bytes:
        return sip.describe_media(self._media.address, self._media.port)

    def _answer(self, request: sip.Message, status: int, phrase: str, body: bytes = b"") -> sip.Message:
        return sip.answer(request, status, phrase, tag=self._tag, contact=self._contact, body=body)

    def _respond(self, status: int, phrase: str, body: bytes = b"") -> None:
        self._last = self._answer(self.call.invite, status, phrase, body)
        self._wire.send(self._last, self._exchange)
