"""Where a running lab exchange can be found by other processes: a small file with its ports and account."""

import asyncio
import contextlib
import fcntl
import os
import socket
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from screener.lab.exchange import Exchange
from screener.lab.install import LabError
from screener.lab.setup import SCREENER_USER, Ports


@dataclass(frozen=True, slots=True)
class LabState:
    """A running lab exchange. `started` is its start time in clock ticks: process ids are used again."""

    pid: int
    started: int
    version: str
    workdir: Path
    ports: Ports
    user: str
    secret: str
    doctor_secret: str


_FORMAT = TypeAdapter(LabState)
_POLL_SECONDS = 0.1


def state_dir() -> Path:
    """Where the exchange of `lab up` lives (`CALL_SCREENER_LAB_STATE`)."""
    return Path(os.environ.get("CALL_SCREENER_LAB_STATE") or Path.home() / ".cache/call-screener/lab/run")


def of(exchange: Exchange) -> LabState:
    """What others need to know to use this running exchange."""
    return LabState(
        pid=exchange.pid,
        started=started(exchange.pid) or 0,
        version=exchange.install.version,
        workdir=exchange.workdir,
        ports=exchange.setup.ports,
        user=SCREENER_USER,
        secret=exchange.setup.secret,
        doctor_secret=exchange.setup.doctor_secret,
    )


def save(state: LabState) -> None:
    """Leaves the state where load() and last() find it, readable by this user alone: it holds secrets."""
    state_dir().mkdir(parents=True, exist_ok=True)
    for path in (_last_path(), _path()):
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_bytes(_FORMAT.dump_json(state, indent=1))
        partial.rename(path)


def load() -> LabState | None:
    """The exchange that is running now, if one is."""
    state = _read(_path())
    return state if state is not None and started(state.pid) == state.started else None


def last() -> LabState | None:
    """The last exchange, running or not. The next one takes its ports and secrets, where a service looks."""
    return _read(_last_path())


def stray() -> int | None:
    """The process id of an Asterisk in this folder that load() misses: its file is lost or unreadable."""
    folder = state_dir() / "exchange/run"
    if load() is not None or not folder.is_dir():
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as console:
            console.connect(
                f"/proc/self/fd/{handle}/asterisk.ctl"
            )  # its real path may be too long for a socket
            credentials = console.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    except OSError:
        return None
    finally:
        os.close(handle)
    return int(struct.unpack("3i", credentials)[0])


def refuse_stray() -> None:
    """Raises LabError with the remedy where there is such an Asterisk."""
    found = stray()
    if found is not None:
        raise LabError(
            f"an Asterisk (pid {found}) is running in {state_dir()}, but the file exchange.json there, which "
            "tells how to reach it, is missing or can't be read; `call-screener lab down` stops it, then "
            "`call-screener lab up` starts a new one"
        )


@contextlib.asynccontextmanager
async def starting(within: float = 90.0) -> AsyncIterator[None]:
    """Holds the folder while an exchange is started in it; raises LabError where another start never ends."""
    state_dir().mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + within
    with (state_dir() / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LabError(
                        f"another process has been starting a lab exchange in {state_dir()} for "
                        f"{within:g} s; end that one, then try again"
                    ) from None
            await asyncio.sleep(_POLL_SECONDS)
        yield


def being_started() -> bool:
    """Whether some process holds starting() now."""
    try:
        with (state_dir() / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def remove(pid: int) -> None:
    """Forgets this exchange, or a file that can't be read; what another one left there since stays."""
    state = _read(_path())
    if state is None or state.pid == pid:
        _path().unlink(missing_ok=True)


def _path() -> Path:
    return state_dir() / "exchange.json"


def _last_path() -> Path:
    return state_dir() / "last.json"


def _read(path: Path) -> LabState | None:
    try:
        return _FORMAT.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def started(pid: int) -> int | None:
    """The start time of a living process, None if there is none (proc(5), fields 3 and 22)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])
