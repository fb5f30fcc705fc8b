"""The cookie that holds a session's token: for this site alone, out of reach of scripts, safe over TLS."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

NAME: Final = "call_screener"
SECURE_NAME: Final = f"__Host-{NAME}"
"""Browsers take a cookie of such a name over TLS only, and from this very host only (RFC 6265bis)."""


def read(request: Request) -> str:
    """Return the token that a request carries; empty: none."""
    return request.cookies.get(_name(request), "")


def give(request: Request, response: Response, token: str) -> None:
    """Let the browser carry a token until it is closed; the session itself ends in the database."""
    response.set_cookie(
        _name(request), token, path="/", secure=_secure(request), httponly=True, samesite="lax"
    )


def take(request: Request, response: Response) -> None:
    """Let the browser forget its token."""
    response.delete_cookie(_name(request), path="/", secure=_secure(request), httponly=True, samesite="lax")


def _name(request: Request) -> str:
    return SECURE_NAME if _secure(request) else NAME


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
