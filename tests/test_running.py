"""The doctor and the service that runs: what it says of itself, of its links, and of other programs there."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from fake_manager import SECRET, FakeManager
from listener_rig import until
from service_rig import eventually

from screener import running
from screener.database import Database
from screener.doctor import switch
from screener.finding import Level
from screener.health import LinkState
from screener.lab.exchange import Exchange
from screener.lab.program import Program, serving
from screener.lab.setup import LOOPBACK
from screener.outage import Outage, Trouble
from screener.running import Link, NoService, Service
from screener.settings import PbxSettings, Settings
from screener.switch import EnforcingSwitch

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENFORCING = PbxSettings.model_validate({"host": "x", "secret": "x", "enforce": True})
MONITOR_ONLY = PbxSettings.model_validate({"host": "x", "secret": "x"})


async def doctor(program: Program) -> tuple[int, list[str]]:
    """Run the doctor on a service's settings; give its exit code and its lines."""
    done = await program.command("doctor")
    return done.returncode, done.stdout.splitlines()


def one(lines: list[str], words: str) -> str:
    found = [line for line in lines if words in line]
    assert len(found) == 1, lines
    return found[0]


async def until_health(program: Program, **wanted: str) -> None:
    """Wait until the service says these things of itself."""

    async def so() -> bool:
        _, health = await program.health()
        return health is not None and wanted.items() <= health.items()

    await eventually(so, f"{wanted} of {program.url}")


@pytest.mark.lab
def test_a_service_that_screens_is_told_as_such_and_one_that_is_monitor_only_and_switched_off_too(
    exchange22: Exchange, tmp_path: Path
) -> None:
    service = serving(exchange22, tmp_path, ami_doctor_secret=exchange22.setup.doctor_secret)

    async def scenario() -> None:
        code, lines = await doctor(service)
        assert one(lines, service.url).startswith("warn  service")
        service.start()
        await service.up()
        code, lines = await doctor(service)
        assert (code, {line[:4] for line in lines}) == (0, {"ok  "}), lines
        assert "the service that runs here is logged in, and hears it" in one(lines, "hears it")
        assert (await service.command("enforce", "off")).returncode == 0
        service.variables["CALL_SCREENER_AMI_ENFORCE"] = "false"
        code, lines = await doctor(service)
        assert code == 0
        assert one(lines, "every call rings").startswith("warn  switch – off since ")
        assert "set enforce = true" in one(lines, "monitor-only")
        assert one(lines, "was started with true").endswith("restart the service")

    try:
        asyncio.run(scenario())
    finally:
        service.kill()


@pytest.mark.lab
def test_a_service_whose_login_is_refused_fails_and_is_not_told_to_start(
    exchange22: Exchange, tmp_path: Path
) -> None:
    service = serving(exchange22, tmp_path, ami_doctor_secret=exchange22.setup.doctor_secret)
    service.variables["CALL_SCREENER_AMI_SECRET"] = "wrong"

    async def scenario() -> None:
        code, lines = await doctor(service)
        assert code == 1
        assert "check username and secret" in one(lines, "may not log in")
        assert not [line for line in lines if "no listener" in line]
        service.start()
        await until(lambda: "link refused" in service.said(), "the login to be refused", 30)
        code, lines = await doctor(service)
        assert code == 1
        assert "its link is refused: login of account" in one(lines, "the service runs here")
        assert not [line for line in lines if "start the service" in line]

    try:
        asyncio.run(asyncio.wait_for(scenario(), 60))
    finally:
        service.kill()


def test_a_service_whose_lab_is_gone_fails_though_no_pbx_is_in_the_settings(tmp_path: Path) -> None:
    """The link's name is not in the doctor's settings: as where the service was started on a lab."""

    async def scenario() -> None:
        async with FakeManager() as peer:
            variables = {
                "CALL_SCREENER_PBX__LAB__HOST": LOOPBACK,
                "CALL_SCREENER_PBX__LAB__PORT": str(peer.port),
                "CALL_SCREENER_PBX__LAB__SECRET": SECRET,
            }
            service = Program(tmp_path, variables)
            service.start()
            try:
                await service.up()
                await peer.__aexit__()
                await until(lambda: "connection refused" in service.said(), "the lab to be missed", 30)
                service.variables = {"CALL_SCREENER_LAB_STATE": str(tmp_path / "none")}
                code, lines = await doctor(service)
            finally:
                service.kill()
        assert code == 1
        assert one(lines, "its link is down").startswith("FAIL  pbx lab – ")
        assert "no lab exchange runs" in one(lines, "[pbx.default]")

    asyncio.run(asyncio.wait_for(scenario(), 60))


class _Other(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def other_program() -> Iterator[int]:
    """Give the port of a web server that is not ours."""
    server = HTTPServer((LOOPBACK, 0), _Other)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_program_on_the_port_fails(other_program: int) -> None:
    with pytest.raises(NoService) as none:
        running.ask(Settings(port=other_program))
    assert none.value.finding.level is Level.FAIL
    assert "another program listens there" in none.value.finding.text


def test_a_service_that_hangs_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ANSWER_WITHIN", 0.2)
    with socket.create_server((LOOPBACK, 0)) as mute, pytest.raises(NoService) as none:
        running.ask(Settings(port=mute.getsockname()[1]))
    assert none.value.finding.level is Level.FAIL
    assert "no answer within 0.2 s" in none.value.finding.text


def test_a_service_that_is_of_no_use_fails_with_each_cause_and_its_remedy() -> None:
    cause = "no lists were ever loaded: check the database"
    service = Service(
        ready=False,
        causes=(cause,),
        links=(),
        journal_writable=True,
        outage=Outage(Trouble.AWAY, NOON, "", ""),
    )
    (finding,) = running.examine(Settings(), service)
    assert finding.level is Level.FAIL
    assert finding.text.endswith("no lists were ever loaded")
    assert finding.remedy == "check the database"


def test_a_service_whose_database_file_was_moved_or_whose_journal_takes_nothing_is_warned_of(
    tmp_path: Path,
) -> None:
    service = Program(
        tmp_path, {"CALL_SCREENER_PBX__HQ__HOST": LOOPBACK, "CALL_SCREENER_PBX__HQ__SECRET": "x"}
    )
    database = tmp_path / "state" / "call-screener.db"

    async def scenario() -> None:
        service.start()
        await until_health(service, database="up")
        database.rename(tmp_path / "away.db")
        await until_health(service, database="down")
        _, lines = await doctor(service)
        line = one(lines, "can't read its lists since")
        assert line.startswith(f"warn  service {service.url}")
        assert "file was removed or moved. Calls are screened by those in memory, and recorded;" in line
        assert f"put {database} back, or restart the service" in line
        assert not [line for line in lines if line.endswith("runs")]

    try:
        asyncio.run(scenario())
    finally:
        service.kill()
    full = Service(ready=True, causes=(), links=(), journal_writable=False, outage=None)
    (finding,) = running.examine(Settings(), full)
    assert finding.level is Level.WARN
    assert "can't write its journal" in finding.text
    assert "free space on the disk of var" in finding.remedy


@pytest.mark.parametrize(
    ("state", "level"),
    [
        (LinkState.UP, Level.OK),
        (LinkState.CONNECTING, Level.WARN),
        (LinkState.BOOTING, Level.WARN),
        (LinkState.DEAF, Level.FAIL),
        (LinkState.DOWN, Level.FAIL),
        (LinkState.REFUSED, Level.FAIL),
        (LinkState.SILENT, Level.FAIL),
    ],
)
def test_a_link_that_is_not_up_fails_but_for_one_that_is_being_made(state: LinkState, level: Level) -> None:
    (finding,) = running.link("pbx", Link(pbx="hq", state=state, detail="a detail", enforce=True))
    assert finding.level is level
    assert level is Level.OK or "a detail" in finding.text


def test_monitor_only_is_warned_of_and_so_is_a_service_with_other_settings() -> None:
    known = Link(pbx="hq", state=LinkState.UP, detail="", enforce=True)
    assert list(running.enforcing("pbx", ENFORCING, known)) == []
    assert list(running.enforcing("pbx", ENFORCING, None)) == []
    assert len(list(running.enforcing("pbx", MONITOR_ONLY, None))) == 1
    assert [finding.level for finding in running.enforcing("pbx", MONITOR_ONLY, known)] == [Level.WARN] * 2


def test_a_finding_that_ends_in_a_question_gets_no_semicolon_behind_it() -> None:
    link = Link(pbx="hq", state=LinkState.DOWN, detail="refused; is Asterisk running?", enforce=True)
    (finding,) = running.link("pbx", link)
    assert "is Asterisk running? it tries again" in str(finding)


def test_the_switch_is_told_with_who_turned_it(sqlite_database: Database) -> None:
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    assert switch(url).level is Level.OK
    EnforcingSwitch(sqlite_database.sessions).set(False, "lan")
    assert switch(url).level is Level.WARN
    assert "UTC by lan: every call rings" in switch(url).text
