"""What many open pages are sent: made once for all, changes alone, and all of it to who comes back."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Iterable, Mapping

import pytest

from api import broadcast
from api.broadcast import Broadcast, Parts
from api.languages import Language


class Source:
    """Parts that a test changes; it counts how often they were made."""

    def __init__(self, **parts: str) -> None:
        self.parts = parts
        self.made = 0
        self.broken = False

    def make(self, languages: Iterable[Language]) -> Mapping[Language, Parts]:
        self.made += 1
        assert not self.broken, "the parts can't be made"
        return {
            language: {name: f"{language}: {html}" for name, html in self.parts.items()}
            for language in languages
        }


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "PAUSE", 0.02)


async def _next(stream: AsyncGenerator[bytes, None]) -> str:
    return (await asyncio.wait_for(anext(stream), 5)).decode()


async def _begun(stream: AsyncGenerator[bytes, None]) -> str:
    """Read past the greeting; give what comes first."""
    assert (await _next(stream)).startswith("retry:")
    return await _next(stream)


def test_all_parts_come_first_and_then_those_alone_that_change() -> None:
    async def run() -> None:
        source = Source(calls="<p>one</p>\n<p>two</p>", beat="1")
        stream = Broadcast(source.make).follow(Language.VI, packed=False)
        first = "event: calls\ndata: vi: <p>one</p>\ndata: <p>two</p>\n\nevent: beat\ndata: vi: 1\n\n"
        assert await _begun(stream) == first
        source.parts["beat"] = "2"
        assert await _next(stream) == "event: beat\ndata: vi: 2\n\n"
        await stream.aclose()

    asyncio.run(run())


def test_hundred_viewers_have_it_made_once() -> None:
    async def run() -> None:
        source = Source(calls="0")
        sender = Broadcast(source.make)
        streams = [sender.follow(Language.VI, packed=False) for _ in range(100)]
        await asyncio.gather(*map(_begun, streams))
        assert sender.viewers == 100
        source.parts["calls"] = "1"
        before = source.made
        got = await asyncio.gather(*map(_next, streams))
        assert set(got) == {"event: calls\ndata: vi: 1\n\n"}
        assert source.made - before <= 10
        for stream in streams:
            await stream.aclose()

    asyncio.run(run())


def test_who_reads_slowly_gets_how_things_stand_and_nothing_that_was_overtaken() -> None:
    async def run() -> None:
        source = Source(calls="0")
        stream = Broadcast(source.make).follow(Language.VI, packed=False)
        await _begun(stream)
        for step in range(1, 4):
            source.parts["calls"] = str(step)
            made = source.made
            while source.made < made + 2:  # noqa: ASYNC110 - counted in another thread
                await asyncio.sleep(0.01)
        assert await _next(stream) == "event: calls\ndata: vi: 3\n\n"
        await stream.aclose()

    asyncio.run(run())


def test_each_reader_gets_the_own_language_and_who_comes_later_gets_all_at_once() -> None:
    async def run() -> None:
        sender = Broadcast(Source(calls="0").make)
        streams = [
            sender.follow(language, packed=False) for language in (Language.VI, Language.EN, Language.EN)
        ]
        assert await _begun(streams[0]) == "event: calls\ndata: vi: 0\n\n"
        assert await _begun(streams[1]) == "event: calls\ndata: en: 0\n\n"
        assert await _begun(streams[2]) == "event: calls\ndata: en: 0\n\n"
        for stream in streams:
            await stream.aclose()

    asyncio.run(run())


def test_a_packed_stream_can_be_read_as_it_comes() -> None:
    async def run() -> None:
        source = Source(calls="x" * 5000)
        stream = Broadcast(source.make).follow(Language.VI, packed=True)
        reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        assert reader.decompress(await anext(stream)).startswith(b"retry:")
        packed = await anext(stream)
        assert reader.decompress(packed) == b"event: calls\ndata: vi: " + b"x" * 5000 + b"\n\n"
        assert len(packed) < 200
        source.parts["calls"] = "after"
        assert reader.decompress(await anext(stream)) == b"event: calls\ndata: vi: after\n\n"
        await stream.aclose()

    asyncio.run(run())


def test_nothing_is_made_while_nobody_looks_and_nobody_is_shown_what_was_then() -> None:
    async def run() -> None:
        source = Source(calls="old")
        sender = Broadcast(source.make)
        stream = sender.follow(Language.VI, packed=False)
        await _begun(stream)
        await stream.aclose()
        await asyncio.sleep(0.1)
        made = source.made
        await asyncio.sleep(0.1)
        assert source.made == made and sender.viewers == 0
        source.parts["calls"] = "new"
        stream = sender.follow(Language.VI, packed=False)
        assert await _begun(stream) == "event: calls\ndata: vi: new\n\n"
        await stream.aclose()

    asyncio.run(run())


@pytest.mark.parametrize("ending", ["closed", "broken"])
def test_streams_end_with_the_service_and_where_the_parts_cannot_be_made(
    ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        source = Source(calls="0")
        sender = Broadcast(source.make)
        stream = sender.follow(Language.VI, packed=False)
        await _begun(stream)
        if ending == "closed":
            sender.close()
        else:
            source.broken = True
        with pytest.raises(StopAsyncIteration):
            await _next(stream)
        assert sender.viewers == 0

    asyncio.run(run())
    assert ("the page's parts can't be made" in caplog.text) == (ending == "broken")


def test_after_a_fault_who_comes_back_is_sent_all_again() -> None:
    async def run() -> None:
        source = Source(calls="0")
        source.broken = True
        sender = Broadcast(source.make)
        with pytest.raises(StopAsyncIteration):
            await _begun(sender.follow(Language.VI, packed=False))
        source.broken = False
        stream = sender.follow(Language.VI, packed=False)
        assert await _begun(stream) == "event: calls\ndata: vi: 0\n\n"
        await stream.aclose()

    asyncio.run(run())
