"""The service on a real exchange while database or disk fail it: calls ring, and nothing is lost."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from service_rig import (
    BAD,
    GOOD,
    Gate,
    call,
    eventually,
    operating,
    rang,
    until_blocked,
    waiting,
)

from screener.lab.exchange import Exchange
from screener.lab.program import Program, serving

pytestmark = pytest.mark.lab

OWN = "02373850234"


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


@pytest.fixture
def service(exchange22: Exchange, tmp_path: Path) -> Iterator[Program]:
    """A service with SQLite, not started."""
    program = serving(exchange22, tmp_path / "service")
    yield program
    program.kill()


@pytest.fixture
def gate(postgres_server: str) -> Iterator[Gate]:
    """The way to PostgreSQL, shut. Its folder is short: a socket's path may hold 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="gate-", dir="/tmp"))
    yield Gate(postgres_server, folder)
    shutil.rmtree(folder)


def test_a_database_that_goes_away_stops_no_screening_and_loses_no_record(
    exchange22: Exchange, tmp_path: Path, gate: Gate, postgres_url: str
) -> None:
    url, _, _ = postgres_url.partition("?")
    service = serving(exchange22, tmp_path / "service", database_url=f"{url}?host={gate.folder}")

    async def scenario() -> None:
        await gate.open()
        service.start()
        await service.up()
        async with operating(service, postgres_url) as operator:
            await operator.block(BAD)
            before = await until_blocked(exchange22)
            await operator.ended(before)
            await gate.shut()
            for _ in range(3):
                assert (await call(exchange22, BAD)).phone is None
                assert rang(await call(exchange22, GOOD))

            async def kept() -> list[str]:
                return waiting(service)

            assert await eventually(kept, "the journal to hold the calls")
            assert (await service.health())[0] == 200  # it still screens: a restart would mend nothing
            await gate.open()
            found = await operator.ended(before + 6)
            dids = [(one["number"], one["did"]) for one in found[:6]]
            assert dids == [(GOOD, "allow"), (BAD, "block")] * 3

            async def healthy() -> bool:
                _, health = await service.health()
                return bool(health["database"] == "up")

            await eventually(healthy, "the database to count as up")

            async def drained() -> bool:
                return not waiting(service)

            await eventually(drained, "the journal to be empty")
        assert await service.stop() == 0
        assert "Traceback" not in service.output.read_text()
        await gate.shut()

    try:
        run(scenario())
    finally:
        service.kill()


def test_a_sqlite_file_moved_away_is_noticed_and_costs_no_screening_and_no_record(
    service: Program, exchange22: Exchange
) -> None:
    file, aside = (service.folder / "state" / name for name in ("call-screener.db", "aside.db"))

    async def troubled() -> str:
        _, health = await service.health()
        return str(health["outage"]["trouble"]) if health["database"] == "down" else ""

    async def well() -> bool:
        _, health = await service.health()
        return bool(health["database"] == "up")

    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            await operator.block(BAD)
            before = await until_blocked(exchange22)
            await operator.ended(before)
            file.rename(aside)
            assert await eventually(troubled, "the missing file to be noticed", within=5) == "gone"
            assert (await call(exchange22, BAD)).phone is None
            assert rang(await call(exchange22, GOOD))
            assert waiting(service)
            assert not file.exists()
            aside.rename(file)
            await eventually(well, "the file to be used again")
            found = await operator.ended(before + 2)
            assert [(one["number"], one["did"]) for one in found[:2]] == [(GOOD, "allow"), (BAD, "block")]
        assert await service.stop() == 0
        said = service.output.read_text()
        assert f"put {file} back, or restart the service: it begins a new one" in said
        assert "Traceback" not in said and "sqlalche.me" not in said

    run(scenario())


def test_a_start_without_the_database_lets_calls_ring_and_mends_itself(
    exchange22: Exchange, tmp_path: Path, gate: Gate, postgres_url: str
) -> None:
    url, _, _ = postgres_url.partition("?")
    service = serving(
        exchange22,
        tmp_path / "service",
        database_url=f"{url}?host={gate.folder}",
        site__own_numbers=json.dumps([OWN]),
    )

    async def scenario() -> None:
        service.start()

        async def linked() -> bool:
            _, health = await service.health()
            return bool(health) and all(link["state"] == "up" for link in health["links"])

        await eventually(linked, "the link to be up")
        status, health = await service.health()
        assert (status, health["database"], health["enforcing"]) == (503, "down", False)
        assert "no lists were loaded yet, so every call rings" in " ".join(health["causes"])
        assert (health["outage"]["trouble"], bool(health["outage"]["since"])) == ("away", True)
        # Judged, but nothing is done: the switch, which nobody could read yet, may stand at off.
        unwarned = await call(exchange22, OWN)
        assert rang(unwarned)
        assert unwarned.phone is not None
        assert unwarned.phone.name == ""
        await gate.open()
        await service.up()
        async with operating(service, postgres_url) as operator:
            (record,) = await operator.ended(1)
            assert (record["number"], record["action"], record["enforced"]) == (OWN, "warn", False)
            assert record["did"] == "allow"
            warned = await call(exchange22, OWN)
            assert warned.phone is not None
            assert warned.phone.name != ""
            await operator.block(BAD)
            await until_blocked(exchange22)
        assert await service.stop() == 0
        await gate.shut()

    try:
        run(scenario())
    finally:
        service.kill()


def test_a_stop_while_the_database_is_away_is_clean_and_keeps_the_records(
    exchange22: Exchange, tmp_path: Path, gate: Gate, postgres_url: str
) -> None:
    url, _, _ = postgres_url.partition("?")
    service = serving(exchange22, tmp_path / "service", database_url=f"{url}?host={gate.folder}")

    async def scenario() -> None:
        await gate.open()
        service.start()
        await service.up()
        await gate.shut()
        assert rang(await call(exchange22, GOOD))
        assert await service.stop() == 0
        assert waiting(service)
        assert "Traceback" not in service.output.read_text()
        await gate.open()
        service.start()
        await service.up()
        async with operating(service, postgres_url) as operator:
            assert [(one["number"], one["did"]) for one in await operator.ended(1)] == [(GOOD, "allow")]
        assert await service.stop() == 0
        await gate.shut()

    try:
        run(scenario())
    finally:
        service.kill()


ON_A_FULL_DISK = """\
mkdir -p "$1"
mount -t tmpfs -o size=64k none "$1"
dd if=/dev/zero of="$1/fill" bs=1k || true
shift
exec "$@"
"""


def test_a_full_disk_is_named_and_calls_ring(exchange22: Exchange, tmp_path: Path) -> None:
    service = serving(exchange22, tmp_path / "service")
    unshare = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)))
    state = str(service.folder / "state")
    service.inside = (*unshare, "sh", "-ec", ON_A_FULL_DISK, "sh", state)

    async def scenario() -> None:
        service.start()

        async def linked() -> bool:
            _, health = await service.health()
            return bool(health) and all(link["state"] == "up" for link in health["links"])

        await eventually(linked, "the link to be up")
        assert rang(await call(exchange22, BAD))
        status, health = await service.health()
        assert (status, health["journal_writable"]) == (503, False)
        assert "check the disk and the rights of state_dir" in " ".join(health["causes"])
        assert await service.stop() == 0
        said = service.output.read_text()
        assert f"audit key {state}/audit.key: No space left on device; free space on its disk" in said
        assert f"{state}/call-screener.db: database or disk is full" in said
        assert f"journal {state}/journal: a line could not be written" in said
        assert "Traceback" not in said

    try:
        run(scenario())
    finally:
        service.kill()
