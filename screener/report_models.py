"""Tables of the reports of suspicious calls, and of the notes on calls."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from blocklist.models import Base

UNDECIDED: Final = "decided_at IS NULL"
"""Reports that wait: few of many."""


class Report(Base):
    """A call that somebody found suspicious, and what was decided about it.

    What is told of the call is copied, for the record of a call may go before the report does.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index(
            "uq_reports_call_id_undecided",
            "call_id",
            unique=True,
            sqlite_where=text(UNDECIDED),
            postgresql_where=text(UNDECIDED),
        ),
        Index("ix_reports_undecided", "id", sqlite_where=text(UNDECIDED), postgresql_where=text(UNDECIDED)),
        Index("ix_reports_number", "number", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int | None]
    """The call's record; none where a number alone was reported."""
    number: Mapped[str] = mapped_column(String(40))
    """The caller's in national form; empty where it was withheld or can't be read."""
    shown_number: Mapped[str] = mapped_column(Text)
    shown_name: Mapped[str] = mapped_column(Text)
    called: Mapped[str] = mapped_column(Text)
    rang_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(16))
    """See ``screener.reports.Source``."""
    note: Mapped[str] = mapped_column(Text)
    """What the one who reports says of it."""
    reported_by: Mapped[str] = mapped_column(String(200))
    reported_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    """See ``screener.reports.State``."""
    category: Mapped[str] = mapped_column(String(16))
    """Of a confirmed one; see ``blocklist.entries.Category``."""
    entry_id: Mapped[int | None]
    """The block entry that a confirmed one made or found; it may have been removed since."""
    decision: Mapped[str] = mapped_column(Text)
    """What the one who decided says of it."""
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]


class ReportNote(Base):
    """A question about a report, or an answer."""

    __tablename__ = "report_notes"
    __table_args__ = (Index("ix_report_notes_report_id", "report_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """See ``screener.reports.NoteKind``."""
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class CallNote(Base):
    """What somebody wrote beside a recorded call."""

    __tablename__ = "call_notes"
    __table_args__ = (Index("ix_call_notes_call_id", "call_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
