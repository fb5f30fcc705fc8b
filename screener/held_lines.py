"""Journal lines that the disk does not take: they wait in memory, in their order, up to a limit."""

import logging
import time
from collections import deque
from itertools import islice
from pathlib import Path
from typing import Final

from screener.metrics import Metrics

_log = logging.getLogger(__name__)

AT_MOST: Final = 10_000
"""Lines of some 3,000 calls, about 10 MB."""
_LOG_EVERY_S: Final = 60.0


class HeldLines:
    """The lines that wait. What is said of them is logged at most once a minute. Locking is the journal's."""

    def __init__(self, folder: Path, metrics: Metrics) -> None:
        self.since: int | None = None
        """When the first one came, in nanoseconds."""
        self._folder = folder
        self._metrics = metrics
        self._lines: deque[bytes] = deque()
        self._logged_at: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: bytes) -> bool:
        """Let a line wait; tell whether there was room for it."""
        self._metrics.journal_failures.labels("append").inc()
        if len(self._lines) >= AT_MOST:
            self._lose(1, f"{AT_MOST} wait in memory already, and the disk takes none: free space now")
            return False
        if not self._lines:
            self.since = time.time_ns()
        self._lines.append(line)
        return True

    def first(self, number: int) -> list[bytes]:
        """Return the first lines."""
        return list(islice(self._lines, number))

    def forget(self, number: int) -> None:
        """Let the first lines go: they are written, or stored."""
        for _ in range(number):
            self._lines.popleft()
        if not self._lines:
            self.since = None

    def give_up(self, why: str) -> None:
        """Count and log what still waits as lost."""
        if self._lines:
            self._lose(len(self._lines), why)
            self.forget(len(self._lines))

    def tell(self, error: OSError) -> None:
        """Log why lines wait, and what that means."""
        if self._may_log("append"):
            _log.error(
                "journal %s: a line could not be written: %s. Calls go on being screened; their records wait "
                "in memory (%d lines at most), and are lost if the service stops before disk or database "
                "takes them: check disk space and rights",
                self._folder,
                error.strerror or error,
                AT_MOST,
            )

    def _lose(self, number: int, why: str) -> None:
        self._metrics.journal_failures.labels("lost").inc(number)
        if self._may_log("lost"):
            _log.error("journal %s: records are lost (%d lines): %s", self._folder, number, why)

    def _may_log(self, what: str) -> bool:
        now = time.monotonic()
        if now - self._logged_at.get(what, -_LOG_EVERY_S) < _LOG_EVERY_S:
            return False
        self._logged_at[what] = now
        return True
