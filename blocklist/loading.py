"""Reads the lists out of the database: all of them at the start, what has changed from then on.

It runs in a thread beside the event loop, so it works in small pieces and lets the loop run between them.
"""

import time
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from pyroaring import BitMap64
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from blocklist import keys
from blocklist.entries import Category, Entry, EntryKind, Match, Override
from blocklist.errors import ListsUnreadable
from blocklist.exact import Bulk
from blocklist.lists import Key, Lists
from blocklist.models import ListEntry

CHUNK: Final = 500
"""Rows between two moments at which the event loop may have the interpreter."""
MIN_BULK: Final = 4096
"""Entries that differ in their number alone, from which on they are kept as a set of keys."""

_KINDS: Final = {EntryKind.ALLOW: 100, EntryKind.BLOCK: 200, EntryKind.WATCH: 300}
_CATEGORIES: Final = {
    Category.IMPERSONATION: 10,
    Category.SCAM: 20,
    Category.HARASSMENT: 30,
    Category.ADVERTISING: 40,
    Category.OTHER: 50,
}
_LIKE: Final = {
    code + part + imported: Entry(None, kind, Match.EXACT, "", category=category, imported=bool(imported))
    for kind, code in _KINDS.items()
    for category, part in _CATEGORIES.items()
    for imported in (0, 1)
}
"""What the entries are like that have one value of ``models.ListEntry.plain``."""

_COLUMNS: Final = (
    ListEntry.id,
    ListEntry.kind,
    ListEntry.match,
    ListEntry.pattern,
    ListEntry.expires_at,
    ListEntry.category,
    ListEntry.action,
    (ListEntry.imported != "").label("imported"),
    ListEntry.pbx,
    ListEntry.called,
)


def load(session: Session, now: datetime) -> Lists:
    """Return all entries that have not expired at ``now``. Raises ListsUnreadable and SQLAlchemyError."""
    entries: list[Entry] = []
    bulk: list[Bulk] = []
    for code, like in _LIKE.items():
        few, held = _alike(session, code, like)
        entries += few
        if held is not None:
            bulk.append((like, held))
    several, alike = _others(session, now)
    return Lists([*entries, *several], (*bulk, *alike))


def changed(session: Session, lists: Lists, touched: Collection[Key]) -> Lists:
    """Return the lists with what the database now holds under these keys.

    Raises ListsUnreadable and SQLAlchemyError.
    """
    listed: dict[Key, tuple[Entry, ...]] = dict.fromkeys(touched, ())
    patterns = iter({pattern for _, pattern in touched})
    while chunk := list(islice(patterns, CHUNK)):
        for row in session.execute(select(*_COLUMNS).where(ListEntry.pattern.in_(chunk))):
            entry = _entry(row)
            key = (entry.match, entry.pattern)
            if key in listed:
                listed[key] = (*listed[key], entry)
    return lists.changed(listed)


def renewed(session: Session, lists: Lists, code: int) -> Lists:
    """Return the lists with all entries of one value of ``plain`` read anew, as after an import.

    Raises ListsUnreadable and SQLAlchemyError.
    """
    like = _LIKE.get(code)
    if like is None:
        raise ListsUnreadable(ListEntry.__tablename__, code, "is no value of 'plain'")
    return lists.renewed(like, *_alike(session, code, like))


def _alike(session: Session, code: int, like: Entry) -> tuple[list[Entry], BitMap64 | None]:
    """Read the entries of one value of ``plain``: one by one where they are few, else their keys."""
    few = select(ListEntry.id, ListEntry.pattern).where(ListEntry.plain == code).limit(MIN_BULK)
    rows = session.execute(few).all()
    if len(rows) < MIN_BULK:
        return [replace(like, id=row.id, pattern=row.pattern) for row in rows], None
    return [], _held(session, code)


def _held(session: Session, code: int) -> BitMap64:
    """Read the keys of one value of ``plain``: from the index alone, in its order."""
    held = BitMap64()
    for part in _parts(session, select(ListEntry.key).where(ListEntry.plain == code).order_by(ListEntry.key)):
        held.update([key for (key,) in part])
    held.run_optimize()
    held.shrink_to_fit()
    return held


def _others(session: Session, now: datetime) -> tuple[list[Entry], list[Bulk]]:
    """Read what has no value of ``plain``; of those many may be alike too, as with one end for all."""
    entries: list[Entry] = []
    alike: dict[Entry, tuple[array[int], array[int]]] = {}
    ahead = or_(ListEntry.expires_at.is_(None), ListEntry.expires_at > now)
    for part in _parts(session, select(*_COLUMNS).where(ListEntry.plain.is_(None), ahead)):
        for row in part:
            entry = _entry(row)
            key = keys.key(entry.pattern) if entry.match is Match.EXACT else None
            if key is None:
                entries.append(entry)
                continue
            ids, held = alike.setdefault(replace(entry, id=None, pattern=""), (array("q"), array("Q")))
            ids.append(row.id)
            held.append(key)
    bulk = []
    for like, (ids, held) in alike.items():
        if len(held) >= MIN_BULK:
            bulk.append((like, BitMap64(held)))
        else:
            entries += [
                replace(like, id=id_, pattern=keys.number(key)) for id_, key in zip(ids, held, strict=True)
            ]
    return entries, bulk


def _parts(session: Session, query: Any) -> Iterator[Sequence[Any]]:
    rows = session.connection().execute(query, execution_options={"yield_per": CHUNK})
    for part in rows.partitions():
        yield part
        time.sleep(0)


def _entry(row: Any) -> Entry:
    try:
        return Entry(
            row.id,
            EntryKind(row.kind),
            Match(row.match),
            row.pattern,
            row.expires_at,
            Category(row.category),
            Override(row.action) if row.action else None,
            bool(row.imported),
            row.pbx,
            tuple(row.called.split()),
        )
    except ValueError as error:
        raise ListsUnreadable(ListEntry.__tablename__, row.id, str(error)) from error
