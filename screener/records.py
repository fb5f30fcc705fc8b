"""The calls' table: filled from the journal, read by the page.

Two listeners may tell of the same call, and a journal may be read twice after a crash: what is stored does
not depend on either. Of two verdicts the one that the exchange acted on stands; where it acted on none, the
later one it was told of; where it said nothing, the earlier one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    Update,
    and_,
    bindparam,
    case,
    false,
    func,
    not_,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from blocklist import patterns, text_index
from blocklist.numbers import normalise
from blocklist.page import Page
from blocklist.site import NOWHERE, Site
from blocklist.text_index import CALL_NUMBERS
from screener import rows
from screener.calls import Did
from screener.happenings import Decided, Happening, Missed, Outcome, Reported
from screener.models import CallRecord
from screener.rows import Row

_CALLS: Final = cast(Table, CallRecord.__table__)
_KEY: Final = ("pbx", "uniqueid")
_MANY: Final = 20_000
"""Calls that hold some digits, from which on the latest calls are looked through for them."""
_TURN: Final = 0x63616C72
"""Key of the PostgreSQL advisory lock; any number that no other program on the database uses."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of calls ended: its last call."""

    at: datetime
    id: int


class Records:
    """The calls' table behind a session factory. ``site`` reads the numbers of the callers."""

    def __init__(self, sessions: sessionmaker[Session], site: Site = NOWHERE) -> None:
        self._sessions = sessions
        self._site = site

    def apply(self, happenings: Sequence[Happening]) -> None:
        """Store what happened, all of it or nothing. Applying it again changes nothing."""
        verdicts: list[Row] = []
        reports: list[Row] = []
        outcomes: list[Row] = []
        missed: list[Row] = []
        for happening in happenings:
            match happening:
                case Decided():
                    verdicts.append(_new(happening, self._site, settled=False))
                case Reported():
                    if happening.decided is not None:
                        verdicts.append(_new(happening.decided, self._site, settled=True))
                    reports.append(_report(happening))
                case Outcome():
                    outcomes.append(_outcome(happening))
                case Missed():
                    missed.append(_missed(happening))
        with self._sessions.begin() as session:
            connection = session.connection()
            _take_turn(connection)
            if verdicts:
                connection.execute(_insert_verdict(connection), verdicts)
            if reports:
                connection.execute(_UPDATE_REPORT, reports)
            if outcomes:
                connection.execute(_UPDATE_OUTCOME, outcomes)
            if missed:
                connection.execute(_UPDATE_MISSED, missed)

    def under_way(self, pbx: str, before: datetime) -> list[str]:
        """Return the unique ids of a PBX's calls decided before a time of whose end nothing is known."""
        query = select(CallRecord.uniqueid).where(
            CallRecord.pbx == rows.text("pbx", pbx),
            CallRecord.at < before,
            CallRecord.ended_at.is_(None),
            CallRecord.end_missed_at.is_(None),
        )
        with self._sessions() as session:
            return list(session.scalars(query.order_by(CallRecord.at)))

    def confirm(self) -> None:
        """Raise SQLAlchemyError where what was stored may be lost: SQLite's file went in the meantime."""
        with self._sessions() as session:
            session.connection()

    def call(self, id: int) -> CallRecord | None:  # noqa: A002 - the column's name
        """Return one call."""
        with self._sessions() as session:
            return session.get(CallRecord, id)

    def calls(
        self,
        *,
        limit: int = 50,
        before: Cursor | None = None,
        number: str | None = None,
        part: str | None = None,
        called: str | None = None,
        action: str | None = None,
        rule: str | None = None,
        pbx: str | None = None,
        did: str | None = None,
        answered: bool | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Page[CallRecord]:
        """Return calls, the latest first, from the one after ``before`` on.

        ``number`` is the caller's in any written form, ``part`` some digits of it; ``until`` is not included.
        """
        query = select(CallRecord).order_by(CallRecord.at.desc(), CallRecord.id.desc()).limit(limit + 1)
        equals = {"called": called, "action": action, "rule": rule, "pbx": pbx, "did": did}
        for column, value in equals.items():
            if value is not None:
                query = query.where(getattr(CallRecord, column) == rows.text(column, value))
        if answered is not None:
            query = query.where(CallRecord.answered.is_(answered))
        if number is not None:
            query = query.where(CallRecord.number == rows.text("number", normalise(number).national))
        if part is not None:
            digits = patterns.digits(part)
            query = query.where(self._holding(digits) if digits else false())
        if since is not None:
            query = query.where(CallRecord.at >= since)
        if until is not None:
            query = query.where(CallRecord.at < until)
        if before is not None:
            query = query.where(
                or_(
                    CallRecord.at < before.at,
                    and_(CallRecord.at == before.at, CallRecord.id < before.id),
                )
            )
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query)), limit)

    def _holding(self, digits: str) -> ColumnElement[bool]:
        """Return what is true of calls whose number holds some digits, such that a page reads few rows."""
        by_calls = CallRecord.number.contains(digits)
        with self._sessions() as session:
            if len(digits) < text_index.SHORTEST or not CALL_NUMBERS.there(session.connection()):
                return by_calls
            rows, holds = CALL_NUMBERS.holding(digits)
            found = select(rows.c.rowid).where(holds)
            some = found.limit(_MANY).subquery()
            many = session.scalar(select(func.count()).select_from(some)) == _MANY
        # Of many, the latest calls soon have a page full; few are sorted.
        return by_calls if many else CallRecord.id.in_(found)


def _take_turn(connection: Connection) -> None:
    """Let one listener write at a time, as SQLite does: two could wait for each other's rows in a ring.

    A listener that falls silent in its turn loses it after ten seconds.
    """
    if connection.dialect.name == "postgresql":
        silence = "set_config('idle_in_transaction_session_timeout', '10s', true)"
        connection.exec_driver_sql(f"SELECT {silence}, pg_advisory_xact_lock({_TURN})")


def _new(decided: Decided, site: Site, settled: bool) -> Row:
    return rows.verdict(decided, settled, site) | {"did": Did.UNKNOWN.value, "did_detail": ""}


def _report(reported: Reported) -> Row:
    return {
        "call_pbx": rows.text("pbx", reported.pbx),
        "call_uniqueid": rows.text("uniqueid", reported.uniqueid),
        "new_did": reported.did.value,
        "new_detail": rows.text("did_detail", reported.detail),
        "new_hold_ms": None if reported.hold_ms is None else rows.integer(reported.hold_ms),
    }


def _outcome(outcome: Outcome) -> Row:
    ended = outcome.ended
    return {
        "call_pbx": rows.text("pbx", outcome.pbx),
        "call_uniqueid": rows.text("uniqueid", outcome.uniqueid),
        "new_ended_at": ended.at,
        "new_answered": ended.answered,
        "new_answered_by": rows.text("answered_by", ended.answered_by),
        "new_talk_seconds": rows.integer(ended.talk_seconds),
        "new_hangup_cause": rows.integer(ended.hangup_cause),
    }


def _missed(missed: Missed) -> Row:
    return {
        "call_pbx": rows.text("pbx", missed.pbx),
        "call_uniqueid": rows.text("uniqueid", missed.uniqueid),
        "new_end_missed_at": missed.at,
    }


def _insert_verdict(connection: Connection) -> Insert:
    """Insert a call with its verdict, or put the verdict in place of one that counts for less."""
    insert: postgresql.Insert | sqlite.Insert = (
        postgresql.insert(CallRecord)
        if connection.dialect.name == "postgresql"
        else sqlite.insert(CallRecord)
    )
    new = insert.excluded
    stored = _CALLS.c
    new_made, stored_made = tuple_(new.at, new.listener), tuple_(stored.at, stored.listener)
    counts_more = or_(
        and_(new.settled, or_(not_(stored.settled), new_made > stored_made)),
        and_(not_(new.settled), not_(stored.settled), new_made < stored_made),
    )
    kept = {"id", *_KEY, "did", "did_detail", "hold_ms", "end_missed_at", *_OUTCOME_COLUMNS}
    return insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={column.name: new[column.name] for column in stored if column.name not in kept},
        where=counts_more,
    )


_OUTCOME_COLUMNS: Final = ("answered", "answered_by", "talk_seconds", "hangup_cause", "ended_at")


def _of_call() -> ColumnElement[bool]:
    return and_(
        CallRecord.pbx == bindparam("call_pbx", type_=CallRecord.pbx.type),
        CallRecord.uniqueid == bindparam("call_uniqueid", type_=CallRecord.uniqueid.type),
    )


def _update_report() -> Update:
    """Note what the exchange did; that it has not said is no news. Of two hold times the shorter counts."""
    did = bindparam("new_did", type_=CallRecord.did.type)
    detail = bindparam("new_detail", type_=CallRecord.did_detail.type)
    hold = func.coalesce(bindparam("new_hold_ms", type_=CallRecord.hold_ms.type), CallRecord.hold_ms)
    said = did != Did.UNKNOWN.value
    return (
        update(_CALLS)
        .where(_of_call())
        .values(
            did=case((said, did), else_=CallRecord.did),
            did_detail=case((said, detail), else_=CallRecord.did_detail),
            hold_ms=case(
                (or_(CallRecord.hold_ms.is_(None), hold < CallRecord.hold_ms), hold), else_=CallRecord.hold_ms
            ),
        )
    )


def _update_outcome() -> Update:
    """Note how the call ended. Of two tellings the one with an answer counts, then the earlier one."""
    new = {column: bindparam(f"new_{column}", type_=_CALLS.c[column].type) for column in _OUTCOME_COLUMNS}
    counts_more = or_(
        CallRecord.ended_at.is_(None),
        and_(new["answered"], CallRecord.answered.is_(False)),
        and_(new["answered"] == CallRecord.answered, new["ended_at"] < CallRecord.ended_at),
    )
    return update(_CALLS).where(_of_call(), counts_more).values({**new, "end_missed_at": null()})


def _update_missed() -> Update:
    """Note that a call's end was missed, unless it is known. Of two tellings the earlier one counts."""
    at = bindparam("new_end_missed_at", type_=CallRecord.end_missed_at.type)
    counts_more = or_(CallRecord.end_missed_at.is_(None), at < CallRecord.end_missed_at)
    return (
        update(_CALLS).where(_of_call(), CallRecord.ended_at.is_(None), counts_more).values(end_missed_at=at)
    )


_UPDATE_REPORT: Final = _update_report()
_UPDATE_OUTCOME: Final = _update_outcome()
_UPDATE_MISSED: Final = _update_missed()
