"""The server within an event loop of ours: stops when told, keeps signals alone, tells why it can't start."""

import asyncio
import signal
import socket

import httpx
import pytest
from fastapi import FastAPI

from api.server import CannotListen, serve


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(0.5)
        return "done"

    @app.get("/stuck")
    async def stuck() -> None:
        await asyncio.sleep(60)

    return app


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


async def _get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        while True:
            try:
                return await client.get(path)
            except httpx.ConnectError:
                await asyncio.sleep(0.02)


def test_it_ends_when_told_and_open_requests_are_answered_first() -> None:
    async def run() -> str:
        port, stop = _free_port(), asyncio.Event()
        server = asyncio.create_task(serve(_app(), "127.0.0.1", port, stop))
        answer = asyncio.create_task(_get(port, "/slow"))
        await asyncio.sleep(0.3)
        stop.set()
        await asyncio.wait_for(server, 10)
        return (await answer).text

    assert asyncio.run(run()) == '"done"'


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_port_is_free_again_after_the_end(host: str) -> None:
    async def run() -> None:
        port = _free_port()
        for _ in range(2):
            stop = asyncio.Event()
            server = asyncio.create_task(serve(_app(), host, port, stop))
            assert (await _get(port, "/nothing")).status_code == 404
            stop.set()
            await asyncio.wait_for(server, 10)

    asyncio.run(run())


def test_a_request_that_hangs_does_not_keep_it_from_ending() -> None:
    async def run() -> None:
        port, stop = _free_port(), asyncio.Event()
        server = asyncio.create_task(serve(_app(), "127.0.0.1", port, stop))
        request = asyncio.create_task(_get(port, "/stuck"))
        await asyncio.sleep(0.3)
        stop.set()
        await asyncio.wait_for(server, 10)
        assert (await asyncio.wait_for(request, 10)).status_code == 500

    asyncio.run(run())


def test_it_leaves_the_signals_to_the_program() -> None:
    async def run() -> None:
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        port, stop = _free_port(), asyncio.Event()
        server = asyncio.create_task(serve(_app(), "127.0.0.1", port, stop))
        await _get(port, "/nothing")
        assert {number: signal.getsignal(number) for number in before} == before
        stop.set()
        await asyncio.wait_for(server, 10)

    asyncio.run(run())


def test_cancelling_it_frees_the_port() -> None:
    async def run() -> None:
        port, stop = _free_port(), asyncio.Event()
        server = asyncio.create_task(serve(_app(), "127.0.0.1", port, stop))
        await _get(port, "/nothing")
        server.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server
        socket.create_server(("127.0.0.1", port)).close()

    asyncio.run(run())


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port}: the port is in use.*set another port"):
            asyncio.run(serve(_app(), "127.0.0.1", port, asyncio.Event()))


def test_an_address_that_this_machine_lacks_is_named_with_the_remedy() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1:8080: this machine has no such address"):
        asyncio.run(serve(_app(), "192.0.2.1", 8080, asyncio.Event()))
