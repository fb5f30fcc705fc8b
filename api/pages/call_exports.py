"""The log of calls as files: what was asked for, how far it is, and where to fetch it."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.asking import page_needs
from api.call_exports import begin
from api.deps import Shared
from api.pages import call_filter
from api.pages.frame import Framed
from api.schemas.calls import ExportNew
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.call_exports import Format

router = APIRouter(prefix="/calls", include_in_schema=False)

Reader = Annotated[Actor, page_needs(Permission.SEE)]


@router.get("/exports", dependencies=[page_needs(Permission.SEE)])
def exports(shared: Shared, frame: Framed) -> HTMLResponse:
    """The exports that are kept."""
    return frame.page("exports.html", exports=shared.call_exports.exports())


@router.post("/export")
def export(
    request: Request,
    shared: Shared,
    actor: Reader,
    format: Annotated[Format, Form()],  # noqa: A002 - the form's word
) -> Response:
    """Begin an export of what the log shows for the conditions in the address."""
    asked = call_filter.read(request.query_params, shared.zone)
    if asked.wrong:
        return RedirectResponse(f"/calls?{urlencode(asked.given)}", HTTPStatus.SEE_OTHER)
    begin(ExportNew.model_validate({**asked.filters, "format": format}), shared, actor)
    return RedirectResponse("/calls/exports", HTTPStatus.SEE_OTHER)
