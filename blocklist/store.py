"""The allow, block and watch lists and the registry of official numbers, in the database.

Entries come back as rows detached from any session. Every change raises the revision.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from blocklist import neighbours, patterns, texts
from blocklist.checked import checked, checked_official
from blocklist.drafts import EntryDraft, OfficialDraft, official_number, written
from blocklist.entries import EntryKind, Match
from blocklist.errors import AlreadyListed, NotListed
from blocklist.models import ListEntry, Official
from blocklist.numbers import normalise
from blocklist.page import Page

MIN_PART_DIGITS: Final = 4
"""Fewer digits than these are part of too many numbers to look for."""

Row = TypeVar("Row", ListEntry, Official)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ListStore:
    """The lists behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = _utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def add_entry(self, draft: EntryDraft, author: str) -> ListEntry:
        """Add an entry.

        Raises InvalidPattern, InvalidAction, InvalidScope, InvalidExpiry, InvalidText, AlreadyListed.
        """
        entry = new_entry(draft, author, self._now())
        return self._write(entry, same_entry(entry))

    def edit_entry(self, id: int, draft: EntryDraft, author: str) -> ListEntry:  # noqa: A002
        """Put the draft in place of an entry. Raises NotListed and what ``add_entry`` raises."""
        entry = self.entry(id)
        _fill_entry(entry, draft, author, self._now())
        return self._write(entry, same_entry(entry))

    def remove_entry(self, id: int) -> None:  # noqa: A002
        """Remove an entry. Raises NotListed."""
        self._remove(ListEntry, id)

    def entry(self, id: int) -> ListEntry:  # noqa: A002
        """Return an entry. Raises NotListed."""
        return self._get(ListEntry, id)

    def neighbours(self, entry: ListEntry) -> neighbours.Neighbours:
        """Return what lies beside an entry: its opposite on the other list, official numbers that it fits."""
        with self._sessions() as session:
            return neighbours.of(session, entry, self._now())

    def listed(self, number: str) -> tuple[ListEntry, ...]:
        """Return the entries for exactly this national number, whether they have expired or not.

        For display: what judging keeps in memory of a long imported list is neither id nor note.
        """
        query = select(ListEntry).where(ListEntry.pattern == number, ListEntry.match == Match.EXACT.value)
        with self._sessions() as session:
            return tuple(session.scalars(query.order_by(ListEntry.id)))

    def entries(
        self, *, search: str = "", kind: EntryKind | None = None, limit: int = 50, after: int | None = None
    ) -> Page[ListEntry]:
        """Return entries, the newest first, from the one after id ``after`` on.

        ``search`` finds a number in any written form (also by the prefixes that it falls under), a part of a
        number from four digits on, and words of note, author and source.
        """
        query = select(ListEntry)
        if kind is not None:
            query = query.where(ListEntry.kind == kind.value)
        if search.strip():
            written = (ListEntry.note, ListEntry.author, ListEntry.source)
            national = normalise(search.strip().removesuffix(patterns.WILDCARD)).national
            covers = and_(
                ListEntry.match == Match.PREFIX.value, literal(national).startswith(ListEntry.pattern)
            )
            query = query.where(or_(_found(search, ListEntry.pattern, written), covers))
        return self._page(query, ListEntry, limit, after)

    def add_official(self, draft: OfficialDraft) -> Official:
        """Add an official number. Raises InvalidPattern, InvalidText, AlreadyListed."""
        now = self._now()
        official = Official(created_at=now)
        _fill_official(official, draft, now)
        return self._write(official, _same_official(official))

    def edit_official(self, id: int, draft: OfficialDraft) -> Official:  # noqa: A002
        """Put the draft in place of an official number. Raises NotListed and what ``add_official`` raises."""
        official = self.official(id)
        _fill_official(official, draft, self._now())
        return self._write(official, _same_official(official))

    def remove_official(self, id: int) -> None:  # noqa: A002
        """Remove an official number. Raises NotListed."""
        self._remove(Official, id)

    def official(self, id: int) -> Official:  # noqa: A002
        """Return an official number. Raises NotListed."""
        return self._get(Official, id)

    def officials(self, *, search: str = "", limit: int = 50, after: int | None = None) -> Page[Official]:
        """Return official numbers, the newest first; ``search`` as for entries, in organisation too."""
        query = select(Official)
        if search.strip():
            written = (Official.organisation, Official.name, Official.note, Official.source)
            query = query.where(_found(search, Official.number, written))
        return self._page(query, Official, limit, after)

    def _write(self, row: Row, same: ColumnElement[bool]) -> Row:
        id = row.id  # noqa: A001 - a row that failed can't be asked
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError:
            with self._sessions() as session:
                existing = session.scalars(select(type(row)).where(same)).one_or_none()
            if existing is None:
                raise
            raise _listed_already(existing, self._now()) from None
        except StaleDataError:
            raise NotListed(id) from None
        return row

    def _get(self, kind: type[Row], id: int) -> Row:  # noqa: A002
        with self._sessions() as session:
            row = session.get(kind, id)
        if row is None:
            raise NotListed(id)
        return row

    def _remove(self, kind: type[Row], id: int) -> None:  # noqa: A002
        try:
            with self._sessions.begin() as session:
                row = session.get(kind, id)
                if row is None:
                    raise NotListed(id)
                session.delete(row)
        except StaleDataError:  # somebody else was faster
            raise NotListed(id) from None

    def _page(self, query: Select[Row], kind: type[Row], limit: int, after: int | None) -> Page[Row]:
        if after is not None:
            query = query.where(kind.id < after)
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query.order_by(kind.id.desc()).limit(limit + 1))), limit)


def new_entry(draft: EntryDraft, author: str, now: datetime) -> ListEntry:
    """Return a row for a draft, which is not stored yet. Raises what ``add_entry`` raises of drafts."""
    entry = ListEntry(created_at=now)
    _fill_entry(entry, draft, author, now)
    return entry


def _fill_entry(entry: ListEntry, draft: EntryDraft, author: str, now: datetime) -> None:
    """Check the draft and put it into the row. What an entry's end was may stay, even when it has passed."""
    for name, value in checked(draft, now, stays=entry.expires_at)._asdict().items():
        setattr(entry, name, value)
    entry.author = texts.read("author", author, 200)
    entry.updated_at = now


def _fill_official(official: Official, draft: OfficialDraft, now: datetime) -> None:
    for name, value in checked_official(draft)._asdict().items():
        setattr(official, name, value)
    official.updated_at = now


def _listed_already(existing: ListEntry | Official, now: datetime) -> AlreadyListed:
    if isinstance(existing, ListEntry):
        ended = existing.expires_at if existing.expires_at and existing.expires_at <= now else None
        return AlreadyListed(existing, written(existing), ended)
    return AlreadyListed(existing, official_number(existing))


def same_entry(entry: ListEntry) -> ColumnElement[bool]:
    return and_(
        ListEntry.pattern == entry.pattern,
        ListEntry.match == entry.match,
        ListEntry.kind == entry.kind,
        ListEntry.pbx == entry.pbx,
        ListEntry.called == entry.called,
        ListEntry.imported == entry.imported,
    )


def _same_official(official: Official) -> ColumnElement[bool]:
    return Official.number == official.number


def _found(
    search: str, number: InstrumentedAttribute[str], written: tuple[InstrumentedAttribute[str], ...]
) -> ColumnElement[bool]:
    """Compare a search with a number (in any written form, or a part of it) and the words beside it."""
    words = texts.read("search", search).lower()
    found = [func.lower(text).contains(words, autoescape=True) for text in written]
    national = normalise(search.strip().removesuffix(patterns.WILDCARD)).national
    if national:
        found.append(number == national)
    if len(digits := patterns.digits(search)) >= MIN_PART_DIGITS:
        found += [number.contains(digits), number.contains(national, autoescape=True)]
    return or_(*found)
