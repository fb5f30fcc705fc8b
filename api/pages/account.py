"""One's own account: password, extension, second factor, and the browsers that are signed in."""

from http import HTTPStatus
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api import cookies
from api.asking import address_of, page_needs
from api.deps import Services, Shared
from api.pages import told
from api.pages.frame import Frame, Framed
from screener.access import second_factor
from screener.access.roles import Permission
from screener.access.sign_in import NotSignedIn
from screener.access.user_sessions import SignedIn

router = APIRouter(prefix="/account", dependencies=[page_needs(Permission.SEE)], include_in_schema=False)

_Text = Annotated[str, Form(max_length=1000)]


@router.get("")
def show(request: Request, shared: Shared, frame: Framed) -> Response:
    """Show the account."""
    return _page(request, shared, frame)


@router.post("/password")
async def password(
    request: Request, shared: Shared, frame: Framed, old: _Text = "", new: _Text = "", again: _Text = ""
) -> Response:
    """Change the password; all sessions end, and this browser begins a new one."""
    user = _user(request)
    if why := await _unconfirmed(request, shared, old):
        return _refused(request, shared, frame, why)
    if new != again:
        return _refused(request, shared, frame, told.DIFFERENT)
    try:
        await to_thread.run_sync(
            shared.accounts.users.set_password, user.name, new, limiter=request.app.state.hashing
        )
    except told.KINDS as error:
        return _refused(request, shared, frame, told.refused(error))
    browser = request.headers.get("user-agent", "")
    token = await to_thread.run_sync(
        shared.accounts.sessions.begin, user.user_id, address_of(request), browser
    )
    answer = _done("password")
    cookies.give(request, answer, token)
    return answer


@router.post("/extension")
def extension(request: Request, shared: Shared, frame: Framed, extension: _Text = "") -> Response:
    """Set the phone that rings first when this user rings somebody back."""
    try:
        shared.accounts.users.set_extension(_user(request).name, extension)
    except told.KINDS as error:
        return _refused(request, shared, frame, told.refused(error))
    return _done("extension")


@router.post("/second-factor")
async def switch_on(
    request: Request, shared: Shared, frame: Framed, secret: _Text = "", code: _Text = "", old: _Text = ""
) -> Response:
    """Ask for codes from now on; show the recovery codes, this once."""
    user = _user(request)
    if why := await _unconfirmed(request, shared, old):
        return _refused(request, shared, frame, why, secret=secret)
    try:
        codes = await to_thread.run_sync(shared.accounts.factor.switch_on, user.name, secret, code)
    except told.KINDS as error:
        return _refused(request, shared, frame, told.refused(error), secret=secret)
    return frame.page("account/codes.html", codes=codes)


@router.post("/second-factor/off")
async def switch_off(request: Request, shared: Shared, frame: Framed, old: _Text = "") -> Response:
    """Ask for no codes any more."""
    if why := await _unconfirmed(request, shared, old):
        return _refused(request, shared, frame, why)
    await to_thread.run_sync(shared.accounts.factor.switch_off, _user(request).name)
    return _done("second-factor-off")


@router.post("/sessions/{session_id}/end")
def end(request: Request, shared: Shared, session_id: int) -> Response:
    """Sign another browser out."""
    shared.accounts.sessions.end_one(_user(request).user_id, session_id)
    return _done("session")


def _user(request: Request) -> SignedIn:
    signed_in: SignedIn = request.state.signed_in
    return signed_in


async def _unconfirmed(request: Request, shared: Services, old: str) -> str | None:
    """Return what is said where the present password was not given: an open browser is not its user."""
    try:
        confirmed = await to_thread.run_sync(
            shared.accounts.sign_in.confirms,
            _user(request),
            old,
            address_of(request),
            limiter=request.app.state.hashing,
        )
    except NotSignedIn:
        return told.TOO_MANY
    return None if confirmed else told.WRONG_PASSWORD


def _done(what: str) -> RedirectResponse:
    return RedirectResponse(f"/account?done={what}", HTTPStatus.SEE_OTHER)


def _refused(request: Request, shared: Services, frame: Frame, why: str, **more: Any) -> Response:
    return _page(request, shared, frame, HTTPStatus.UNPROCESSABLE_ENTITY, refused=why, **more)


def _page(
    request: Request,
    shared: Services,
    frame: Frame,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    refused: str | None = None,
    secret: str = "",
) -> Response:
    signed_in = _user(request)
    user = shared.accounts.users.find(signed_in.name)
    offered = secret if second_factor.is_secret(secret) else second_factor.new_secret()
    return frame.page(
        "account.html",
        status,
        account=user,
        here=signed_in.session_id,
        sessions=shared.accounts.sessions.of(user.id),
        left=shared.accounts.factor.left(user.name),
        secret=offered,
        picture=second_factor.picture(offered, user.name),
        refused=refused,
        done=request.query_params.get("done", "") if refused is None else "",
    )
