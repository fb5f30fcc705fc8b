"""The allow list and the block list."""

import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.deps import Client, Services, Shared
from api.paging import Limit, next_link
from api.problems import documented
from api.schemas import MAX_ID, EntryChange, EntryNew, EntryOut, Page
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from blocklist.models import ListEntry

log = logging.getLogger(__name__)

router = APIRouter(prefix="/entries", tags=["entries"])

EntryId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("", summary="List and search entries, the newest first")
def listing(
    request: Request,
    shared: Shared,
    search: Annotated[
        str, Query(max_length=200, description="A number in any form, four or more of its digits, or words.")
    ] = "",
    kind: EntryKind | None = None,
    limit: Limit = 50,
    after: Annotated[int | None, Query(ge=1, le=MAX_ID, description="From `next`.")] = None,
) -> Page[EntryOut]:
    """Give one page of the entries that fit. A number is also found by the prefixes that it falls under."""
    found = shared.lists.entries(search=search, kind=kind, limit=limit, after=after)
    return Page[EntryOut](
        items=[EntryOut.of(entry) for entry in found.items],
        next=next_link(request, "after", found.items[-1].id) if found.more else None,
    )


@router.post("", summary="Add an entry", status_code=HTTPStatus.CREATED, responses=documented(409))
def add(new: EntryNew, shared: Shared, client: Client, request: Request, response: Response) -> EntryOut:
    """Add a number or a prefix. It is in force within seconds; the token's name is kept as its author."""
    entry = shared.lists.add_entry(EntryDraft(**new.model_dump()), client)
    log.info("%s added by %s", _logged(entry, shared), client)
    response.headers["Location"] = f"{request.url.path}/{entry.id}"
    return EntryOut.of(entry)


@router.get("/{id}", summary="Show an entry", responses=documented(404))
def one(id: EntryId, shared: Shared) -> EntryOut:  # noqa: A002 - the path's word
    """Give one entry."""
    return EntryOut.of(shared.lists.entry(id))


@router.patch("/{id}", summary="Change an entry", responses=documented(404, 409))
def edit(id: EntryId, change: EntryChange, shared: Shared, client: Client) -> EntryOut:  # noqa: A002
    """Change the given fields and keep the others."""
    draft = EntryDraft.of(shared.lists.entry(id))
    fields = change.model_dump(exclude_unset=True)
    entry = shared.lists.edit_entry(id, replace(draft, **fields), client)
    log.info("%s changed by %s: %s", _logged(entry, shared), client, ", ".join(fields) or "nothing")
    return EntryOut.of(entry)


@router.delete("/{id}", summary="Remove an entry", status_code=204, responses=documented(404))
def remove(id: EntryId, shared: Shared, client: Client) -> None:  # noqa: A002
    """Remove an entry; calls are judged without it within seconds."""
    entry = shared.lists.entry(id)
    shared.lists.remove_entry(id)
    log.info("%s removed by %s", _logged(entry, shared), client)


def _logged(entry: ListEntry, shared: Services) -> str:
    return f"{entry.kind} entry {entry.id} ({entry.match} {shared.logged(entry.pattern)})"
