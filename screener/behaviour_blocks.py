"""Puts callers who ring as campaigns do on the block list for some time, after their call was served."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from blocklist.errors import AlreadyListed, ListError
from blocklist.models import ListEntry
from blocklist.numbers import normalise
from blocklist.store import ListStore
from screener.access.acting import act_as
from screener.access.actor import Actor
from screener.calls import Rule
from screener.happenings import Decided
from screener.metrics import Metrics
from screener.snapshot import Snapshot

log = logging.getLogger(__name__)

AUTHOR: Final = "behaviour"
RULES: Final = frozenset({Rule.MANY_EXTENSIONS, Rule.MANY_CALLS, Rule.MANY_OF_PREFIX, Rule.MANY_SHORT_CALLS})
WAITING: Final = 1000
"""Entries that wait for the database at most; a caller who is dropped is caught again by the next call."""
REMEMBERED: Final = 20_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Caught:
    number: str
    """National form."""
    rule: Rule
    reason: str
    until: datetime


class BehaviourBlocks:
    """What was caught waits in memory until ``run`` has put it on the list. ``now`` is the clock, in UTC."""

    def __init__(
        self,
        lists: ListStore,
        snapshot: Callable[[], Snapshot],
        metrics: Metrics,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._lists = lists
        self._snapshot = snapshot
        self._metrics = metrics
        self._now = now
        self._waiting: asyncio.Queue[_Caught] = asyncio.Queue(WAITING)
        self._until: dict[str, datetime] = {}
        """Until when a caller is on the list, or was put there and somebody took the entry away."""

    def consider(self, decided: Decided) -> None:
        """Take note of a verdict that was sent. Never waits, and never raises for what callers write."""
        verdict, snapshot = decided.verdict, self._snapshot()
        minutes = snapshot.policy.behaviour.block_minutes
        if not minutes or not decided.enforced or verdict.rule not in RULES:
            return
        call = decided.call
        number = normalise(call.sent_number, snapshot.site, call.trunk_name).national
        now = self._now()
        if not number or self._until.get(number, now) > now:
            return
        caught = _Caught(number, verdict.rule, verdict.reason, now + timedelta(minutes=minutes))
        try:
            self._waiting.put_nowait(caught)
        except asyncio.QueueFull:
            return
        self._until[number] = caught.until
        if len(self._until) > REMEMBERED:
            self._until = {number: until for number, until in self._until.items() if until > now}

    async def run(self) -> None:
        """Put on the list what is caught, off the event loop, for as long as the service runs."""
        while True:
            caught = await self._waiting.get()
            try:
                added = await asyncio.to_thread(self._put, caught)
            except (SQLAlchemyError, ListError) as error:
                log.warning("a caller who rings as campaigns do could not be listed: %s", _in_a_line(error))
                self._until.pop(caught.number, None)  # the next call tries again
            else:
                if added:
                    self._metrics.behaviour_blocks.labels(caught.rule).inc()
            self._waiting.task_done()

    async def settled(self) -> None:
        """Wait until all that was caught is on the list, or was let go."""
        await self._waiting.join()

    def _put(self, caught: _Caught) -> bool:
        """Add the entry, or lengthen one that has ended; one in force stays as it is."""
        with act_as(Actor.system(AUTHOR)):
            return self._listed(caught)

    def _listed(self, caught: _Caught) -> bool:
        draft = EntryDraft(
            EntryKind.BLOCK, caught.number, note=caught.reason, source=caught.rule, expires_at=caught.until
        )
        try:
            entry = self._lists.add_entry(draft, AUTHOR)
        except AlreadyListed as error:
            there = error.existing
            if not isinstance(there, ListEntry) or there.expires_at is None or there.expires_at > self._now():
                return False
            before = EntryDraft.of(there)
            # What somebody else wrote about the caller is not lost.
            note = caught.reason if there.author == AUTHOR else f"{caught.reason}\n{before.note}".strip()
            again = replace(before, note=note, source=caught.rule, expires_at=caught.until)
            entry = self._lists.edit_entry(there.id, again, AUTHOR)
        log.info("block entry %d added by rule %s until %s", entry.id, caught.rule, caught.until)
        return True


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
