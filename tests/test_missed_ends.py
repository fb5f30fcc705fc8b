"""Calls whose end or warning happened while the service was away, on real exchanges."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from call_samples import START, call, decided
from listener_rig import LOOKALIKE, Placed, listening, noting, place, settings, until
from service_rig import Operator, eventually, operating, rang

from screener.database import Database
from screener.happenings import Happening, Missed
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange
from screener.lab.phone import PhoneBank
from screener.lab.program import Program, serving
from screener.lab.setup import LOOPBACK, Trunk
from screener.records import Records
from screener.roll_call import RollCall

pytestmark = pytest.mark.lab

GOOD = "0987654321"


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


@pytest.fixture
def service(exchange: Exchange, tmp_path: Path) -> Iterator[Program]:
    """A service with SQLite, not started."""
    program = serving(exchange, tmp_path / "service")
    yield program
    program.kill()


def talk(exchange: Exchange, seconds: float) -> "asyncio.Task[Placed]":
    """Begin a call that is answered and hung up after this time."""
    return asyncio.create_task(
        place(exchange, lambda caller: caller.call(GOOD, "1001", hang_up_after=seconds))
    )


async def the_call(operator: Operator, *, when: str, within: float = 20.0) -> dict[str, Any]:
    """Return the one call's record once a field of it is known."""

    async def probe() -> dict[str, Any] | None:
        (only,) = await operator.calls() or [{when: None}]
        return only if only[when] else None

    found = await eventually(probe, f"the call's {when}", within)
    assert found is not None
    return found


def test_calls_that_ended_while_the_service_was_killed_are_said_to_have_an_unknown_end(
    service: Program, exchange: Exchange
) -> None:
    """Nor is a warning said to be unheard that may have been heard meanwhile."""

    async def scenario() -> None:
        service.start()
        await service.up()
        one = Caller(Trunk.CARRIER.address, (LOOPBACK, exchange.setup.ports.sip))
        async with operating(service) as operator, PhoneBank(exchange.setup.ports.phones) as phones:

            async def known(when: str) -> list[dict[str, Any]]:
                found = await operator.calls()
                return found if len(found) == 2 and all(call[when] for call in found) else []

            async def idle() -> bool:
                return "0 active channels" in await exchange.cli("core show channels count")

            both = asyncio.gather(
                one.call(GOOD, "1001", hang_up_after=4), one.call(LOOKALIKE, "1002", cancel_after=4)
            )
            await eventually(lambda: known("did"), "both verdicts")
            service.kill()
            await both
            await eventually(idle, "the exchange to end what the prompt still holds")
            assert all(phone.answered_at is not None for phone in phones.calls)
            service.start()
            await service.up()
            ended = await eventually(lambda: known("end_missed_at"), "ends", within=60)
            calls = {call["number"]: call for call in ended}
            assert {(call["answered"], call["ended_at"]) for call in calls.values()} == {(None, None)}
            assert (calls[LOOKALIKE]["did"], calls[LOOKALIKE]["did_detail"]) == ("warn", "")
            page = await operator.page()
            assert page.count("Không rõ kết thúc") == 2
            assert "không rõ người nghe đã nghe lời cảnh báo" in page and "chưa nghe" not in page

    run(scenario())


def test_a_call_that_the_exchange_still_has_is_under_way_and_no_other(
    exchange: Exchange, database: Database
) -> None:
    async def scenario() -> None:
        records = Records(database.sessions)
        noted: list[Happening] = []
        async with listening(settings(exchange)) as listener:
            roll_call = RollCall(listener.screening.pbx, records, noting(noted))
            talking = talk(exchange, 1)
            await until(lambda: listener.decided, "the verdict")
            records.apply(listener.decided)
            later = datetime.now(UTC) + timedelta(minutes=1)
            assert await roll_call.once(later) == 0
            await talking
            await until(lambda: listener.outcomes, "the end")
            assert await eventually(lambda: roll_call.once(later), "the channel to be gone") == 1
            assert await roll_call.once(later) == 0, "it is noted once, stored or not"
            records.apply(noted)
            assert await roll_call.once(later) == 0
        assert records.calls().items[0].end_missed_at == later
        records.apply(listener.outcomes)
        assert records.calls().items[0].end_missed_at is None

    run(scenario())


def test_an_end_that_is_on_its_way_into_the_database_is_not_noted_as_missed(
    exchange: Exchange, database: Database
) -> None:
    async def scenario() -> None:
        records = Records(database.sessions)
        noted: list[Happening] = []
        async with listening(settings(exchange)) as listener:
            pbx = listener.screening.pbx
            await talk(exchange, 0.1)
            await until(lambda: listener.outcomes, "the end")
            records.apply(listener.decided)
            uniqueid = listener.decided[0].call.uniqueid

            async def gone() -> bool:
                return not await pbx.has(uniqueid)

            await eventually(gone, "the channel to be gone")
            later = datetime.now(UTC) + timedelta(minutes=1)
            asked = asyncio.create_task(RollCall(pbx, records, noting(noted)).once(later))
            await asyncio.sleep(0.5)
            records.apply(listener.outcomes)
            assert await asked == 0
        assert noted == []

    run(scenario())


def test_a_record_that_no_exchange_can_be_asked_about_stays_as_it_is(
    exchange22: Exchange, database: Database
) -> None:
    async def scenario() -> None:
        records = Records(database.sessions)
        records.apply([decided(call("1\r\n2", pbx="lab")), decided(call("1795412078.77", pbx="lab"))])
        noted: list[Happening] = []
        async with listening(settings(exchange22)) as listener:
            roll_call = RollCall(listener.screening.pbx, records, noting(noted))
            now = START + timedelta(days=1)
            assert await roll_call.once(now) == 1
        assert noted == [Missed(now, "lab", "1795412078.77")]

    run(scenario())


def test_a_call_that_goes_on_through_a_restart_is_told_to_its_end(
    service: Program, exchange: Exchange
) -> None:
    async def scenario() -> None:
        service.start()
        await service.up()
        talking = talk(exchange, 12)
        async with operating(service) as operator:
            await the_call(operator, when="did")
            service.kill()
            service.start()
            await service.up()
            await asyncio.sleep(2)
            assert "Chưa kết thúc" in await operator.page()
            assert rang(await talking)
            ended = await the_call(operator, when="ended_at")
            assert (ended["answered"], ended["answered_by"], ended["end_missed_at"]) == (True, "1001", None)

    run(scenario())


def test_a_call_that_passive_screening_came_too_late_for_is_counted_and_told(
    exchange: Exchange, tmp_path: Path
) -> None:
    service = serving(exchange, tmp_path, ami_mode="passive", ami_inbound_contexts="from-plain")

    async def scenario() -> None:
        service.start()
        await service.up()
        service.process.send_signal(signal.SIGSTOP)
        try:
            placed = await place(
                exchange, lambda one: one.call(GOOD, "1001", hang_up_after=0.1), trunk=Trunk.PLAIN
            )
        finally:
            service.process.send_signal(signal.SIGCONT)
        assert rang(placed)

        async def told() -> bool:
            return "was over before it could be looked at" in service.said()

        await eventually(told, "the call in the log")
        async with httpx.AsyncClient() as client:
            metrics = (await client.get(f"{service.url}/metrics")).text
        assert 'call_screener_let_through_total{cause="caller_gone",pbx="default"} 1.0' in metrics

    try:
        run(scenario())
    finally:
        service.kill()
