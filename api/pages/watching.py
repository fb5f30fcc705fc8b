"""Live parts of pages go to who is signed in, and only as long as they are."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from fastapi import Request

from api.asking import signed_in_of
from api.deps import Services
from api.refusals import UNREACHABLE

LOOK_EVERY: Final = 30.0
"""Seconds between two looks whether the session still counts."""


async def while_signed_in(
    request: Request, services: Services, stream: AsyncGenerator[bytes, None], every: float = LOOK_EVERY
) -> AsyncIterator[bytes]:
    """Give what ``stream`` gives until the session has ended; looking on keeps no session open."""
    looked = time.monotonic()
    try:
        async for data in stream:
            yield data
            if time.monotonic() - looked < every:
                continue
            looked = time.monotonic()
            try:
                if await signed_in_of(request, services, active=False) is None:
                    return
            except UNREACHABLE:  # the page goes on telling that the database is away
                continue
    finally:
        await stream.aclose()
