"""Calls as they come and change, for programs that follow them: read once, put into words once, sent to all.

Each event's id says from which call on a reader who comes back is to be told again: all calls before it
have ended and were told. So nothing need be kept for who is away, and some calls are told twice.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from api.schemas.calls import CallOut
from screener.call_news import CallNews
from screener.models import CallRecord

log = logging.getLogger(__name__)

PAUSE: Final = 0.5
"""Seconds between two looks for what is new; nobody is sent anything more often."""
BEAT_SECONDS: Final = 15.0
"""After so long without events a comment is sent: dead connections are noticed by it, on both sides."""
BACKLOG: Final = 200
"""Calls that a reader who comes back is told; who missed more is sent ``gap``."""
KEPT: Final = 1000
"""Events that a slow reader may lag behind."""
FOLLOWED: Final = timedelta(hours=4)
"""A call that went on for longer is not waited for."""
_AT_ONCE: Final = 500
_BEAT: Final = b": still here\n\n"


class _Told:
    """Calls as they were last told, as long as they go on; ``upto`` is the id that comes next."""

    def __init__(self, upto: int) -> None:
        self.upto = upto
        self.going_on: dict[int, str] = {}

    def events(self, calls: Sequence[CallRecord]) -> Iterator[bytes]:
        """Give an event for each call that is new or has changed."""
        calls = sorted(calls, key=lambda call: call.id)
        for at, call in enumerate(calls):
            text = CallOut.model_validate(call).model_dump_json()
            known = self.going_on.pop(call.id, None)
            if call.ended_at is None and call.end_missed_at is None:
                self.going_on[call.id] = text
            self.upto = max(self.upto, call.id + 1)
            if text != known:
                rest = calls[at + 1].id if at + 1 < len(calls) else self.upto
                yield _event(self.position(rest), "call", text)

    def position(self, rest: int) -> int:
        """Return the first call that is not told to its end; from ``rest`` on none is told."""
        return min(rest, min(self.going_on, default=rest))

    def keep(self, calls: Sequence[CallRecord]) -> None:
        """Wait for these calls alone."""
        ids = {call.id for call in calls}
        self.going_on = {id: text for id, text in self.going_on.items() if id in ids}  # noqa: A001


class CallEvents:
    """Sends calls to all who follow. For one event loop."""

    def __init__(self, news: CallNews, clock: Callable[[], datetime]) -> None:
        self._news = news
        self._clock = clock
        self._told = _Told(1)
        self._here = 1
        """Where the events stand that were sent."""
        self._sent: deque[bytes] = deque(maxlen=KEPT)
        self._count = 0
        """Of all events that were ever sent; the last of them is the last of ``_sent``."""
        self._readers: set[asyncio.Event] = set()
        self._begun: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def readers(self) -> int:
        """How many follow."""
        return len(self._readers)

    async def follow(self, last: int | None) -> AsyncGenerator[bytes, None]:
        """Give events from ``last`` on, the id of the last one that was seen; None: from now on.

        Ends with the service, where calls can't be read, and for who lags too far behind.
        """
        woken = asyncio.Event()
        self._readers.add(woken)
        try:
            if self._task is None:
                self._begun = asyncio.get_running_loop().create_future()
                self._task = asyncio.create_task(self._keep_sending(self._begun), name="call-events")
            task, begun = self._task, self._begun
            assert begun is not None
            await asyncio.wait([task, begun], return_when=asyncio.FIRST_COMPLETED)
            seen, here = self._count, self._here
            yield b"retry: 2000\n\n" if last is not None else f"retry: 2000\nid: {here}\n\n".encode()
            if last is not None:
                missed = await asyncio.to_thread(self._missed, last, here)
                if missed:
                    yield missed
            while not self._closed and not task.done():
                try:
                    await asyncio.wait_for(woken.wait(), BEAT_SECONDS)
                except TimeoutError:
                    yield _BEAT
                    continue
                woken.clear()
                behind = self._count - seen
                if behind > len(self._sent):
                    return
                if behind:
                    news = b"".join(islice(self._sent, len(self._sent) - behind, None))
                    seen = self._count
                    yield news
        finally:
            self._readers.discard(woken)

    def close(self) -> None:
        """End all streams."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        for woken in self._readers:
            woken.set()

    async def _keep_sending(self, begun: asyncio.Future[None]) -> None:
        try:
            self._told = await asyncio.to_thread(self._beginning)
            self._here = self._told.position(self._told.upto)
            begun.set_result(None)
            while self._readers and not self._closed:
                if events := await asyncio.to_thread(self._new_events):
                    self._sent.extend(events)
                    self._count += len(events)
                    self._here = self._told.position(self._told.upto)
                    self._wake()
                await asyncio.sleep(PAUSE)
        except Exception:  # a fault of ours or of the database: readers are told by the end of their stream
            log.exception("calls can't be read for those who follow them; they come back by themselves")
        finally:
            self._task = None
            asyncio.get_running_loop().call_soon(self._wake)

    def _beginning(self) -> _Told:
        told = _Told(self._news.last_id() + 1)
        list(told.events(self._news.going_on(self._clock() - FOLLOWED, _AT_ONCE)))
        return told

    def _new_events(self) -> list[bytes]:
        since = self._clock() - FOLLOWED
        going_on = [call for call in self._news.of(self._told.going_on) if call.at >= since]
        self._told.keep(going_on)
        return list(self._told.events([*going_on, *self._news.since(self._told.upto, _AT_ONCE)]))

    def _missed(self, last: int, here: int) -> bytes:
        calls = self._news.since(last, BACKLOG + 1)
        if len(calls) > BACKLOG:
            return _event(here, "gap", '{"calls":"/api/v1/calls"}')
        return b"".join(_Told(last).events(calls))


def _event(position: int, name: str, text: str) -> bytes:
    """Write an event (HTML standard, section 9.2.6); JSON holds no line end."""
    return f"id: {position}\nevent: {name}\ndata: {text}\n\n".encode()
