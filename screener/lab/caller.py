"""A caller of the lab: places calls from a trunk's address and writes down what the caller gets."""

import asyncio
import math
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from screener.lab import sip
from screener.lab.media import CALLER_TONE, Media, tone
from screener.lab.outcome import CallerResult, Ended, Response
from screener.lab.wire import Arrival, Wire

_FIRST_RETRANSMIT = 0.5  # RFC 3261 17.1.1.1, T1
_CLOSING_SECONDS = 3.0
NEVER: Final[Mapping[int, float]] = {}


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls from `address` (a trunk's) through the exchange at `exchange`; each call has its own port."""

    address: str
    exchange: tuple[str, int]

    async def call(
        self,
        from_number: str = "",
        to: str = "1001",
        *,
        from_name: str = "",
        from_user_raw: bytes | None = None,
        display_raw: bytes | None = None,
        to_user_raw: bytes | None = None,
        extra_headers: Sequence[tuple[bytes, bytes]] = (),
        hang_up_after: float | None = None,
        cancel_after: float | None = None,
        cancel_on: Mapping[int, float] = NEVER,
        max_seconds: float = 10.0,
        silence_seconds: float = math.inf,
        voice: Sequence[int] | None = None,
    ) -> CallerResult:
        """Places one call and returns when it is over.

        Text is escaped as SIP wants it; the raw variants go on the wire as they are (`display_raw`
        with its quotes). Without a number From has a host and no user: with an `@` and nothing before it,
        Asterisk takes a call for no SIP at all and never answers. `hang_up_after` counts from the answer,
        `cancel_after` and `max_seconds` from the INVITE; `cancel_on` tells for provisional statuses how many
        seconds later to hang up (183: the notice begins); `silence_seconds` is how long it may go without a
        single response. The caller's voice is a steady tone of 700 Hz unless given.
        """
        wire = await Wire.open(self.address)
        media = await Media.open(self.address, tone(CALLER_TONE) if voice is None else voice)
        user = sip.user_part(from_number) if from_user_raw is None else from_user_raw
        user += b"@" if user else b""
        display = (sip.quoted(from_name) if from_name else b"") if display_raw is None else display_raw
        called = sip.user_part(to) if to_user_raw is None else to_user_raw
        domain = self.exchange[0].encode()
        invite = sip.request(
            "INVITE",
            b"sip:" + called + f"@{self.exchange[0]}:{self.exchange[1]}".encode(),
            local=wire.local,
            caller=display + b" <sip:" + user + domain + b">;tag=" + secrets.token_hex(6).encode(),
            called=b"<sip:" + called + b"@" + domain + b">",
            call_id=secrets.token_hex(12).encode(),
            number=1,
            contact=b"sip:caller@" + wire.local.encode(),
        )
        headers = (*invite.headers, *extra_headers, (b"Content-Type", b"application/sdp"))
        invite = sip.Message(invite.start, headers, sip.describe_media(self.address, media.port))
        call = _Call(
            wire,
            media,
            self.exchange,
            invite,
            hang_up_after=hang_up_after,
            cancel_after=cancel_after,
            cancel_on=cancel_on,
            max_seconds=max_seconds,
            silence_seconds=silence_seconds,
        )
        try:
            return await call.run()
        finally:
            media.close()
            wire.close()


class _Call:
    """The course of one call: what arrives and what is due, until it is over."""

    def __init__(
        self,
        wire: Wire,
        media: Media,
        exchange: tuple[str, int],
        invite: sip.Message,
        *,
        hang_up_after: float | None,
        cancel_after: float | None,
        cancel_on: Mapping[int, float],
        max_seconds: float,
        silence_seconds: float,
    ) -> None:
        self._wire, self._media, self._exchange, self._invite = wire, media, exchange, invite
        self._hang_up_after = hang_up_after
        self._cancel_on = cancel_on
        self._now = time.monotonic()
        self._invited_at = self._now
        self._retransmit_pause = _FIRST_RETRANSMIT
        self._retransmit_at = self._now + _FIRST_RETRANSMIT
        give_up = min(max_seconds, math.inf if cancel_after is None else cancel_after)
        self._leave_at = self._now + give_up
        self._end_at = self._now + max_seconds
        self._close_at = self._now + silence_seconds
        self._leaving = False
        self._responses: list[Response] = []
        self._final: sip.Message | None = None
        self._answered_at: float | None = None
        self._ended_by: Ended | None = None
        self._ended_at = 0.0
        self._cause: int | None = None

    async def run(self) -> CallerResult:
        self._send(self._invite)
        while self._ended_by is None or self._close_at < math.inf:
            due = min(self._retransmit_at, self._leave_at, self._close_at)
            try:
                arrival = await asyncio.wait_for(self._wire.arrivals.get(), max(0.0, due - time.monotonic()))
            except TimeoutError:
                self._now = time.monotonic()
                self._act_on_time()
            else:
                self._now = arrival.at
                self._take(arrival)
        return CallerResult(
            call_id=self._invite.get(b"call-id").decode(),
            invited_at=self._invited_at,
            responses=tuple(self._responses),
            status=self._final.status if self._final else None,
            cause=self._cause,
            answered_at=self._answered_at,
            ended_at=self._ended_at,
            ended_by=self._ended_by,
            heard=self._media.recording(),
        )

    def _act_on_time(self) -> None:
        if self._now >= self._close_at:
            self._close_at = math.inf
            self._end(Ended.TIMEOUT)
        elif self._now >= self._leave_at:
            self._leave()
        elif self._now >= self._retransmit_at:
            self._retransmit_pause *= 2
            self._retransmit_at = self._now + self._retransmit_pause
            self._send(self._invite)

    def _leave(self) -> None:
        """Hangs up: BYE once answered, CANCEL before (which needs a first response: RFC 3261 9.1)."""
        self._leave_at = math.inf
        self._leaving = True
        self._close_at = self._now + _CLOSING_SECONDS
        if self._answered_at is not None:
            self._end(Ended.CALLER)
            self._send(self._in_dialog("BYE", 2))
        elif self._responses:
            self._send(sip.same_transaction(self._invite, "CANCEL", to=self._invite.get(b"to")))

    def _take(self, arrival: Arrival) -> None:
        message = arrival.message
        if not message.status:
            self._answer(message)
        elif message.method == "INVITE":
            self._take_response(message)
        elif message.method == "BYE":
            self._close_at = math.inf

    def _take_response(self, message: sip.Message) -> None:
        self._retransmit_at = math.inf
        first = not self._responses
        if first and not self._leaving:
            self._close_at = math.inf
        if self._final is None:
            target = sip.media_target(message.body)
            cause = sip.cause(message.get(b"reason"))
            self._responses.append(
                Response(message.status, message.reason_phrase, self._now, target is not None, cause)
            )
            if target is not None:
                self._media.start(target)
        if message.status < 200:
            if first and self._leaving:
                self._send(sip.same_transaction(self._invite, "CANCEL", to=self._invite.get(b"to")))
            elif message.status in self._cancel_on and not self._leaving:
                self._leave_at = min(self._leave_at, self._now + self._cancel_on[message.status])
            return
        repeated, self._final = self._final is not None, message
        if message.status >= 300:
            self._send(sip.same_transaction(self._invite, "ACK", to=message.get(b"to")))
            self._cause = sip.cause(message.get(b"reason"))
            self._close_at = math.inf
            self._end(Ended.CALLER if self._leaving else Ended.EXCHANGE)
            return
        self._send(self._in_dialog("ACK", 1))
        if repeated:
            return
        self._answered_at = self._now
        self._leave_at = self._end_at
        if self._hang_up_after is not None:
            self._leave_at = min(self._end_at, self._now + self._hang_up_after)
        if self._leaving:  # answered in the moment of our CANCEL
            self._leave()

    def _answer(self, request: sip.Message) -> None:
        if request.method == "ACK":
            return
        body = (
            sip.describe_media(self._media.address, self._media.port) if request.method == "INVITE" else b""
        )
        contact = b"sip:caller@" + self._wire.local.encode()
        self._send(sip.answer(request, 200, "OK", tag="", contact=contact, body=body))
        if request.method == "BYE":
            self._cause = sip.cause(request.get(b"reason"))
            self._close_at = self._leave_at = math.inf
            self._end(Ended.EXCHANGE)

    def _end(self, by: Ended) -> None:
        if self._ended_by is None:
            self._ended_by, self._ended_at = by, self._now

    def _in_dialog(self, method: str, number: int) -> sip.Message:
        assert self._final is not None
        contact = self._final.get(b"contact").strip(b"<>") or self._invite.uri
        return sip.request(
            method,
            contact.split(b">")[0],
            local=self._wire.local,
            caller=self._invite.get(b"from"),
            called=self._final.get(b"to"),
            call_id=self._invite.get(b"call-id"),
            number=number,
            contact=b"sip:caller@" + self._wire.local.encode(),
        )

    def _send(self, message: sip.Message) -> None:
        self._wire.send(message, self._exchange)
