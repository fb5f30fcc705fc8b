"""The rows of a table of official numbers for the registry; ``check --registry`` reads the same columns."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from blocklist import damage, headings, saying
from blocklist.checked import CheckedOfficial, checked_official
from blocklist.drafts import OfficialDraft
from blocklist.errors import InvalidPattern, InvalidText
from blocklist.headings import OfficialColumn
from blocklist.importing import Importer, Table
from blocklist.registry_file import ALIASES_BETWEEN
from blocklist.sheets import Row, Unreadable
from blocklist.workbooks import InvalidSheet

_COMMENT: Final = re.compile(r"#(?![A-Z/0]+[!?A]|#*$)")
"""What begins so is a comment; ``#N/A`` and ``####`` are a spreadsheet's errors."""


class OfficialImporter(Importer[CheckedOfficial]):
    """Reads official numbers. ``source`` is that of rows that name none."""

    names = headings.OFFICIALS
    number = OfficialColumn.NUMBER

    def __init__(self, table: Table, source: str = "") -> None:
        self._source = source
        super().__init__(table)

    def leaves_out(self, row: Row | Unreadable) -> bool:
        """Tell whether a row is a comment."""
        return isinstance(row, Row) and _COMMENT.match(row.cells[0]) is not None

    def check(self, columns: Mapping[StrEnum, int]) -> None:
        """Raise InvalidSheet where nobody says whose the numbers are."""
        if OfficialColumn.ORGANISATION not in columns and OfficialColumn.NAME not in columns:
            raise InvalidSheet("has no column for the offices; name it 'organisation' or 'cơ quan'")

    def make(self, row: Row) -> CheckedOfficial:
        """Make an official number, or an office's names alone. Raises ListError."""
        written = self._cell(row.cells, OfficialColumn.NUMBER)
        number = damage.mended(written)
        text = self._texts(row.cells)
        name = text.get(OfficialColumn.NAME, "")
        organisation = text.get(OfficialColumn.ORGANISATION, "") or name
        if not number.text and not organisation:
            raise InvalidPattern(written, "has neither a number nor an office; fill in one")
        if not organisation:
            raise InvalidText("organisation", "", "is empty; fill it in")
        aliases = text.get(OfficialColumn.ALIASES, "").split(ALIASES_BETWEEN)
        made = checked_official(
            OfficialDraft(
                number.text,
                organisation,
                saying.truth("receives_only", text.get(OfficialColumn.RECEIVES_ONLY, "")),
                saying.truth("confirmed", text.get(OfficialColumn.CONFIRMED, "")),
                text.get(OfficialColumn.NOTE, ""),
                text.get(OfficialColumn.SOURCE, "") or self._source,
                saying.day("last_checked", text.get(OfficialColumn.LAST_CHECKED, "")),
                name or ("" if number.text else organisation),
                aliases,
            )
        )
        if number.remark:
            self.reading.remark(number.remark, row.line, written)
        elif not made.last and damage.lost_zero(number.text, made.number):
            self.reading.remark(damage.PUT_BACK, row.line, written)
        return made
