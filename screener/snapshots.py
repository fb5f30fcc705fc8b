"""Keeps the snapshot that calls are judged by equal to the database, without a call ever waiting for it."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import revision
from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.lookalike import Lookalikes
from blocklist.models import ListEntry, Official, Revision
from screener import sqlite_file, switch
from screener.calls import Action, Rule
from screener.metrics import Metrics
from screener.models import RuleAction, Switch
from screener.outage import Outage, Trouble, explain
from screener.settings import SiteSettings
from screener.snapshot import DEFAULT_ACTIONS, Lists, Snapshot

_log = logging.getLogger(__name__)

_CHUNK: Final = 500
"""Rows between two moments at which the event loop may have the interpreter."""
ROW_REMEDY: Final = "correct or delete the row"


class ListsUnreadable(Exception):
    """The database holds a value that no list or rule can have: somebody else wrote it."""

    def __init__(self, table: str, key: object, why: str) -> None:
        self.what = f"table '{table}', row {key}: {why}"
        super().__init__(f"{self.what}; {ROW_REMEDY}")


class Snapshots:
    """The present snapshot, and the watch over the database's revision."""

    def __init__(self, sessions: sessionmaker[Session], site: SiteSettings, metrics: Metrics) -> None:
        self._sessions = sessions
        self._site = site.site()
        self._own_forwards = site.forwards()
        self._exempt = frozenset(site.exempt)
        self._metrics = metrics
        # Until the switch has been read nothing is enforced: it may stand at off.
        self.current = Snapshot(
            site=self._site, own_forwards=self._own_forwards, exempt=self._exempt, enforcing=False
        )
        metrics.enforcing.set(0)
        self._equal_at: float | None = None
        self._generation: object = None
        """That of the connection that the lists came over: another file may have the same revision."""
        self.outage: Outage | None = None
        """Why the last look at the database failed; None while it answers."""
        self._expiring: list[tuple[datetime, EntryKind]] = []
        """When which entries of ``current`` end, the next one last."""

    @property
    def age(self) -> float | None:
        """Return how long ago the snapshot was last known to equal the database, in seconds."""
        return None if self._equal_at is None else time.monotonic() - self._equal_at

    def load(self) -> None:
        """Replace the snapshot by what the database holds. Raises SQLAlchemyError and ListsUnreadable."""
        now = datetime.now(UTC)
        with self._sessions() as session:
            # The revision first: what is changed while the lists are read is seen by the next look.
            number = _revision(session)
            generation = _generation(session)
            entries = list(_entries(session, now))
            officials = list(_officials(session))
            actions = dict(DEFAULT_ACTIONS) | dict(_actions(session))
            enforcing = session.scalars(select(Switch.on).where(Switch.id == switch.ROW)).one()
        self.current = Snapshot(
            revision=number,
            lists=Lists(entries),
            officials=Lookalikes(officials),
            site=self._site,
            own_forwards=self._own_forwards,
            exempt=self._exempt,
            actions=actions,
            enforcing=enforcing,
        )
        for kind in EntryKind:
            size = sum(entry.kind is kind for entry in entries)
            self._metrics.list_size.labels(kind.value).set(size)
        self._expiring = sorted(
            ((entry.expires_at, entry.kind) for entry in entries if entry.expires_at), reverse=True
        )
        self._metrics.list_size.labels("official").set(len(officials))
        self._metrics.enforcing.set(enforcing)
        self._generation = generation
        self._note_equal()

    def refresh_if_changed(self) -> bool:
        """Load the lists anew if the revision differs; tell whether it did. Raises as ``load`` does."""
        with self._sessions() as session:
            number = _revision(session)
            generation = _generation(session)
        if number != self.current.revision or generation != self._generation:
            self.load()
            return True
        self._note_equal()
        return False

    def _fail(self, error: SQLAlchemyError | ListsUnreadable) -> None:
        since = self.outage.since if self.outage else datetime.now(UTC)
        if isinstance(error, ListsUnreadable):
            outage = Outage(Trouble.ROW, since, error.what, ROW_REMEDY)
        else:
            with self._sessions() as session:
                outage = explain(session.get_bind().engine.url, error).outage(since)
        if self.outage is None or self.outage.trouble is not outage.trouble:
            _log.error("lists can't be read: %s. Calls are judged by those of before.", outage)
        self.outage = outage

    def _note_equal(self) -> None:
        now = datetime.now(UTC)
        while self._expiring and self._expiring[-1][0] <= now:
            self._metrics.list_size.labels(self._expiring.pop()[1].value).dec()
        self._equal_at = time.monotonic()
        self._metrics.snapshot_time.set(time.time())

    async def run(self, interval: float = 0.5, on_changed: Callable[[], None] | None = None) -> None:
        """Look for changes every ``interval`` seconds. While the database fails the old snapshot serves."""
        while True:
            try:
                changed = await asyncio.to_thread(self.refresh_if_changed)
            except (SQLAlchemyError, ListsUnreadable) as error:
                self._fail(error)
            else:
                if self.outage:
                    _log.info("lists can be read again")
                self.outage = None
                if changed and on_changed:
                    on_changed()
            await asyncio.sleep(interval)


def _generation(session: Session) -> object:
    return session.connection().info.get(sqlite_file.GENERATION)


def _revision(session: Session) -> int:
    return session.scalars(select(Revision.number).where(Revision.id == revision.ROW)).one()


def _entries(session: Session, now: datetime) -> Iterator[Entry]:
    query = select(
        ListEntry.id, ListEntry.kind, ListEntry.match, ListEntry.pattern, ListEntry.expires_at
    ).where(or_(ListEntry.expires_at.is_(None), ListEntry.expires_at > now))
    for chunk in session.execute(query).partitions(_CHUNK):
        for row in chunk:
            try:
                yield Entry(row.id, EntryKind(row.kind), Match(row.match), row.pattern, row.expires_at)
            except ValueError as error:
                raise ListsUnreadable(ListEntry.__tablename__, row.id, str(error)) from error
        time.sleep(0)


def _officials(session: Session) -> Iterator[OfficialNumber]:
    """Give the registry in the order in which an imitated number is looked for: the first one is named."""
    query = select(
        Official.id, Official.number, Official.organisation, Official.receives_only, Official.confirmed
    ).order_by(Official.confirmed.desc(), Official.id)
    return (OfficialNumber(*row) for row in session.execute(query))


def _actions(session: Session) -> Iterator[tuple[Rule, Action]]:
    for row in session.execute(select(RuleAction.rule, RuleAction.action)):
        try:
            yield Rule(row.rule), Action(row.action)
        except ValueError as error:
            raise ListsUnreadable(RuleAction.__tablename__, row.rule, str(error)) from error
