"""The journal: what happens to calls, written to a local file before the database hears of it.

Writing costs one system call and no wait for the disk; a line is safe from then on even if the process is
killed (not if the machine loses power: that may cost the last seconds). Lines that the disk doesn't take wait
in memory, in their order, until it does or the database took them. The folder holds

``current.jsonl``
    the segment being written;
``sealed-<time>.jsonl``
    segments for the database, ``time`` being that of their first line in nanoseconds;
``damaged.jsonl``, ``refused.jsonl``
    lines that could not be read and lines that the database would not take, for a human to look at;
``lock``
    held by the one process that uses the folder, with its number.
"""

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from screener import journal_lock, lines
from screener.happenings import Happening
from screener.held_lines import HeldLines
from screener.journal_lock import APPENDING, JournalUnusable
from screener.metrics import Metrics

_log = logging.getLogger(__name__)

_SEALED: Final = re.compile(r"sealed-(\d+)\.jsonl")
_AT_ONCE: Final = 100
"""Lines written with one call when the disk takes them again; whoever appends waits for no more."""


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
        self._held = HeldLines(folder, metrics)
        """As long as there are any, new lines queue up behind them."""
        self._closed = False
        self._waiting: set[Path] = set()
        """Segments that were handed out and not deleted yet."""
        self._since: int | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = journal_lock.take(folder)
        except OSError as error:
            raise _unwritable(folder, error) from error
        try:
            self._seal_left()
            self._fd = os.open(self._current, APPENDING, 0o600)
        except OSError as error:
            os.close(self._lock)
            raise _unwritable(folder, error) from error
        self._file: Path | None = self._current
        """Where the open descriptor writes to; not to be taken away. None where there is no descriptor."""

    @property
    def writable(self) -> bool:
        """Tell whether the last line could be written."""
        return self._fd >= 0 and not self._held

    @property
    def held(self) -> int:
        """Return how many lines wait in memory."""
        return len(self._held)

    def append(self, happening: Happening) -> bool:
        """Write a happening down; tell whether it is kept, if in memory only. Never raises.

        What can't be written is counted, and logged at most once a minute.
        """
        try:
            line = lines.write(happening)
        except (ValueError, TypeError, KeyError) as error:
            self._metrics.journal_failures.labels("append").inc()
            _log.error("journal %s: a record can't be written down and is lost: %s", self.folder, error)
            return False
        with self._writing:
            if self._closed:
                self._held.add(line)
                self._held.give_up("they came after the end of the journal")
                return False
            if not self.writable:
                return self._held.add(line)
            try:
                self._write(line)
            except OSError as error:
                self._held.tell(error)
                return self._held.add(line)
        return True

    def seal(self) -> bool:
        """Close the current segment and begin another; tell whether there was anything to close.

        Lines that wait in memory open the new one. Raises OSError, and nothing is lost then.
        """
        if self._closed or (self._since is None and self.writable):
            return False
        if self._file == self._current:
            self._file = self._set_apart()
        try:
            fresh = os.open(self._current, APPENDING, 0o600)
            if not self.writable:
                self._try_out(fresh)
        except OSError as error:
            with self._writing:
                if not self.writable:  # nothing more goes to the old one: it may be handed out
                    self._held.tell(error)
                    self._put_down(-1)
                    self._file = None
            raise
        with self._writing:
            self._put_down(fresh)
            self._file = self._current
        self._write_held()
        return True

    def settle(self) -> bool:
        """Write what waits in memory, where the disk takes lines again; tell whether nothing waits."""
        if not self.writable:
            with contextlib.suppress(OSError):
                self.seal()
        return self.writable

    def first_held(self, number: int) -> list[bytes]:
        """Return the first lines that wait in memory, as soon as all before them were handed out."""
        with self._writing:
            return [] if self._fd >= 0 else self._held.first(number)

    def forget_held(self, number: int) -> None:
        """Let the first lines in memory go: they are stored."""
        with self._writing:
            self._held.forget(number)

    def discard(self, segment: Path) -> None:
        """Delete a segment that is stored. Raises OSError."""
        segment.unlink()
        self._waiting.discard(segment)

    def sealed(self) -> list[Path]:
        """Return the segments that wait for the database, the oldest first. Raises OSError."""
        handed_out = [path for _, path in self._segments() if path != self._file]
        if handed_out or self.folder.exists():
            self._waiting = set(handed_out)
        return handed_out

    def oldest(self) -> float | None:
        """Return when the oldest line was written that still waits (Unix time in seconds), if one does.

        Raises OSError.
        """
        times = [begun for begun, _ in self._segments()[:1]]
        times += [begun for begun in (self._since, self._held.since) if begun is not None and not times]
        return times[0] / 1e9 if times else None

    def set_aside(self, name: str, kept: Iterable[bytes]) -> None:
        """Keep lines for a human in ``damaged.jsonl`` or ``refused.jsonl``. Raises OSError."""
        with (self.folder / f"{name}.jsonl").open("ab") as file:
            file.writelines(line.rstrip(b"\n") + b"\n" for line in kept)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Give the folder back. What was not sealed is found at the next start; what is held is lost."""
        if self._closed:
            return
        self.settle()
        with self._writing:
            self._closed = True
            self._held.give_up("the service stops, and neither disk nor database took them until now")
            self._put_down(-1)
        os.close(self._lock)

    def _seal_left(self) -> None:
        """Seal what an earlier process left."""
        if self._current.exists():
            left = self._current.stat()
            if left.st_size:
                self._current.rename(self._next(left.st_mtime_ns))

    def _set_apart(self) -> Path:
        """Give the current segment its sealed name; where it is gone, write it again from the open file."""
        sealed = self._next(self._since or self._held.since or time.time_ns())
        try:
            self._current.rename(sealed)
        except FileNotFoundError:
            self._metrics.journal_failures.labels("seal").inc()
            lost = sum(not path.exists() for path in self._waiting)
            rescued = os.pread(self._fd, os.fstat(self._fd).st_size, 0)
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / "lock").exists():
                os.close(self._lock)
                self._lock = journal_lock.take(self.folder)
            sealed.write_bytes(rescued)
            _log.error(
                "journal %s: somebody removed it. The %d lines of the segment in use were still open and are "
                "written again; %d segments that waited for the database are lost: restore them from a "
                "backup, as sealed-*.jsonl in that folder, if there is one. Let nobody clean up there",
                self.folder,
                rescued.count(b"\n"),
                lost,
            )
            self._waiting.clear()
        return sealed

    def _put_down(self, fresh: int) -> None:
        """Go over to another descriptor, or to none (-1)."""
        old, self._fd = self._fd, fresh
        self._since, self._torn = None, False
        if old >= 0:
            os.close(old)

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
        """Append a line to the file, or several; what is only half there is cut off. Raises OSError."""
        if self._torn:
            line = b"\n" + line
        written = os.write(self._fd, line)
        if self._since is None:
            self._since = self._held.since or time.time_ns()
        self._torn = False
        if written < len(line):
            whole = line.rfind(b"\n", 0, written) + 1
            try:
                os.ftruncate(self._fd, os.fstat(self._fd).st_size - written + whole)
            except OSError:
                self._torn = True
            raise _Short(line[:whole].count(b"\n") - line.startswith(b"\n"), written, len(line))

    def _write_held(self) -> None:
        """Write what waits in memory; what the disk does not take goes on waiting."""
        number = len(self._held)
        while self._held:
            with self._writing:
                some = self._held.first(_AT_ONCE)
                try:
                    self._write(b"".join(some))
                    taken = len(some)
                except _Short as short:
                    taken = short.whole
                except OSError:
                    taken = 0
                self._held.forget(taken)
            if taken < len(some):
                return
        if number:
            _log.info(
                "journal %s: the disk takes lines again; %d that waited are written", self.folder, number
            )


class _Short(OSError):
    """Only a part was written, of which ``whole`` lines are whole."""

    def __init__(self, whole: int, written: int, length: int) -> None:
        super().__init__(f"only {written} of {length} bytes could be written")
        self.whole = whole


def _unwritable(folder: Path, error: OSError) -> JournalUnusable:
    return JournalUnusable(
        folder, error.strerror or str(error), "give the service's user the right to write there"
    )
