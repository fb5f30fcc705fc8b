"""The allow list and the block list."""

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
from api.refusals import UNREACHABLE
from api.schemas.entries import EntryChange, EntryNew, EntryOut, EntryQuery, EntryRemarked
from api.schemas.fields import Id
from api.spreadsheets import CSV, csv_file
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from blocklist.models import ListEntry
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.remarks import remarks

log = logging.getLogger(__name__)

router = APIRouter(prefix="/entries", tags=["entries"])

Editor = Annotated[Actor, needs(Permission.LISTS)]


@router.get("", summary="List and search entries, the newest first")
def listing(request: Request, shared: Shared, query: Annotated[EntryQuery, Query()]) -> Page[EntryOut]:
    """Give one page of the entries that fit. A number is also found by the prefixes that it falls under."""
    found = shared.lists.entries(**query.model_dump())
    return Page[EntryOut](
        items=[EntryOut.of(entry) for entry in found.items],
        next=after_link(request, found),
    )


@router.post("", summary="Add an entry", status_code=HTTPStatus.CREATED, responses=documented(409))
def add(new: EntryNew, shared: Shared, actor: Editor, request: Request, response: Response) -> EntryRemarked:
    """Add a number or a prefix. It is in force within seconds; the token's name is kept as its author."""
    entry = shared.lists.add_entry(EntryDraft(**new.model_dump()), actor.name)
    log.info("%s added by %s", logged(entry, shared), actor.name)
    response.headers["Location"] = f"{request.url.path}/{entry.id}"
    etags.tell(response, entry)
    return remarked(entry, shared)


@router.get("/export", summary="Give the entries as CSV", response_class=StreamingResponse, responses=CSV)
def export(shared: Shared, kind: EntryKind | None = None) -> StreamingResponse:
    """Give the entries in force as a table, the oldest first, which the import takes back."""
    return csv_file(shared.lists.entry_table(kind), f"{kind or 'entries'}.csv")


@router.get("/{id}", summary="Show an entry", responses=documented(404))
def one(id: Id, shared: Shared, response: Response) -> EntryRemarked:  # noqa: A002 - the path's word
    """Give one entry."""
    entry = shared.lists.entry(id)
    etags.tell(response, entry)
    return remarked(entry, shared)


@router.patch("/{id}", summary="Change an entry", responses=documented(404, 409, 412))
def edit(
    id: Id,  # noqa: A002
    change: EntryChange,
    shared: Shared,
    actor: Editor,
    shown: IfMatch,
    response: Response,
) -> EntryRemarked:
    """Change the given fields and keep the others."""
    draft = EntryDraft.of(shared.lists.entry(id))
    fields = change.model_dump(exclude_unset=True)
    entry = shared.lists.edit_entry(id, replace(draft, **fields), actor.name, shown=shown)
    etags.tell(response, entry)
    log.info("%s changed by %s: %s", logged(entry, shared), actor.name, ", ".join(fields) or "nothing")
    return remarked(entry, shared)


@router.delete("/{id}", summary="Remove an entry", status_code=204, responses=documented(404, 412))
def remove(id: Id, shared: Shared, actor: Editor, shown: IfMatch) -> None:  # noqa: A002
    """Remove an entry; calls are judged without it within seconds."""
    entry = shared.lists.entry(id)
    shared.lists.remove_entry(id, shown=shown)
    log.info("%s removed by %s", logged(entry, shared), actor.name)


def remarked(entry: ListEntry, shared: Services) -> EntryRemarked:
    """Add the remarks. The entry is stored by now: where they can't be made it is told without them."""
    try:
        beside = shared.lists.neighbours(entry)
    except UNREACHABLE:
        log.warning("the database went away before the remarks on an entry were made")
        return EntryRemarked.of(entry, remarks=[])
    return EntryRemarked.of(entry, remarks=list(remarks(entry, beside, shared.snapshots.current)))


def logged(entry: ListEntry, shared: Services) -> str:
    """Name an entry for the log, its number masked."""
    return f"{entry.kind} entry {entry.id} ({entry.match} {shared.logged(entry.pattern)})"
