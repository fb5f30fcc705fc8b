"""The calls as server-sent events, for programs; who lost the connection goes on where it was."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from api.asking import signed_in_of
from api.call_events import CallEvents
from api.deps import Services, Shared
from api.problems import Problem
from api.refusals import UNREACHABLE
from api.schemas.fields import MAX_ID

router = APIRouter(tags=["calls"])

MOST: Final = 200
"""Readers at a time."""
SLOW_SECONDS: Final = 20.0
"""Who takes nothing for so long is cut."""
LOOK_EVERY: Final = 30.0
"""Seconds between two looks whether token or session still count."""
_EXAMPLE: Final = 'id: 42\nevent: call\ndata: {"id":42,"number":"02373725726","action":"warn",…}\n\n'


class Events(StreamingResponse):
    """A stream whose reader is cut where it does not read."""

    media_type = "text/event-stream"

    def __init__(self, stream: AsyncGenerator[bytes, None]) -> None:
        super().__init__(stream)
        self._stream = stream

    async def stream_response(self, send: Send) -> None:
        """Send; end without a last chunk for a reader who takes nothing."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(SLOW_SECONDS):
                await send(message)

        # The server closes the connection of an answer that lacks its end.
        with contextlib.suppress(TimeoutError):
            async with contextlib.aclosing(self._stream):
                await super().stream_response(in_time)


@router.get(
    "/events",
    summary="Follow the calls",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}}}},
)
async def events(
    request: Request,
    shared: Shared,
    last_event_id: Annotated[
        int | None,
        Header(
            ge=0, le=MAX_ID, description="The `id` of the last event that was seen: what came since is told."
        ),
    ] = None,
) -> Events:
    """Send each call as it is stored, and again as it changes: what was done, how it ended.

    An event `call` holds a call as `GET /api/v1/calls/{id}` gives it; put it in place of what is known of
    that id, for some are told twice. `gap` instead of them: more was missed than is told, read the list.
    """
    followed: CallEvents = request.app.state.call_events
    if followed.readers >= MOST:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"{MOST} readers follow the calls already; end one, or ask GET /api/v1/calls now and then",
            kind="too-many-readers",
            title="Too many follow",
            headers={"Retry-After": "60"},
        )
    return Events(_while_let_in(request, shared, followed.follow(last_event_id)))


async def _while_let_in(
    request: Request, services: Services, stream: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    looked = time.monotonic()
    try:
        async for data in stream:
            if time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                if not await _let_in(request, services):
                    return
            yield data
    finally:
        await stream.aclose()


async def _let_in(request: Request, services: Services) -> bool:
    """Tell whether who asked may still look; while the database is away nobody is sent off."""
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    try:
        if scheme.lower() == "bearer":
            return await run_in_threadpool(services.tokens.verify, token) is not None
        return await signed_in_of(request, services, active=False) is not None
    except UNREACHABLE:
        return True
