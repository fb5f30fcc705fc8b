"""Tables of the lists and the registry."""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Computed,
    DateTime,
    Dialect,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from blocklist.versions import Versioned


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps no time zone: it is put back when reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone can't be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the installation."""

    metadata = MetaData(
        # SQLite can only change a constraint that has a name.
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's own declaration


KEY: Final = """CASE WHEN "match" = 'exact' AND length(pattern) <= 18
 THEN CAST(replace('1' || pattern, '1+', '2') AS BIGINT) END"""
PLAIN: Final = """CASE WHEN "match" = 'exact' AND length(pattern) <= 18
 AND action = '' AND pbx = '' AND called = '' AND expires_at IS NULL
 THEN CASE kind WHEN 'allow' THEN 100 WHEN 'block' THEN 200 WHEN 'watch' THEN 300 END
 + CASE category WHEN 'impersonation' THEN 10 WHEN 'scam' THEN 20 WHEN 'harassment' THEN 30
 WHEN 'advertising' THEN 40 WHEN 'other' THEN 50 END
 + CASE WHEN imported = '' THEN 0 ELSE 1 END END"""


RANGES: Final = "\"match\" = 'range'"
"""Few of many."""


class ListEntry(Versioned, Base):
    """An entry of the allow, block or watch list.

    The database computes ``key`` (see ``blocklist.keys``) and ``plain``, by which millions of entries are
    read fast: entries with the same ``plain`` differ in nothing but their number, as far as judging goes.
    """

    __tablename__ = "list_entries"
    __table_args__ = (
        UniqueConstraint("pattern", "match", "kind", "pbx", "called", "imported"),
        Index("ix_list_entries_plain_key", "plain", "key"),
        Index("ix_list_entries_ranges", "id", sqlite_where=text(RANGES), postgresql_where=text(RANGES)),
        Index("ix_list_entries_kind", "kind", "id"),
        Index("ix_list_entries_category", "category", "id"),
        Index("ix_list_entries_author", "author", "id"),
        Index("ix_list_entries_source", "source", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    match: Mapped[str] = mapped_column(String(16))
    pattern: Mapped[str] = mapped_column(String(200))
    """See ``blocklist.entries.Entry``."""
    category: Mapped[str] = mapped_column(String(16), default="other")
    action: Mapped[str] = mapped_column(String(16), default="")
    """Empty: what the rule asks for."""
    pbx: Mapped[str] = mapped_column(String(64), default="")
    called: Mapped[str] = mapped_column(String(400), default="")
    """Called numbers with a blank between them; empty: all."""
    imported: Mapped[str] = mapped_column(String(200), default="")
    """Name of the import that brought the entry; empty: the agency's own."""
    note: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    key: Mapped[int | None] = mapped_column(BigInteger, Computed(KEY, persisted=True), deferred=True)
    plain: Mapped[int | None] = mapped_column(Computed(PLAIN, persisted=True), deferred=True)


class Official(Versioned, Base):
    """A line of an authority, or its names alone: what impersonators imitate."""

    __tablename__ = "official_numbers"
    __table_args__ = (
        Index(
            "uq_official_numbers_number",
            "number",
            unique=True,
            sqlite_where=text("number <> ''"),
            postgresql_where=text("number <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    """National form, the first of a range; empty where only the names are known."""
    last: Mapped[str] = mapped_column(String(40), default="")
    """The last number of a range, else empty."""
    organisation: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(300), default="")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    receives_only: Mapped[bool] = mapped_column(default=False)
    confirmed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(500), default="")
    last_checked: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Revision(Base):
    """One row: a number that grows with every change of what calls are judged by."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class Change(Base):
    """What a revision changed, so that listeners read that alone.

    ``subject`` is a table. ``match`` and ``pattern`` are the key under which entries were changed; empty
    where the whole table may have. Of an import ``match`` is ``revision.BULK``.
    """

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(64))
    match: Mapped[str] = mapped_column(String(16), default="")
    pattern: Mapped[str] = mapped_column(String(200), default="")


class Exemption(Versioned, Base):
    """A number that is let through on one trunk, though the agency's own ones and those that only receive
    calls are warned of as a rule.
    """

    __tablename__ = "exemptions"
    __table_args__ = (UniqueConstraint("number", "pbx", "trunk"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    """In national form, or an extension's digits."""
    pbx: Mapped[str] = mapped_column(String(64))
    trunk: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200), default="")
    """One line: it is part of the reason of every call that is let through by it."""
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]


class Seeding(Base):
    """A set of data from the package that was put into the tables once, and never again."""

    __tablename__ = "seedings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
