"""The whole service in a process of its own on a real exchange, with an operator's hands on it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from database_fixtures import recording
from listener_rig import Placed, place
from sqlalchemy import Engine

from api.cookies import NAME
from blocklist.seed import seed
from screener.access.accounts import Accounts
from screener.access.roles import Role
from screener.api_tokens import ApiTokens
from screener.database import open_database, upgrade
from screener.lab.exchange import Exchange
from screener.lab.program import Program

T = TypeVar("T")

BAD = "0912345678"
GOOD = "0987654321"


async def call(exchange: Exchange, number: str) -> Placed:
    """Place a short call to 1001; one that is blocked hangs up as the notice begins."""
    return await place(
        exchange,
        lambda caller: caller.call(number, "1001", hang_up_after=0.1, cancel_after=1.5, cancel_on={183: 0}),
    )


def rang(placed: Placed) -> bool:
    """Tell whether the phone rang and was answered."""
    return placed.phone is not None and placed.phone.answered_at is not None


async def eventually(probe: Callable[[], Awaitable[T]], what: str, within: float = 20.0) -> T:
    """Return what the probe gives as soon as it is something; the deadline names what was waited for."""
    deadline = time.monotonic() + within
    while not (found := await probe()):
        assert time.monotonic() < deadline, f"waited {within:g} s in vain for {what}"
        await asyncio.sleep(0.05)
    return found


async def until_blocked(exchange: Exchange, number: str = BAD) -> int:
    """Place calls until one is turned away, and return how many that took."""
    took = 0

    async def blocked() -> bool:
        nonlocal took
        took += 1
        return (await call(exchange, number)).phone is None

    await eventually(blocked, f"a call from {number} to be blocked")
    return took


class Operator:
    """Whoever holds an API token of a running service."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def block(self, pattern: str) -> None:
        """Add an entry to the block list."""
        answer = await self._client.post("/api/v1/entries", json={"kind": "block", "pattern": pattern})
        assert answer.status_code == httpx.codes.CREATED, answer.text

    async def calls(self, **filters: str) -> list[dict[str, Any]]:
        """Return the records of calls, the latest first: a page of them."""
        answer = await self._client.get("/api/v1/calls", params={"limit": "200", **filters})
        assert answer.status_code == httpx.codes.OK, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def page(self) -> str:
        """Return the page "Now"."""
        return (await self._client.get("/")).text

    async def ended(self, number: int) -> list[dict[str, Any]]:
        """Wait until at least this many calls are recorded, all with their end, and return them."""

        async def probe() -> list[dict[str, Any]]:
            found = await self.calls()
            return found if len(found) >= number and all(call["ended_at"] for call in found) else []

        return await eventually(probe, f"{number} calls to be recorded with their end")


@asynccontextmanager
async def operating(program: Program, url: str = "") -> AsyncIterator[Operator]:
    """Give an operator's access to a service; ``url`` is its database's, SQLite where not given."""
    opened = open_database(url or sqlite_url(program), recording(program.folder / "state"))
    upgrade(opened.engine)
    name = f"tests-{time.monotonic_ns()}"
    token = ApiTokens(opened.sessions).create(name, Role.ADMIN)
    accounts = Accounts.on(opened.sessions)
    session = accounts.sessions.begin(accounts.users.add(name, Role.VIEWER).id, "127.0.0.1", "tests")
    opened.close()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=program.url, headers=headers, cookies={NAME: session}, trust_env=False, timeout=20
    ) as client:
        yield Operator(client)


def sqlite_url(program: Program) -> str:
    """Return the URL of a service's own database."""
    return f"sqlite:///{program.folder / 'state' / 'call-screener.db'}"


def with_database(program: Program) -> Program:
    """Make a program's database, as its first start does, registry and all."""
    opened = open_database(sqlite_url(program), recording(program.folder / "state"))
    upgrade(opened.engine)
    seed(opened.sessions)
    opened.close()
    return program


def waiting(program: Program) -> list[str]:
    """Return the journal's lines that are not in the database yet."""
    files = sorted((program.folder / "state" / "journal").glob("*.jsonl"))
    return [line for file in files for line in file.read_text().split("\n") if line.strip()]


@asynccontextmanager
async def no_one_else_writes(engine: Engine) -> AsyncIterator[None]:
    """Hold the database's write lock."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()


class Gate:
    """The way to a PostgreSQL server's socket; shut, it is as if the server were stopped."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = Path(server) / ".s.PGSQL.5432"
        self.folder = folder
        self._socket = folder / ".s.PGSQL.5432"
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Let connections through."""
        self._listener = await asyncio.start_unix_server(self._let_in, self._socket)

    async def shut(self) -> None:
        """Cut every connection and take no new one."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self._socket.unlink(missing_ok=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        beyond_reader, beyond_writer = await asyncio.open_unix_connection(self._server)
        both = {writer, beyond_writer}
        self._writers |= both
        try:
            await asyncio.gather(_pump(reader, beyond_writer), _pump(beyond_reader, writer))
        finally:
            self._writers -= both
            self._tasks.discard(task)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()
