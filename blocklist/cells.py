"""The cells of a workbook's sheet, and the strings that cells share, read from their XML piece by piece.

openpyxl makes an object of each tag, which took longer than all the rest of an import; the parser's events
are enough here. The elements are those of ECMA-376, part 1, sections 18.3.1 and 18.4.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, Final, Generic, NamedTuple, TypeVar
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

LONGEST: Final = 1 << 17
"""Characters of one cell; Excel's have 32,767 at most (its documentation, "specifications and limits")."""
COLUMNS: Final = 16_384
"""Columns of a sheet, by the same source."""
_PIECE: Final = 1 << 16
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_NAMES: Final = tuple(_MAIN + name for name in ("row", "c", "v", "f", "t", "si", "rPh", "sheetData"))
_ROW, _CELL, _VALUE, _FORMULA, _TEXT, _STRING, _SAID, _ALL = _NAMES
_column = cache(column_index_from_string)
Item = TypeVar("Item")


class Cell(NamedTuple):
    """A cell as it is written: its type, style and value; ``formula`` begins with ``=``, empty for none."""

    type: str
    style: str
    value: str
    formula: str


class BadXml(Exception):
    """A part of a workbook that no spreadsheet wrote."""


def strings(source: IO[bytes]) -> Iterator[str]:
    """Give the shared strings in their order. Raises BadXml and what reading raises."""
    return _given(_Strings(), source)


def rows(source: IO[bytes], text: Callable[[Cell], str]) -> Iterator[tuple[int, list[str]]]:
    """Give each row's number and cells as ``text`` tells them. Raises BadXml and what both raise."""
    return _given(_Rows(text), source)


class _Events(Generic[Item]):
    """What becomes of the parser's events: items that are ready, in their order."""

    def __init__(self) -> None:
        self.ready: list[Item] = []
        self.text = ""
        self._whole = ""
        """The text of a string or cell, whose parts may differ in their looks."""
        self._said = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _TEXT:
            self.text = ""
        elif name == _SAID:
            self._said = True

    def end(self, name: str) -> None:
        if name == _TEXT:
            if not self._said:  # how a Japanese word is said stands beside it
                self._whole += self.text
                _check(self._whole)
        elif name == _SAID:
            self._said = False

    def data(self, text: str) -> None:
        self.text += text


class _Strings(_Events[str]):
    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _STRING:
            self._whole = ""
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        if name == _STRING:
            # An underscore that would begin an escape is written as one (section 22.4.2.4).
            self.ready.append(self._whole.replace("x005F_", ""))
        else:
            super().end(name)


class _Rows(_Events[tuple[int, list[str]]]):
    def __init__(self, text: Callable[[Cell], str]) -> None:
        super().__init__()
        self._read = text
        self._row = self._place = 0
        self._cells: list[str] = []
        self._type = self._style = self._value = self._formula = ""
        self._over = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _VALUE:
            self.text = ""
        elif name == _CELL:
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._value = self._formula = self._whole = ""
            where = attributes.get("r")
            self._place = _column(where.rstrip("0123456789")) if where else self._place + 1
            if self._place > COLUMNS:
                raise BadXml(f"a row has more than {COLUMNS} columns")
        elif name == _ROW:
            number = attributes.get("r")
            self._row = int(number) if number else self._row + 1
            self._cells = []
            self._place = 0
        elif name == _FORMULA:
            self.text = ""
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        if name == _VALUE:
            self._value = self.text
        elif name == _CELL:
            self._end_cell()
        elif name == _ROW:
            self.ready.append((self._row, self._cells))
        elif name == _FORMULA:
            self._formula = f"={self.text}"
        elif name == _ALL:
            self._over = True
        else:
            super().end(name)

    def data(self, text: str) -> None:
        if not self._over:  # what comes behind the rows may be long
            self.text += text

    def _end_cell(self) -> None:
        value = self._whole if self._type == "inlineStr" else self._value
        found = ""
        if value or self._formula:
            found = self._read(Cell(self._type, self._style, value, self._formula))
        cells = self._cells
        missing = self._place - 1 - len(cells)
        if missing < 0:
            cells[self._place - 1] = found
            return
        if missing:
            cells.extend([""] * missing)
        cells.append(found)


def _given(events: _Events[Item], source: IO[bytes]) -> Iterator[Item]:
    parser = expat.ParserCreate(namespace_separator=" ", intern={name: name for name in _NAMES})
    parser.buffer_text = True
    parser.StartElementHandler = events.start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        while piece := source.read(_PIECE):
            parser.Parse(piece)
            _check(events.text)
            yield from events.ready
            events.ready.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadXml(str(error)) from error
    yield from events.ready


def _check(text: str) -> None:
    if len(text) > LONGEST:
        raise BadXml(f"a cell holds more than {LONGEST} characters")


def _refuse(*_: object) -> None:
    """Let nobody define what stands for a gigabyte: no spreadsheet declares a document type."""
    raise BadXml("declares a document type")
