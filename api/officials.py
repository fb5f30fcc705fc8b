"""The registry of official numbers."""

import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import etags
from api.asking import needs
from api.deps import Services, Shared
from api.etags import IfMatch
from api.paging import Page, after_link
from api.problems import documented
from api.schemas.fields import Id
from api.schemas.officials import (
    OfficialChange,
    OfficialConfirmed,
    OfficialNew,
    OfficialOut,
    OfficialQuery,
)
from api.spreadsheets import CSV, csv_file
from blocklist.drafts import OfficialDraft
from blocklist.models import Official
from screener.access.actor import Actor
from screener.access.roles import Permission

log = logging.getLogger(__name__)

router = APIRouter(prefix="/officials", tags=["officials"])

Editor = Annotated[Actor, needs(Permission.REGISTRY)]


@router.get("", summary="List and search official numbers, the newest first")
def listing(request: Request, shared: Shared, query: Annotated[OfficialQuery, Query()]) -> Page[OfficialOut]:
    """Give one page of the official numbers that fit."""
    found = shared.lists.officials(**query.model_dump())
    return Page[OfficialOut](
        items=[OfficialOut.model_validate(official) for official in found.items],
        next=after_link(request, found),
    )


@router.post("", summary="Add an official number", status_code=HTTPStatus.CREATED, responses=documented(409))
def add(new: OfficialNew, shared: Shared, actor: Editor, request: Request, response: Response) -> OfficialOut:
    """Add a number; from then on callers are warned of who show it or one that looks like it."""
    official = shared.lists.add_official(OfficialDraft(**new.model_dump()))
    log.info("%s added by %s", _logged(official, shared), actor.name)
    response.headers["Location"] = f"{request.url.path}/{official.id}"
    etags.tell(response, official)
    return OfficialOut.model_validate(official)


@router.get(
    "/export",
    summary="Give the registry as CSV",
    response_class=StreamingResponse,
    responses=CSV,
)
def export(shared: Shared) -> StreamingResponse:
    """Give the whole registry as a table, the oldest first, which the import takes back."""
    return csv_file(shared.lists.official_table(), "official-numbers.csv")


@router.get("/{id}", summary="Show an official number", responses=documented(404))
def one(id: Id, shared: Shared, response: Response) -> OfficialOut:  # noqa: A002 - the path's word
    """Give one official number."""
    official = shared.lists.official(id)
    etags.tell(response, official)
    return OfficialOut.model_validate(official)


@router.patch("/{id}", summary="Change an official number", responses=documented(404, 409, 412))
def edit(
    id: Id,  # noqa: A002
    change: OfficialChange,
    shared: Shared,
    actor: Editor,
    shown: IfMatch,
    response: Response,
) -> OfficialOut:
    """Change the given fields and keep the others."""
    draft = OfficialDraft.of(shared.lists.official(id))
    fields = change.model_dump(exclude_unset=True)
    official = shared.lists.edit_official(id, replace(draft, **fields), shown=shown)
    etags.tell(response, official)
    log.info("%s changed by %s: %s", _logged(official, shared), actor.name, ", ".join(fields) or "nothing")
    return OfficialOut.model_validate(official)


@router.post("/{id}/confirm", summary="Confirm an official number", responses=documented(404, 412))
def confirm(
    id: Id,  # noqa: A002
    wanted: OfficialConfirmed,
    shared: Shared,
    actor: Editor,
    shown: IfMatch,
    response: Response,
) -> OfficialOut:
    """Note that somebody checked it: it counts as confirmed, last checked on that day."""
    official = shared.lists.confirm_official(id, wanted.checked_on or shared.today(), shown=shown)
    etags.tell(response, official)
    log.info("%s confirmed by %s", _logged(official, shared), actor.name)
    return OfficialOut.model_validate(official)


@router.delete("/{id}", summary="Remove an official number", status_code=204, responses=documented(404, 412))
def remove(id: Id, shared: Shared, actor: Editor, shown: IfMatch) -> None:  # noqa: A002
    """Remove a number from the registry; nobody is warned of its lookalikes any more."""
    official = shared.lists.official(id)
    shared.lists.remove_official(id, shown=shown)
    log.info("%s removed by %s", _logged(official, shared), actor.name)


def _logged(official: Official, shared: Services) -> str:
    return f"official number {official.id} ({shared.logged(official.number)})"
