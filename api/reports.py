"""The queue of suspicious calls that were reported: report, ask, confirm, reject."""

import logging
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from api.asking import needs
from api.calls import recorded
from api.deps import Services, Shared
from api.paging import Page, after_link
from api.problems import Problem, documented, invalid
from api.schemas.fields import Id
from api.schemas.reports import Confirmed, Rejected, ReportNew, ReportOut, ReportQuery, ReportWhole, Said
from api.wishes import call_of
from blocklist.drafts import EntryDraft
from blocklist.entries import Entry, EntryKind
from blocklist.numbers import normalise
from screener import wishes
from screener.access.actor import Actor, How
from screener.access.roles import Permission
from screener.report_models import Report
from screener.reports import Decision, Reported, Source, State

log = logging.getLogger(__name__)

router = APIRouter(prefix="/reports", tags=["reports"])

WITHDRAWN: Final = "Người phản ánh đã rút lại."
"""What is written of a report that was taken back; of the review's texts, which are Vietnamese."""

Reporter = Annotated[Actor, needs(Permission.REPORT)]
Reviewer = Annotated[Actor, needs(Permission.REVIEW)]


@router.get("", summary="List reports, the latest first")
def listing(request: Request, shared: Shared, query: Annotated[ReportQuery, Query()]) -> Page[ReportOut]:
    """Give one page of the reports that fit."""
    filters = query.model_dump()
    if query.number is not None:
        filters["number"] = normalise(query.number).national
    found = shared.reports.reports(**filters)
    return Page[ReportOut](items=[ReportOut.of(row) for row in found.items], next=after_link(request, found))


@router.post("", summary="Report a call", status_code=HTTPStatus.CREATED, responses=documented(404, 409))
def add(new: ReportNew, shared: Shared, actor: Reporter, request: Request, response: Response) -> ReportWhole:
    """Put a call into the queue, for somebody to decide. 409 where it waits there already."""
    report = shared.reports.add(_reported(new, shared, actor), actor.name)
    log.info("report %d (%s) by %s", report.id, shared.logged(report.number), actor.name)
    response.headers["Location"] = f"{request.url.path}/{report.id}"
    return _whole(report, shared)


@router.get("/{id}", summary="Show a report", responses=documented(404))
def one(id: Id, shared: Shared) -> ReportWhole:  # noqa: A002 - the path's word
    """Give a report with the questions about it and the answers."""
    return _whole(shared.reports.report(id), shared)


@router.post("/{id}/confirm", summary="Decide that a report is right", responses=documented(404, 409))
def confirm(id: Id, wanted: Confirmed, shared: Shared, actor: Reviewer) -> ReportWhole:  # noqa: A002
    """Confirm a report, and block the number unless ``block`` is false; both or neither is done.

    409 where somebody decided before, and where blocking the number would do nothing: it says why.
    """
    report = shared.reports.report(id)
    block = _block(report, wanted, shared) if wanted.block and report.decided_at is None else None
    decision = Decision(State.CONFIRMED, wanted.note, wanted.category, block)
    decided, new = shared.reports.decide(id, decision, actor.name)
    made = f"block entry {decided.entry_id}{'' if new else ' was there'}" if decided.entry_id else "no entry"
    log.info("report %d (%s) confirmed by %s: %s", id, shared.logged(decided.number), actor.name, made)
    return _whole(decided, shared)


@router.post("/{id}/reject", summary="Decide that a report is not right", responses=documented(404, 409))
def reject(id: Id, wanted: Rejected, shared: Shared, actor: Reviewer) -> ReportWhole:  # noqa: A002
    """Reject a report. 409 where somebody decided before."""
    decided, _ = shared.reports.decide(id, Decision(State.REJECTED, wanted.note), actor.name)
    log.info("report %d (%s) rejected by %s", id, shared.logged(decided.number), actor.name)
    return _whole(decided, shared)


@router.post("/{id}/withdraw", summary="Take one's own report back", responses=documented(404, 409))
def withdraw(id: Id, shared: Shared, actor: Reporter) -> ReportWhole:  # noqa: A002
    """Take back what one reported oneself; it stays as a rejected one. 409 where somebody decided before."""
    report = shared.reports.report(id)
    if report.reported_by != actor.name:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"report {id} was made by {report.reported_by!r}; who reviews reports can reject it",
            kind="not-yours",
            title="Somebody else made the report",
        )
    decided, _ = shared.reports.decide(id, Decision(State.REJECTED, WITHDRAWN), actor.name)
    log.info("report %d (%s) withdrawn by %s", id, shared.logged(decided.number), actor.name)
    return _whole(decided, shared)


@router.post("/{id}/ask", summary="Ask something about a report", responses=documented(404, 409))
def ask(id: Id, said: Said, shared: Shared, actor: Reviewer) -> ReportWhole:  # noqa: A002
    """Ask the one who reported; the report waits on."""
    shared.reports.ask(id, said.text, actor.name)
    return _whole(shared.reports.report(id), shared)


@router.post("/{id}/answer", summary="Answer what was asked", responses=documented(404, 409))
def answer(id: Id, said: Said, shared: Shared, actor: Reporter) -> ReportWhole:  # noqa: A002
    """Answer a question about a report, or add what else is known."""
    shared.reports.answer(id, said.text, actor.name)
    return _whole(shared.reports.report(id), shared)


def _reported(new: ReportNew, shared: Services, actor: Actor) -> Reported:
    source = Source.PAGE if actor.how is How.USER else Source.API
    if new.call is None:
        assert new.number is not None
        number = normalise(new.number).national
        if not number:
            raise invalid("number", new.number, "is no telephone number; report a withheld one by its call")
        return Reported(number, source, new.note, None, new.number, "", new.called, new.rang_at)
    record = recorded(new.call, shared)
    return Reported(
        record.number,
        source,
        new.note,
        record.id,
        record.shown_number,
        record.shown_name,
        record.called,
        record.at,
    )


def _block(report: Report, wanted: Confirmed, shared: Services) -> EntryDraft:
    """Return the entry that blocks the reported caller. Raises Problem (409) and NotGranted."""
    pattern = report.number
    record = shared.records.call(report.call_id) if report.call_id is not None else None
    if record is not None:
        wish = wishes.block(call_of(record, shared), shared.snapshots.current, shared.clock())
        assert isinstance(wish, Entry)
        pattern = wish.pattern
    if not pattern:
        raise Problem(
            HTTPStatus.CONFLICT,
            "the call showed no number that could be blocked; confirm it with 'block': false",
            kind="nothing-to-block",
            title="There is nothing to block",
        )
    origin = f"phản ánh {report.id}"
    note = wanted.note or report.note or f"Theo {origin}"
    return EntryDraft(EntryKind.BLOCK, pattern, note, source=origin, category=wanted.category)


def _whole(report: Report, shared: Services) -> ReportWhole:
    return ReportWhole.with_notes(report, shared.reports.notes(report.id))
