"""The log of calls: what was asked for, a page at a time, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asking import page_needs
from api.deps import Services, Shared
from api.pages import call_filter
from api.pages.call_filter import CallFilter
from api.pages.call_row import Row, row
from api.pages.frame import Framed
from api.paging import read_cursor, write_cursor
from screener import words
from screener.access.roles import Permission
from screener.calls import Action, Rule

LIMIT: Final = 50
NEVER_DECIDE: Final = frozenset({Rule.WATCHED})
"""Rules that no call was decided by."""

router = APIRouter(prefix="/calls", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Log:
    """One page of the log. ``older`` and ``newest`` are paths, None where there is nothing to go to.

    ``export`` is where a file of all that fits is asked for.
    """

    rows: Sequence[Row]
    older: str | None
    newest: str | None
    export: str


@router.get("", dependencies=[page_needs(Permission.SEE)])
def log(request: Request, shared: Shared, frame: Framed, before: str = "") -> HTMLResponse:
    """The form and what it finds."""
    asked = call_filter.read(request.query_params, shared.zone)
    return frame.page(
        "calls.html",
        asked=asked,
        log=Log((), None, None, "") if asked.wrong else _log(shared, asked, before),
        actions={action: words.ACTIONS[action] for action in reversed(Action)},
        rules={rule: words.RULES[rule] for rule in Rule if rule not in NEVER_DECIDE},
        exchanges=sorted({link.pbx for link in shared.health().links} | {asked.typed["pbx"]} - {""}),
    )


def _log(shared: Services, asked: CallFilter, before: str) -> Log:
    cursor = read_cursor(before) if before else None
    found = shared.records.calls(limit=LIMIT, before=cursor, **asked.filters)  # type: ignore[arg-type] # read
    last = found.items[-1] if found.more else None
    return Log(
        rows=[row(call) for call in found.items],
        older=_path(asked, write_cursor(last.at, last.id)) if last else None,
        newest=_path(asked) if before else None,
        export=f"/calls/export?{urlencode(asked.given)}",
    )


def _path(asked: CallFilter, before: str = "") -> str:
    query = urlencode({**asked.given, "before": before} if before else asked.given)
    return f"/calls?{query}" if query else "/calls"
