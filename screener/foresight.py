"""What an entry would have fitted among the calls of the last days: told before it is saved.

A caller is compared by the number that was sent and the name that was shown; an identity that the network
asserts beside them is not looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, select, true
from sqlalchemy.orm import Session, sessionmaker

from blocklist import patterns
from blocklist.entries import Category, Entry, EntryKind, Match
from blocklist.lists import RAW, Caller, Lists
from blocklist.models import ListEntry
from screener.models import CallRecord

DAYS: Final = 30
MOST: Final = 50_000
"""Calls that are looked at, the latest ones, where no index finds them."""
CALLERS: Final = 5
"""Callers of which is told."""
_LONG_TALK: Final = 60
_TALKED_ON: Final = 3
"""Who was talked to for a minute or more on as many different days is hardly a nuisance."""

_READ: Final = (
    CallRecord.at,
    CallRecord.number,
    CallRecord.raw_number,
    CallRecord.shown_number,
    CallRecord.shown_name,
    CallRecord.pbx,
    CallRecord.called,
    CallRecord.answered,
    CallRecord.talk_seconds,
)


@dataclass(frozen=True, slots=True)
class CallerBefore:
    """A caller whose calls fit. ``talked_days``: days with a talk of a minute or more."""

    number: str
    calls: int
    answered: int
    talked_days: int

    @property
    def often_answered(self) -> bool:
        """Tell whether people talk to this caller as one does to somebody known."""
        return self.talked_days >= _TALKED_ON


@dataclass(frozen=True, slots=True)
class Foresight:
    """The calls since a time that fit: how many, answered, the last one; the callers with most calls.

    ``looked_at`` is 0 where all calls since then were, else how many of the latest.
    """

    since: datetime
    calls: int = 0
    answered: int = 0
    last: datetime | None = None
    callers: Sequence[CallerBefore] = ()
    often_answered: Sequence[CallerBefore] = ()
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Rang:
    """How often a number rang since a time, and when last."""

    calls: int
    last: datetime


@dataclass(slots=True)
class _Counts:
    calls: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    talked: defaultdict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    last: datetime | None = None


class CallsBefore:
    """The calls' table behind a session factory. ``zone`` says where a day begins."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        zone: tzinfo = UTC,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions = sessions
        self._zone = zone
        self._now = now

    def foresee(self, row: ListEntry) -> Foresight:
        """Tell which calls an entry, stored or not, would have fitted."""
        since = self._now() - timedelta(days=DAYS)
        entry = _judged(row)
        with self._sessions() as session:
            query = select(*_READ).where(CallRecord.at >= since).order_by(CallRecord.at.desc())
            if entry.match is Match.EXACT:
                query = query.where(CallRecord.number == entry.pattern)
                complete = True
            else:
                latest = query.limit(MOST).subquery()
                count = session.scalar(select(func.count()).select_from(latest)) or 0
                complete = count < MOST
                query = select(latest).where(_may_fit(entry, latest.c.number)).order_by(latest.c.at.desc())
            counts = self._counted(entry, session.execute(query.execution_options(yield_per=1000)))
        return _told(counts, since, 0 if complete else MOST)

    def rang(self, numbers: Iterable[str]) -> Mapping[str, Rang]:
        """Tell of numbers in national form how often each rang in these days."""
        since = self._now() - timedelta(days=DAYS)
        query = (
            select(CallRecord.number, func.count(), func.max(CallRecord.at))
            .where(CallRecord.number.in_(set(numbers)), CallRecord.at >= since)
            .group_by(CallRecord.number)
        )
        with self._sessions() as session:
            return {number: Rang(calls, last) for number, calls, last in session.execute(query)}

    def _counted(self, entry: Entry, rows: Iterable[Row[Any]]) -> _Counts:
        lists, counts, presented = Lists([entry]), _Counts(), entry.pattern.startswith(RAW)
        for row in rows:
            digits = _presented(row) if presented else ""  # reading them takes longer than all the rest
            caller = Caller(row.number, digits, row.shown_name, row.pbx, row.called)
            if not lists.fitting(caller, row.at):
                continue
            counts.last = counts.last or row.at
            counts.calls[row.number] += 1
            counts.answered[row.number] += bool(row.answered)
            if (row.talk_seconds or 0) >= _LONG_TALK:
                counts.talked[row.number].add(row.at.astimezone(self._zone).date())
        return counts


def _presented(row: Row[Any]) -> str:
    """Return the digits as they were presented, with their plus."""
    written = (row.raw_number or row.shown_number).lstrip()
    digits = patterns.digits(written)
    return f"+{digits}" if written.startswith("+") else digits


def _may_fit(entry: Entry, number: ColumnElement[str]) -> ColumnElement[bool]:
    """Return what is true of the numbers of all calls that fit."""
    match entry.match:
        case Match.PREFIX:
            return number.startswith(entry.pattern, autoescape=True)
        case Match.RANGE:
            first, _, last = entry.pattern.partition("-")
            return and_(func.length(number) == len(first), number >= first, number <= last)
        case _:
            return true()


def _judged(row: ListEntry) -> Entry:
    """Return an entry as judging has it, but without its end: it is asked what would have been."""
    return Entry(
        None,
        EntryKind(row.kind),
        Match(row.match),
        row.pattern,
        category=Category(row.category),
        pbx=row.pbx,
        called=tuple(row.called.split()),
    )


def _told(counts: _Counts, since: datetime, looked_at: int) -> Foresight:
    callers = [
        CallerBefore(number, calls, counts.answered[number], len(counts.talked[number]))
        for number, calls in counts.calls.most_common()
    ]
    return Foresight(
        since,
        counts.calls.total(),
        counts.answered.total(),
        counts.last,
        tuple(callers[:CALLERS]),
        tuple(one for one in callers if one.often_answered)[:CALLERS],
        looked_at,
    )
