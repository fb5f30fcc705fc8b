"""Tables of the call records, the API tokens, the enforcing switch and the policy's revisions."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from blocklist.models import Base

OPEN: Final = "ended_at IS NULL AND end_missed_at IS NULL"
"""Calls under way, as far as is known: few of many."""


class CallRecord(Base):
    """One screened call, once, however many listeners heard of it."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("pbx", "uniqueid"),
        Index("ix_calls_at", "at", "id"),
        Index("ix_calls_number", "number", "at"),
        Index("ix_calls_called", "called", "at"),
        Index("ix_calls_action", "action", "at"),
        Index("ix_calls_rule", "rule", "at"),
        Index("ix_calls_open", "pbx", "at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pbx: Mapped[str] = mapped_column(String(64))
    uniqueid: Mapped[str] = mapped_column(String(150))
    at: Mapped[datetime]
    """When the exchange asked."""
    mode: Mapped[str] = mapped_column(String(16))
    trunk: Mapped[str] = mapped_column(String(200))
    called: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(String(40))
    """The shown number in national form, cut to fit; for finding a caller again."""
    shown_number: Mapped[str] = mapped_column(Text)
    shown_name: Mapped[str] = mapped_column(Text)
    raw_number: Mapped[str] = mapped_column(Text)
    raw_name: Mapped[str] = mapped_column(Text)
    sip_from: Mapped[str] = mapped_column(Text)
    network_number: Mapped[str] = mapped_column(Text)
    diversions: Mapped[list[str]] = mapped_column(JSON)
    presentation: Mapped[str] = mapped_column(String(64))
    attestation: Mapped[str] = mapped_column(String(64))
    malformed: Mapped[bool]
    action: Mapped[str] = mapped_column(String(16))
    """What the verdict asked for."""
    rule: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str | None] = mapped_column(String(32))
    imitates: Mapped[str | None] = mapped_column(String(40))
    imitates_organisation: Mapped[str | None] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(Text)
    hits: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    decision_us: Mapped[int]
    """Microseconds from the request's arrival until the verdict was ready."""
    enforced: Mapped[bool]
    """False: monitor-only, or the switch was off; the call was let through whatever the verdict."""
    listener: Mapped[str] = mapped_column(String(40))
    """The listener whose verdict this is."""
    settled: Mapped[bool]
    """The exchange has reported on this very verdict; False while it is only the first one that was made."""
    did: Mapped[str] = mapped_column(String(16))
    """What the exchange says it did (``screener.calls.Did``)."""
    did_detail: Mapped[str] = mapped_column(Text, default="")
    hold_ms: Mapped[int | None]
    answered: Mapped[bool | None]
    answered_by: Mapped[str | None] = mapped_column(String(200))
    talk_seconds: Mapped[int | None]
    hangup_cause: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    end_missed_at: Mapped[datetime | None]
    """When the exchange was found to have no such call any more, where nobody told of its end."""


class ApiToken(Base):
    """An API token; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Switch(Base):
    """One row: whether verdicts are enforced at all."""

    __tablename__ = "enforcing"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))


class PolicyRevision(Base):
    """A policy that was in force; the last row is the one that is."""

    __tablename__ = "policy_revisions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 1. Who changes a policy adds the next number: of two at once, the second fails."""
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(200))
    changes: Mapped[str] = mapped_column(Text)
    """What is other than in the revision before, a line each."""
    policy: Mapped[str] = mapped_column(Text)
    """The whole policy, as ``screener.policy_file`` writes it."""
