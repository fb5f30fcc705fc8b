"""What many open pages show: read once, put into words once a language, sent to all (server-sent events).

The parts are made in a thread, twice a second at most and only while somebody looks; who is sent what is
decided by numbers alone. So a viewer costs the loop that serves the calls little more than a write a change.
"""

import asyncio
import logging
import zlib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from api.languages import Language

log = logging.getLogger(__name__)

PAUSE: Final = 0.5
"""Seconds between two changes that are sent."""
_TOGETHER: Final = 8
"""Viewers that are woken at a time, with a pause between: the calls' loop is not to write to all at once."""
_BETWEEN: Final = 0.005
GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
"""Begins a stream of gzip (RFC 1952): deflated, no time, Unix."""
_GREETING: Final = b"retry: 2000\n\n"

Parts = Mapping[str, str]
"""HTML by the name of the event that carries it."""
Make = Callable[[Iterable[Language]], Mapping[Language, Parts]]
"""Makes the parts in some languages. Runs in a thread."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A part as it goes out. ``version`` counts up at each change of any part."""

    version: int
    html: str
    plain: bytes
    packed: bytes


class _Viewer:
    def __init__(self, language: Language) -> None:
        self.language = language
        self.woken = asyncio.Event()


class Broadcast:
    """Sends the parts that ``make`` makes to all who follow. For one event loop."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._viewers: set[_Viewer] = set()
        self._parts: dict[Language, dict[str, _Sent]] = {}
        self._version = 0
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def viewers(self) -> int:
        """How many follow."""
        return len(self._viewers)

    async def follow(self, language: Language, *, packed: bool) -> AsyncGenerator[bytes, None]:
        """Give the parts as events: all of them first, whatever was seen before, then those that change.

        Who reads slowly misses what was overtaken. ``packed`` gives them as a stream of gzip. Ends when the
        service ends, or where the parts can't be made.
        """
        viewer = _Viewer(language)
        self._viewers.add(viewer)
        if self._task is None:
            self._parts.clear()
            self._task = asyncio.create_task(self._keep_sending(), name="broadcast")
        elif language in self._parts:
            viewer.woken.set()
        task = self._task
        seen = 0
        try:
            yield GZIP_HEAD + _deflated(_GREETING) if packed else _GREETING
            while not self._closed and not task.done():
                await viewer.woken.wait()
                viewer.woken.clear()
                news = [part for part in self._parts.get(language, {}).values() if part.version > seen]
                if news:
                    seen = max(part.version for part in news)
                    yield b"".join(part.packed if packed else part.plain for part in news)
        finally:
            self._viewers.discard(viewer)

    def close(self) -> None:
        """End all streams: the server waits for open answers when it stops."""
        self._closed = True
        self._wake_all()

    def _wake_all(self) -> None:
        for viewer in self._viewers:
            viewer.woken.set()

    async def _keep_sending(self) -> None:
        try:
            while self._viewers and not self._closed:
                languages = {viewer.language for viewer in self._viewers}
                changed = await asyncio.to_thread(self._remade, languages)
                await self._wake({viewer for viewer in self._viewers if viewer.language in changed})
                await asyncio.sleep(PAUSE)
        except Exception:  # a fault of ours: viewers are told by the end of their stream, calls by nothing
            log.exception(
                "the page's parts can't be made; pages that are open say that they are not up to date"
            )
        finally:
            self._task = None
            # The task counts as done only after this: who waits must look once more then.
            asyncio.get_running_loop().call_soon(self._wake_all)

    def _remade(self, languages: Iterable[Language]) -> set[Language]:
        """Make the parts anew and put those that differ in place; return the languages where any does."""
        changed = set()
        for language, parts in self._make(languages).items():
            before = self._parts.get(language, {})
            after = {}
            for name, html in parts.items():
                old = before.get(name)
                if old is None or old.html != html:
                    self._version += 1
                    event = _event(name, html)
                    old = _Sent(self._version, html, event, _deflated(event))
                    changed.add(language)
                after[name] = old
            self._parts[language] = after
        return changed

    async def _wake(self, viewers: Iterable[_Viewer]) -> None:
        for count, viewer in enumerate(viewers, start=1):
            viewer.woken.set()
            if count % _TOGETHER == 0:
                await asyncio.sleep(_BETWEEN)


def _event(name: str, html: str) -> bytes:
    """Write an event (HTML standard, section 9.2.6). A lone surrogate has been made visible before."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"event: {name}\n{lines}\n".encode()


def _deflated(data: bytes) -> bytes:
    """Pack data so that it can follow any other and be read at once: it looks back at nothing before it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
