"""The folder of a job that a process of its own does for the service: it tells how the job goes.

It outlives both processes, so a restart of the service forgets no job, and disturbs none.
"""

import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

STATE: Final = "state.json"
LOCK: Final = "lock"
"""Is held from the beginning on, and by the process as long as it lives."""
FAILED: Final = "failed"
ENDED: Final = ("done", FAILED)


def lock(folder: Path) -> int:
    """Hold a new job's lock; return its file descriptor. Raises OSError."""
    held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def start(module: str, folder: Path, held: int, order: Mapping[str, Any]) -> None:
    """Start the process that does a job, with its order as JSON on standard input. Raises OSError.

    The order is no argument, for it may hold a password.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - nothing in it is anybody else's
            [sys.executable, "-m", module, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(held,),
        )
    finally:
        os.close(held)
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode())
    process.stdin.close()
    threading.Thread(target=process.wait, name=f"{module} {folder.name}", daemon=True).start()


def runs(folder: Path) -> bool:
    """Tell whether a job's process holds its lock."""
    try:
        held = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who ask don't see each other
    except BlockingIOError:
        return True
    finally:
        os.close(held)
    return False


def told(folder: Path) -> dict[str, Any]:
    """Return what a job's process has told last, nothing where its file is not all there yet."""
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return state


def tell(folder: Path, state: Mapping[str, Any]) -> None:
    """Replace what is told of a job as a whole: who reads never sees a half of it."""
    unfinished = folder / f"{STATE}.part"
    unfinished.write_text(json.dumps(state), "utf-8")
    unfinished.replace(folder / STATE)
