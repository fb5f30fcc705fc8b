"""Reads a file as people write it: each row is an entry or official number, or refused with the reason."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from blocklist import formulas
from blocklist.errors import InvalidPattern, InvalidText, ListError
from blocklist.headings import recognised
from blocklist.sheets import Row, Sheet, Unreadable
from blocklist.workbooks import Damaged, DateCell, InvalidSheet, Workbook

_HEADING_WITHIN: Final = 10
"""Rows in which the names of the columns may come; titles stand above them."""
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_LONGEST_SHOWN: Final = 200

Table = Sheet | Workbook
Made = TypeVar("Made")


class Refused(NamedTuple):
    """A row that makes nothing: its line in the file, the value at fault, and why."""

    line: int
    value: str
    reason: str


class Taken(NamedTuple, Generic[Made]):
    """A row that makes an entry."""

    line: int
    entry: Made


@dataclass(slots=True)
class Reading:
    """How the rows of a file become entries, and what was remarked on the way.

    ``columns`` tells where each recognised column is, ``unknown`` names the others, which are left out,
    and so further sheets of a workbook.
    ``remarks`` counts what was mended, ``examples`` holds the first line and value of each.
    """

    columns: Mapping[StrEnum, int]
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


class Importer(ABC, Generic[Made]):
    """Reads rows: finds the columns by their ``names``, and makes of each row what ``make`` says."""

    names: Mapping[str, StrEnum]
    number: StrEnum
    """The column without which a table is none."""

    def __init__(self, table: Table) -> None:
        self._others = tuple(f"sheet '{name}'" for name in table.others)
        self._rows: Iterator[Row | Unreadable] = (row for row in table.rows() if not self.leaves_out(row))
        self.reading = self._begin()
        self._beside = [
            (column, place) for column, place in self.reading.columns.items() if column != self.number
        ]

    def leaves_out(self, row: Row | Unreadable) -> bool:
        """Tell whether a row is no row of the table."""
        return False

    def check(self, columns: Mapping[StrEnum, int]) -> None:
        """Raise InvalidSheet where the columns are not all that is needed."""

    @abstractmethod
    def make(self, row: Row) -> Made:
        """Make of a row what it stands for. Raises ListError."""

    def rows(self) -> Iterator[Taken[Made] | Refused]:
        """Give what the rows make, and the refused ones, in their order. Raises OSError and InvalidSheet."""
        for row in self._rows:
            if isinstance(row, Unreadable):
                yield Refused(row.line, row.value, row.why)
                continue
            try:
                yield Taken(row.line, self.make(row))
            except InvalidPattern as error:
                yield Refused(row.line, _cut(error.value), error.why)
            except InvalidText as error:
                yield Refused(row.line, _cut(error.value), f"{error.field}: {error.why}")
            except ListError as error:
                yield Refused(row.line, _cut(self._cell(row.cells, self.number)), str(error))

    def _begin(self) -> Reading:
        """Find the names of the columns; a file of one column needs none. Raises InvalidSheet."""
        first = list(islice(self._rows, _HEADING_WITHIN))
        for place, row in enumerate(first):
            if isinstance(row, Unreadable):
                continue
            columns = recognised(row.cells, self.names)
            if self.number in columns:
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
            return self._reading({self.number: used.pop()}, ())
        names = next(
            (", ".join(cell for cell in row.cells if cell.strip()) for row in first if isinstance(row, Row)),
            "",
        )
        raise InvalidSheet(
            f"has no column for the numbers (first row: {_cut(names)}); name it 'number' or 'số điện thoại'"
            if used
            else "has no rows"
        )

    def _reading(self, columns: Mapping[StrEnum, int], unknown: tuple[str, ...]) -> Reading:
        self.check(columns)
        return Reading(columns, unknown + self._others)

    def _cell(self, cells: Sequence[str], column: StrEnum) -> str:
        place = self.reading.columns.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    def _texts(self, cells: Sequence[str]) -> dict[StrEnum, str]:
        """Return the texts beside the number, where there are any. Raises InvalidText for a damaged one."""
        texts: dict[StrEnum, str] = {}
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
