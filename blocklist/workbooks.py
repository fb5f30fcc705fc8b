"""Tables in Excel's workbooks (XLSX), read row by row; a cell whose value is not what was typed says so."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Self

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell
from openpyxl.utils.exceptions import InvalidFileException

from blocklist.sheets import Row

LARGEST: Final = 1 << 30
"""Bytes that a workbook may have once unpacked: a few kilobytes can be packed to unpack to anything."""
EXACT_DIGITS: Final = 15
"""Digits that Excel keeps of a number (its documentation, "Excel specifications and limits")."""


class InvalidSheet(Exception):
    """A file that is no table of entries. The message says why, and what to do."""


class Damaged(str):
    """A cell's text that is not what somebody typed; ``why`` says what became of it."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, text: str, why: str) -> Self:
        """Make the text, as a string of its own kind."""
        made = super().__new__(cls, text)
        made.why = why
        return made


class DateCell(Damaged):
    """A date, which is none where a number or a word is wanted."""

    __slots__ = ()


class Workbook:
    """The first sheet of an XLSX file, opened with ``with``; ``rows`` gives what is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.position = 0
        """Rows that have been read."""
        self.size = 0
        """Rows in the sheet, 0 where the file does not say."""

    def __enter__(self) -> Self:
        """Open the file. Raises OSError, and InvalidSheet for what is no workbook."""
        try:
            with zipfile.ZipFile(self._path) as packed:
                unpacked = sum(part.file_size for part in packed.infolist())
            if unpacked > LARGEST:
                raise InvalidSheet(
                    f"unpacks to {unpacked >> 20} MiB, more than {LARGEST >> 20}; save it as CSV"
                )
            self._book = load_workbook(self._path, read_only=True, keep_links=False)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
            raise InvalidSheet(
                "is no workbook that can be read; open it and save it anew as XLSX or CSV UTF-8"
            ) from error
        self.size = self._book.worksheets[0].max_row or 0 if self._book.worksheets else 0
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._book.close()

    def rows(self) -> Iterator[Row]:
        """Give row by row; those with nothing in them are left out. Raises InvalidSheet."""
        if not self._book.worksheets:
            raise InvalidSheet("has no sheet with cells")
        sheet = self._book.worksheets[0]
        # The size that some programs write is wrong, and would cut the table.
        sheet.reset_dimensions()
        try:
            for self.position, cells in enumerate(sheet.iter_rows(), start=1):
                texts = ["" if isinstance(cell, EmptyCell) else text(cell) for cell in cells]
                if any(one and not one.isspace() for one in texts):
                    yield Row(self.position, texts)
        except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError, EOFError) as error:
            raise InvalidSheet(f"is damaged after row {self.position}; open it and save it anew") from error


def text(cell: Any) -> str:
    """Return what a cell holds as text."""
    value = cell.value
    if isinstance(value, str):
        if cell.data_type == "f":
            return Damaged(value, "is a formula; paste its value in its place")
        if cell.data_type == "e":
            return Damaged(value, "is one of Excel's errors; write the value")
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime | date):
        return DateCell(str(value), _A_DATE)
    if isinstance(value, time | timedelta):
        return DateCell(str(value), _A_DATE)
    return Damaged(str(value), "is a formula; paste its value in its place")


_A_DATE: Final = "is a date; Excel has made it of what was typed: format the column as text and type it anew"


def _number(value: float) -> str:
    whole = value == value and abs(value) != float("inf") and value == int(value)  # noqa: PLR0124 - not NaN
    if not whole:
        return repr(value)
    written = str(int(value))
    if len(written) > EXACT_DIGITS:
        return Damaged(written, f"has more digits than the {EXACT_DIGITS} that Excel keeps; type it as text")
    return written
