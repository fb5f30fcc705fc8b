"""Tables in CSV files as people and programs write them: whatever the encoding and the delimiter."""

import csv
import io
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Self

LONGEST_LINE: Final = 1 << 17
"""Characters; a longer line is told as unreadable, for a file without line ends would fill the memory."""
DELIMITERS: Final = ",;\t|"
_SAMPLE: Final = 20
"""Lines by which the delimiter is chosen."""
_SEPARATOR: Final = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""A first line with which Excel is told of the delimiter."""
_STILL_OPEN: Final = "unexpected end of data"
"""What ``csv`` says of a cell whose quotes are not closed."""


class Row(NamedTuple):
    """The cells of one row; ``line`` is its first line in the file, counted from 1."""

    line: int
    cells: list[str]


class Unreadable(NamedTuple):
    """A line that makes no row; ``value`` is its beginning."""

    line: int
    value: str
    why: str


class Sheet:
    """A CSV file, opened with ``with``; ``rows`` gives what is in it, in bounded memory.

    UTF-8 and UTF-16 are told by their marks and signs; a line that is no UTF-8 is read as windows-1258.
    Text comes composed (NFC), for windows-1258 writes tone marks behind their letters.
    """

    def __init__(self, path: Path, *, lines_a_row: int = 100) -> None:
        """Name the file. ``lines_a_row`` is how many lines one row may have, where cells hold line ends."""
        self._path = path
        self._lines_a_row = lines_a_row
        self._waiting: deque[tuple[int, str]] = deque()
        self.delimiter = DELIMITERS[0]
        self.size = 0
        """Bytes in the file."""
        self.others: tuple[str, ...] = ()
        """Further sheets, of which CSV has none."""

    def __enter__(self) -> Self:
        """Open the file. Raises OSError."""
        self._file: BinaryIO = self._path.open("rb")
        self.size = self._path.stat().st_size
        wide = _utf16(self._file.read(4096))
        self._file.seek(0)
        self._eight_bits = wide is None
        # Latin-1 keeps each byte, so that every line can be decoded for itself; any line end is one.
        self._text = io.TextIOWrapper(self._file, wide or "latin-1", "replace", newline=None)
        self._lines = self._read()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._text.close()

    @property
    def position(self) -> int:
        """Return how many bytes have been read."""
        return self._file.tell()

    def rows(self) -> Iterator[Row | Unreadable]:
        """Give row by row; lines with nothing in them are left out. Raises OSError."""
        width = self._choose_delimiter()
        while (taken := self._next()) is not None:
            line, text = taken
            if len(text) >= LONGEST_LINE:
                yield Unreadable(line, text[:80], f"is longer than {LONGEST_LINE} characters; split it")
                continue
            cells = self._cells(text)
            if cells is None:
                yield Unreadable(line, text[:80], "has a quotation mark that is never closed; correct it")
                continue
            if len(cells) == 1 and width > 1:
                cells = self._otherwise_delimited(text, width) or cells
            if any(cell and not cell.isspace() for cell in cells):
                yield Row(line, cells)

    def _cells(self, text: str) -> list[str] | None:
        """Split a row, with the lines that belong to it; None where a quotation mark is never closed."""
        further: list[tuple[int, str]] = []
        while True:
            try:
                return _split(text, self.delimiter, strict=True)
            except csv.Error as error:
                if str(error) != _STILL_OPEN:
                    if not further:
                        return _loosely(text, self.delimiter)
                    break
            if len(further) + 1 >= self._lines_a_row or (taken := self._next()) is None:
                break
            further.append(taken)
            text = f"{text}\n{taken[1]}"
        self._waiting.extendleft(reversed(further))
        return None

    def _otherwise_delimited(self, text: str, width: int) -> list[str] | None:
        """Split a row that has another delimiter than the rest of the file."""
        found = (_loosely(text, other) for other in DELIMITERS if other in text)
        return next((cells for cells in found if cells and len(cells) == width), None)

    def _choose_delimiter(self) -> int:
        """Choose what the first lines are split by most evenly; return how many cells that gives."""
        self._waiting.extend(islice(self._lines, _SAMPLE))
        lines = [text for _, text in self._waiting if text.strip()]
        if lines and (told := _SEPARATOR.fullmatch(lines[0].strip("\ufeff"))):
            self.delimiter = told[1]
            while self._waiting and not _SEPARATOR.fullmatch(self._waiting.popleft()[1]):
                pass
            return max((len(_loosely(text, self.delimiter) or ()) for text in lines[1:]), default=1)
        best = (0, 0)
        for delimiter in DELIMITERS:
            widths = Counter(len(_loosely(text, delimiter) or ()) for text in lines)
            del widths[1], widths[0]
            width, times = widths.most_common(1)[0] if widths else (0, 0)
            if (times, width) > best:
                best, self.delimiter = (times, width), delimiter
        return best[1]

    def _next(self) -> tuple[int, str] | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def _read(self) -> Iterator[tuple[int, str]]:
        number = 0
        while text := self._text.readline(LONGEST_LINE):
            number += 1
            if len(text) == LONGEST_LINE and not text.endswith("\n"):
                while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
                yield number, text
            else:
                yield number, self._decoded(text.removesuffix("\n"))

    def _decoded(self, text: str) -> str:
        if text.isascii():
            return text
        if self._eight_bits:
            raw = text.encode("latin-1")
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode("cp1258", "replace")
        return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


def _utf16(sample: bytes) -> str | None:
    """Return which UTF-16 a file is in, None for none: by its mark, or by the zeros beside plain letters."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.3 and sample[::2].count(0) < half * 0.05:
        return "utf-16-le"
    if half and sample[::2].count(0) > half * 0.3 and sample[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return None


def _split(text: str, delimiter: str, *, strict: bool) -> list[str]:
    return next(csv.reader((text,), delimiter=delimiter, strict=strict), [])


def _loosely(text: str, delimiter: str) -> list[str] | None:
    try:
        return _split(text, delimiter, strict=False)
    except csv.Error:
        return None
