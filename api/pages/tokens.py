"""The tokens by which programs use the API: the administrator's page."""

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.asking import page_needs
from api.deps import Services, Shared
from api.pages import told
from api.pages.frame import Frame, Framed
from screener.access.actor import Actor
from screener.access.roles import Permission, Role

router = APIRouter(prefix="/tokens", include_in_schema=False)

Admin = Annotated[Actor, page_needs(Permission.USERS)]
_Name = Annotated[str, Form(max_length=1000)]


@router.get("", dependencies=[page_needs(Permission.SEE_SETTINGS)])
def show(request: Request, shared: Shared, frame: Framed) -> Response:
    """List the tokens."""
    return _page(shared, frame, done=request.query_params.get("done", ""))


@router.post("")
def make(
    shared: Shared, frame: Framed, admin: Admin, name: _Name, role: Annotated[Role, Form()],
    last_day: Annotated[date | None, Form()] = None,
) -> Response:  # fmt: skip
    """Make a token and show it, this once; it counts to the end of its last day in the site's time."""
    ends = None
    if last_day:
        midnight = datetime.combine(last_day + timedelta(days=1), time(), shared.zone)
        ends = midnight.astimezone(UTC)
    try:
        token = shared.tokens.create(name, role, ends)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error), name=name)
    return frame.page("tokens/made.html", name=name.strip(), token=token)


@router.post("/revoke")
def revoke(shared: Shared, frame: Framed, admin: Admin, name: _Name) -> Response:
    """Make a token useless."""
    try:
        shared.tokens.revoke(name)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error))
    return RedirectResponse("/tokens?done=revoked", HTTPStatus.SEE_OTHER)


def _page(
    shared: Services,
    frame: Frame,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    refused: str | None = None,
    done: str = "",
    name: str = "",
) -> Response:
    return frame.page(
        "tokens.html", status, tokens=shared.tokens.list(), roles=tuple(Role), now=shared.clock(),
        refused=refused, done=done, name=name,
    )  # fmt: skip
