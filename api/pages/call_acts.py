"""The buttons on a call: block, allow, report. Each tells at once what came of it, and can be undone."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api import entries, exemptions, granted, reports, wishes
from api.asking import page_needs
from api.calls import recorded
from api.deps import Shared
from api.pages.frame import Frame, Framed
from api.schemas.fields import MAX_ID, Id
from api.schemas.reports import ReportNew
from api.schemas.wishes import Made
from blocklist.entries import ExemptCaller
from blocklist.errors import ChangedMeanwhile, NotListed
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.not_granted import NotGranted
from screener.reports import AlreadyDecided, AlreadyReported

CHANGED = {"HX-Trigger": "lists-changed"}
"""Tells the parts of a page that show what the lists hold to ask again."""

router = APIRouter(prefix="/calls", include_in_schema=False)

Editor = Annotated[Actor, page_needs(Permission.LISTS)]
Reporter = Annotated[Actor, page_needs(Permission.REPORT)]
MadeId = Annotated[int, Form(ge=1, le=MAX_ID)]


@router.post("/{id}/block")
def block(id: Id, shared: Shared, frame: Framed, actor: Editor) -> HTMLResponse:  # noqa: A002
    """Put the caller's number on the block list."""
    try:
        made = wishes.block(id, shared, actor, Response())
    except NotGranted as refused:
        return _refused(frame, refused)
    return _told(frame, "calls/made.html", id=id, made=made, headers=CHANGED)


@router.post("/{id}/allow")
def allow(
    id: Id,  # noqa: A002
    shared: Shared,
    frame: Framed,
    actor: Editor,
    exempt: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Let such calls through; where that takes an exemption, say so first, and of what."""
    try:
        wish = wishes.allowing(recorded(id, shared), shared)
        if isinstance(wish, ExemptCaller) and not exempt:
            return _told(frame, "calls/exempt.html", id=id, words=granted.proposed(wish))
        made = wishes.allow(id, shared, actor, Response())
    except NotGranted as refused:
        return _refused(frame, refused)
    return _told(frame, "calls/made.html", id=id, made=made, headers=CHANGED)


@router.post("/{id}/undo")
def undo(
    id: Id,  # noqa: A002
    shared: Shared,
    frame: Framed,
    actor: Editor,
    made: Annotated[Made, Form()],
    made_id: MadeId,
    version: Annotated[str, Form(max_length=100)],
) -> HTMLResponse:
    """Take back what a button made, unless somebody has changed it since."""
    remove = exemptions.remove if made is Made.EXEMPTION else entries.remove
    try:
        remove(made_id, shared, actor, frozenset({version}))
    except (NotListed, ChangedMeanwhile):
        return _told(frame, "calls/not_undone.html", HTTPStatus.CONFLICT, report=False)
    return _told(frame, "calls/undone.html", report=False, headers=CHANGED)


@router.post("/{id}/report")
def report(id: Id, request: Request, shared: Shared, frame: Framed, actor: Reporter) -> HTMLResponse:  # noqa: A002
    """Put the call into the queue of suspicious ones."""
    try:
        made = reports.add(ReportNew(call=id), shared, actor, request, Response())
    except AlreadyReported as waits:
        return _told(
            frame, "calls/reported.html", HTTPStatus.CONFLICT, id=id, report=waits.existing, new=False
        )
    return _told(frame, "calls/reported.html", id=id, report=made.id, new=True)


@router.post("/{id}/report/undo")
def withdraw(
    id: Id,  # noqa: A002
    shared: Shared,
    frame: Framed,
    actor: Reporter,
    report_id: MadeId,
) -> HTMLResponse:
    """Take one's own report back, unless somebody has decided on it."""
    try:
        reports.withdraw(report_id, shared, actor)
    except AlreadyDecided:
        return _told(frame, "calls/not_undone.html", HTTPStatus.CONFLICT, report=True)
    return _told(frame, "calls/undone.html", report=True)


def _refused(frame: Frame, refused: NotGranted) -> HTMLResponse:
    return _told(frame, "calls/refused.html", HTTPStatus.CONFLICT, words=refused.refusal.words)


def _told(
    frame: Frame,
    template: str,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    headers: dict[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Answer with a message for the corner of the page."""
    return HTMLResponse(frame.render(template, **values), status, headers)
