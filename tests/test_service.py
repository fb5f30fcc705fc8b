"""The service as a program on a real exchange: started, ended, killed, and told what to do."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from listener_rig import LOOKALIKE, place
from service_rig import (
    BAD,
    GOOD,
    call,
    eventually,
    no_one_else_writes,
    operating,
    rang,
    sqlite_url,
    until_blocked,
    waiting,
    with_database,
)

from screener.calls import Did
from screener.database import open_database
from screener.lab.exchange import Exchange
from screener.lab.program import Program, serving
from screener.lab.setup import LOOPBACK

pytestmark = pytest.mark.lab


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def mounts() -> str:
    """Return what is mounted where."""
    return Path("/proc/mounts").read_text()


@pytest.fixture
def service(exchange22: Exchange, tmp_path: Path) -> Iterator[Program]:
    """A service with SQLite, not started."""
    program = serving(exchange22, tmp_path / "service")
    yield program
    program.kill()


async def until_rings(exchange: Exchange, number: str = BAD) -> int:
    """Place calls until one rings, and return how many that took."""
    took = 0

    async def rings() -> bool:
        nonlocal took
        took += 1
        return rang(await call(exchange, number))

    await eventually(rings, f"a call from {number} to ring")
    return took


def test_a_number_blocked_over_the_api_is_blocked_at_once_and_the_end_is_clean(
    service: Program, exchange22: Exchange
) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            assert rang(await call(exchange22, BAD))
            await operator.block("+84 912 345 678")
            begun = time.monotonic()
            placed = 1 + await until_blocked(exchange22)
            assert time.monotonic() - begun < 10
            last, *_, first = await operator.ended(placed)
            assert (first["action"], first["did"], first["answered_by"]) == ("allow", "allow", "1001")
            assert (last["action"], last["rule"], last["did"]) == ("block", "block_exact", "block")
            assert (last["answered"], last["enforced"], last["pbx"]) == (False, True, "default")
        begun = time.monotonic()
        assert await service.stop() == 0
        assert time.monotonic() - begun < 10
        assert waiting(service) == []
        assert "Traceback" not in service.output.read_text()

    run(scenario())


def test_sigterm_while_a_call_is_talking_stores_its_verdict(service: Program, exchange22: Exchange) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        talking = asyncio.create_task(
            place(exchange22, lambda caller: caller.call(GOOD, "1001", hang_up_after=6))
        )
        await asyncio.sleep(1)
        assert await service.stop() == 0
        assert waiting(service) == []
        assert rang(await talking)
        service.start()
        await service.up()
        async with operating(service) as operator:
            assert [(one["number"], one["did"]) for one in await operator.calls()] == [(GOOD, "allow")]

    run(scenario())


def test_sigkill_after_a_verdict_loses_no_record(service: Program, exchange22: Exchange) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            await operator.block(BAD)
            before = await until_blocked(exchange22)
            await operator.ended(before)
        database = open_database(sqlite_url(service))
        async with no_one_else_writes(database.engine):
            blocked = await call(exchange22, BAD)
            service.kill()
        database.close()
        assert blocked.phone is None
        assert waiting(service)
        service.start()
        await service.up()
        async with operating(service) as operator:

            async def stored() -> list[dict[str, Any]]:
                found = await operator.calls()
                return found if len(found) > before else []

            found = await eventually(stored, "the call to be stored")
            assert len(found) == before + 1
            assert (found[0]["number"], found[0]["action"], found[0]["did"]) == (BAD, "block", "block")

    run(scenario())


def test_sigkill_while_a_call_is_held_lets_it_ring(service: Program, exchange22: Exchange) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            await operator.block(BAD)
            await until_blocked(exchange22)
        service.process.send_signal(signal.SIGSTOP)
        held = asyncio.create_task(call(exchange22, BAD))
        await asyncio.sleep(0.1)
        service.kill()
        assert rang(await held)
        assert rang(await call(exchange22, BAD))

    run(scenario())


def test_a_stopped_process_lets_calls_ring_and_goes_on_when_continued(
    service: Program, exchange22: Exchange
) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            await operator.block(BAD)
            before = await until_blocked(exchange22)
            await operator.ended(before)
            service.process.send_signal(signal.SIGSTOP)
            late = await call(exchange22, BAD)
            service.process.send_signal(signal.SIGCONT)
            assert rang(late)
            assert (late.caller.at(180) or 0) >= 0.3
            record = (await operator.ended(before + 1))[0]
            assert (record["action"], record["did"]) == ("block", Did.TIMEOUT)
            assert record["hold_ms"] is not None
            await until_blocked(exchange22)
        assert await service.stop() == 0

    run(scenario())


def refused(service: Program) -> tuple[int, str]:
    """Start a service that can't be started; return its exit code and what it said."""

    async def scenario() -> tuple[int, str]:
        service.start()
        return await service.ended(60), service.said()

    return asyncio.run(scenario())


def test_a_state_dir_that_cannot_be_made_refuses_the_start_and_is_named(service: Program) -> None:
    (service.folder / "state").write_text("a file is in the way")
    code, said = refused(service)
    assert code == 1
    assert str(service.folder / "state") in said
    assert "Traceback" not in said


def test_a_port_in_use_refuses_the_start_and_is_named(service: Program) -> None:
    with socket.create_server((LOOPBACK, service.port)):
        code, said = refused(service)
    assert code == 1
    assert f"{LOOPBACK}:{service.port}: the port is in use" in said
    assert "Traceback" not in said


def test_bad_settings_refuse_the_start_and_name_key_value_and_remedy(service: Program) -> None:
    service.variables["CALL_SCREENER_AMI_HOLD_MS"] = "5"
    service.variables["CALL_SCREENER_HOST"] = "0.0.0.0"
    code, said = refused(service)
    assert code == 2
    assert "CALL_SCREENER_AMI_HOLD_MS" in said
    assert "'5': is too small; the least is 20" in said
    assert "CALL_SCREENER_HOST" in said
    assert "'0.0.0.0': " in said
    assert "use 127.0.0.1" in said
    assert "Traceback" not in said


def test_a_second_service_on_the_same_state_dir_is_refused(service: Program, exchange22: Exchange) -> None:
    second = serving(exchange22, service.folder / "second", state_dir=str(service.folder / "state"))

    async def scenario() -> None:
        service.start()
        await service.up()
        second.start()
        assert await second.ended(60) == 1
        assert f"process {service.process.pid} writes it; if that is the running service" in second.said()
        assert rang(await call(exchange22, GOOD))
        assert await service.stop() == 0

    try:
        run(scenario())
    finally:
        second.kill()


def test_two_services_on_one_exchange_record_each_call_once_and_replace_each_other(
    exchange22: Exchange, tmp_path: Path, postgres_url: str
) -> None:
    both = [serving(exchange22, tmp_path / name, database_url=postgres_url) for name in ("a", "b")]

    async def scenario() -> None:
        for service in both:
            service.start()
        for service in both:
            await service.up()
        async with operating(both[0], postgres_url) as operator:
            assert rang(await call(exchange22, GOOD))
            await operator.block(BAD)
            count = 1 + await until_blocked(exchange22) + 4
            await asyncio.sleep(1)  # the other one looks at the lists on its own
            blocked = [await call(exchange22, BAD) for _ in range(4)]
            assert [placed.phone for placed in blocked] == [None] * 4
            last = await operator.ended(count)
            assert len({one["uniqueid"] for one in last}) == len(last)
            assert {(one["number"], one["did"]) for one in last[:4]} == {(BAD, "block")}
        both[0].kill()
        async with operating(both[1], postgres_url) as operator:
            assert (await call(exchange22, BAD)).phone is None
            assert rang(await call(exchange22, GOOD))
            assert len(await operator.ended(count + 2)) == count + 2
        assert await both[1].stop() == 0

    try:
        run(scenario())
    finally:
        for service in both:
            service.kill()


def test_enforce_off_stops_blocking_and_on_puts_it_back(service: Program, exchange22: Exchange) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            await operator.block(BAD)
            before = await until_blocked(exchange22)
            off = await service.command("enforce", "off")
            assert off.returncode == 0, off.stderr
            assert "every call rings" in off.stdout
            begun = time.monotonic()
            before += await until_rings(exchange22)
            assert time.monotonic() - begun < 10
            await operator.ended(before)
            assert rang(await call(exchange22, BAD))
            record = (await operator.ended(before + 1))[0]
            assert (record["action"], record["enforced"], record["did"]) == ("block", False, "allow")
            assert (await service.command("enforce", "on")).returncode == 0
            await until_blocked(exchange22)
            status = await service.command("enforce", "status")
            assert status.stdout.startswith("on since ")

    run(scenario())


def test_without_a_pbx_in_the_settings_it_serves_the_lab_and_leaves_nothing_behind(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    service = Program(tmp_path / "service", {"CALL_SCREENER_LAB_STATE": str(lab)})

    async def scenario() -> None:
        service.start()
        await service.up()
        asterisk = json.loads((lab / "exchange.json").read_text())["pid"]
        os.kill(asterisk, 0)
        done = await service.command("lab", "call", "--from", LOOKALIKE, "--seconds", "0.5", "--json")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert report["phone"]["name"].startswith("CẢNH BÁO")
        assert report["phone"]["speech_heard_seconds"] > 1
        async with operating(service) as operator:
            (record,) = await operator.ended(1)
            assert (record["pbx"], record["number"], record["did"]) == ("lab", LOOKALIKE, "warn")
        assert await service.stop() == 0
        with pytest.raises(ProcessLookupError):
            os.kill(asterisk, 0)
        assert not (lab / "exchange.json").exists()
        assert str(lab) not in mounts()
        assert "Traceback" not in service.output.read_text()

    try:
        run(scenario())
    finally:
        service.kill()


def test_tokens_are_made_listed_and_revoked_on_the_command_line(tmp_path: Path) -> None:
    service = with_database(Program(tmp_path / "service", {}))

    async def scenario() -> None:
        made = await service.command("token", "create", "grafana")
        assert made.returncode == 0, made.stderr
        assert made.stdout.startswith("cs_")
        twice = await service.command("token", "create", "grafana")
        assert (twice.returncode, "'grafana' exists" in twice.stderr) == (1, True)
        listed = await service.command("token", "list")
        assert listed.stdout.startswith("grafana  operator  made ")
        assert made.stdout.strip() not in listed.stdout
        assert (await service.command("token", "revoke", "grafana")).returncode == 0
        assert (await service.command("token", "list")).stdout == ""
        missing = await service.command("token", "revoke", "grafana")
        assert (missing.returncode, "no token is named 'grafana'" in missing.stderr) == (1, True)
        empty = await service.command("token", "create", " ")
        assert empty.returncode != 0
        assert "Traceback" not in empty.stderr

    run(scenario())


def test_check_tells_what_would_happen_in_words_and_as_json(tmp_path: Path) -> None:
    service = with_database(Program(tmp_path / "service", {}))

    async def scenario() -> None:
        said = await service.command("check", GOOD)
        assert said.returncode == 0, said.stderr
        assert said.stdout.startswith(f"{GOOD}: read as ")
        assert "allow (default): " in said.stdout
        asked = await service.command("check", LOOKALIKE, "--called", "1001", "--json")
        verdict = json.loads(asked.stdout)
        assert (verdict["action"], verdict["rule"], verdict["kind"]) == ("warn", "lookalike", "one_digit")
        assert verdict["imitates"] == "02373725725"
        assert [hit["kind"] for hit in verdict["hits"]] == ["one_digit", "neighbour"]

    run(scenario())
