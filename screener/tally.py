"""How many calls got which verdict, hour by hour, for the page's figures."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from screener.calls import Action
from screener.models import CallRecord

HOURS: Final = 24
_OLD_SECONDS: Final = 60.0
"""Past hours are counted again after so long: a journal that waited for the database brings calls of then."""
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """The calls of one hour by verdict; ``start`` is in the zone that was asked for."""

    start: datetime
    counts: Mapping[Action, int] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All calls of the hour."""
        return sum(self.counts.values())


class Tally:
    """Counts calls in the database, for one thread after the other."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._past: dict[datetime, Hour] = {}
        self._counted_at = float("-inf")
        self._turn = threading.Lock()

    def last_day(self, now: datetime, zone: tzinfo) -> tuple[Hour, ...]:
        """Return the last 24 hours of a zone's clock, the earliest first; the last is the present one."""
        present = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        starts = [(present - _HOUR * back).astimezone(zone) for back in range(HOURS - 1, -1, -1)]
        with self._turn, self._sessions() as session:
            if time.monotonic() - self._counted_at > _OLD_SECONDS:
                self._past = {start: self._hour(session, start) for start in starts[:-1]}
                self._counted_at = time.monotonic()
            # The hour before the present one is counted anew too: calls reach the database a little later.
            counted = {start: self._hour(session, start) for start in starts[-2:]}
            for start in starts[:-2]:
                counted[start] = self._past.get(start) or self._hour(session, start)
            self._past = {start: counted[start] for start in starts[:-1]}
        return tuple(counted[start] for start in starts)

    def _hour(self, session: Session, start: datetime) -> Hour:
        query = (
            select(CallRecord.action, func.count())
            .where(CallRecord.at >= start, CallRecord.at < start + _HOUR)
            .group_by(CallRecord.action)
        )
        return Hour(start, Counter({Action(action): count for action, count in session.execute(query)}))
