"""The allow, block and watch lists and the registry of official numbers, in the database.

Entries come back as rows detached from any session. Every change raises the revision.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import exporting, neighbours, texts
from blocklist import search as finding
from blocklist.checked import checked, checked_official
from blocklist.drafts import EntryDraft, OfficialDraft, official_number, written
from blocklist.entries import Category, EntryKind, Match
from blocklist.errors import AlreadyListed, NotListed
from blocklist.holding import held
from blocklist.models import ListEntry, Official
from blocklist.page import Page
from blocklist.search import Expiry
from blocklist.versions import Shown

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
        return self._add(entry, same_entry(entry))

    def edit_entry(
        self,
        id: int,  # noqa: A002
        draft: EntryDraft,
        author: str,
        *,
        shown: Shown = None,
    ) -> ListEntry:
        """Put the draft in place of an entry.

        Raises NotListed, ChangedMeanwhile and what ``add_entry`` raises.
        """

        def fill(entry: ListEntry) -> ColumnElement[bool]:
            _fill_entry(entry, draft, author, self._now())
            return same_entry(entry)

        return self._edit(ListEntry, id, shown, fill)

    def remove_entry(self, id: int, *, shown: Shown = None) -> None:  # noqa: A002
        """Remove an entry. Raises NotListed and ChangedMeanwhile."""
        self._remove(ListEntry, id, shown)

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
        self,
        *,
        search: str = "",
        kind: EntryKind | None = None,
        category: Category | None = None,
        author: str | None = None,
        source: str | None = None,
        expiry: Expiry | None = None,
        limit: int = 50,
        after: int | None = None,
    ) -> Page[ListEntry]:
        """Return entries that fit all filters, the newest first, from the one after id ``after`` on.

        ``search`` finds a number in any written form (also by the prefixes and ranges that it falls under), a
        part of a number from four digits on, and words of note, author and source, the last one begun.
        Raises InvalidText.
        """
        equals = (
            (ListEntry.kind, kind),
            (ListEntry.category, category),
            (ListEntry.author, author),
            (ListEntry.source, source),
        )
        filters = [column == str(value) for column, value in equals if value is not None]
        if expiry is not None:
            filters.append(expiry.fits(self._now()))
        with self._sessions() as session:
            return finding.entries(session, search, filters, limit, after)

    def add_official(self, draft: OfficialDraft) -> Official:
        """Add an official number. Raises InvalidPattern, InvalidText, AlreadyListed."""
        now = self._now()
        official = Official(created_at=now)
        _fill_official(official, draft, now)
        return self._add(official, _same_official(official))

    def edit_official(self, id: int, draft: OfficialDraft, *, shown: Shown = None) -> Official:  # noqa: A002
        """Put the draft in place of an official number.

        Raises NotListed, ChangedMeanwhile and what ``add_official`` raises.
        """

        def fill(official: Official) -> ColumnElement[bool]:
            _fill_official(official, draft, self._now())
            return _same_official(official)

        return self._edit(Official, id, shown, fill)

    def confirm_official(self, id: int, day: date, *, shown: Shown = None) -> Official:  # noqa: A002
        """Note that somebody checked on a day that an official number is right.

        Raises NotListed and ChangedMeanwhile.
        """
        with self._sessions.begin() as session:
            official = held(session, Official, id, shown)
            official.confirmed, official.last_checked, official.updated_at = True, day, self._now()
        return official

    def remove_official(self, id: int, *, shown: Shown = None) -> None:  # noqa: A002
        """Remove an official number. Raises NotListed and ChangedMeanwhile."""
        self._remove(Official, id, shown)

    def official(self, id: int) -> Official:  # noqa: A002
        """Return an official number. Raises NotListed."""
        return self._get(Official, id)

    def officials(
        self, *, search: str = "", confirmed: bool | None = None, limit: int = 50, after: int | None = None
    ) -> Page[Official]:
        """Return official numbers, the newest first; ``search`` as for entries, in organisation too."""
        with self._sessions() as session:
            return finding.officials(session, search, confirmed, limit, after)

    def same(self, entry: ListEntry) -> ListEntry | None:
        """Return the stored entry for the same as one that is not stored."""
        with self._sessions() as session:
            return session.scalars(select(ListEntry).where(same_entry(entry))).one_or_none()

    def entry_table(self, kind: EntryKind | None = None) -> Iterator[list[str]]:
        """Give the entries in force as rows of text, the oldest first, with the columns' names before."""
        return exporting.entries(self._sessions, self._now(), kind)

    def official_table(self) -> Iterator[list[str]]:
        """Give the registry as rows of text, the oldest first, with the columns' names before them."""
        return exporting.officials(self._sessions)

    def unconfirmed_officials(self) -> int:
        """Return how many official numbers nobody has confirmed."""
        query = select(func.count()).select_from(Official).where(Official.confirmed.is_(False))
        with self._sessions() as session:
            return session.scalars(query).one()

    def _add(self, row: Row, same: ColumnElement[bool]) -> Row:
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError as error:
            raise self._there(type(row), same) or error from None
        return row

    def _edit(
        self,
        kind: type[Row],
        id: int,  # noqa: A002
        shown: Shown,
        fill: Callable[[Row], ColumnElement[bool]],
    ) -> Row:
        """Change a row; ``fill`` does, and returns what finds another that is for the same."""
        same: ColumnElement[bool] = false()
        try:
            with self._sessions.begin() as session:
                row = held(session, kind, id, shown)
                same = fill(row)
        except IntegrityError as error:
            raise self._there(kind, same) or error from None
        return row

    def _there(self, kind: type[Row], same: ColumnElement[bool]) -> AlreadyListed | None:
        with self._sessions() as session:
            existing = session.scalars(select(kind).where(same)).one_or_none()
        return None if existing is None else _listed_already(existing, self._now())

    def _get(self, kind: type[Row], id: int) -> Row:  # noqa: A002
        with self._sessions() as session:
            row = session.get(kind, id)
        if row is None:
            raise NotListed(id)
        return row

    def _remove(self, kind: type[Row], id: int, shown: Shown) -> None:  # noqa: A002
        with self._sessions.begin() as session:
            session.delete(held(session, kind, id, shown))


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
