"""The log of who changed what."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.asking import needs
from api.deps import Shared
from api.paging import Page, after_link
from api.problems import Problem, documented
from api.schemas.audit import AuditFilter, AuditOut, AuditQuery
from api.schemas.fields import Id
from api.spreadsheets import CSV, csv_file
from screener.access.roles import Permission

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[needs(Permission.SEE_AUDIT)])


@router.get("", summary="List changes, the latest first")
def listing(request: Request, shared: Shared, query: Annotated[AuditQuery, Query()]) -> Page[AuditOut]:
    """Give one page of the changes that fit all filters: who, when, from where, what, before and after."""
    found = shared.audit.page(query.wanted(), limit=query.limit, after=query.after)
    return Page[AuditOut](items=[AuditOut.of(row) for row in found.items], next=after_link(request, found))


@router.get(
    "/export",
    summary="Give changes as CSV",
    response_class=StreamingResponse,
    responses=CSV,
)
def export(shared: Shared, query: Annotated[AuditFilter, Query()]) -> StreamingResponse:
    """Give the changes that fit as a table, the oldest first; no spreadsheet takes a cell for a formula."""
    return csv_file(shared.audit.table(query.wanted()), "audit.csv")


@router.get("/{id}", summary="Show one change", responses=documented(404))
def one(id: Id, shared: Shared) -> AuditOut:  # noqa: A002 - the path's word
    """Give one row of the log."""
    row = shared.audit.row(id)
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"there is no row {id}; GET /api/v1/audit lists them")
    return AuditOut.of(row)
