"""Tables of the audit log. Triggers of the database refuse to change or remove a row of the log."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from blocklist.models import Base


class AuditRow(Base):
    """One change: who, when, from where, what, and how it was before and after.

    ``mac`` is made of the row and of ``previous``, the one of the row before: see ``screener.audit.chain``.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_at", "at", "id"),
        Index("ix_audit_log_actor", "actor", "id"),
        Index("ix_audit_log_subject", "subject", "key", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Counts from 1 without a gap."""
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    how: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(300))
    """From where: an address, ``terminal user NAME``, or ``the service``."""
    request_id: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(32))
    """What sort of thing was changed; see ``screener.audit.subjects``."""
    change: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    """Its id; empty where many were changed at once."""
    label: Mapped[str] = mapped_column(Text)
    """Its number or name, for people."""
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    """JSON, an object each; none before it was there, and none after it was removed."""
    signer: Mapped[str] = mapped_column(String(16))
    """Which key ``mac`` was made with."""
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: the last row of the log. Who appends holds it until the transaction's end."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[str] = mapped_column(String(64))
