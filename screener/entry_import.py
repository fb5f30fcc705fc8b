"""One import of a file of entries or official numbers, from opening it to the last row: what commands and API
run.
"""

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final, Protocol, TypeVar

from blocklist import registering, staging
from blocklist.checked import Checked, CheckedOfficial
from blocklist.entries import EntryKind
from blocklist.entry_rows import EntryImporter
from blocklist.formulas import defused
from blocklist.importing import Importer, Made, Reading, Refused, Table, Taken, opened
from blocklist.models import ListEntry, Official
from blocklist.official_rows import OfficialImporter
from blocklist.registering import Registering
from blocklist.staging import Counts, Note, Staging
from screener.audit import imports
from screener.database import Database
from screener.undo_noting import KeptImport, undoable

NICE: Final = 10
"""How far the process of an import steps back behind the service."""
FIRST: Final = 5
"""Rows that are shown as they were read."""
FIRST_REFUSED: Final = 20
_CHUNK: Final = 1000

Put_contra = TypeVar("Put_contra", contravariant=True)
Show = Callable[[str, int, int], None]
"""Is told what is done, and how much of how much of it."""


class Subject(StrEnum):
    """What a file holds."""

    ENTRIES = "entries"
    OFFICIALS = "officials"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, and how. ``at_once``: all rows go in, in one piece, or none does.

    ``imported`` is the import's name for entries, and for official numbers the source of rows that name none.
    """

    path: Path
    author: str
    kind: EntryKind | None = None
    imported: str = ""
    at_once: bool = False
    dry_run: bool = False
    subject: Subject = Subject.ENTRIES


@dataclass(slots=True)
class Outcome:
    """What became of a file. ``counts`` is what happened, or for a dry run what would."""

    reading: Reading
    first: list[Taken[Checked] | Taken[CheckedOfficial]] = field(default_factory=list)
    good: int = 0
    refused: int = 0
    first_refused: list[Refused] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    repeated: int = 0
    done: bool = False
    """The rows are in the lists, or in the registry."""


def carry_out(
    order: Order, database: Database, now: datetime, show: Show, refused_to: Path | None = None
) -> Outcome:
    """Import a file; write refused rows to ``refused_to`` as CSV.

    Raises InvalidSheet, TooManyAtOnce, AuditKeyUnusable, OSError and SQLAlchemyError.
    """
    with opened(order.path) as table, _refusals(refused_to) as refuse:
        if order.subject is Subject.OFFICIALS:
            officials = OfficialImporter(table, order.imported)
            given = _given(officials.reading, registering.CHANGEABLE)
            if order.imported:
                given.append("source")
            with Registering(database.engine, given) as registry:
                return _run(order, database, now, show, refuse, table, officials, registry)
        entries = EntryImporter(table, now, order.kind, order.imported)
        given = _given(entries.reading, staging.CHANGEABLE)
        with Staging(database.engine, given, _keeping(order, database)) as lists:
            return _run(order, database, now, show, refuse, table, entries, lists)


class _Waiting(Protocol[Put_contra]):
    """Where rows wait until all are read: ``Staging`` or ``Registering``."""

    added: int

    def add(self, rows: Sequence[Put_contra], /) -> None: ...
    def count(self) -> int: ...
    def compare(self) -> Counts: ...
    def put(
        self, author: str, now: datetime, note: Note, *, at_once: bool, show: Callable[[int, int], None]
    ) -> Counts: ...


def _run(
    order: Order,
    database: Database,
    now: datetime,
    show: Show,
    refuse: Callable[[Refused], object],
    table: Table,
    importer: Importer[Made],
    waiting: _Waiting[Made],
) -> Outcome:
    outcome = Outcome(importer.reading)
    rows = importer.rows()
    while chunk := list(islice(rows, _CHUNK)):
        waiting.add(_sorted_out(chunk, outcome, refuse))
        show("reading", table.position, max(table.size, table.position))
    outcome.repeated = waiting.added - waiting.count()
    if order.dry_run or (order.at_once and outcome.refused):
        outcome.counts = waiting.compare()
        return outcome
    model = Official if order.subject is Subject.OFFICIALS else ListEntry
    outcome.counts = waiting.put(
        order.author,
        now,
        imports.noting(database.recorder, order.path, _about(order, outcome), model),
        at_once=order.at_once,
        show=lambda done, total: show("putting in", done, total),
    )
    outcome.done = True
    return outcome


def _sorted_out(
    rows: Sequence[Taken[Made] | Refused], outcome: Outcome, refuse: Callable[[Refused], object]
) -> list[Made]:
    """Note in ``outcome`` what became of rows; return what the good ones make."""
    good = [row for row in rows if isinstance(row, Taken)]
    refused = [row for row in rows if isinstance(row, Refused)]
    outcome.good += len(good)
    outcome.first += good[: FIRST - len(outcome.first)]  # type: ignore[arg-type]  # of the two kinds there are
    outcome.refused += len(refused)
    outcome.first_refused += refused[: FIRST_REFUSED - len(outcome.first_refused)]
    for row in refused:
        refuse(row)
    return [row.entry for row in good]


def _about(order: Order, outcome: Outcome) -> dict[str, object]:
    """Return what the audit log shall have of an import beside its file and counts."""
    return {
        "list": order.kind,
        "imported": order.imported,
        "rows": outcome.good + outcome.refused,
        "refused": outcome.refused,
        "repeated": outcome.repeated,
        "all_or_nothing": order.at_once,
    }


def _keeping(order: Order, database: Database) -> KeptImport | None:
    """Return what keeps an import that somebody asked for over page or API, so that it can be undone."""
    recorder = database.recorder
    if recorder is None or not undoable(recorder.otherwise):
        return None
    return KeptImport(recorder.otherwise.name, order.imported)


def _given(reading: Reading, changeable: Collection[str]) -> list[str]:
    return [column.value for column in reading.columns if column.value in changeable]


@contextmanager
def _refusals(path: Path | None) -> Iterator[Callable[[Refused], object]]:
    """Give what writes a refused row to a file, or nowhere."""
    if path is None:
        yield lambda row: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Refused._fields)
        yield lambda row: writer.writerow([row.line, defused(row.value), row.reason])
