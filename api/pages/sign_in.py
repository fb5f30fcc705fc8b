"""Signing in and out: name and password, then the code of the second factor where the user has one."""

from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api import cookies, csrf
from api.asking import SignInNeeded, address_of, signed_in_of
from api.deps import Shared
from api.pages.frame import Framed
from api.pages.own_path import own_path
from screener.access.sign_in import NotSignedIn, Started

HASHING: Final = 2
"""Passwords looked at by all requests together: they must not take the threads that the pages need."""

router = APIRouter(include_in_schema=False)

Back = Annotated[str, Query(max_length=2000)]
_Text = Annotated[str, Form(max_length=1000)]


async def sign_in_needed(request: Request, error: Exception) -> Response:
    """Send who is not signed in to the sign-in page, and back afterwards; a part of a page takes it along."""
    assert isinstance(error, SignInNeeded)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": "/sign-in"})
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    back = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?back={quote(back)}", HTTPStatus.SEE_OTHER)


@router.get("/sign-in")
async def form(request: Request, shared: Shared, frame: Framed, back: Back = "/") -> Response:
    """The form; where the password was right already, the one for the code."""
    signed_in = await signed_in_of(request, shared, active=False)
    if signed_in and not signed_in.half:
        return RedirectResponse(own_path(back), HTTPStatus.SEE_OTHER)
    template = "sign_in/code.html" if signed_in else "sign_in/password.html"
    return frame.page(template, back=own_path(back), refused=None, name="")


@router.post("/sign-in")
async def by_password(
    request: Request, shared: Shared, frame: Framed, name: _Text = "", password: _Text = "", back: Back = "/"
) -> Response:
    """Begin a session, whole or half. A browser that has one loses it: no session is taken over."""
    csrf.from_here(request)
    accounts, address, browser = shared.accounts, address_of(request), _browser(request)
    try:
        started = await to_thread.run_sync(
            accounts.sign_in.by_password, name, password, address, browser, limiter=request.app.state.hashing
        )
    except NotSignedIn as refused:
        page = frame.page(
            "sign_in/password.html", _status(refused), back=own_path(back), refused=refused, name=name
        )
        return _waiting(page, refused)
    await to_thread.run_sync(accounts.sessions.end, cookies.read(request))
    onward = f"/sign-in?back={quote(own_path(back))}" if started.half else own_path(back)
    return _begun(request, started, onward)


@router.post("/sign-in/code")
async def by_code(
    request: Request, shared: Shared, frame: Framed, code: _Text = "", back: Back = "/"
) -> Response:
    """Make a half session whole, under a new token."""
    half = await signed_in_of(request, shared)
    if half is None or not half.half:
        raise SignInNeeded
    csrf.from_here(request)
    token, address = cookies.read(request), address_of(request)
    try:
        started = await to_thread.run_sync(
            shared.accounts.sign_in.by_code, half, token, code, address, _browser(request)
        )
    except NotSignedIn as refused:
        page = frame.page("sign_in/code.html", _status(refused), back=own_path(back), refused=refused)
        return _waiting(page, refused)
    return _begun(request, started, own_path(back))


@router.post("/sign-out")
async def out(request: Request, shared: Shared) -> Response:
    """End the session."""
    csrf.from_here(request)
    await to_thread.run_sync(shared.accounts.sessions.end, cookies.read(request))
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    cookies.take(request, answer)
    return answer


def _begun(request: Request, started: Started, onward: str) -> Response:
    answer = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    cookies.give(request, answer, started.token)
    return answer


def _status(refused: NotSignedIn) -> HTTPStatus:
    return HTTPStatus.TOO_MANY_REQUESTS if refused.wait else HTTPStatus.FORBIDDEN


def _waiting(page: Response, refused: NotSignedIn) -> Response:
    if refused.wait:
        page.headers["Retry-After"] = str(refused.wait)
    return page


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")
