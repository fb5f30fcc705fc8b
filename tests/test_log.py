"""What whoever reads the log at night is told: what runs with what, and what it means for calls."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fake_manager import SECRET, USER, FakeManager, Play
from listener_rig import until
from service_rig import eventually, operating

from screener import pbx as pbx_module
from screener import reach
from screener.health import LinkState
from screener.lab.program import Program
from screener.lab.setup import LOOPBACK
from screener.metrics import Metrics
from screener.pbx import Pbx
from screener.session import Timing
from screener.settings import PbxSettings

FAST = Timing(connect_within=0.3, answer_within=0.2, boot_within=0.4, ping_every=0.05, beat_every=0.2)


def pbx(port: int = 5038, **changes: object) -> PbxSettings:
    values = {"host": LOOPBACK, "port": port, "username": USER, "secret": SECRET, **changes}
    return PbxSettings.model_validate(values)


async def says(program: Program, words: str) -> None:
    """Wait until the service's log has these words."""

    async def there() -> bool:
        return words in program.said()

    await eventually(there, f"{words!r} in {program.said()}")


def test_the_start_says_what_the_service_works_with_and_each_change_what_is_in_force(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with FakeManager() as peer:
            program = Program(
                tmp_path,
                {
                    "CALL_SCREENER_PBX__HQ__HOST": LOOPBACK,
                    "CALL_SCREENER_PBX__HQ__PORT": str(peer.port),
                    "CALL_SCREENER_PBX__HQ__SECRET": SECRET,
                    "CALL_SCREENER_PBX__HQ__ENFORCE": "true",
                    "CALL_SCREENER_PBX__BRANCH__HOST": LOOPBACK,
                    "CALL_SCREENER_PBX__BRANCH__PORT": str(peer.port),
                    "CALL_SCREENER_PBX__BRANCH__SECRET": SECRET,
                },
            )
            program.start()
            try:
                await program.up()
                for words in (
                    f"settings: {tmp_path}/settings.toml",
                    f"state folder: {tmp_path}/state; database: sqlite:///{tmp_path}/state/call-screener.db",
                    f"pbx hq: {LOOPBACK}:{peer.port}, inline, enforcing",
                    f"pbx branch: {LOOPBACK}:{peer.port}, inline, monitor-only (enforce = false)",
                    "lists in force: 0 to block, 0 to allow, ",
                    "the switch is on",
                    "pbx hq: up: Asterisk Call Manager/11.0.0: calls are screened from now on",
                    "pbx branch: up: Asterisk Call Manager/11.0.0: calls are judged and recorded (monitor",
                ):
                    await says(program, words)
                async with operating(program) as operator:
                    await operator.block("0912345678")
                    await says(program, "lists in force: 1 to block, 0 to allow, ")
                assert (await program.command("enforce", "off")).returncode == 0
                await says(program, "the switch is off: every call rings")
                assert SECRET not in program.said()
            finally:
                program.kill()

    asyncio.run(scenario())


@pytest.mark.parametrize("reason", ["no lists", "switch off"])
def test_a_link_that_comes_up_promises_no_screening_while_nothing_is_enforced(
    tmp_path: Path, reason: str
) -> None:
    async def scenario() -> None:
        async with FakeManager() as peer:
            link = {"HOST": LOOPBACK, "PORT": str(peer.port), "SECRET": SECRET, "ENFORCE": "true"}
            program = Program(
                tmp_path, {f"CALL_SCREENER_PBX__HQ__{key}": value for key, value in link.items()}
            )
            program.start()
            try:
                await says(program, "pbx hq: up: ")
                assert "calls are screened from now on" in program.said()
                if reason == "switch off":
                    assert (await program.command("enforce", "off")).returncode == 0
                assert await program.stop() == 0
                if reason == "no lists":
                    (tmp_path / "state" / "call-screener.db").write_bytes(b"garbage" * 1000)
                program.output.unlink()
                program.start()
                await says(program, "pbx hq: up: ")
                assert "calls are judged and recorded (none is touched: the switch is off" in program.said()
            finally:
                program.kill()

    asyncio.run(scenario())


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[..., list[str]]:
    """Run a link with quick tries while ``plot`` plays; give the log lines of the link."""
    monkeypatch.setattr(pbx_module, "PAUSES", (0.02, 0.1))

    def tell(settings: PbxSettings, plot: Callable[[Pbx], Awaitable[None]]) -> list[str]:
        async def scenario() -> None:
            link = Pbx("hq", settings, Metrics(), lambda message: None, FAST)
            task = asyncio.create_task(link.run())
            try:
                await plot(link)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        with caplog.at_level(logging.INFO):
            asyncio.run(scenario())
        return [record.getMessage() for record in caplog.records if record.name == "screener.pbx"]

    return tell


@pytest.mark.parametrize(
    ("enforce", "without", "again"),
    [
        (True, "Until it is back, calls ring unscreened.", "calls are screened again, after "),
        (
            False,
            "they ring, as always while this PBX is monitor-only.",
            "are judged and recorded (monitor-only",
        ),
    ],
)
def test_a_link_that_was_lost_says_what_that_means_and_when_it_is_over(
    story: Callable[..., list[str]], enforce: bool, without: str, again: str
) -> None:
    peer = FakeManager(Play())

    async def plot(link: Pbx) -> None:
        await until(lambda: link.health.state is LinkState.DOWN, "a try in vain")
        async with peer:
            await until(lambda: link.health.state is LinkState.UP, "the link")
            peer.hang_up()
            await until(lambda: peer.logins == 2 and link.health.state is LinkState.UP, "the link again")

    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        peer.port = found.getsockname()[1]
    refused, first, lost, back = story(pbx(peer.port, enforce=enforce), plot)[:4]
    assert without in refused
    assert first.endswith("from now on")
    assert without in lost
    assert again in back
    assert back.endswith("0 s in which they were not")


def test_a_detail_that_ends_in_a_question_gets_no_full_stop_behind_it(
    story: Callable[..., list[str]],
) -> None:
    async def plot(link: Pbx) -> None:
        await until(lambda: link.health.state is LinkState.DOWN, "a try")

    with socket.socket() as nobody:
        nobody.bind((LOOPBACK, 0))
        port = nobody.getsockname()[1]
        (line,) = story(pbx(port), plot)
    assert line.startswith(
        f"pbx hq: link down: can't reach {LOOPBACK}:{port}: connection refused; is Asterisk"
    )
    assert line.count(str(port)) == 1
    assert "manager enabled ([general] of manager.conf: enabled = yes, port, bindaddr)? Until" in line


@pytest.mark.parametrize(
    ("seconds", "spelt"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7205, "2 h 5 s")]
)
def test_an_outage_is_told_to_the_second(seconds: float, spelt: str) -> None:
    assert pbx_module._spell(timedelta(seconds=seconds)) == spelt


@pytest.mark.parametrize(
    ("error", "tls", "text", "remedy"),
    [
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed"),
            False,
            "refused",
            "port, bindaddr",
        ),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed"), True, "refused", "tlsbindaddr"),
        (OSError("Multiple exceptions: [Errno 111] a, [Errno 111] b"), False, "refused", "port, bindaddr"),
        (OSError(errno.EHOSTUNREACH, "Connect call failed"), False, "no route to host", "firewall"),
        (TimeoutError(errno.ETIMEDOUT, "Connect call failed"), False, "no answer", "firewall"),
        (socket.gaierror(-2, "Name or service not known"), False, "no address for this name", "DNS"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), False, "hung up at once", "host and port"),
        (ssl.SSLEOFError(8, "EOF"), True, "hung up at once", "host and port"),
        (ssl.SSLError(1, "anything"), True, "TLS failed", "tls = false"),
        (OSError("odd"), False, "odd", "host, port and network"),
    ],
)
def test_a_pbx_that_can_not_be_reached_is_told_with_cause_and_remedy(
    error: OSError, tls: bool, text: str, remedy: str
) -> None:
    cause = reach.why(error, pbx(tls=tls))
    assert text in cause.text
    assert remedy in cause.remedy
