"""The rows of a table of entries for the lists."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from blocklist import damage, headings, saying
from blocklist.checked import Checked, checked
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind, Match
from blocklist.errors import InvalidPattern
from blocklist.headings import Column
from blocklist.importing import Importer, Table
from blocklist.sheets import Row
from blocklist.workbooks import InvalidSheet


class EntryImporter(Importer[Checked]):
    """Reads entries. ``kind`` is the list of rows that name none, ``imported`` the import's name for all."""

    names = headings.ENTRIES
    number = Column.NUMBER

    def __init__(
        self, table: Table, now: datetime, kind: EntryKind | None = None, imported: str = ""
    ) -> None:
        self._now = now
        self._kind = kind
        self._imported = imported
        super().__init__(table)

    def check(self, columns: Mapping[StrEnum, int]) -> None:
        """Raise InvalidSheet where nobody says which list is meant."""
        if self._kind is None and Column.KIND not in columns:
            raise InvalidSheet(
                "does not say which list is meant; give --kind block, allow or watch, or add a column 'kind'"
            )

    def make(self, row: Row) -> Checked:
        """Make an entry. Raises ListError."""
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
            self.reading.remark(damage.PUT_BACK, row.line, written)
        return entry
