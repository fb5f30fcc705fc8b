"""Where a one-time link leads: choosing a password, or becoming the first administrator."""

from http import HTTPStatus
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api import cookies, csrf
from api.asking import address_of
from api.deps import Shared
from api.pages import told
from api.pages.frame import Frame, Framed
from screener.access.acting import act_for_request
from screener.access.actor import Actor, How
from screener.access.links import LinkOver
from screener.access.passwords import WeakPassword
from screener.access.roles import Role
from screener.access.users import InvalidUserName

router = APIRouter(include_in_schema=False)

_Token = Annotated[str, Path(max_length=100)]
_Text = Annotated[str, Form(max_length=1000)]


@router.get("/welcome/{token}")
def form(token: _Token, shared: Shared, frame: Framed) -> Response:
    """Ask for a password and, of the first administrator, a name. Looking at it does not use the link up."""
    try:
        invited = shared.accounts.links.look(token)
    except LinkOver as error:
        return _over(frame, error)
    return frame.page("sign_in/welcome.html", invited=invited, refused=None, name="")


@router.post("/welcome/{token}")
async def choose(
    request: Request,
    token: _Token,
    shared: Shared,
    frame: Framed,
    name: _Text = "",
    password: _Text = "",
    again: _Text = "",
) -> Response:
    """Use the link up, and sign in."""
    csrf.from_here(request)
    links, limiter = shared.accounts.links, request.app.state.hashing
    try:
        invited = await to_thread.run_sync(links.look, token)
        if password != again:
            return _refused(frame, invited, told.DIFFERENT, name)
        # Whoever has the link is who it invites.
        who = invited.name or name
        act_for_request(Actor(who, Role.ADMIN, How.USER, address_of(request), request.state.request_id))
        user = await to_thread.run_sync(links.use, token, name, password, limiter=limiter)
    except LinkOver as error:
        return _over(frame, error)
    except (WeakPassword, InvalidUserName) as error:
        return _refused(frame, invited, told.refused(error), name)
    browser = request.headers.get("user-agent", "")
    half = user.second_factor
    session = await to_thread.run_sync(
        lambda: shared.accounts.sessions.begin(user.id, address_of(request), browser, half=half)
    )
    answer = RedirectResponse("/sign-in" if half else "/", HTTPStatus.SEE_OTHER)
    cookies.give(request, answer, session)
    return answer


def _refused(frame: Frame, invited: object, why: str, name: str) -> Response:
    return frame.page(
        "sign_in/welcome.html", HTTPStatus.UNPROCESSABLE_ENTITY, invited=invited, refused=why, name=name
    )


def _over(frame: Frame, error: LinkOver) -> Response:
    return frame.page("sign_in/over.html", HTTPStatus.GONE, why=told.refused(error))
