"""What is looked at before anything else: through whom a request came, under which name, and how safely.

A foreign page can point a name of its own at this machine and read us through the visitor's browser (DNS
rebinding); the Host header still holds that name. A proxy that nobody vouches for would make everyone look
like the proxy. Without TLS, whoever listens on the network has the password.
"""

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.problems import Problem, ProblemResponse

ALIVE: Final = "/health/live"
"""Tells nothing that any page may not know, so a supervisor may ask for it under any name."""
PROBES: Final = frozenset({ALIVE, "/health/ready", "/metrics"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Reach:
    """The names that the service goes by, and the proxies that may speak for others (addresses, networks)."""

    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


class Arrival:
    """ASGI middleware, the outermost: refuses, or passes the request on with its client's address.

    The request's id is in ``state.request_id`` and the answer's ``X-Request-Id``.
    """

    def __init__(self, app: ASGIApp, reach: Reach) -> None:
        self._names = frozenset(name.lower() for name in reach.trusted_hosts)
        self._proxies = tuple(ipaddress.ip_network(one, strict=False) for one in reach.trusted_proxies)
        # Typed by another package of the same protocol.
        behind = ProxyHeadersMiddleware(cast(Any, app), list(reach.trusted_proxies))
        self._behind_proxy = cast(ASGIApp, behind)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 or 421."""
        if scope["type"] != "http":
            await self._behind_proxy(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await ProblemResponse(refusal)(scope, receive, with_id)
        else:
            await self._behind_proxy(scope, receive, with_id)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers, peer = Headers(scope=scope), peer_of(scope)
        by_proxy = within(peer, self._proxies)
        forwarded = any(name in headers for name in _FORWARDED)
        if forwarded and not by_proxy:
            return _unknown_proxy(peer)
        safe = scope["scheme"] == "https" or (by_proxy and headers.get("x-forwarded-proto") == "https")
        local = is_loopback(peer) and not forwarded
        if local and scope["path"] == ALIVE:
            return None
        host = _without_port(headers.get("host", ""))
        if host not in self._names and host not in _LOCAL_NAMES and host != _own(scope):
            return _unknown_host(headers.get("host", ""))
        if not safe and not (local and (host in _LOCAL_NAMES or scope["path"] in PROBES)):
            return _without_tls(peer, host)
        return None


def peer_of(scope: Scope) -> str:
    """Return the address that a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def within(address: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Tell whether an address lies in one of the networks."""
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return (isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped) or parsed


def _own(scope: Scope) -> str:
    """Return the address that the client connected to, as a Host header writes it; no name stands for it."""
    server = scope.get("server")
    address = str(server[0]) if server else ""
    return f"[{address}]" if ":" in address else address


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isascii() and port.isdigit() else host.lower()


def _unknown_proxy(peer: str) -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN,
        f"the request came through a proxy at {peer or 'an unknown address'} that is not trusted; name it in "
        "the setting trusted_proxies, and let it set X-Forwarded-For and X-Forwarded-Proto itself",
        kind="unknown-proxy",
        title="The proxy is not trusted",
    )


def _without_tls(peer: str, host: str) -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN,
        f"asked for from {peer or 'an unknown address'} under the name {host!r} without TLS: that is "
        "answered on this machine alone, at 127.0.0.1 or localhost. Use https://, or an SSH tunnel; "
        "deploy/README.md tells how to set up TLS",
        kind="without-tls",
        title="The connection is not safe",
    )


def _unknown_host(host: str) -> Problem:
    return Problem(
        HTTPStatus.MISDIRECTED_REQUEST,
        f"asked for under the name {host!r}, which is not this service's; name it in the setting "
        "trusted_hosts where it is",
        kind="unknown-host",
        title="The name is not this service's",
    )
