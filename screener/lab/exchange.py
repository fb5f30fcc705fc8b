"""A running Asterisk of our own on loopback: started on its own configuration, stopped without a trace."""

import asyncio
import contextlib
import os
import signal
import subprocess
from pathlib import Path

from screener.lab import config
from screener.lab.install import AsteriskInstall, LabError
from screener.lab.setup import LAB_USER, LOOPBACK, Ports, Setup

_BOOT_SECONDS = 60.0
_STOP_SECONDS = 8.0
_LOGIN_SECONDS = 10.0
_POLL_SECONDS = 0.05
_LOG_TAIL = 2000


class ExchangeError(LabError):
    """The lab exchange did not start or refused a command; the message has what it said."""


class PortsTakenError(ExchangeError):
    """Somebody else listens on the SIP or AMI port that was free a moment ago."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(
            f"another process uses {LOOPBACK}:{ports.sip} (SIP) or {LOOPBACK}:{ports.ami} (AMI); start again"
        )
        self.ports = ports


class Exchange:
    """One Asterisk process with its work folder.

    `detached` lets it outlive the process that started it; otherwise it ends with it. Use it as
    `async with Exchange(install, workdir, setup) as exchange`, or call start() and stop().
    """

    def __init__(
        self, install: AsteriskInstall, workdir: Path, setup: Setup, *, detached: bool = False
    ) -> None:
        self.install = install
        self.workdir = workdir.resolve()
        self.setup = setup
        self._detached = detached
        # Not asyncio's own subprocess: that one is killed when the event loop closes, and an
        # exchange serves several loops (one a test).
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> "Exchange":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process id of Asterisk itself; raises ExchangeError when it isn't running."""
        if self._process is None:
            raise ExchangeError("the lab exchange is not running")
        return self._process.pid

    def log(self) -> Path:
        """The full log of this exchange (notice, warning, error, verbose)."""
        return self.workdir / "log/full.log"

    async def start(self) -> None:
        """Returns when Asterisk is fully booted and takes calls.

        Raises ExchangeError if it doesn't, PortsTakenError where it could not have its ports: Asterisk boots
        without them.
        """
        config.write(self.install, self.workdir, self.setup)
        (self.workdir / "run/asterisk.ctl").unlink(missing_ok=True)
        self._spawn()
        try:
            async with asyncio.timeout(_BOOT_SECONDS):
                while not await self._booted():  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            await self.stop()
            raise ExchangeError(f"Asterisk did not boot in {_BOOT_SECONDS:.0f} s: {self._said()}") from None
        if not (await self._has_sip() and await self._has_ami()):
            await self.stop()
            raise PortsTakenError(self.setup.ports)

    async def stop(self) -> None:
        """Ends all calls and the process; harmless when it isn't running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                while process.poll() is None:  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            process.kill()
        process.wait()

    async def restart(self) -> None:
        """Stops and starts it on the same ports, with what the repository's dialplan holds now."""
        await self.stop()
        await self.start()

    async def cli(self, command: str) -> str:
        """What Asterisk's command line answers, e.g. to `core show channels`."""
        status, answer = await self._rx(command)
        if status:
            raise ExchangeError(f"{command!r} failed: {answer.strip() or self._said()}")
        return answer

    def _spawn(self) -> None:
        if self._process is not None:
            raise ExchangeError("the lab exchange is running already")
        command = self.install.command(self.workdir, "-f", dies_with_parent=not self._detached)
        # The machine's locale and HOME are of no interest, and a terminal would get its control codes.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "TERM": "dumb"}
        with (self.workdir / "log/output").open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.workdir,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def _booted(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            self._process = None
            raise ExchangeError(f"Asterisk ended while it started: {self._said()}")
        if not (self.workdir / "run/asterisk.ctl").exists():
            return False
        status, answer = await self._rx("core waitfullybooted")
        return status == 0 and "fully booted" in answer

    async def _has_sip(self) -> bool:
        return f"{LOOPBACK}:{self.setup.ports.sip}" in await self.cli("pjsip show transports")

    async def _has_ami(self) -> bool:
        """Whether it is this very exchange that answers: no other one knows the secret."""
        account = f"Username: {LAB_USER}\r\nSecret: {self.setup.lab_secret}"
        try:
            async with asyncio.timeout(_LOGIN_SECONDS):
                reader, writer = await asyncio.open_connection(LOOPBACK, self.setup.ports.ami)
                writer.write(f"Action: Login\r\n{account}\r\nEvents: off\r\n\r\n".encode())
                await reader.readline()
                answer = await reader.readline()
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
        except (OSError, TimeoutError):
            return False
        return answer == b"Response: Success\r\n"

    async def _rx(self, command: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *self.install.command(self.workdir, "-rx", command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode(errors="replace")

    def _said(self) -> str:
        texts = [
            path.read_text(errors="replace")
            for path in (self.log(), self.workdir / "log/output")
            if path.exists()
        ]
        return "\n".join(texts)[-_LOG_TAIL:].strip() or "it said nothing"
