"""Tables in Excel's workbooks (XLSX), read row by row; a cell whose value is not what was typed says so.

openpyxl tells where the sheet is and which styles are dates; ``blocklist.cells`` reads the cells. calamine is
ten times faster still, but gives formulas and errors as empty cells, and holds a sheet as a whole.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS

from blocklist import cells
from blocklist.cells import BadXml, Cell
from blocklist.sheets import Row

LARGEST: Final = 1 << 30
"""Bytes that a workbook may have once unpacked: a few kilobytes can be packed to unpack to anything."""
LARGEST_WHOLE: Final = 8 << 20
"""Bytes of a part that openpyxl holds as a whole, such as styles: each tag becomes an object."""
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
        """Bytes of the sheet that have been read."""
        self.size = 0
        """Bytes of the sheet."""
        self.others: tuple[str, ...] = ()
        """The names of the sheets behind the first one, which are not read."""

    def __enter__(self) -> Self:
        """Open the file. Raises OSError, and InvalidSheet for what is no workbook."""
        try:
            with zipfile.ZipFile(self._path) as packed:
                unpacked = sum(part.file_size for part in packed.infolist())
            if unpacked > LARGEST:
                raise InvalidSheet(
                    f"unpacks to {unpacked >> 20} MiB, more than {LARGEST >> 20}; save it as CSV"
                )
            self._reader = _Reader(self._path)
            try:
                self._reader.read()
                self.others = tuple(name for name, _ in self._reader.parts())[1:]
            except BaseException:
                self._reader.archive.close()
                raise
        except (*_UNREADABLE, InvalidFileException) as error:
            raise InvalidSheet(
                "is no workbook that can be read; open it and save it anew as XLSX or CSV UTF-8"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._reader.archive.close()

    def rows(self) -> Iterator[Row]:
        """Give row by row; those with nothing in them are left out. Raises InvalidSheet."""
        _, part = next(self._reader.parts(), ("", ""))
        if not part:
            raise InvalidSheet("has no sheet with cells")
        text = Texts(self._reader.shared_strings, self._reader.wb)
        line = 0
        try:
            self.size = self._reader.archive.getinfo(part).file_size
            with self._reader.archive.open(part) as source:
                for line, found in cells.rows(source, text):
                    if any(one and not one.isspace() for one in found):
                        self.position = source.tell()
                        yield Row(line, found)
        except _UNREADABLE as error:
            raise InvalidSheet(f"is damaged after row {line}; open it and save it anew") from error


_UNREADABLE: Final = (
    BadXml,
    zipfile.BadZipFile,
    KeyError,
    IndexError,
    ValueError,
    SyntaxError,
    EOFError,
    zlib.error,
)
"""What damaged workbooks raise, in openpyxl and here."""


class _Archive(zipfile.ZipFile):
    """A packed workbook, whose large parts can be read piece by piece alone."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return a part. Raises InvalidSheet for one that is too large to be held."""
        info = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if info.file_size > LARGEST_WHOLE:
            raise InvalidSheet(
                f"has {info.file_size >> 20} MiB of {info.filename}, more than {LARGEST_WHOLE >> 20}; "
                "save it as CSV"
            )
        return super().read(name, pwd)


class _Reader(ExcelReader):
    """openpyxl's reader of all but cells, with the shared strings read as the cells are."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, read_only=True, keep_links=False)
        self.archive.close()
        self.archive = _Archive(path)

    def read(self) -> None:
        """Read what is needed to read the cells; ``super`` would look for their size through all of them."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        found = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]  # the stubs leave it out
        if found is not None:
            with self.archive.open(found.PartName[1:]) as source:
                self.shared_strings = list(cells.strings(source))

    def parts(self) -> Iterator[tuple[str, str]]:
        """Give the names and parts of the sheets that hold cells, in their order."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                yield sheet.name, relation.target


class Texts:
    """Tells what cells hold as text, by the strings that they share and by the styles that are dates."""

    def __init__(self, shared: Sequence[str], book: Any) -> None:
        self._shared = shared
        self._epoch: datetime = book.epoch
        # openpyxl finds them out for its own reader of cells, and tells nobody else.
        self._dates = {str(style) for style in book._date_formats}
        self._durations = {str(style) for style in book._timedelta_formats}

    def __call__(self, cell: Cell) -> str:
        """Return the text. Raises ValueError and IndexError for a cell that no spreadsheet wrote."""
        kind, style, value, formula = cell
        if formula:
            return Damaged(formula, "is a formula; paste its value in its place")
        if kind == "s":
            return self._shared[int(value)]
        if kind == "n":
            return self._date(value, style) if style in self._dates else _number(value)
        if kind == "e":
            return Damaged(value, "is one of Excel's errors; write the value")
        if kind == "b":
            return "TRUE" if int(value) else "FALSE"  # as Excel shows it, and no number
        if kind == "d":
            return DateCell(value, _A_DATE)
        return value

    def _date(self, value: str, style: str) -> str:
        try:
            return DateCell(str(from_excel(float(value), self._epoch, style in self._durations)), _A_DATE)
        except (OverflowError, ValueError):
            return Damaged("#VALUE!", "is one of Excel's errors; write the value")


_A_DATE: Final = "is a date; Excel has made it of what was typed: format the column as text and type it anew"


def _number(written: str) -> str:
    if written.isdigit() and written.isascii() and len(written) <= EXACT_DIGITS and written[0] != "0":
        return written
    value = float(written)
    if not value.is_integer():  # neither are infinity and what is no number
        return repr(value)
    whole = str(int(value) if _FRACTION.search(written) else int(written))
    if len(whole) > EXACT_DIGITS:
        return Damaged(whole, f"has more digits than the {EXACT_DIGITS} that Excel keeps; type it as text")
    return whole


_FRACTION: Final = re.compile("[.eE]")
