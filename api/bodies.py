"""Refuses request bodies that are too large, whether their length is announced or not."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, ProblemResponse

MAX_BYTES: Final = 1 << 20
LARGER: Final = dict.fromkeys(
    ("/api/v1/entries/import", "/api/v1/officials/import", "/officials/import"), 128 << 20
)
"""Bytes of what is written to disk as it comes: a file of a few million rows."""


class BodyLimit:
    """ASGI middleware. A body without announced length is counted as it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = LARGER.get(scope["path"], MAX_BYTES)
        detail = f"the body is larger than {most} bytes ({most >> 20} MiB); send less in one request"
        # h11 has refused a length that is no number (RFC 9112 section 6.3) before this is asked.
        announced = int(Headers(scope=scope).get("content-length", "0"))
        if announced > most:
            await ProblemResponse(Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self.app(scope, counted, send)
