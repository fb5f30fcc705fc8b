"""The calls that were screened: filtered, the latest first, and one by one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime

from api.deps import Shared
from api.paging import Limit, next_link, read_cursor, write_cursor
from api.problems import Problem, documented
from api.schemas import MAX_ID, CallOut, Page
from screener.calls import Action, Did, Rule

router = APIRouter(prefix="/calls", tags=["calls"])

CallId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("", summary="List calls, the latest first")
def listing(
    request: Request,
    shared: Shared,
    limit: Limit = 50,
    before: Annotated[str | None, Query(max_length=40, description="From `next`.")] = None,
    number: Annotated[
        str | None,
        Query(max_length=64, description="The caller, in any written form.", examples=["+84912345678"]),
    ] = None,
    part: Annotated[
        str | None, Query(min_length=1, max_length=32, description="Some digits of the caller's number.")
    ] = None,
    called: Annotated[str | None, Query(max_length=80, description="The extension that was called.")] = None,
    action: Annotated[Action | None, Query(description="What the verdict asked for.")] = None,
    rule: Annotated[Rule | None, Query(description="The rule that decided.")] = None,
    pbx: Annotated[str | None, Query(max_length=64)] = None,
    did: Annotated[Did | None, Query(description="What the exchange did.")] = None,
    since: Annotated[AwareDatetime | None, Query(examples=["2026-11-01T00:00:00Z"])] = None,
    until: Annotated[AwareDatetime | None, Query(description="Not included.")] = None,
) -> Page[CallOut]:
    """Give one page of the calls that fit all filters. New calls don't shift the pages after it."""
    found = shared.records.calls(
        limit=limit,
        before=None if before is None else read_cursor(before),
        number=number,
        part=part,
        called=called,
        action=action,
        rule=rule,
        pbx=pbx,
        did=did,
        since=since,
        until=until,
    )
    last = found.items[-1] if found.more else None
    return Page[CallOut](
        items=[CallOut.model_validate(call) for call in found.items],
        next=next_link(request, "before", write_cursor(last.at, last.id)) if last else None,
    )


@router.get("/{id}", summary="Show one call", responses=documented(404))
def one(id: CallId, shared: Shared) -> CallOut:  # noqa: A002 - the path's word
    """Give all that is known of a call."""
    call = shared.records.call(id)
    if call is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"there is no call {id}; GET /api/v1/calls lists them")
    return CallOut.model_validate(call)
