"""The calls that were screened: filtered, the latest first, and one by one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.deps import Services, Shared
from api.paging import Page, next_link, read_cursor, write_cursor
from api.problems import Problem, documented, invalid
from api.schemas.calls import CallFilters, CallOut, CallQuery
from api.schemas.fields import Id
from blocklist.number import NumberKind
from blocklist.numbers import normalise
from screener.models import CallRecord

router = APIRouter(prefix="/calls", tags=["calls"])


@router.get("", summary="List calls, the latest first")
def listing(request: Request, shared: Shared, query: Annotated[CallQuery, Query()]) -> Page[CallOut]:
    """Give one page of the calls that fit all filters. New calls don't shift the pages after it."""
    check(query)
    filters = query.model_dump(exclude={"before"})
    before = None if query.before is None else read_cursor(query.before)
    found = shared.records.calls(before=before, **filters)
    last = found.items[-1] if found.more else None
    return Page[CallOut](
        items=[CallOut.model_validate(call) for call in found.items],
        next=next_link(request, "before", write_cursor(last.at, last.id)) if last else None,
    )


def check(query: CallFilters) -> None:
    """Refuse what can't be looked for. Raises Problem (422)."""
    if query.number is not None and normalise(query.number).kind is NumberKind.UNREADABLE:
        raise invalid("number", query.number, "is no telephone number; write digits, or 'anonymous'")


@router.get("/{id}", summary="Show one call", responses=documented(404))
def one(id: Id, shared: Shared) -> CallOut:  # noqa: A002 - the path's word
    """Give all that is known of a call."""
    return CallOut.model_validate(recorded(id, shared))


def recorded(id: int, shared: Services) -> CallRecord:  # noqa: A002 - the path's word
    """Return a call. Raises Problem (404)."""
    call = shared.records.call(id)
    if call is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"there is no call {id}; GET /api/v1/calls lists them")
    return call
