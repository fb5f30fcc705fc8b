"""The log of who changed what."""

import csv
import io
from collections.abc import Iterator
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
from blocklist.formulas import defused
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
    responses={200: {"content": {"text/csv": {}}}},
)
def export(shared: Shared, query: Annotated[AuditFilter, Query()]) -> StreamingResponse:
    """Give the changes that fit as a table, the oldest first; no spreadsheet takes a cell for a formula."""
    return StreamingResponse(
        _csv(shared.audit.table(query.wanted())),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


@router.get("/{id}", summary="Show one change", responses=documented(404))
def one(id: Id, shared: Shared) -> AuditOut:  # noqa: A002 - the path's word
    """Give one row of the log."""
    row = shared.audit.row(id)
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"there is no row {id}; GET /api/v1/audit lists them")
    return AuditOut.of(row)


def _csv(rows: Iterator[list[str]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    yield "\N{BYTE ORDER MARK}"  # with it Excel takes the file for UTF-8
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
