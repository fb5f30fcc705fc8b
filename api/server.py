"""The HTTP server within the service's own event loop: it owns no signals and ends when it is told to."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import uvicorn
from anyio import to_thread
from fastapi import FastAPI

THREADS: Final = 8
"""Requests worked on at a time. The rest wait: a burst of them must not starve the screening of calls."""
_SHUTDOWN_SECONDS: Final = 3
_NOT_HERE: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_WHY: Final = {
    errno.EADDRINUSE: "the port is in use: another program, or another call-screener, listens there; "
    "stop it, or set another port",
    errno.EACCES: "no right to use this port: set one above 1023",
    errno.EADDRNOTAVAIL: "this machine has no such address: set host to 127.0.0.1",
    errno.EAFNOSUPPORT: "this machine does not speak this sort of address: set host to 127.0.0.1",
}


class CannotListen(Exception):
    """The address can't be listened on. The message names host, port, cause and remedy."""

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        why = _WHY.get(cause.errno or 0, cause.strerror or str(cause))
        shown = f"[{host}]" if ":" in host else host
        super().__init__(f"can't listen on {shown}:{port}: {why}")
        self.host = host
        self.port = port


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program: uvicorn would end it before the other tasks had cleaned up."""
        yield


async def serve(
    app: FastAPI,
    host: str,
    port: int,
    stop: asyncio.Event,
    on_listening: Callable[[], None] | None = None,
    tls: tuple[Path, Path] | None = None,
    on_stopping: Callable[[], None] | None = None,
) -> None:
    """Serve ``app`` until ``stop`` is set; open requests get three seconds.

    ``tls`` is certificate and key; ``on_stopping`` is to end the answers that would go on for as long as the
    service runs. Raises CannotListen.
    """
    sockets = await _listen(host, port)
    if on_listening:
        on_listening()
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    watch = asyncio.create_task(_end(server, stop, on_stopping), name="http-stop")
    try:
        await server.serve(sockets=sockets)
    finally:
        watch.cancel()
        for sock in sockets:
            sock.close()


async def _end(server: uvicorn.Server, stop: asyncio.Event, on_stopping: Callable[[], None] | None) -> None:
    await stop.wait()
    if on_stopping:
        on_stopping()
    server.should_exit = True


async def _listen(host: str, port: int) -> list[socket.socket]:
    """Bind every address of ``host``; ``localhost`` may name one that this machine does not have."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotListen(host, port, error) from None
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            sockets.append(_bind(family, kind, protocol, address))
        except OSError as error:
            if error.errno not in _NOT_HERE:
                for sock in sockets:
                    sock.close()
                raise CannotListen(host, port, error) from None
            missing = error
    if not sockets:
        raise CannotListen(host, port, missing or OSError(errno.EADDRNOTAVAIL, "no address"))
    return sockets


def _bind(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
