"""A file of past calls, whichever of the three known kinds it is; what can't be used is counted and told."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from blocklist.sheets import Row, Sheet, Unreadable
from screener.replay import cdr, own_log
from screener.replay.lines import Lines, Skipped
from screener.replay.past import Bad, BadRecord, Past

TOLD: Final = 20
"""Bad rows that are told; the others are counted."""
_OTHERS: Final = "…"
_MOST_LINES: Final = 1000
"""Lines that are counted each for itself: an exchange has a few, a file of nonsense may have any number."""
_LINES_A_ROW: Final = 8
"""A caller's name may hold line ends; where a line is torn, no more than these are looked at."""
_TRIED: Final = 20
"""Rows in which a layout is looked for: the first ones may be torn."""

Parse = Callable[[Sequence[str]], "Past | Skipped"]


class UnknownFile(Exception):
    """A file in which no row looks like a call."""

    def __init__(self, path: Path, seen: str) -> None:
        super().__init__(
            f"{path}: {seen}; give Asterisk's Master.csv, FreePBX's CDR export with its header, or a file "
            "of 'call-screener calls export'"
        )


class Reading:
    """One reading of a file: the calls in it, and counts of all rows."""

    def __init__(self, path: Path, lines: Lines, *, utc: bool) -> None:
        """Name the file; ``utc`` says that its times are, where they name no zone."""
        self._path = path
        self._lines = lines
        self._utc = utc
        self.is_own_log = False
        self.rows = 0
        self.bad = 0
        self.first_bad: list[Bad] = []
        self.skipped: Counter[Skipped] = Counter()
        self.lines: Counter[str] = Counter()
        """Records taken, by trunk."""

    def records(self, progress: Callable[[int, int], None]) -> Iterator[Past]:
        """Give the records of calls from outside; ``progress`` is told the bytes read and their total.

        Raises OSError and UnknownFile.
        """
        parse: Parse | None = None
        with Sheet(self._path, lines_a_row=_LINES_A_ROW) as sheet:
            for row in sheet.rows():
                if isinstance(row, Unreadable):
                    self._refuse(Bad(*row))
                    continue
                if parse is None:
                    parse, is_header = self._layout(row)
                    if is_header or parse is None:
                        continue
                self.rows += 1
                if self.rows % 4096 == 0:
                    progress(sheet.position, sheet.size)
                try:
                    past = parse(row.cells)
                except BadRecord as error:
                    self._refuse(Bad(row.line, error.value, error.why))
                    continue
                if isinstance(past, Skipped):
                    self.skipped[past] += 1
                    continue
                self._count(past.call.trunk)
                yield past
            progress(sheet.size, sheet.size)
        if parse is None:
            seen = f"line {self.first_bad[0].line} is no call" if self.first_bad else "it is empty"
            raise UnknownFile(self._path, seen)

    def _layout(self, row: Row) -> tuple[Parse | None, bool]:
        """Return how rows are read, by the header or a first row; and whether the row was a header."""
        if own_log.is_header(row.cells):
            self.is_own_log = True
            return own_log.Layout(row.cells).past, True
        try:
            if cdr.is_header(row.cells):
                return self._by(cdr.header(row.cells, utc=self._utc)), True
        except BadRecord as error:
            raise UnknownFile(self._path, f"line {row.line} {error.why}") from None
        if master := cdr.master(row.cells, utc=self._utc):
            return self._by(master), False
        self._refuse(Bad(row.line, ",".join(row.cells)[:80], "is neither a header nor a call"))
        if self.bad >= _TRIED:
            raise UnknownFile(self._path, f"none of its first {_TRIED} lines is a call")
        return None, False

    def _by(self, layout: cdr.Layout) -> Parse:
        def past(cells: Sequence[str]) -> Past | Skipped:
            record = layout.record(cells)
            return self._lines.skipped(record.channel, record.context, record.did) or record.past()

        return past

    def _refuse(self, bad: Bad) -> None:
        self.bad += 1
        if len(self.first_bad) < TOLD:
            self.first_bad.append(bad)

    def _count(self, line: str) -> None:
        known = line in self.lines or len(self.lines) < _MOST_LINES
        self.lines[line if known else _OTHERS] += 1
