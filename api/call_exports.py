"""Files of the log of calls, CSV and XLSX: asked for, written by a process of its own, then fetched."""

import logging
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse

from api.asking import needs
from api.calls import check
from api.deps import Services, Shared
from api.problems import Problem, documented
from api.schemas.calls import ExportNew, ExportOut, ExportsOut
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.call_exports import Export, ExportRunning, Format, NoSuchExport

log = logging.getLogger(__name__)

router = APIRouter(tags=["calls"])

Reader = Annotated[Actor, needs(Permission.SEE)]
ExportId = Annotated[str, Path(max_length=64)]
TYPES: Final = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.post(
    "/calls/export",
    summary="Write calls to a file",
    status_code=HTTPStatus.ACCEPTED,
    responses=documented(409),
)
def start(new: ExportNew, shared: Shared, actor: Reader, response: Response) -> ExportOut:
    """Begin an export of the calls that fit; ``Location`` tells how it goes. 409 while another one runs.

    Its columns are those of `call-screener calls export`, the latest call first, and no cell is run by a
    spreadsheet.
    """
    export = begin(new, shared, actor)
    response.headers["Location"] = f"/api/v1/exports/{export.id}"
    return ExportOut.model_validate(export)


def begin(new: ExportNew, shared: Services, actor: Actor) -> Export:
    """Begin an export. Raises Problem (409, 422)."""
    check(new)
    try:
        export = shared.call_exports.start(new.format, new.model_dump(exclude={"format"}))
    except ExportRunning as running:
        raise Problem(
            HTTPStatus.CONFLICT, str(running), kind="export-running", title="An export is under way"
        ) from None
    log.info("export %s of calls (%s) started by %s", export.id, export.format, actor.name)
    return export


@router.get("/exports", summary="List the exports that are kept, the latest first")
def listing(shared: Shared) -> ExportsOut:
    """Give the exports of calls that are kept: the last three."""
    return ExportsOut(items=[ExportOut.model_validate(one) for one in shared.call_exports.exports()])


@router.get("/exports/{id}", summary="Tell how an export goes", responses=documented(404))
def one(id: ExportId, shared: Shared) -> ExportOut:  # noqa: A002 - the path's word
    """Give progress, and at the end whether there is a file."""
    try:
        return ExportOut.model_validate(shared.call_exports.export(id))
    except NoSuchExport as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None


@router.get(
    "/exports/{id}/file",
    summary="Give the file of an export",
    response_class=FileResponse,
    responses=documented(404) | {200: {"content": {kind: {} for kind in TYPES.values()}}},
)
def file(id: ExportId, shared: Shared) -> FileResponse:  # noqa: A002
    """Give the table that an export wrote."""
    try:
        path, kind = shared.call_exports.file(id), shared.call_exports.export(id).format
    except NoSuchExport as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    return FileResponse(path, media_type=TYPES[kind], filename=f"calls-{id}.{kind}")
