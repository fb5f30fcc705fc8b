"""Finds entries and official numbers, the newest first: each way to be found is a query of its own.

An index answers each. The first rows of all ways together are among the first rows of each, so no way reads
more than a page.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from blocklist import patterns, text_index, texts
from blocklist.entries import Match
from blocklist.models import ListEntry, Official
from blocklist.numbers import normalise
from blocklist.page import Page
from blocklist.text_index import Indexed, TextIndex

MIN_PART_DIGITS: Final = 4
"""Fewer digits than these are part of too many numbers to look for."""

Row = TypeVar("Row", ListEntry, Official)
Way = ColumnElement[bool] | Indexed
"""What is true of the rows."""


class Expiry(StrEnum):
    """Whether entries still count."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDING = "ending"
    """In force, with an end."""

    def fits(self, now: datetime) -> ColumnElement[bool]:
        """Return what is true of such entries."""
        ends = ListEntry.expires_at
        if self is Expiry.IN_FORCE:
            return or_(ends.is_(None), ends > now)
        return ends <= now if self is Expiry.EXPIRED else ends > now


def entries(
    session: Session, search: str, filters: Sequence[ColumnElement[bool]], limit: int, after: int | None
) -> Page[ListEntry]:
    """Return entries, from the one after id ``after`` on. Raises InvalidText.

    A number is found in any written form, also by the prefixes and ranges that it falls under; a part of it
    from four digits on; and words of note, author and source.
    """
    national = _national(search)
    ways: list[Way] = []
    if national:
        begins = [national[:length] for length in range(1, len(national) + 1)]
        ways = [
            ListEntry.pattern == national,
            and_(ListEntry.match == Match.PREFIX.value, ListEntry.pattern.in_(begins)),
            _in_range(national),
        ]
    ways += _parts(session, search, ListEntry.pattern, text_index.ENTRY_NUMBERS)
    written = (ListEntry.note, ListEntry.author, ListEntry.source)
    ways += _words(session, search, written, text_index.ENTRY_WORDS)
    return _page(session, ListEntry, ways if search.strip() else [], filters, limit, after)


def officials(
    session: Session, search: str, confirmed: bool | None, limit: int, after: int | None
) -> Page[Official]:
    """Return official numbers, as ``entries`` does, and by their offices. Raises InvalidText."""
    national = _national(search)
    ways: list[Way] = []
    if national:
        same_length = func.length(Official.number) == len(national)
        within = and_(
            Official.last != "", Official.number <= national, Official.last >= national, same_length
        )
        ways = [Official.number == national, within]
    ways += _parts(session, search, Official.number, text_index.OFFICIAL_NUMBERS)
    written = (Official.organisation, Official.name, Official.note, Official.source)
    ways += _words(session, search, written, text_index.OFFICIAL_WORDS)
    filters = () if confirmed is None else (Official.confirmed.is_(confirmed),)
    return _page(session, Official, ways if search.strip() else [], filters, limit, after)


def _page(
    session: Session,
    kind: type[Row],
    ways: Sequence[Way],
    filters: Sequence[ColumnElement[bool]],
    limit: int,
    after: int | None,
) -> Page[Row]:
    found: dict[int, Row] = {}
    for query, id_ in [_query(kind, way) for way in ways] or [(select(kind), kind.id.expression)]:
        behind = () if after is None else (id_ < after,)
        wanted = query.where(*behind, *filters).order_by(id_.desc()).limit(limit + 1)
        found |= {row.id: row for row in session.scalars(wanted)}
    return Page.cut([found[id_] for id_ in sorted(found, reverse=True)], limit)


def _query(kind: type[Row], way: Way) -> tuple[Select[Any], ColumnElement[int]]:
    """Return the rows of a way, and the id by which they are read in order."""
    if not isinstance(way, Indexed):
        return select(kind).where(way), kind.id.expression
    # The index is read from its end, and no further than the page needs.
    id_ = way.rows.c.rowid
    return select(kind).join_from(way.rows, kind, kind.id == id_).where(way.condition), id_


def _national(search: str) -> str:
    return normalise(search.strip().removesuffix(patterns.WILDCARD)).national


def _parts(
    session: Session, search: str, number: InstrumentedAttribute[str], index: TextIndex
) -> Iterator[Way]:
    digits = patterns.digits(search)
    if len(digits) < MIN_PART_DIGITS:
        return
    for part in dict.fromkeys((digits, _national(search))):
        if index.there(session.connection()) and len(part) >= text_index.SHORTEST:
            yield index.holding(part)
        else:
            yield number.contains(part, autoescape=True)


def _words(
    session: Session, search: str, written: Sequence[InstrumentedAttribute[str]], index: TextIndex
) -> Iterator[Way]:
    words = texts.read("search", search).lower()
    if not words:
        return
    if index.there(session.connection()):
        yield index.saying(words)
    else:
        yield or_(*(func.lower(column).contains(words, autoescape=True) for column in written))


def _in_range(national: str) -> ColumnElement[bool]:
    """Return what is true of the ranges that a number lies in; both ends are as long as it is."""
    length = len(national)
    return and_(
        # Written out: only so SQLite sees that the index of ranges has all of them.
        ListEntry.match == literal_column(f"'{Match.RANGE.value}'"),
        func.length(ListEntry.pattern) == 2 * length + 1,
        func.substr(ListEntry.pattern, 1, length) <= national,
        func.substr(ListEntry.pattern, length + 2, length) >= national,
    )
