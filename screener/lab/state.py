"""Where a running lab exchange can be found by other processes: a small file with its ports and account."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


def state_dir() -> Path:
    """Where the exchange of `lab up` lives (`CALL_SCREENER_LAB_STATE`)."""
    return Path(os.environ.get("CALL_SCREENER_LAB_STATE") or Path.home() / ".cache/call-screener/lab/run")


def of(exchange: Exchange) -> LabState:
    """What others need to know to use this running exchange."""
    return LabState(
        pid=exchange.pid,
        started=_started(exchange.pid) or 0,
        version=exchange.install.version,
        workdir=exchange.workdir,
        ports=exchange.setup.ports,
        user=SCREENER_USER,
        secret=exchange.setup.secret,
        doctor_secret=exchange.setup.doctor_secret,
    )


def save(state: LabState) -> None:
    """Leaves the state where load() finds it, readable by this user alone: it holds the AMI secret."""
    state_dir().mkdir(parents=True, exist_ok=True)
    partial = _path().with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_bytes(_FORMAT.dump_json(state, indent=1))
    partial.rename(_path())


def load() -> LabState | None:
    """The exchange that is running now, if one is; what a dead one left behind is forgotten."""
    try:
        state = _FORMAT.validate_json(_path().read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return state if is_running(state) else None


@contextmanager
def starting() -> Iterator[None]:
    """Holds the folder while an exchange is started in it; raises LabError where another start does."""
    state_dir().mkdir(parents=True, exist_ok=True)
    with (state_dir() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LabError("a lab exchange is being started right now; try again in a few seconds") from None
        yield


def remove() -> None:
    _path().unlink(missing_ok=True)


def is_running(state: LabState) -> bool:
    return _started(state.pid) == state.started


def _path() -> Path:
    return state_dir() / "exchange.json"


def _started(pid: int) -> int | None:
    """The start time of a living process, None if there is none (proc(5), fields 3 and 22)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])
