"""The calls of the past as the table has them, for what is told by many of them at once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from screener.learning import Seen
from screener.models import CallRecord

_CHUNK: Final = 1000


def since(session: Session, start: datetime) -> Iterator[Seen]:
    """Give the calls from a time (UTC) on, a chunk of them in memory at a time. Raises SQLAlchemyError."""
    query = select(
        CallRecord.pbx,
        CallRecord.trunk,
        CallRecord.raw_number,
        CallRecord.shown_number,
        CallRecord.called,
        CallRecord.answered_by,
        CallRecord.diversions,
    ).where(CallRecord.at >= start)
    for rows in session.execute(query.execution_options(yield_per=_CHUNK)).partitions():
        for row in rows:
            yield Seen(
                pbx=row.pbx,
                trunk=row.trunk,
                number=row.raw_number or row.shown_number,
                called=row.called,
                answered_by=row.answered_by or "",
                diversions=tuple(row.diversions),
            )
