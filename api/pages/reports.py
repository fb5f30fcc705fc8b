"""The page of reports: suspicious calls that wait for a decision, and what was decided by whom."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError, field_validator
from starlette.responses import Response

from api import reports
from api.asking import page_needs
from api.deps import Services, Shared
from api.pages.block_remarks import block_remarks
from api.pages.frame import Frame, Framed
from api.pages.report_refusals import REFUSALS, Refused, refused
from api.problems import Problem
from api.schemas.fields import Id
from api.schemas.reports import Confirmed, Rejected, ReportNew, ReportQuery, Said
from blocklist.entries import Category
from screener.access.actor import Actor
from screener.access.roles import Permission

PATH: Final = "/reports"
_FIELDS: Final = ("number", "called", "rang_at", "note")

router = APIRouter(prefix=PATH, include_in_schema=False)

Reporter = Annotated[Actor, page_needs(Permission.REPORT)]
Reviewer = Annotated[Actor, page_needs(Permission.REVIEW)]
_Text = Annotated[str, Form()]


class _Shown(ReportQuery):
    """What is asked of the page: as of the API; those that wait, where nothing is asked."""

    decided: bool | None = False

    @field_validator("number", mode="before")
    @classmethod
    def _any(cls, value: object) -> object:
        return value or None

    def here(self, **other: object) -> str:
        """Return the path that shows the same with something else of it."""
        asked = self.model_dump(exclude_none=True, exclude={"limit"}, mode="json") | other
        return f"{PATH}?{urlencode(asked)}"


@router.get("", dependencies=[page_needs(Permission.SEE)])
def show(request: Request, shared: Shared, frame: Framed, query: Annotated[_Shown, Query()]) -> Response:
    """List the reports that wait, or those that were decided, the latest first."""
    found = reports.listing(request, shared, query)
    return frame.page(
        "reports.html",
        found=found.items,
        next=query.here(after=found.items[-1].id) if found.next else None,
        query=query,
        waiting=shared.reports.waiting(),
    )


@router.get("/new")
def blank(reporter: Reporter, frame: Framed) -> Response:
    """Show an empty form for a call that is not in the log, or known by its number alone."""
    return frame.page("reports/new.html", refused=None, typed=dict.fromkeys(_FIELDS, ""))


@router.post("")
def add(
    request: Request,
    shared: Shared,
    reporter: Reporter,
    frame: Framed,
    number: _Text = "",
    called: _Text = "",
    rang_at: _Text = "",
    note: _Text = "",
) -> Response:
    """Report a number. ``rang_at`` is a time of the site's zone without its offset, or empty."""
    typed = {"number": number, "called": called, "rang_at": rang_at, "note": note}
    try:
        at = datetime.fromisoformat(rang_at).replace(tzinfo=shared.zone) if rang_at else None
        new = ReportNew(number=number.strip(), called=called.strip(), rang_at=at, note=note)
        made = reports.add(new, shared, reporter, request, Response())
    except (ValidationError, ValueError):
        return _new(frame, typed)
    except Problem as problem:
        if problem.status is not HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        return _new(frame, typed)
    return _done(made.id, "reported")


@router.get("/{id}", dependencies=[page_needs(Permission.SEE)])
def one(
    id: Id,  # noqa: A002
    shared: Shared,
    frame: Framed,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show all that is known of a report, and the ways to decide on it to who may."""
    return _whole(id, shared, frame, done=done)


@router.post("/{id}/confirm")
def confirm(
    id: Id,  # noqa: A002
    shared: Shared,
    reviewer: Reviewer,
    frame: Framed,
    category: Annotated[Category, Form()],
    block: Annotated[bool, Form()] = False,
    note: _Text = "",
) -> Response:
    """Confirm a report, and block the number where that is asked for."""

    def act() -> None:
        reports.confirm(id, Confirmed(category=category, block=block, note=note), shared, reviewer)

    return _act(act, "blocked" if block else "confirmed", id, shared, frame, note=note, category=category)


@router.post("/{id}/reject")
def reject(id: Id, shared: Shared, reviewer: Reviewer, frame: Framed, note: _Text = "") -> Response:  # noqa: A002
    """Reject a report."""

    def act() -> None:
        reports.reject(id, Rejected(note=note), shared, reviewer)

    return _act(act, "rejected", id, shared, frame, note=note)


@router.post("/{id}/ask")
def ask(id: Id, shared: Shared, reviewer: Reviewer, frame: Framed, text: _Text = "") -> Response:  # noqa: A002
    """Ask the one who reported."""

    def act() -> None:
        reports.ask(id, Said(text=text), shared, reviewer)

    return _act(act, "asked", id, shared, frame, text=text)


@router.post("/{id}/answer")
def answer(id: Id, shared: Shared, reporter: Reporter, frame: Framed, text: _Text = "") -> Response:  # noqa: A002
    """Answer a question, or add what else is known."""

    def act() -> None:
        reports.answer(id, Said(text=text), shared, reporter)

    return _act(act, "answered", id, shared, frame, text=text)


def _act(
    act: Callable[[], None],
    done: str,
    id: int,  # noqa: A002
    shared: Services,
    frame: Frame,
    **typed: str,
) -> Response:
    """Do it and show the report as it is then; where it can't be done, say why and keep what was typed."""
    try:
        act()
    except REFUSALS as error:
        return _whole(id, shared, frame, refused=refused(error), **typed)
    return _done(id, done)


def _whole(
    id: int,  # noqa: A002
    shared: Services,
    frame: Frame,
    *,
    done: str = "",
    refused: Refused | None = None,
    **typed: str,
) -> Response:
    report = reports.one(id, shared)
    return frame.page(
        "reports/one.html",
        refused.status if refused else HTTPStatus.OK,
        report=report,
        remarks=() if report.decided_at else block_remarks(report.number, shared),
        categories=tuple(Category),
        done=done,
        refused=refused,
        typed=dict.fromkeys(("note", "text", "category"), "") | typed,
    )


def _new(frame: Frame, typed: dict[str, str]) -> Response:
    return frame.page("reports/new.html", HTTPStatus.UNPROCESSABLE_ENTITY, refused=True, typed=typed)


def _done(id: int, what: str) -> Response:  # noqa: A002
    return RedirectResponse(f"{PATH}/{id}?done={what}", HTTPStatus.SEE_OTHER)
