"""The policy in force, and who changed it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.deps import Shared
from api.paging import Page, after_link
from api.schemas.policy import HistoryQuery, PolicyOut, RevisionOut

router = APIRouter(prefix="/policy", tags=["policy"])


@router.get("", summary="Show the policy in force")
def show(shared: Shared) -> PolicyOut:
    """Give the policy that calls are judged by, as TOML and as JSON; `policy import` takes the TOML."""
    return PolicyOut.of(shared.policies.present())


@router.get("/history", summary="List the revisions, the newest first")
def history(request: Request, shared: Shared, query: Annotated[HistoryQuery, Query()]) -> Page[RevisionOut]:
    """Give one page of what was changed, when, and by whom."""
    found = shared.policies.history(query.limit, query.after)
    return Page[RevisionOut](
        items=[RevisionOut.of(row) for row in found.items], next=after_link(request, found)
    )
