"""Keeps the snapshot that calls are judged by equal to the database, without a call ever waiting for it."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import exemptions, loading, revision
from blocklist.entries import Match, OfficialNumber
from blocklist.errors import ListsUnreadable
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.models import Exemption, ListEntry, Official, Revision
from blocklist.names import Names
from blocklist.writing import Writing
from screener import policies, sqlite_file, switch
from screener.metrics import Metrics
from screener.models import PolicyRevision, Switch
from screener.outage import Outage, Trouble, explain
from screener.settings import NO_TRUNKS, SiteSettings
from screener.snapshot import Snapshot

_log = logging.getLogger(__name__)

_MOST_CHANGES: Final = 20_000
"""Changed entries from which on reading all anew is better than looking for each."""

_LONGEST_PUT_OFF: Final = 4.0
"""Seconds after which of a long import is read what is there."""


class Snapshots:
    """The present snapshot, and the watch over the database's revision."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        site: SiteSettings,
        metrics: Metrics,
        writes: Mapping[str, Writing] = NO_TRUNKS,
    ) -> None:
        self._sessions = sessions
        self._site = site.site(writes)
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
        self._next_ending: datetime | None = None
        self._unread_policy: ListsUnreadable | None = None
        """Why the last revision of the policy does not count, where that is so."""
        self._put_off: revision.Changed = set()
        """What imports have changed and was not read yet."""
        self._put_off_at = 0.0

    @property
    def age(self) -> float | None:
        """Return how long ago the snapshot was last known to equal the database, in seconds."""
        return None if self._equal_at is None else time.monotonic() - self._equal_at

    def load(self) -> None:
        """Replace the snapshot by what the database holds. Raises SQLAlchemyError and ListsUnreadable."""
        with self._sessions() as session:
            # The revision first: what is changed while the lists are read is seen by the next look.
            number, generation = _revision(session), _generation(session)
            self._replace(session, number, None)
        self._generation = generation

    def refresh_if_changed(self) -> bool:
        """Read what has changed if the revision differs; tell whether it did.

        Raises as ``load`` does, and ListsUnreadable for a policy in place of which an earlier one serves.
        """
        with self._sessions() as session:
            number = _revision(session)
            same_database = _generation(session) == self._generation
            differs = number != self.current.revision
            waiting = bool(self._put_off)
            if same_database and (differs or waiting):
                changed = revision.since(session, self.current.revision, number) if differs else set()
                self._replace(session, number, self._due(changed))
        if not same_database:
            self.load()
        elif not differs and not waiting:
            self._note_equal()
        if self._unread_policy is not None:  # the lists are in force all the same
            raise self._unread_policy
        return differs or waiting or not same_database

    def _due(self, changed: revision.Changed | None) -> revision.Changed | None:
        """Return what to read now. What an import changes waits until it is through, or for a few seconds."""
        if changed is None:
            return None
        if imported := {one for one in changed if one[1] == revision.BULK}:
            if not self._put_off:
                self._put_off_at = time.monotonic()
            self._put_off |= imported
            if time.monotonic() - self._put_off_at < _LONGEST_PUT_OFF:
                return changed - imported
        return changed | self._put_off

    def _replace(self, session: Session, number: int, changed: revision.Changed | None) -> None:
        """Make the snapshot of a revision, reading what was changed; None is everything."""
        subjects = {subject for subject, _, _ in changed} if changed is not None else None
        current = self.current
        if subjects is None or Official.__tablename__ in subjects:
            officials = list(_officials(session))
            current = replace(current, officials=Lookalikes(officials), names=Names(officials))
        if subjects is None or PolicyRevision.__tablename__ in subjects:
            policy, self._unread_policy = policies.in_force(session)
            current = replace(current, policy=policy)
        if subjects is None or Exemption.__tablename__ in subjects:
            current = replace(current, exemptions=exemptions.load(session))
        enforcing = session.scalars(select(Switch.on).where(Switch.id == switch.ROW)).one()
        lists = self._lists(session, changed)
        self.current = replace(current, revision=number, lists=lists, enforcing=enforcing)
        self._metrics.list_size.labels("official").set(len(self.current.officials))
        self._metrics.enforcing.set(enforcing)
        self._note_sizes()
        if changed is None or self._put_off <= changed:
            self._put_off = set()
            self._note_equal()

    def _lists(self, session: Session, changed: revision.Changed | None) -> Lists:
        entries = {one for one in changed or () if one[0] == ListEntry.__tablename__}
        whole = any(not pattern for _, _, pattern in entries)
        if changed is None or whole or len(entries) > _MOST_CHANGES:
            return loading.load(session, datetime.now(UTC))
        single = [(Match(match), pattern) for _, match, pattern in entries if match != revision.BULK]
        lists = loading.changed(session, self.current.lists, single)
        for _, match, pattern in entries:
            if match == revision.BULK:
                lists = loading.renewed(session, lists, int(pattern))
        return lists

    def _note_sizes(self) -> None:
        now = datetime.now(UTC)
        for kind, size in self.current.lists.sizes(now).items():
            self._metrics.list_size.labels(kind.value).set(size)
        self._next_ending = self.current.lists.next_ending(now)

    def _fail(self, error: SQLAlchemyError | ListsUnreadable) -> None:
        since = self.outage.since if self.outage else datetime.now(UTC)
        if isinstance(error, ListsUnreadable):
            outage = Outage(Trouble.ROW, since, error.what, error.remedy)
        else:
            with self._sessions() as session:
                outage = explain(session.get_bind().engine.url, error).outage(since)
        if self.outage is None or self.outage.trouble is not outage.trouble:
            _log.error("lists can't be read: %s. Calls are judged by those of before.", outage)
        self.outage = outage

    def _note_equal(self) -> None:
        if self._next_ending is not None and self._next_ending <= datetime.now(UTC):
            self._note_sizes()
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


def _officials(session: Session) -> Iterator[OfficialNumber]:
    """Give the registry in the order in which an imitated number is looked for: the first one is named."""
    query = select(
        Official.id,
        Official.number,
        Official.organisation,
        Official.receives_only,
        Official.confirmed,
        Official.last,
        Official.name,
        Official.aliases,
    ).order_by(Official.confirmed.desc(), Official.id)
    for row in session.execute(query):
        yield OfficialNumber(
            id=row.id,
            number=row.number,
            organisation=row.organisation,
            receives_only=row.receives_only,
            confirmed=row.confirmed,
            last=row.last,
            name=row.name,
            aliases=tuple(row.aliases),
        )
