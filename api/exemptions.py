"""Numbers that are exempt on one trunk. They are made by allowing a call: see ``api.wishes``."""

import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import etags
from api.asking import needs
from api.deps import Services, Shared
from api.etags import IfMatch
from api.paging import Page, after_link
from api.problems import documented
from api.schemas.exemptions import ExemptionOut, ExemptionQuery
from api.schemas.fields import Id
from blocklist.models import Exemption
from screener.access.actor import Actor
from screener.access.roles import Permission

log = logging.getLogger(__name__)

router = APIRouter(prefix="/exemptions", tags=["exemptions"])

Editor = Annotated[Actor, needs(Permission.LISTS)]


@router.get("", summary="List exemptions, the newest first")
def listing(
    request: Request, shared: Shared, query: Annotated[ExemptionQuery, Query()]
) -> Page[ExemptionOut]:
    """Give one page of the exemptions."""
    found = shared.exemptions.exemptions(**query.model_dump())
    return Page[ExemptionOut](
        items=[ExemptionOut.model_validate(one) for one in found.items], next=after_link(request, found)
    )


@router.get("/{id}", summary="Show an exemption", responses=documented(404))
def one(id: Id, shared: Shared, response: Response) -> ExemptionOut:  # noqa: A002 - the path's word
    """Give one exemption."""
    exemption = shared.exemptions.exemption(id)
    etags.tell(response, exemption)
    return ExemptionOut.model_validate(exemption)


@router.delete("/{id}", summary="Take an exemption back", status_code=204, responses=documented(404, 412))
def remove(id: Id, shared: Shared, actor: Editor, shown: IfMatch) -> None:  # noqa: A002
    """Remove an exemption; within seconds calls that show the number are warned of again."""
    exemption = shared.exemptions.remove(id, shown=shown)
    log.info("%s removed by %s", logged(exemption, shared), actor.name)


def logged(exemption: Exemption, shared: Services) -> str:
    """Name an exemption for the log, its number masked."""
    where = f"trunk {exemption.trunk!r} of PBX {exemption.pbx}"
    return f"exemption {exemption.id} ({shared.logged(exemption.number)} on {where})"
