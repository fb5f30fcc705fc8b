"""The audit log as it is read: filtered, the latest first, page by page or as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, sessionmaker

from blocklist.page import Page
from screener.audit.models import AuditRow

COLUMNS: Final = (
    "id", "at", "actor", "role", "how", "origin", "subject", "change", "key", "label", "before", "after",
    "request_id", "signer", "mac",
)  # fmt: skip
"""The columns of the table that is exported."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: those that fit all that is given. ``until`` is not included."""

    actor: str | None = None
    subject: str | None = None
    key: str | None = None
    change: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def of(self, query: Select[AuditRow]) -> Select[AuditRow]:
        """Return the query with these conditions."""
        for column in ("actor", "subject", "key", "change"):
            if (value := getattr(self, column)) is not None:
                query = query.where(getattr(AuditRow, column) == value)
        if self.since is not None:
            query = query.where(AuditRow.at >= self.since)
        if self.until is not None:
            query = query.where(AuditRow.at < self.until)
        return query


ALL: Final = Wanted()


class AuditLog:
    """The log behind a session factory."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def page(self, wanted: Wanted = ALL, *, limit: int = 50, after: int | None = None) -> Page[AuditRow]:
        """Return rows, the latest first, from the one after row ``after`` on."""
        query = wanted.of(select(AuditRow)).order_by(AuditRow.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(AuditRow.id < after)
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query)), limit)

    def row(self, number: int) -> AuditRow | None:
        """Return one row."""
        with self._sessions() as session:
            return session.get(AuditRow, number)

    def table(self, wanted: Wanted = ALL) -> Iterator[list[str]]:
        """Give the rows as text, the oldest first, with the columns' names before them."""
        yield list(COLUMNS)
        last = 0
        while True:  # a page at a time: who downloads slowly holds no transaction
            with self._sessions() as session:
                query = (
                    wanted.of(select(AuditRow)).where(AuditRow.id > last).order_by(AuditRow.id).limit(1000)
                )
                rows = list(session.scalars(query))
            if not rows:
                return
            yield from ([_cell(getattr(row, column)) for column in COLUMNS] for row in rows)
            last = rows[-1].id


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)
