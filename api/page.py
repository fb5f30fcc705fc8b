"""The operator's page: the latest calls, live, and what is the matter."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.board import Board, board
from api.deps import Services, Shared
from api.local import local_only
from api.refusals import UNREACHABLE
from api.unscreened import unscreened
from screener import words

STATIC: Final = Path(__file__).parent / "static"
LATEST: Final = 50

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["visible"] = words.visible

router = APIRouter(
    dependencies=[Depends(local_only)], include_in_schema=False, default_response_class=HTMLResponse
)


@router.get("/")
def page(shared: Shared) -> str:
    """The whole page."""
    return _templates.get_template("page.html").render(board=_board(shared))


@router.get("/live")
def live(shared: Shared) -> str:
    """The part of the page that changes; its script asks for it again and again."""
    return _templates.get_template("live.html").render(board=_board(shared))


def _board(shared: Services) -> Board:
    """Read what the page shows. Without the database it still tells what is the matter."""
    try:
        calls, switch = shared.records.calls(limit=LATEST).items, shared.switch.state()
    except UNREACHABLE:
        calls, switch = None, None
    return board(shared.health(), calls, switch, unscreened(shared.metrics), shared.clock())
