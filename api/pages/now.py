"""The page "Now": calls as they come, the last warnings, the day's figures, and what is the matter.

What changes on it is made once for all who look (``api.broadcast``), so it holds nothing of one reader: what
a button may do is for the request that it sends to tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.responses import Response

from api.asking import page_needs
from api.broadcast import Broadcast, Parts
from api.conventions import Conventions
from api.deps import Services, Shared
from api.languages import Language
from api.pages.board import Board, Calls, board
from api.pages.frame import Framed, fill
from api.pages.unscreened import unscreened
from api.pages.watching import while_signed_in
from api.refusals import UNREACHABLE
from screener.access.roles import Permission
from screener.calls import Action
from screener.models import CallRecord

LATEST: Final = 50
LAST_WARNINGS: Final = 5
_WARNED_WITHIN: Final = timedelta(hours=24)
_BEAT_SECONDS: Final = 5
PARTS: Final = ("state", "figures", "warnings", "calls", "beat")
"""The parts that change, each with the template ``now/NAME.html``."""

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[page_needs(Permission.SEE)])
def page(shared: Shared, frame: Framed) -> HTMLResponse:
    """The whole page."""
    return frame.page("now.html", board=_board(shared), at=shared.clock(), parts=PARTS)


@router.get("/now/events/{language}", dependencies=[page_needs(Permission.SEE, active=False)])
async def events(request: Request, shared: Shared, language: Language) -> Response:
    """Send the parts of the page that change, from now on."""
    if request.method == "HEAD":  # what follows has no end
        return Response(media_type="text/event-stream")
    now: Broadcast = request.app.state.now
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Content-Encoding": "gzip"} if packed else {}
    return StreamingResponse(
        while_signed_in(request, shared, now.follow(language, packed=packed)),
        media_type="text/event-stream",
        headers=headers,
    )


def live(services: Services) -> Broadcast:
    """Return what sends the page's parts to all who look at it."""

    def make(languages: Iterable[Language]) -> Mapping[Language, Parts]:
        shown = _board(services)
        now = services.clock()
        # The clock of the page moves in steps: each one is sent to everybody.
        at = now.replace(second=now.second - now.second % _BEAT_SECONDS)
        return {
            language: {
                name: fill(f"now/{name}.html", Conventions(language, services.zone), board=shown, at=at)
                for name in PARTS
            }
            for language in languages
        }

    return Broadcast(make)


def _board(services: Services) -> Board:
    """Read what the page shows. Without the database it still tells what is the matter."""
    calls, now = _calls(services), services.clock()
    return board(services.health(), calls, unscreened(services.metrics), now, services.zone)


def _calls(services: Services) -> Calls | None:
    now = services.clock()
    try:
        return Calls(
            latest=services.records.calls(limit=LATEST).items,
            warnings=_last_warnings(services, now - _WARNED_WITHIN),
            hours=services.tally.last_day(now, services.zone),
            switch=services.switch.state(),
        )
    except UNREACHABLE:
        return None


def _last_warnings(services: Services, since: datetime) -> Sequence[CallRecord]:
    found = [
        call
        for action in (Action.WARN, Action.BLOCK)
        for call in services.records.calls(action=action, since=since, limit=LAST_WARNINGS).items
    ]
    return sorted(found, key=lambda call: (call.at, call.id), reverse=True)[:LAST_WARNINGS]
