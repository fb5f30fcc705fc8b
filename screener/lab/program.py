"""The whole service as a program of its own, `call-screener run`, for measurements and tests."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from screener.lab.exchange import Exchange
from screener.lab.install import LabError
from screener.lab.setup import LOOPBACK, SCREENER_USER, free_port

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05
_LOG_TAIL = 3000


class ProgramError(LabError):
    """The service did not start or did not end; the message has what it said."""


class Program:
    """One run of the service with its state in `folder`. `variables` are settings for its environment.

    `inside` is a command that ends by running the one behind it, in surroundings of its making.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str], inside: Sequence[str] = ()) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.variables = dict(variables)
        self.inside = tuple(inside)
        self.port = free_port(LOOPBACK, socket.SOCK_STREAM)
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.output = folder / "output"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process; raises ProgramError before the first start."""
        if self._process is None:
            raise ProgramError("the service was not started")
        return self._process

    @property
    def environment(self) -> dict[str, str]:
        """The environment for this service and for commands on its settings; none of the machine's own."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("CALL_SCREENER_")}
        config = self.folder / "settings.toml"
        config.touch()
        own = {
            "CALL_SCREENER_CONFIG": str(config),
            "CALL_SCREENER_PORT": str(self.port),
            "CALL_SCREENER_STATE_DIR": str(self.folder / "state"),
        }
        return {**inherited, **own, **self.variables}

    def start(self) -> None:
        """Starts the process; what it says is added to `output`. It ends with the one that started it."""
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [*self.inside, "setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "screener", "run"],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    async def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs `call-screener` with these arguments on the same settings, to its end."""
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "screener", *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )

    async def up(self, within: float = _START_SECONDS) -> None:
        """Returns when every link is up and the service ready; raises ProgramError where it isn't in time."""
        deadline = time.monotonic() + within
        while True:
            if self.process.poll() is not None:
                raise ProgramError(f"the service ended with code {self.process.returncode}: {self.said()}")
            status, health = await self.health()
            if status == HTTPStatus.OK and all(link["state"] == "up" for link in health["links"]):
                return
            if time.monotonic() > deadline:
                raise ProgramError(f"not up after {within:g} s: {health} {self.said()}")
            await asyncio.sleep(_POLL_SECONDS)

    async def health(self) -> tuple[int, Any]:
        """What `/health/ready` answers: status and body; 0 and nothing where nobody answers."""
        return await asyncio.to_thread(self._health)

    def _health(self) -> tuple[int, Any]:
        link = HTTPConnection(LOOPBACK, self.port, timeout=5.0)
        try:
            link.request("GET", "/health/ready")
            answer = link.getresponse()
            return answer.status, json.load(answer)
        except (OSError, HTTPException):
            return 0, None
        finally:
            link.close()

    async def stop(self) -> int:
        """Ends it with SIGTERM and returns its exit code; raises ProgramError where it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self, within: float = _STOP_SECONDS) -> int:
        """Waits for the end and returns the exit code; raises ProgramError where there is none in time."""
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                self.kill()
                raise ProgramError(f"the service did not end in {within:g} s: {self.said()}")
            await asyncio.sleep(_POLL_SECONDS)
        return self.process.returncode

    def kill(self) -> None:
        """Ends it with SIGKILL, at once and stopped or not; harmless when it isn't running."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        """The end of its output."""
        return self.output.read_text(errors="replace")[-_LOG_TAIL:] if self.output.exists() else ""


def serving(exchange: Exchange, folder: Path, **variables: str) -> Program:
    """A service that screens the calls of a lab exchange, enforcing, not started yet."""
    return Program(
        folder,
        {
            "CALL_SCREENER_AMI_HOST": LOOPBACK,
            "CALL_SCREENER_AMI_PORT": str(exchange.setup.ports.ami),
            "CALL_SCREENER_AMI_USERNAME": SCREENER_USER,
            "CALL_SCREENER_AMI_SECRET": exchange.setup.secret,
            "CALL_SCREENER_AMI_ENFORCE": "true",
            **{f"CALL_SCREENER_{name.upper()}": value for name, value in variables.items()},
        },
    )
