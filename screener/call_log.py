"""The recorded calls as a table that leaves the database: one row a call, in the order in which they came."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, TextIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from blocklist.formulas import defused
from screener.models import CallRecord

COLUMNS: Final = (
    "at ended_at pbx uniqueid mode trunk called number shown_number shown_name raw_number raw_name "
    "network_number diversions presentation attestation malformed action rule kind imitates "
    "imitates_organisation reason enforced did answered answered_by talk_seconds hangup_cause hold_ms"
).split()
BETWEEN: Final = "|"
"""Stands between diverting numbers."""
_AT_ONCE: Final = 1000


def count(sessions: sessionmaker[Session], since: datetime | None) -> int:
    """Return how many calls there are since a time."""
    query = select(func.count()).select_from(CallRecord)
    with sessions() as session:
        return session.scalars(query if since is None else query.where(CallRecord.at >= since)).one()


def calls(sessions: sessionmaker[Session], since: datetime | None) -> Iterator[CallRecord]:
    """Give the calls since a time (UTC), the first one first, some at a time."""
    query = select(CallRecord).order_by(CallRecord.at, CallRecord.id)
    if since is not None:
        query = query.where(CallRecord.at >= since)
    with sessions() as session:
        yield from session.scalars(query.execution_options(yield_per=_AT_ONCE))


def write(file: TextIO, records: Iterator[CallRecord], progress: Callable[[int], None]) -> int:
    """Write a header and the calls as CSV, safe to open in a spreadsheet; return how many there were.

    ``progress`` is told from time to time how many have been written. Times are in UTC; yes and no are 1
    and 0; what is not known is empty.
    """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    written = 0
    for record in records:
        writer.writerow([defused(cell) for cell in row(record)])
        written += 1
        if written % _AT_ONCE == 0:
            progress(written)
    return written


def row(record: CallRecord) -> list[str]:
    """Return a call as text, a cell a column; a table for spreadsheets still has to defuse it."""
    return [_cell(getattr(record, column)) for column in COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return BETWEEN.join(map(str, value))
    return str(value)
