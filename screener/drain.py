"""Carries the journal into the database, beside the calls and never before them."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from screener import lines
from screener.happenings import Happening
from screener.journal import Journal
from screener.lines import DamagedLine
from screener.metrics import Metrics
from screener.outage import in_one_line
from screener.records import Records

_log = logging.getLogger(__name__)

BATCH: Final = 50
"""Lines of one transaction. The database's driver keeps the interpreter for as long as it prepares a batch:
on a two-core machine 500 lines delayed the event loop by up to 17 ms, 50 by 6 ms, at 10,000 lines a second.
"""
PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0

_SAID: Final = {
    "damaged": "a journal line can't be read",
    "refused": "the database refuses a call record",
}

_Line = tuple[bytes, Happening]


@dataclass(frozen=True, slots=True)
class _Unfit:
    """A line that never reaches the database; ``name`` is that of the file it is kept in."""

    name: str
    line: bytes
    why: str


class Drain:
    """Moves segments of a journal into the calls' table and deletes them after the commit."""

    def __init__(
        self,
        journal: Journal,
        records: Records,
        metrics: Metrics,
        on_stored: Callable[[], None] | None = None,
    ) -> None:
        """``on_stored`` is called after calls were stored or changed, on the event loop of ``run``."""
        self._journal = journal
        self._records = records
        self._metrics = metrics
        self._on_stored = on_stored
        self._turn = threading.Lock()
        self._failing = False
        metrics.journal_lag.set_function(self._lag)

    def run_once(self) -> int:
        """Store all that the journal holds; return how many lines that were.

        Raises SQLAlchemyError where the database fails and OSError where the folder does; what was not stored
        stays in the journal then.
        """
        with self._turn:
            # What waits goes first: a database that is away leaves one growing segment, not thousands.
            try:
                stored = self._store_sealed()
            except SQLAlchemyError:
                self._journal.settle()
                raise
            try:
                sealed = self._journal.seal()
            except OSError:
                if self._journal.writable:
                    raise
                sealed = True  # the disk takes nothing; perhaps the database is on another
            if sealed:
                stored += self._store_sealed() + self._store_held()
            return stored

    async def run(self) -> None:
        """Store what the journal holds, several times a second, until cancelled; then once more."""
        pause = PAUSE_S
        try:
            while True:
                pause = PAUSE_S if await self._round() else min(pause * 2, LONGEST_PAUSE_S)
                await asyncio.sleep(pause)
        finally:
            await self._round()

    async def _round(self) -> bool:
        try:
            stored = await asyncio.to_thread(self.run_once)
        except (SQLAlchemyError, OSError) as error:
            self._count(error)
            return False
        if self._failing:
            self._failing = False
            _log.info("call records are being stored again")
        if stored and self._on_stored:
            self._on_stored()
        return True

    def _count(self, error: Exception) -> None:
        self._metrics.journal_failures.labels("database").inc()
        if not self._failing:
            self._failing = True
            held = self._journal.held
            _log.error(
                "call records can't be stored: %s; calls are screened all the same, records wait in %s: "
                "check database and disk",
                in_one_line(error),
                f"memory ({held} so far) and are lost if the service stops" if held else self._journal.folder,
            )

    def _store_sealed(self) -> int:
        return sum(self._store_segment(path) for path in self._journal.sealed())

    def _store_segment(self, path: Path) -> int:
        stored = 0
        # Put aside only once all is stored: a segment that fails half way is read again from its beginning.
        unfit: list[_Unfit] = []
        with path.open("rb") as file:
            happenings = _read(file, unfit)
            while batch := list(islice(happenings, BATCH)):
                stored += self._store(batch, unfit)
        self._records.confirm()
        self._put_aside(unfit)
        self._journal.discard(path)
        return stored

    def _store_held(self) -> int:
        """Store what waits in memory, where all that was written before is stored."""
        stored = 0
        while held := self._journal.first_held(BATCH):
            unfit: list[_Unfit] = []
            stored += self._store(list(_read(iter(held), unfit)), unfit)
            self._records.confirm()
            self._put_aside(unfit)
            self._journal.forget_held(len(held))
        return stored

    def _store(self, batch: list[_Line], unfit: list[_Unfit]) -> int:
        """Store a batch, line by line where data is at fault; note in ``unfit`` what is refused."""
        try:
            self._records.apply([happening for _, happening in batch])
        except (SQLAlchemyError, ValueError, TypeError, OverflowError) as error:
            if not _is_for_data(error):
                raise
            if len(batch) > 1:
                return sum(self._store([line], unfit) for line in batch)
            unfit.append(_Unfit("refused", batch[0][0], in_one_line(error)))
            return 0
        return len(batch)

    def _put_aside(self, unfit: list[_Unfit]) -> None:
        for name, said in _SAID.items():
            of_this_name = [one for one in unfit if one.name == name]
            if of_this_name:
                self._journal.set_aside(name, [one.line for one in of_this_name])
            for one in of_this_name:
                self._metrics.journal_failures.labels(name).inc()
                _log.error("%s (%s): kept in %s.jsonl", said, one.why, name)

    def _lag(self) -> float:
        try:
            oldest = self._journal.oldest()
        except OSError:
            return float("nan")
        return 0.0 if oldest is None else max(0.0, time.time() - oldest)


def _read(file: Iterator[bytes], unfit: list[_Unfit]) -> Iterator[_Line]:
    """Give the lines with what they hold, noting in ``unfit`` those that hold nothing."""
    for line in file:
        if not line.strip():
            continue
        try:
            yield line, lines.read(line)
        except DamagedLine as error:
            unfit.append(_Unfit("damaged", line, str(error)))


def _is_for_data(error: Exception) -> bool:
    """Tell whether a line's content is at fault; else the database is, and the line is kept for later."""
    if not isinstance(error, DBAPIError):
        return not isinstance(error, SQLAlchemyError) or type(error) is StatementError
    # PostgreSQL reports a value over one of its limits (class 54) as an error of operation.
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, DataError | IntegrityError) or sqlstate[:2] == "54"
