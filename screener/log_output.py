"""The service's log on its way out: whoever reads it may halt without holding up a call.

A terminal halted by Ctrl-S, a pager or a log service that hangs stops reading, and a write to it then waits
for ever. So a thread of its own writes, and only so many lines wait for it.
"""

import logging
import os
import select
import sys
import threading
from queue import SimpleQueue
from typing import Final

AT_MOST: Final = 10_000
"""Lines that wait for the reader, about 2 MB; what comes after them is lost, and counted."""
_LAST_WORDS_S: Final = 2.0
"""How long the end of the process waits for the reader."""


class LogOutput(logging.Handler):
    """Writes lines to a file descriptor, by default the standard error output. Waits at the end alone."""

    def __init__(self, fd: int | None = None, at_most: int = AT_MOST) -> None:
        super().__init__()
        self._fd = sys.stderr.fileno() if fd is None else fd
        self._at_most = at_most
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._lost = 0
        # A daemon, writing past Python's own buffer: neither keeps a process that ends from ending.
        self._writer = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line over; logging's own lock is held meanwhile."""
        if self._lines.qsize() >= self._at_most:
            self._lost += 1
            return
        try:
            if self._lost:
                self._lines.put(f"{self._lost} lines of this log are lost: nobody read it for a while")
                self._lost = 0
            self._lines.put(self.format(record))
        except (TypeError, ValueError, KeyError):  # words and values of a message that don't fit
            self.handleError(record)

    def close(self) -> None:
        """Wait a moment for what was not read yet, then leave it."""
        self._lines.put(None)
        self._writer.join(_LAST_WORDS_S)
        super().close()

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._write(f"{line}\n".encode(errors="backslashreplace"))
            except OSError:  # a full disk, or nobody at the other end any more: there is no place to say so
                self._lost += 1

    def _write(self, rest: bytes) -> None:
        while rest:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                select.select((), (self._fd,), ())
