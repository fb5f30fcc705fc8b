"""The button "Ring the office back" of a call's page, and what is told where nobody was rung."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api import calling_back
from api.asking import page_needs
from api.deps import Shared
from api.pages.frame import Framed
from api.schemas.fields import Id
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.calling_back import NotCalledBack

router = APIRouter(prefix="/calls", include_in_schema=False)


@router.post("/{id}/call-back")
async def ring(
    id: Id,  # noqa: A002 - the path's word
    shared: Shared,
    frame: Framed,
    actor: Annotated[Actor, page_needs(Permission.REPORT)],
) -> Response:
    """Ring the office back, and show the call again."""
    try:
        await calling_back.ring(id, shared, actor)
    except NotCalledBack as error:
        return frame.page("call_back.html", HTTPStatus.CONFLICT, said=error.said, id=id)
    return RedirectResponse(f"/calls/{id}?rung=true", HTTPStatus.SEE_OTHER)
