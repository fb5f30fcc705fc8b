"""Who may sign in: the administrator's page of users."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.asking import page_needs
from api.deps import Services, Shared
from api.pages import told
from api.pages.frame import Frame, Framed
from screener.access.actor import Actor
from screener.access.roles import Permission, Role

router = APIRouter(prefix="/users", include_in_schema=False)

Admin = Annotated[Actor, page_needs(Permission.USERS)]
_Name = Annotated[str, Form(max_length=1000)]


@router.get("", dependencies=[page_needs(Permission.SEE_SETTINGS)])
def show(request: Request, shared: Shared, frame: Framed) -> Response:
    """List the users; who may not change them sees no buttons."""
    done, name = request.query_params.get("done", ""), request.query_params.get("name", "")
    return _page(shared, frame, done=done, name=name)


@router.post("")
def add(
    request: Request, shared: Shared, frame: Framed, admin: Admin, name: _Name, role: Annotated[Role, Form()],
    extension: _Name = "",
) -> Response:  # fmt: skip
    """Make a user and show the link by which they choose a password."""
    try:
        user = shared.accounts.users.add(name, role, extension=extension)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error), name=name)
    return _link(request, shared, frame, user.name)


@router.post("/invite")
def invite(request: Request, shared: Shared, frame: Framed, admin: Admin, name: _Name) -> Response:
    """End a user's password and sessions, and show a link by which they choose another."""
    try:
        return _link(request, shared, frame, name)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error))


@router.post("/role")
def role(shared: Shared, frame: Framed, admin: Admin, name: _Name, role: Annotated[Role, Form()]) -> Response:
    """Give a user another role."""
    try:
        shared.accounts.users.set_role(name, role)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error))
    return _done("role", name)


@router.post("/unlock")
def unlock(shared: Shared, frame: Framed, admin: Admin, name: _Name) -> Response:
    """Forget a user's failed tries."""
    try:
        shared.accounts.tries.unlock(shared.accounts.users.find(name).name)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error))
    return _done("unlocked", name)


@router.post("/second-factor/off")
def second_factor_off(shared: Shared, frame: Framed, admin: Admin, name: _Name) -> Response:
    """Ask a user for no codes any more: the phone is lost."""
    try:
        shared.accounts.factor.switch_off(name)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error))
    return _done("second-factor-off", name)


@router.post("/remove")
def remove(shared: Shared, frame: Framed, admin: Admin, name: _Name) -> Response:
    """Remove a user."""
    try:
        shared.accounts.users.remove(name)
    except told.KINDS as error:
        return _page(shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told.refused(error))
    return _done("removed", name)


def _link(request: Request, shared: Services, frame: Frame, name: str) -> Response:
    token = shared.accounts.links.invite(name)
    link = f"{request.url.scheme}://{request.headers['host']}/welcome/{token}"
    return frame.page("users/link.html", name=name, link=link)


def _done(what: str, name: str) -> Response:
    return RedirectResponse(f"/users?{urlencode({'done': what, 'name': name})}", HTTPStatus.SEE_OTHER)


def _page(
    shared: Services,
    frame: Frame,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    refused: str | None = None,
    done: str = "",
    name: str = "",
) -> Response:
    users = shared.accounts.users.list()
    locked = {user.name for user in users if shared.accounts.tries.locked(user.name)}
    shown = {"users": users, "locked": locked, "roles": tuple(Role), "name": name}
    return frame.page("users.html", status, refused=refused, done=done, **shown)
