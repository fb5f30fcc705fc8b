"""Tables of what can be undone: changes of the lists by people, and each entry as it was before."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from blocklist.models import Base


class UndoStep(Base):
    """One change of one entry or many, as somebody made it at once."""

    __tablename__ = "undo_steps"
    __table_args__ = (Index("ix_undo_steps_at", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(16))
    """See ``screener.undo_noting.What``."""
    kind: Mapped[str] = mapped_column(String(16))
    """The list of the first entry; empty of an import."""
    label: Mapped[str] = mapped_column(Text)
    """The first entry as it is written, or an import's name."""
    count: Mapped[int]
    restored: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(200), default="")


class UndoRow(Base):
    """One entry of a step: its columns as they were before, all empty where it was not there."""

    __tablename__ = "undo_rows"

    step_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    left_at: Mapped[datetime | None]
    """The entry's ``updated_at`` as the change left it; none where it removed the entry."""
    kept: Mapped[str] = mapped_column(String(16), default="")
    """Why it could not be undone; see ``screener.undo.Hindrance``."""
    kind: Mapped[str | None] = mapped_column(String(16))
    match: Mapped[str | None] = mapped_column(String(16))
    pattern: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(16))
    action: Mapped[str | None] = mapped_column(String(16))
    pbx: Mapped[str | None] = mapped_column(String(64))
    called: Mapped[str | None] = mapped_column(String(400))
    imported: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str | None] = mapped_column(String(200))
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


COLUMNS = (
    "kind", "match", "pattern", "category", "action", "pbx", "called", "imported", "note", "author", "source",
    "expires_at", "created_at", "updated_at",
)  # fmt: skip
"""The columns of an entry that are kept: all but its id and what the database computes."""
