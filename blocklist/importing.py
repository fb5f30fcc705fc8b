"""Reads a file of entries as people write them: each row is an entry, or refused with line and reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from blocklist import damage, formulas, saying
from blocklist.checked import Checked, checked
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind, Match
from blocklist.errors import InvalidPattern, InvalidText, ListError
from blocklist.headings import Column, recognised
from blocklist.sheets import Row, Sheet, Unreadable
from blocklist.workbooks import Damaged, DateCell, InvalidSheet, Workbook

_HEADING_WITHIN: Final = 10
"""Rows in which the names of the columns may come; titles stand above them."""
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_LONGEST_SHOWN: Final = 200

Table = Sheet | Workbook


class Refused(NamedTuple):
    """A row that makes no entry: its line in the file, the value at fault, and why."""

    line: int
    value: str
    reason: str


class Taken(NamedTuple):
    """A row that makes an entry."""

    line: int
    entry: Checked


@dataclass(slots=True)
class Reading:
    """How the rows of a file become entries, and what was remarked on the way.

    ``columns`` tells where each recognised column is, ``unknown`` names the others, which are left out.
    ``remarks`` counts what was mended, ``examples`` holds the first line and value of each.
    """

    columns: Mapping[Column, int]
    unknown: tuple[str, ...]
    remarks: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)

    def remark(self, what: str, line: int, value: str) -> None:
        """Note that a number was mended."""
        self.remarks[what] += 1
        self.examples.setdefault(what, (line, value))


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Open a CSV or XLSX file, told apart by what is in it. Raises OSError and InvalidSheet."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLD_EXCEL):
        raise InvalidSheet("is in Excel's format of before 2007; save it as XLSX or CSV UTF-8")
    table = Workbook(path) if start.startswith(_ZIP) else Sheet(path)
    with table:
        yield table


class Importer:
    """Reads rows. ``kind`` is the list of rows that name none, ``imported`` the import's name for all."""

    def __init__(
        self, table: Table, now: datetime, kind: EntryKind | None = None, imported: str = ""
    ) -> None:
        self._now = now
        self._kind = kind
        self._imported = imported
        self._rows: Iterator[Row | Unreadable] = iter(table.rows())
        self.reading = self._begin()
        self._beside = [
            (column, place) for column, place in self.reading.columns.items() if column != Column.NUMBER
        ]

    def rows(self) -> Iterator[Taken | Refused]:
        """Give the entries and refused rows in their order. Raises OSError and InvalidSheet."""
        for row in self._rows:
            if isinstance(row, Unreadable):
                yield Refused(row.line, row.value, row.why)
                continue
            try:
                yield Taken(row.line, self._entry(row))
            except InvalidPattern as error:
                yield Refused(row.line, _cut(error.value), error.why)
            except InvalidText as error:
                yield Refused(row.line, _cut(error.value), f"{error.field}: {error.why}")
            except ListError as error:
                yield Refused(row.line, _cut(self._cell(row.cells, Column.NUMBER)), str(error))

    def _begin(self) -> Reading:
        """Find the names of the columns; a file of one column needs none. Raises InvalidSheet."""
        first = list(islice(self._rows, _HEADING_WITHIN))
        for place, row in enumerate(first):
            if isinstance(row, Unreadable):
                continue
            columns = recognised(row.cells)
            if Column.NUMBER in columns:
                self._rows = chain(first[place + 1 :], self._rows)
                named = [cell.strip() for at, cell in enumerate(row.cells) if at not in columns.values()]
                return self._reading(columns, tuple(filter(None, named)))
            if any(map(_is_number, row.cells)):
                break
        self._rows = chain(first, self._rows)
        filled = [
            {at for at, cell in enumerate(row.cells) if cell.strip()} for row in first if isinstance(row, Row)
        ]
        used = set().union(*filled)
        if len(used) == 1:
            return self._reading({Column.NUMBER: used.pop()}, ())
        names = next(
            (", ".join(cell for cell in row.cells if cell.strip()) for row in first if isinstance(row, Row)),
            "",
        )
        raise InvalidSheet(
            f"has no column for the numbers (first row: {_cut(names)}); name it 'number' or 'số điện thoại'"
            if used
            else "has no rows"
        )

    def _reading(self, columns: Mapping[Column, int], unknown: tuple[str, ...]) -> Reading:
        if self._kind is None and Column.KIND not in columns:
            raise InvalidSheet(
                "does not say which list is meant; give --kind block, allow or watch, or add a column 'kind'"
            )
        return Reading(columns, unknown)

    def _entry(self, row: Row) -> Checked:
        cells = row.cells
        written = self._cell(cells, Column.NUMBER)
        if not written.strip():
            raise InvalidPattern(written, "has no number; fill it in")
        number = damage.mended(written)
        text = self._texts(cells)
        kind = text.get(Column.KIND, "")
        entry = checked(
            EntryDraft(
                self._kind if self._kind and not kind else saying.kind(kind),
                number.text,
                text.get(Column.NOTE, ""),
                text.get(Column.SOURCE, ""),
                saying.end(text.get(Column.EXPIRES, "")),
                saying.category(text.get(Column.CATEGORY, "")),
                saying.action(text.get(Column.ACTION, "")),
                self._imported or text.get(Column.IMPORTED, ""),
                text.get(Column.PBX, ""),
                tuple(text.get(Column.CALLED, "").replace(",", " ").split()),
            ),
            self._now,
        )
        if number.remark:
            self.reading.remark(number.remark, row.line, written)
        elif entry.match == Match.EXACT and damage.lost_zero(number.text, entry.pattern):
            self.reading.remark("the 0 that was lost in front was put back", row.line, written)
        return entry

    def _cell(self, cells: Sequence[str], column: Column) -> str:
        place = self.reading.columns.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    def _texts(self, cells: Sequence[str]) -> dict[Column, str]:
        """Return the texts beside the number, where there are any. Raises InvalidText for a damaged one."""
        texts: dict[Column, str] = {}
        for column, place in self._beside:
            if place < len(cells) and (text := cells[place]) and not text.isspace():
                if isinstance(text, Damaged) and not isinstance(text, DateCell):
                    raise InvalidText(column.value, text, text.why)
                texts[column] = formulas.restored(text)
        return texts


def _is_number(cell: str) -> bool:
    """Tell whether a cell can be no column's name."""
    return sum(char.isdigit() for char in cell) > len(cell) / 2


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
