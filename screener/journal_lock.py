"""The lock on a journal's folder: one process uses it, and who else tries is told which."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Final

APPENDING: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT


class JournalUnusable(Exception):
    """The journal's folder can't be used. The message names it and the remedy."""

    def __init__(self, folder: Path, why: str, remedy: str) -> None:
        super().__init__(f"journal {folder}: {why}; {remedy}")
        self.folder = folder
        self.why = why
        self.remedy = remedy


def take(folder: Path) -> int:
    """Take the lock and write our number into its file. Raises JournalUnusable and OSError."""
    file = folder / "lock"
    lock = os.open(file, APPENDING, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        number = file.read_text(errors="replace").strip()
        raise JournalUnusable(
            folder,
            f"process {number} writes it" if number.isdecimal() else "another process writes it",
            "if that is the running service ('systemctl status call-screener' and 'call-screener doctor' "
            "tell), leave it to it or stop it first; else give each process a state_dir of its own",
        ) from None
    with contextlib.suppress(OSError):  # on a full disk it is locked all the same
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
    return lock
