"""The journal: what happens to calls, written to a local file before the database hears of it.

Writing costs one system call and no wait for the disk; a line is safe from then on even if the process is
killed (not if the machine loses power: that may cost the last seconds). The folder holds

``current.jsonl``
    the segment being written;
``sealed-<time>.jsonl``
    segments for the database, ``time`` being that of their first line in nanoseconds;
``damaged.jsonl``, ``refused.jsonl``
    lines that could not be read and lines that the database would not take, for a human to look at;
``lock``
    held by the one process that uses the folder.
"""

import fcntl
import logging
import os
import re
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from screener import lines
from screener.happenings import Happening
from screener.metrics import Metrics

_log = logging.getLogger(__name__)

_SEALED: Final = re.compile(r"sealed-(\d+)\.jsonl")
_LOG_EVERY_S: Final = 60.0
_APPENDING: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT


class JournalUnusable(Exception):
    """The journal's folder can't be used. The message names it and the remedy."""

    def __init__(self, folder: Path, why: str, remedy: str) -> None:
        super().__init__(f"journal {folder}: {why}; {remedy}")
        self.folder = folder
        self.why = why
        self.remedy = remedy


class Journal:
    """The journal in one folder. One thread appends, another seals and takes segments away."""

    def __init__(self, folder: Path, metrics: Metrics) -> None:
        """Take the folder and seal what an earlier process left. Raises JournalUnusable."""
        self.folder = folder
        self._metrics = metrics
        self._current = folder / "current.jsonl"
        self._writing = threading.Lock()
        self._torn = False
        """The last line is only half there, so the next begins on a line of its own."""
        self._failed = False
        """The open file would not take a line; the next segment is tried out first."""
        self._since: int | None = None
        self._logged_at = -_LOG_EVERY_S
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", _APPENDING, 0o600)
        except OSError as error:
            raise _unwritable(folder, error) from error
        try:
            self._take()
            self._fd = os.open(self._current, _APPENDING, 0o600)
        except OSError as error:
            os.close(self._lock)
            raise _unwritable(folder, error) from error
        except JournalUnusable:
            os.close(self._lock)
            raise
        self._file = self._current
        """Where the open descriptor writes to; not to be taken away."""

    @property
    def writable(self) -> bool:
        """Tell whether the last line could be written."""
        return not self._failed

    def append(self, happening: Happening) -> bool:
        """Write a happening down. Never raises: a failure is counted, and logged at most once a minute."""
        try:
            line = lines.write(happening)
            with self._writing:
                self._write(line)
        except (OSError, ValueError, TypeError, KeyError) as error:
            self._failed = True
            self._count(error)
            return False
        return True

    def seal(self) -> bool:
        """Close the current segment and begin another; tell whether there was anything to close.

        Raises OSError, and nothing is lost then.
        """
        if self._fd < 0 or (self._since is None and not self._failed):
            return False
        if self._file == self._current:
            sealed = self._next(self._since or time.time_ns())
            try:
                self._current.rename(sealed)
            except FileNotFoundError:
                self._metrics.journal_failures.labels("seal").inc()
                _log.error(
                    "journal %s: somebody removed it; its last lines are lost, a new one begins", self.folder
                )
                self.folder.mkdir(parents=True, exist_ok=True)
            self._file = sealed
        fresh = os.open(self._current, _APPENDING, 0o600)
        if self._failed:
            self._try_out(fresh)
        with self._writing:
            old, self._fd = self._fd, fresh
            self._since, self._torn, self._failed = None, False, False
        self._file = self._current
        if old >= 0:
            os.close(old)
        return True

    def sealed(self) -> list[Path]:
        """Return the segments that wait for the database, the oldest first. Raises OSError."""
        return [path for _, path in self._segments() if path != self._file]

    def oldest(self) -> float | None:
        """Return when the oldest line was written that still waits (Unix time in seconds), if one does.

        Raises OSError.
        """
        times = [begun for begun, _ in self._segments()[:1]]
        if not times and self._since is not None:
            times.append(self._since)
        return times[0] / 1e9 if times else None

    def set_aside(self, name: str, kept: Iterable[bytes]) -> None:
        """Keep lines for a human in ``damaged.jsonl`` or ``refused.jsonl``. Raises OSError."""
        with (self.folder / f"{name}.jsonl").open("ab") as file:
            file.writelines(line.rstrip(b"\n") + b"\n" for line in kept)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Give the folder back. What was not sealed is found at the next start."""
        with self._writing:
            fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
            os.close(self._lock)

    def _take(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalUnusable(
                self.folder,
                "another process writes it",
                "give each process a state_dir of its own, or stop the other one",
            ) from None
        if self._current.exists():
            left = self._current.stat()
            if left.st_size:
                self._current.rename(self._next(left.st_mtime_ns))

    def _next(self, since: int) -> Path:
        """Name a segment so that it sorts after those before it, whatever the clock did."""
        last = max((begun for begun, _ in self._segments()), default=0)
        return self.folder / f"sealed-{max(since, last + 1)}.jsonl"

    def _segments(self) -> list[tuple[int, Path]]:
        """Return the sealed segments with the time of their first line in nanoseconds, in order."""
        try:
            names = list(self.folder.iterdir())
        except FileNotFoundError:  # removed under our hands; ``seal`` makes it again
            return []
        return sorted((int(match[1]), path) for path in names if (match := _SEALED.fullmatch(path.name)))

    def _try_out(self, fd: int) -> None:
        """Write an empty line, which reading passes over, to see whether the disk takes lines again."""
        try:
            os.write(fd, b"\n")
        except OSError:
            os.close(fd)
            raise

    def _write(self, line: bytes) -> None:
        if self._since is None:
            self._since = time.time_ns()
        if self._torn:
            line = b"\n" + line
        written = os.write(self._fd, line)
        self._torn = written < len(line)
        if self._torn:
            raise OSError(f"only {written} of {len(line)} bytes could be written")

    def _count(self, error: Exception) -> None:
        self._metrics.journal_failures.labels("append").inc()
        now = time.monotonic()
        if now - self._logged_at >= _LOG_EVERY_S:
            self._logged_at = now
            _log.error(
                "journal %s: a line could not be written: %s; check disk space and rights", self.folder, error
            )


def _unwritable(folder: Path, error: OSError) -> JournalUnusable:
    return JournalUnusable(
        folder, error.strerror or str(error), "give the service's user the right to write there"
    )
