"""Changes of many entries at once, in one transaction: removed, ended, or moved to another category."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from blocklist import revision, texts
from blocklist.entries import Category
from blocklist.errors import InvalidExpiry
from blocklist.models import ListEntry

Chosen = Mapping[int, str | None]
"""Entries by their ids, each with the version that was shown of it; None for any."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ids of the entries that were changed, that are not there, and that somebody changed meanwhile."""

    done: tuple[int, ...]
    missing: tuple[int, ...]
    changed_meanwhile: tuple[int, ...]


class BulkChanges:
    """The lists behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._sessions = sessions
        self._now = now

    def remove(self, chosen: Chosen) -> Outcome:
        """Remove entries."""
        return self._each(chosen, lambda session, entry: session.delete(entry))

    def end(self, chosen: Chosen, author: str, at: datetime | None = None) -> Outcome:
        """Let entries end at a time, or now. Raises InvalidExpiry and InvalidText."""
        now = self._now()
        if at is not None and at <= now:
            raise InvalidExpiry(at, "has passed")
        return self._change(chosen, author, now, "expires_at", at or now)

    def move(self, chosen: Chosen, author: str, category: Category) -> Outcome:
        """Move entries to a category. Raises InvalidText."""
        return self._change(chosen, author, self._now(), "category", category.value)

    def _change(self, chosen: Chosen, author: str, now: datetime, field: str, value: object) -> Outcome:
        by = texts.read("author", author, 200)

        def change(_session: Session, entry: ListEntry) -> None:
            setattr(entry, field, value)
            entry.author, entry.updated_at = by, now

        return self._each(chosen, change)

    def _each(self, chosen: Chosen, change: Callable[[Session, ListEntry], None]) -> Outcome:
        done, meanwhile = [], []
        with self._sessions.begin() as session:
            revision.take_turn(session.connection())
            found = {
                one.id: one for one in session.scalars(select(ListEntry).where(ListEntry.id.in_(chosen)))
            }
            for id, entry in sorted(found.items()):  # noqa: A001 - the column's name
                if chosen[id] not in {None, entry.version}:
                    meanwhile.append(id)
                    continue
                change(session, entry)
                done.append(id)
        missing = sorted(chosen.keys() - found.keys())
        return Outcome(tuple(done), tuple(missing), tuple(meanwhile))
