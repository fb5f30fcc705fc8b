"""SIPp as an independent load generator: calls at a steady rate from a trunk's address, phones that answer.

What happened is read from SIPp's own trace of its messages, so nothing of ours has a say in it. No sound is
sent; the phones ring for a tenth of a second, then answer.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from screener.lab.install import LabError
from screener.lab.setup import LOOPBACK, PHONES_ADDRESS, Trunk

_SCENARIOS = Path(__file__).resolve().parent / "scenarios"
_NOT_ALL_WELL = 1
"""SIPp's exit code where a call did not go as the scenario has it; ours to judge, not an error."""
_LONGEST_END = 60.0


class LoadError(LabError):
    """SIPp is missing or refused to work; the message has what it said."""


@dataclass(frozen=True, slots=True)
class LoadCall:
    """A call to place. `name` tells the calls of a run apart, also where the number is withheld."""

    number: str
    name: str
    to: str = "1001"


@dataclass(frozen=True, slots=True)
class Placed:
    """What SIPp saw of one call; `at` is the INVITE's Unix time, `status` the final answer's, 0 for none."""

    call: LoadCall
    at: float
    rung_ms: float | None
    status: int

    @property
    def refused(self) -> bool:
        """Whether the call was turned away without a phone having rung."""
        return self.rung_ms is None and self.status >= 300


@dataclass(frozen=True, slots=True)
class Load:
    """All calls of a run, in the order of their INVITEs."""

    placed: tuple[Placed, ...]

    @property
    def rung(self) -> list[Placed]:
        return [one for one in self.placed if one.rung_ms is not None]

    @property
    def refused(self) -> list[Placed]:
        return [one for one in self.placed if one.refused]

    @property
    def failed(self) -> list[Placed]:
        """Calls that neither rang nor were turned away."""
        return [one for one in self.placed if one.rung_ms is None and not one.refused]


@contextlib.asynccontextmanager
async def phones(port: int) -> AsyncIterator[None]:
    """SIPp as every phone of the lab, until the block ends. Raises LoadError."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        process = await _start(Path(folder), "phones", PHONES_ADDRESS, "-p", str(port))
        try:
            await asyncio.sleep(0.2)  # a port in use is said at once
            if process.returncode is not None:
                raise LoadError(f"SIPp gave up as phones: {_said(Path(folder))}")
            yield
        finally:
            await _end(process)


async def place(
    calls: Sequence[LoadCall], rate: int, sip_port: int, *, trunk: Trunk = Trunk.CARRIER, talk_ms: int = 100
) -> Load:
    """Places the calls, `rate` a second, and returns when the last one is over. Raises LoadError."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = Path(name)
        (folder / "calls.csv").write_text(_injection(calls))
        process = await _start(
            folder,
            "callers",
            trunk.address,
            *("-inf", "calls.csv", "-r", str(rate), "-m", str(len(calls)), "-d", str(talk_ms)),
            *("-l", str(len(calls))),  # else it places fewer calls a second while many are open
            *("-trace_shortmsg", "-shortmessage_file", "messages", "-trace_logs", "-log_file", "names"),
            f"{LOOPBACK}:{sip_port}",
        )
        try:
            async with asyncio.timeout(len(calls) / rate + _LONGEST_END):
                code = await process.wait()
        except TimeoutError:
            raise LoadError(f"SIPp did not come to an end: {_said(folder)}") from None
        finally:
            await _end(process)
        if code not in {0, _NOT_ALL_WELL}:
            raise LoadError(f"SIPp ended with code {code}: {_said(folder)}")
        named = {call.name: call for call in calls}
        asked = dict(line.split(";", 1) for line in _lines(folder / "names"))
        return read(_lines(folder / "messages"), {call: named[name] for call, name in asked.items()})


@dataclass(slots=True)
class _Seen:
    at: float
    rung_ms: float | None = None
    status: int = 0


def read(trace: Iterable[str], calls: dict[str, LoadCall]) -> Load:
    """Reads SIPp's short trace: date, time, Unix time, S or R, Call-ID, CSeq, first line of the message."""
    seen: dict[str, _Seen] = {}
    for line in trace:
        _, _, at, direction, call_id, sequence, first = line.split("\t", 6)
        if direction == "S" and first.startswith("INVITE "):
            seen.setdefault(call_id, _Seen(float(at)))
        elif direction == "R" and sequence.endswith(" INVITE") and call_id in seen:
            one, status = seen[call_id], int(first.split()[1])
            if status == 180 and one.rung_ms is None:
                one.rung_ms = (float(at) - one.at) * 1000
            elif status >= 200 and not one.status:
                one.status = status
    return Load(
        tuple(Placed(calls[call_id], one.at, one.rung_ms, one.status) for call_id, one in seen.items())
    )


async def _start(folder: Path, scenario: str, address: str, *options: str) -> Process:
    program = shutil.which("sipp")
    if program is None:
        raise LoadError("sipp is missing; install the Debian package sip-tester")
    with (folder / "said").open("wb") as said:
        return await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "TERM", program),
            *("-sf", str(_SCENARIOS / f"{scenario}.xml"), "-i", address, "-mi", address),
            *("-nostdin", "-trace_err", "-error_file", "errors", *options),
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "TERM": "xterm"},  # it wants a terminal's name
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said,
            stderr=asyncio.subprocess.STDOUT,
        )


async def _end(process: Process) -> None:
    """Ends SIPp at once: what it still had to say to the exchange is of no interest."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
    await process.wait()


def _injection(calls: Iterable[LoadCall]) -> str:
    return "SEQUENTIAL\n" + "".join(f"{call.number};{call.name};{call.to};\n" for call in calls)


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").split("\n")[:-1]


def _said(folder: Path) -> str:
    texts = [folder / name for name in ("errors", "said")]
    found = (path.read_text(errors="replace") for path in texts if path.exists())
    return "\n".join(found)[-1000:].strip() or "it said nothing"
