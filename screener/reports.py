"""Suspicious calls that were reported, and what was decided: a queue that each report leaves once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import texts
from blocklist.drafts import EntryDraft
from blocklist.entries import Category
from blocklist.models import ListEntry
from blocklist.page import Page
from blocklist.store import new_entry, same_entry
from screener.report_models import Report, ReportNote


class Source(StrEnum):
    """How a report came in."""

    PAGE = "page"
    API = "api"
    PHONE = "phone"
    """A code that is dialled."""


class State(StrEnum):
    """Where a report stands. The first two wait for a decision."""

    OPEN = "open"
    ASKED = "asked"
    """A question about it has no answer yet."""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class NoteKind(StrEnum):
    """What a note on a report is."""

    QUESTION = "question"
    ANSWER = "answer"


class NoSuchReport(Exception):
    """No report has this id."""

    def __init__(self, id: int) -> None:  # noqa: A002 - the column's name
        super().__init__(f"there is no report {id}")
        self.id = id


class AlreadyReported(Exception):
    """The call was reported, and nobody has decided on it yet; ``existing`` is that report's id."""

    def __init__(self, existing: int) -> None:
        super().__init__(f"the call is reported already, by report {existing}, which waits for a decision")
        self.existing = existing


class AlreadyDecided(Exception):
    """Somebody decided on the report before."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            f"report {report.id} was {report.state} by {report.decided_by} on "
            f"{report.decided_at:%Y-%m-%d %H:%M:%S} UTC; look at it anew"
        )
        self.state = State(report.state)
        self.decided_by = report.decided_by


@dataclass(frozen=True, slots=True)
class Reported:
    """What is reported. ``number`` is in national form, empty where the call shows none that can be read."""

    number: str
    source: Source
    note: str = ""
    call_id: int | None = None
    shown_number: str = ""
    shown_name: str = ""
    called: str = ""
    rang_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided. ``block`` is what goes on the list, None for nothing."""

    state: State
    note: str = ""
    category: Category | None = None
    block: EntryDraft | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Reports:
    """The reports behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = _utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def add(self, reported: Reported, by: str) -> Report:
        """Put a report into the queue. Raises InvalidText; AlreadyReported for a call that waits there."""
        row = Report(
            call_id=reported.call_id,
            number=reported.number[:40],
            shown_number=reported.shown_number,
            shown_name=reported.shown_name,
            called=reported.called,
            rang_at=reported.rang_at,
            source=reported.source.value,
            note=texts.read("note", reported.note),
            reported_by=texts.read("reported_by", by, 200),
            reported_at=self._now(),
            state=State.OPEN.value,
            category="",
            decision="",
            decided_by="",
        )
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError:
            with self._sessions() as session:
                waiting = select(Report.id).where(Report.call_id == row.call_id, Report.decided_at.is_(None))
                existing = session.scalar(waiting)
            if existing is None:
                raise
            raise AlreadyReported(existing) from None
        return row

    def report(self, id: int) -> Report:  # noqa: A002
        """Return a report. Raises NoSuchReport."""
        with self._sessions() as session:
            return _found(session, id)

    def notes(self, id: int) -> tuple[ReportNote, ...]:  # noqa: A002
        """Return the questions about a report and the answers, in their order."""
        query = select(ReportNote).where(ReportNote.report_id == id).order_by(ReportNote.id)
        with self._sessions() as session:
            return tuple(session.scalars(query))

    def of_call(self, call_id: int, number: str) -> tuple[Report, ...]:
        """Return the reports of a recorded call, whose number in national form finds them, in their order."""
        query = select(Report).where(Report.number == number, Report.call_id == call_id).order_by(Report.id)
        with self._sessions() as session:
            return tuple(session.scalars(query))

    def reports(
        self,
        *,
        decided: bool | None = None,
        number: str | None = None,
        limit: int = 50,
        after: int | None = None,
    ) -> Page[Report]:
        """Return reports, the latest first, from the one after id ``after`` on."""
        query: Select[Report] = select(Report).order_by(Report.id.desc()).limit(limit + 1)
        if decided is not None:
            query = query.where(Report.decided_at.is_not(None) if decided else Report.decided_at.is_(None))
        if number is not None:
            query = query.where(Report.number == number)
        if after is not None:
            query = query.where(Report.id < after)
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query)), limit)

    def waiting(self) -> int:
        """Return how many wait for a decision."""
        query = select(func.count()).select_from(Report).where(Report.decided_at.is_(None))
        with self._sessions() as session:
            return session.scalars(query).one()

    def decide(self, id: int, decision: Decision, by: str) -> tuple[Report, bool]:  # noqa: A002
        """Decide on a report once; what is blocked is in force with the decision, or neither is.

        Tell also whether the block entry is a new one: for one that is there already none is made. Raises
        NoSuchReport, AlreadyDecided, and what ``ListStore.add_entry`` raises of drafts.
        """
        try:
            return self._decide(id, decision, by)
        except IntegrityError:  # somebody put the same number on the list at this moment
            return self._decide(id, decision, by)

    def _decide(self, id: int, decision: Decision, by: str) -> tuple[Report, bool]:  # noqa: A002
        now = self._now()
        with self._sessions.begin() as session:
            put = {
                "state": decision.state.value,
                "category": decision.category.value if decision.category else "",
                "decision": texts.read("note", decision.note),
                "decided_by": by[:200],
                "decided_at": now,
            }
            self._change(session, id, put)
            entry, new = _block(session, decision.block, by, now) if decision.block else (None, False)
            report = _found(session, id)
            report.entry_id = entry.id if entry else None
        return report, new

    def ask(self, id: int, text: str, by: str) -> ReportNote:  # noqa: A002
        """Ask something about a report that waits. Raises NoSuchReport, AlreadyDecided and InvalidText."""
        return self._add_note(id, NoteKind.QUESTION, State.ASKED, text, by)

    def answer(self, id: int, text: str, by: str) -> ReportNote:  # noqa: A002
        """Answer what was asked. Raises NoSuchReport, AlreadyDecided and InvalidText."""
        return self._add_note(id, NoteKind.ANSWER, State.OPEN, text, by)

    def _add_note(self, id: int, kind: NoteKind, state: State, text: str, by: str) -> ReportNote:  # noqa: A002
        note = ReportNote(
            report_id=id,
            kind=kind.value,
            text=texts.read("text", text, needed=True),
            author=by[:200],
            at=self._now(),
        )
        with self._sessions.begin() as session:
            self._change(session, id, {"state": state.value})
            session.add(note)
        return note

    def _change(self, session: Session, id: int, put: Mapping[str, object]) -> None:  # noqa: A002
        """Change a report that waits; of two who decide at once, the second finds it decided."""
        waits = update(Report).where(Report.id == id, Report.decided_at.is_(None)).values(put)
        changed = session.scalars(waits.returning(Report.id)).all()
        if not changed:
            raise AlreadyDecided(_found(session, id))


def _found(session: Session, id: int) -> Report:  # noqa: A002
    row = session.get(Report, id)
    if row is None:
        raise NoSuchReport(id)
    return row


def _block(session: Session, draft: EntryDraft, by: str, now: datetime) -> tuple[ListEntry, bool]:
    """Put an entry on the list in the decision's transaction, and tell whether it is a new one.

    One that is there stays as it is; one that has ended counts again.
    """
    entry = new_entry(draft, by, now)
    there = session.scalars(select(ListEntry).where(same_entry(entry))).one_or_none()
    if there is None:
        session.add(entry)
        session.flush()
        return entry, True
    if there.expires_at is not None and there.expires_at <= now:
        there.expires_at, there.updated_at = None, now
    return there, False
