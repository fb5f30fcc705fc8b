"""One import of a file of entries, from opening it to the last row: what the command and the API both run."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from blocklist.checked import Checked
from blocklist.entries import EntryKind
from blocklist.formulas import defused
from blocklist.importing import Importer, Reading, Refused, Taken, opened
from blocklist.staging import CHANGEABLE, Counts, Staging
from screener.audit import imports
from screener.database import Database

NICE: Final = 10
"""How far the process of an import steps back behind the service."""
FIRST: Final = 5
"""Rows that are shown as they were read."""
FIRST_REFUSED: Final = 20
_CHUNK: Final = 1000

Show = Callable[[str, int, int], None]
"""Is told what is done, and how much of how much of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, and how. ``at_once``: all rows go in, in one piece, or none does."""

    path: Path
    author: str
    kind: EntryKind | None = None
    imported: str = ""
    at_once: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of a file. ``counts`` is what happened, or for a dry run what would."""

    reading: Reading
    first: list[Taken] = field(default_factory=list)
    good: int = 0
    refused: int = 0
    first_refused: list[Refused] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    repeated: int = 0
    done: bool = False
    """The entries are in the lists."""


def carry_out(
    order: Order, database: Database, now: datetime, show: Show, refused_to: Path | None = None
) -> Outcome:
    """Import a file; write refused rows to ``refused_to`` as CSV.

    Raises InvalidSheet, TooManyAtOnce, AuditKeyUnusable, OSError and SQLAlchemyError.
    """
    with opened(order.path) as table, _refusals(refused_to) as refuse:
        importer = Importer(table, now, order.kind, order.imported)
        outcome = Outcome(importer.reading)
        with Staging(database.engine, _given(importer.reading)) as staging:
            rows = importer.rows()
            while chunk := list(islice(rows, _CHUNK)):
                staging.add(_sorted_out(chunk, outcome, refuse))
                show("reading", table.position, max(table.size, table.position))
            outcome.repeated = staging.added - staging.count()
            if order.dry_run or (order.at_once and outcome.refused):
                outcome.counts = staging.compare()
                return outcome
            outcome.counts = staging.put(
                order.author,
                now,
                imports.noting(database.recorder, order.path, _about(order, outcome)),
                at_once=order.at_once,
                show=lambda done, total: show("putting in", done, total),
            )
        outcome.done = True
        return outcome


def _sorted_out(
    rows: Sequence[Taken | Refused], outcome: Outcome, refuse: Callable[[Refused], object]
) -> list[Checked]:
    """Note in ``outcome`` what became of rows; return the entries of the good ones."""
    good = [row for row in rows if isinstance(row, Taken)]
    refused = [row for row in rows if isinstance(row, Refused)]
    outcome.good += len(good)
    outcome.first += good[: FIRST - len(outcome.first)]
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


def _given(reading: Reading) -> list[str]:
    return [column.value for column in reading.columns if column.value in CHANGEABLE]


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
