"""Who is asking: the bearer of a token, or whoever is signed in; and whether that one may.

Each route says what it needs, by a parameter ``Annotated[Actor, needs(Permission.LISTS)]`` or in its
``dependencies``.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from api import cookies, csrf
from api.arrival import is_loopback, peer_of
from api.deps import Services, Shared
from api.problems import Problem
from api.refusals import UNREACHABLE
from screener.access.acting import act_for_request
from screener.access.actor import Actor, How
from screener.access.roles import Permission
from screener.access.user_sessions import SignedIn

_bearer = HTTPBearer(auto_error=False, description="A token made with `call-screener token create`.")
_cookie = APIKeyCookie(
    name=cookies.NAME,
    auto_error=False,
    description="A signed-in browser's; over TLS its name begins with `__Host-`. What changes something "
    f"needs the header `{csrf.HEADER}` too.",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


class SignInNeeded(Exception):
    """Nobody is signed in, and a page was asked for."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency that lets in who holds a permission, and gives who it is.

    ``page``: who is not signed in is sent to the sign-in page, and a token opens nothing. ``active`` False is
    for what a page asks for by itself: it keeps no session open.
    """

    permission: Permission
    page: bool = False
    active: bool = True

    async def __call__(
        self, request: Request, shared: Shared, credentials: Credentials, _: Annotated[Any, Depends(_cookie)]
    ) -> Actor:
        """Return who asks. Raises Problem (401, 403) and SignInNeeded."""
        actor = await self._actor(request, shared, credentials)
        act_for_request(actor)
        if not actor.may(self.permission):
            await request.close()  # files of a form
            raise _not_allowed(actor, self.permission)
        return actor

    async def _actor(
        self, request: Request, shared: Services, credentials: HTTPAuthorizationCredentials | None
    ) -> Actor:
        known: Actor | None = getattr(request.state, "actor", None)
        if known is not None:
            return known
        if credentials is not None and not self.page:
            actor = await run_in_threadpool(_bearer_of, credentials.credentials, request, shared)
        else:
            signed_in = await self._signed_in(request, shared)
            if signed_in is None or signed_in.half:
                raise SignInNeeded if self.page else _unauthorised(_NOBODY, 'Bearer realm="api"')
            await csrf.check(request, signed_in.csrf)
            request.state.signed_in = signed_in
            actor = _actor_of(signed_in.name, request, signed_in)
        request.state.actor = actor
        return actor

    async def _signed_in(self, request: Request, shared: Services) -> SignedIn | None:
        """Return who is signed in; to look at a page it is enough to have been of late, without database."""
        try:
            return await signed_in_of(request, shared, active=self.active)
        except UNREACHABLE:
            known = shared.accounts.sessions.lately(cookies.read(request))
            if known is None or not self.page or request.method not in csrf.SAFE:
                raise
            return known


def needs(permission: Permission) -> Any:
    """Return what lets in who holds a permission, by a token or signed in."""
    return Depends(Needs(permission))


def page_needs(permission: Permission, *, active: bool = True) -> Any:
    """Return the same for a page: signed in alone. ``active`` False: a page asks for it by itself."""
    return Depends(Needs(permission, page=True, active=active))


async def local_or_token(request: Request, shared: Shared) -> None:
    """Let in what runs on this machine; from elsewhere who may look. Raises Problem (401, 403)."""
    if not is_loopback(address_of(request)):
        await Needs(Permission.SEE)(request, shared, await _bearer(request), None)


async def signed_in_of(request: Request, shared: Services, *, active: bool = True) -> SignedIn | None:
    """Return who is signed in, perhaps half; None for nobody."""
    token = cookies.read(request)
    if not token:
        return None
    return await run_in_threadpool(shared.accounts.sessions.find, token, active=active)


def address_of(request: Request) -> str:
    """Return where a request comes from, behind a trusted proxy the client's own address."""
    return peer_of(request.scope)


def _bearer_of(token: str, request: Request, shared: Services) -> Actor:
    verified = shared.tokens.verify(token)
    if verified is None:
        raise _unauthorised(
            "the token is not known, was revoked or has ended; make a new one with "
            "'call-screener token create'",
            'Bearer realm="api", error="invalid_token"',
        )
    name, role = verified
    return Actor(name, role, How.TOKEN, address_of(request), request.state.request_id)


def _actor_of(name: str, request: Request, signed_in: SignedIn) -> Actor:
    return Actor(name, signed_in.role, How.USER, address_of(request), request.state.request_id)


_NOBODY = "the request carries no token; send the header 'Authorization: Bearer TOKEN'"


def _unauthorised(detail: str, challenge: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _not_allowed(actor: Actor, permission: Permission) -> Problem:
    what = "token" if actor.how is How.TOKEN else "user"
    return Problem(
        HTTPStatus.FORBIDDEN,
        f"{what} {actor.name!r} has the role {actor.role}, which may not do this ({permission}); an "
        "administrator can give it another role",
        kind="not-allowed",
        title="The role does not allow this",
    )
