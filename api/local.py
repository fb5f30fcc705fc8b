"""Keeps the page, which has no sign-in, to browsers on this machine."""

import ipaddress
from http import HTTPStatus
from typing import Final

from fastapi import Request

from api.problems import Problem

_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


async def local_only(request: Request) -> None:
    """Refuse clients that are not on this machine, and names of this machine that others may have made up.

    A foreign page can point a name of its own at 127.0.0.1 and read us through the visitor's browser (DNS
    rebinding); the Host header still holds that name. A proxy in front would make everyone look local.
    """
    peer = request.client.host if request.client else ""
    if not _is_loopback(peer):
        raise _forbidden(f"it was asked for from {peer or 'an unknown address'}")
    if any(name in request.headers for name in _FORWARDED):
        raise _forbidden("it was asked for through a proxy")
    host = request.headers.get("host", "")
    if _without_port(host) not in _HOSTS:
        raise _forbidden(f"it was asked for under the name {host!r}; use 127.0.0.1 or localhost")


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isascii() and port.isdigit() else host.lower()


def _forbidden(why: str) -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN,
        "the page has no sign-in yet and answers only to a browser on this machine, at 127.0.0.1 or "
        f"localhost; {why}. From elsewhere, reach it through an SSH tunnel",
        kind="local-only",
        title="The page answers on this machine only",
    )
