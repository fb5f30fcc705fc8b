"""Writes tables for spreadsheets, CSV and XLSX, that no spreadsheet runs and that come back by importing."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, sessionmaker

from blocklist.drafts import official_number, written
from blocklist.entries import EntryKind
from blocklist.formulas import defused
from blocklist.headings import Column, OfficialColumn
from blocklist.models import ListEntry, Official
from blocklist.registry_file import ALIASES_BETWEEN
from blocklist.saying import VIETNAM

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, its heading among them (Excel's documentation, "Excel specifications and limits")."""
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML can't hold (XML 1.0, section 2.2)."""


class TooLong(Exception):
    """A table that has more rows than a workbook can hold."""


def entries(
    sessions: sessionmaker[Session], now: datetime, kind: EntryKind | None = None
) -> Iterator[list[str]]:
    """Give the entries in force as rows of text, the oldest first, with the columns' names before them."""
    yield [column.value for column in Column]
    query = select(ListEntry).where(or_(ListEntry.expires_at.is_(None), ListEntry.expires_at > now))
    if kind is not None:
        query = query.where(ListEntry.kind == kind.value)
    with sessions() as session:
        for entry in session.scalars(query.order_by(ListEntry.id).execution_options(yield_per=1000)):
            cells = {
                Column.KIND: entry.kind,
                Column.NUMBER: written(entry),
                Column.CATEGORY: entry.category,
                Column.ACTION: entry.action,
                Column.NOTE: entry.note,
                Column.SOURCE: entry.source,
                Column.EXPIRES: entry.expires_at.astimezone(VIETNAM).isoformat() if entry.expires_at else "",
                Column.PBX: entry.pbx,
                Column.CALLED: entry.called,
                Column.IMPORTED: entry.imported,
            }
            yield [cells[column] for column in Column]
            session.expunge(entry)


def officials(sessions: sessionmaker[Session]) -> Iterator[list[str]]:
    """Give the registry as rows of text, the oldest first, with the columns' names before them."""
    yield [column.value for column in OfficialColumn]
    with sessions() as session:
        query = select(Official).order_by(Official.id).execution_options(yield_per=1000)
        for official in session.scalars(query):
            cells = {
                OfficialColumn.ORGANISATION: official.organisation,
                OfficialColumn.NUMBER: official_number(official),
                OfficialColumn.NAME: official.name,
                OfficialColumn.ALIASES: ALIASES_BETWEEN.join(official.aliases),
                OfficialColumn.RECEIVES_ONLY: str(int(official.receives_only)),
                OfficialColumn.CONFIRMED: str(int(official.confirmed)),
                OfficialColumn.NOTE: official.note,
                OfficialColumn.SOURCE: official.source,
                OfficialColumn.LAST_CHECKED: official.last_checked.isoformat()
                if official.last_checked
                else "",
            }
            yield [cells[column] for column in OfficialColumn]
            session.expunge(official)


def write(path: Path, rows: Iterable[Sequence[str]]) -> int:
    """Write rows to a file: XLSX where its name ends so, else CSV. Return how many, without the first.

    The file appears when it is whole. Raises OSError and TooLong.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        count = (_write_xlsx if path.suffix.lower() == ".xlsx" else _write_csv)(unfinished, rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> int:
    count = 0
    # With the mark Excel takes it for UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([defused(cell) for cell in row])
            count += 1
    return count - 1


def _write_xlsx(path: Path, rows: Iterable[Sequence[str]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("call-screener")
    count = -1
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise TooLong(
                f"there are more than the {MOST_ROWS - 1} rows that a workbook can hold; export to CSV"
            )
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))
            cell.data_type = "s"  # text, whatever it begins with
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
    return count
