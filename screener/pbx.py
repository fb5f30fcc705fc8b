"""One PBX, and the supervisor that keeps a session with it for ever."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from screener.ami import LinkLost, Message
from screener.health import LinkHealth, LinkState
from screener.metrics import Metrics
from screener.request_tokens import RequestTokens
from screener.session import Session, SessionOver, Timing
from screener.settings import PbxSettings

log = logging.getLogger(__name__)

QUEUE_SIZE: Final = 5000
"""Events waiting to be handled: at 50 calls a second, half a minute's."""

PAUSES: Final = (0.5, 15.0)
"""Seconds until the next try after a lost link: the first pause, the longest."""
SLOW_PAUSES: Final = (10.0, 300.0)
"""The same where haste mends nothing: a refused login, or events that don't come."""
STEADY: Final = timedelta(seconds=30)
"""A link that was up for this long is tried again at once when it falls."""
_SLOW: Final = frozenset({LinkState.REFUSED, LinkState.DEAF})
_FOR_LINE_FEED: Final = "\x1f"


class Pbx:
    """One PBX and the link to it.

    ``handle`` gets each event, in order, in one task; it must not raise. ``enforcing`` tells whether the
    lists were read and the switch is on.
    """

    def __init__(
        self,
        name: str,
        settings: PbxSettings,
        metrics: Metrics,
        handle: Callable[[Message], None],
        timing: Timing | None = None,
        enforcing: Callable[[], bool] = lambda: True,
    ) -> None:
        self.name = name
        self.settings = settings
        self._enforcing = enforcing
        self.tokens = RequestTokens()
        self._metrics = metrics
        self._handle = handle
        self._timing = timing or Timing()
        self._events: asyncio.Queue[Message] = asyncio.Queue(QUEUE_SIZE)
        self._session: Session | None = None
        self._state = LinkState.CONNECTING
        self._since = datetime.now(UTC)
        self._detail = "not reached yet"
        self._lost_at: datetime | None = None
        """When a link that was up fell; None while it is up, and before it was up for the first time."""
        metrics.link_up.labels(name).set(0)

    @property
    def health(self) -> LinkHealth:
        """Return how the link is doing."""
        return LinkHealth(
            pbx=self.name,
            state=self._state,
            since=self._since,
            detail=self._detail,
            mode=self.settings.mode,
            enforce=self.settings.enforce,
        )

    def send(self, action: str, *headers: tuple[str, str]) -> "asyncio.Future[Message]":
        """Send an action over the present link. Raises LinkLost without one, UnsafeValue for a line end."""
        if self._session is None:
            raise LinkLost(f"PBX {self.name} is not connected")
        return self._session.protocol.send(action, *headers)

    async def variable(self, channel: str, name: str) -> str | None:
        """Return a channel's variable, raw, or None where the channel is gone.

        All that follows the value in the answer belongs to it: a caller may have written line ends there.
        Raises LinkLost and TimeoutError.
        """
        async with asyncio.timeout(self._timing.answer_within):
            answer = await self.send("Getvar", ("Channel", channel), ("Variable", name))
        return answer.after("Value") if answer["Response"] == "Success" else None

    async def said(self, channel: str, name: str) -> str | None:
        """Return a variable or function that holds a caller's words, whole, or None as ``variable`` does.

        An empty line in them would end the answer before its end: line feeds come back as another character.
        Raises LinkLost and TimeoutError.
        """
        text = await self.variable(channel, f"REPLACE({name},\\\\n,{_FOR_LINE_FEED})")
        return None if text is None else text.replace(_FOR_LINE_FEED, "\n")

    async def has(self, uniqueid: str) -> bool:
        """Tell whether the PBX has a channel, by its unique id. Raises LinkLost and TimeoutError.

        Only a plain "no such channel" counts as no.
        """
        async with asyncio.timeout(self._timing.answer_within):
            answer = await self.send("Getvar", ("Channel", uniqueid), ("Variable", "UNIQUEID"))
        return answer["Response"] == "Success" or "No such channel" not in answer["Message"]

    def check_globals(self) -> None:
        """Look at the PBX's globals now: a request came without the token."""
        if self._session is not None:
            self._session.look_again()

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        worker = asyncio.create_task(self._work(), name=f"events of {self.name}")
        try:
            pause = 0.0
            while True:
                over = await self._one_session()
                if self._state is LinkState.UP and datetime.now(UTC) - self._since > STEADY:
                    pause = 0.0
                self._note_end(over)
                shortest, longest = SLOW_PAUSES if over.state in _SLOW else PAUSES
                pause = min(max(pause * 2, shortest), longest)
                await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, no secret
        finally:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker

    async def _work(self) -> None:
        while True:
            self._handle(await self._events.get())

    async def _one_session(self) -> SessionOver:
        session = Session(
            self.settings,
            self._timing,
            self.tokens,
            self._receive,
            self._count,
            self._count_skipped,
            lambda: self._note(LinkState.BOOTING, "logged in; Asterisk is not fully booted yet"),
        )
        self._session = session
        try:
            banner = await session.open()
            self._note(LinkState.UP, banner)
            log.info("pbx %s: up: %s: %s", self.name, banner, self._what_begins())
            self._lost_at = None
            await session.watch()
        except SessionOver as over:
            return over
        finally:
            self._session = None
            self._metrics.link_up.labels(self.name).set(0)
            session.close()
        raise AssertionError("a session ends with SessionOver")

    def _receive(self, message: Message) -> None:
        try:
            self._events.put_nowait(message)
        except asyncio.QueueFull:
            self._count("dropped")

    def _count(self, why: str) -> None:
        self._metrics.frames.labels(self.name, why).inc()

    def _count_skipped(self, calls: int) -> None:
        self._metrics.let_through.labels("nobody_to_ask", self.name).inc(calls)
        log.warning(
            "pbx %s: calls that rang unscreened, for the dialplan could ask nobody: %d", self.name, calls
        )

    def _note_end(self, over: SessionOver) -> None:
        """Log a failure once, not at every try."""
        self._metrics.reconnects.labels(self.name, over.state.value).inc()
        known = (over.state, over.detail) == (self._state, self._detail)
        log.log(
            logging.DEBUG if known else logging.WARNING,
            "pbx %s: link %s: %s%s Until it is back, %s.",
            self.name,
            over.state.value,
            over.detail,
            "" if over.detail.endswith(("?", ".", "!")) else ".",
            "calls ring unscreened"
            if self.settings.enforce
            else "calls are neither judged nor recorded; they ring, as always while this PBX is monitor-only",
        )
        if self._state is LinkState.UP:
            self._lost_at = datetime.now(UTC)
        self._note(over.state, over.detail)

    def _what_begins(self) -> str:
        """Tell what happens to calls from now on, and for how long it did not."""
        done = "screened"
        if not self.settings.enforce:
            done = "judged and recorded (monitor-only: none is touched)"
        elif not self._enforcing():
            done = "judged and recorded (none is touched: the switch is off, or the lists were not read yet)"
        if self._lost_at is None:
            return f"calls are {done} from now on"
        without = _spell(datetime.now(UTC) - self._lost_at)
        return f"calls are {done} again, after {without} in which they were not"

    def _note(self, state: LinkState, detail: str) -> None:
        if (state is LinkState.UP) is not (
            self._state is LinkState.UP
        ) or self._state is LinkState.CONNECTING:
            self._since = datetime.now(UTC)
        self._state, self._detail = state, detail
        self._metrics.link_up.labels(self.name).set(state is LinkState.UP)


def _spell(time: timedelta) -> str:
    """Return a length of time as a person says it, to the second."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number]
    return " ".join([*parts, f"{seconds} s"])
