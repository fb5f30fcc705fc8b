"""Imports of files of entries or official numbers: started by an upload, asked about while they run."""

import logging
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.asking import needs
from api.deps import Services, Shared
from api.problems import Problem, documented
from api.schemas.fields import In, ShortText
from blocklist import texts
from blocklist.entries import EntryKind, Match
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.entry_import import Subject
from screener.import_jobs import Asked, ImportRunning, NoSuchImport, NothingKept

log = logging.getLogger(__name__)

router = APIRouter()

Editor = Annotated[Actor, needs(Permission.LISTS)]
ImportId = Annotated[str, Path(max_length=64)]
Registrar = Annotated[Actor, needs(Permission.REGISTRY)]

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES: Final = ("text/csv", _XLSX)
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}


class ImportQuery(In):
    """How a file is imported; as the options of ``call-screener entries import``."""

    kind: EntryKind | None = None
    source: ShortText = ""
    all_or_nothing: bool = False
    dry_run: bool = False


class OfficialsQuery(In):
    """How a file of official numbers is imported; as the options of ``call-screener officials import``."""

    source: Annotated[str, Field(max_length=500)] = ""
    all_or_nothing: bool = False
    dry_run: bool = False


class ImportStarted(BaseModel):
    """The id to ask by."""

    id: str


class Remark(BaseModel):
    """What was mended in numbers, how often, and the first line of it."""

    remark: str
    times: int
    line: int


class FirstRow(BaseModel):
    """A row as it was read."""

    line: int
    kind: EntryKind
    match: Match
    pattern: str


class FirstOfficial(BaseModel):
    """A row of a registry as it was read; ``last`` is the end of a range."""

    line: int
    number: str
    last: str
    organisation: str
    name: str


class ImportOut(BaseModel):
    """How an import goes (``done`` of ``total``, of bytes or rows), or what came of it.

    Of a dry run the figures say what would happen; where its file is ``kept`` it can be put in. ``problem``
    says why it failed.
    """

    id: str
    subject: Subject
    kept: bool
    state: Literal["reading", "putting in", "done", "failed"]
    problem: str | None = None
    done: int | None = None
    total: int | None = None
    put_in: bool = False
    new: int | None = None
    changed: int | None = None
    same: int | None = None
    repeated: int | None = None
    refused: int | None = None
    columns: list[str] = []
    left_out: list[str] = []
    remarks: list[Remark] = []
    first: list[FirstRow | FirstOfficial] = []


_STARTING: Final[dict[str, Any]] = {
    "status_code": HTTPStatus.ACCEPTED,
    "responses": documented(409, 415),
    "openapi_extra": {"requestBody": {"required": True, "content": dict.fromkeys(_TYPES, _FILE)}},
}


@router.post("/entries/import", tags=["entries"], summary="Import a CSV or XLSX file", **_STARTING)
async def start(
    query: Annotated[ImportQuery, Query()],
    shared: Shared,
    actor: Editor,
    request: Request,
    response: Response,
) -> ImportStarted:
    """Take the file as the body and import it in a process of its own; ``Location`` tells how it goes."""
    source = texts.read("source", query.source, 200)
    asked = Asked(actor.name, query.kind, source, query.all_or_nothing, query.dry_run)
    return await _started(asked, shared, request, response)


@router.post(
    "/officials/import",
    tags=["officials"],
    summary="Import a CSV or XLSX file of official numbers",
    **_STARTING,
)
async def start_officials(
    query: Annotated[OfficialsQuery, Query()],
    shared: Shared,
    actor: Registrar,
    request: Request,
    response: Response,
) -> ImportStarted:
    """Take the file as the body and import it in a process of its own; ``Location`` tells how it goes."""
    source = texts.read("source", query.source, 500)
    asked = Asked(actor.name, None, source, query.all_or_nothing, query.dry_run, Subject.OFFICIALS)
    return await _started(asked, shared, request, response)


async def _started(asked: Asked, shared: Services, request: Request, response: Response) -> ImportStarted:
    """Take the upload in and start its import. Raises Problem (409, 415)."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in _TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the body is {given or 'of no type'}; send {' or '.join(_TYPES)}, named in Content-Type",
        )
    id = await taken_in(asked, request.stream(), shared)  # noqa: A001 - the path's word
    response.headers["Location"] = f"/api/v1/imports/{id}"
    return ImportStarted(id=id)


async def taken_in(asked: Asked, chunks: AsyncIterator[bytes], shared: Services) -> str:
    """Write a file to disk and start its import; return the import's id. Raises Problem (409)."""
    try:
        job = await run_in_threadpool(shared.imports.prepare)
    except ImportRunning as running:
        raise _under_way(running) from None
    await job.take_in(chunks)
    id = await run_in_threadpool(shared.imports.start, job, asked)  # noqa: A001
    tried = " (dry run)" if asked.dry_run else ""
    log.info("import %s of %s started by %s%s", id, asked.subject, asked.author, tried)
    return id


_PUTTING_IN: Final[dict[str, Any]] = {
    "status_code": HTTPStatus.ACCEPTED,
    "summary": "Put in what a dry run has shown",
    "responses": documented(404, 409),
}


@router.post("/entries/import/{id}", tags=["entries"], **_PUTTING_IN)
def put_in(id: ImportId, shared: Shared, actor: Editor, response: Response) -> ImportStarted:  # noqa: A002
    """Import the file of a dry run, as that was asked for; only the last one's file is kept, and once."""
    return started_again(id, Subject.ENTRIES, shared, actor, response)


@router.post("/officials/import/{id}", tags=["officials"], **_PUTTING_IN)
def put_in_officials(id: ImportId, shared: Shared, actor: Registrar, response: Response) -> ImportStarted:  # noqa: A002
    """Import the file of a dry run, as that was asked for; only the last one's file is kept, and once."""
    return started_again(id, Subject.OFFICIALS, shared, actor, response)


def started_again(
    id: str,  # noqa: A002
    subject: Subject,
    shared: Services,
    actor: Actor,
    response: Response,
) -> ImportStarted:
    """Put in the file of a dry run. Raises Problem (404, 409)."""
    try:
        again = shared.imports.put_in(id, subject, actor.name)
    except NoSuchImport as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    except NothingKept as error:
        raise Problem(
            HTTPStatus.CONFLICT, str(error), kind="nothing-kept", title="The file is not there any more"
        ) from None
    except ImportRunning as running:
        raise _under_way(running) from None
    log.info("import %s of %s started by %s, as import %s has shown", again, subject, actor.name, id)
    response.headers["Location"] = f"/api/v1/imports/{again}"
    return ImportStarted(id=again)


def _under_way(running: ImportRunning) -> Problem:
    return Problem(HTTPStatus.CONFLICT, str(running), kind="import-running", title="An import is under way")


@router.get("/imports/{id}", tags=["entries"], summary="Tell how an import goes", responses=documented(404))
def one(id: ImportId, shared: Shared) -> ImportOut:  # noqa: A002
    """Give progress, and at the end the result."""
    try:
        found: dict[str, Any] = shared.imports.state(id)
    except NoSuchImport as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    return ImportOut(id=id, **found)


@router.get(
    "/imports/{id}/refused",
    tags=["entries"],
    summary="Give the refused rows",
    response_class=FileResponse,
    responses=documented(404) | {200: {"content": {"text/csv": {}}}},
)
def refused(id: ImportId, shared: Shared) -> FileResponse:  # noqa: A002
    """Give the rows that were refused as CSV: line, value, reason."""
    try:
        path = shared.imports.refused(id)
    except NoSuchImport as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"refused-{id}.csv")
