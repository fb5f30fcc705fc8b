"""An import by a page: a file is taken in and tried, shown before it is put in, followed while it runs."""

import csv
from collections.abc import AsyncIterator
from http import HTTPStatus
from itertools import islice
from typing import Final

from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api import imports
from api.deps import Services
from api.pages.frame import Frame
from api.pages.row_reasons import KNOWN
from api.problems import Problem
from screener.access.actor import Actor
from screener.entry_import import Subject
from screener.import_jobs import Asked, NoSuchImport

REFUSED_SHOWN: Final = 20
_CHUNK: Final = 1 << 16


async def tried(form: FormData, asked: Asked, path: str, shared: Services, frame: Frame) -> Response:
    """Take in the form's ``file``, try it, and go to where that is followed: ``path`` and the import's id."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        return _form(frame, path, HTTPStatus.UNPROCESSABLE_ENTITY, "missing")
    try:
        id = await imports.taken_in(asked, _chunks(file), shared)  # noqa: A001
    except Problem as problem:
        if problem.kind != "import-running":
            raise
        return _form(frame, path, problem.status, "running")
    return RedirectResponse(f"{path}/{id}", HTTPStatus.SEE_OTHER)


def followed(id: str, subject: Subject, path: str, shared: Services, frame: Frame) -> Response:  # noqa: A002
    """Show how an import goes, or what came of it. Raises Problem (404)."""
    told = imports.one(id, shared)
    if told.subject is not subject:
        raise Problem(HTTPStatus.NOT_FOUND, f"import {id} is none of {subject}")
    return frame.page(
        "imports/followed.html",
        told=told,
        refused=_refused(id, shared) if told.refused else [],
        known=KNOWN,
        path=path,
    )


def put_in(id: str, subject: Subject, path: str, shared: Services, actor: Actor) -> Response:  # noqa: A002
    """Put in what was shown, and go to where that is followed. Raises Problem (404, 409)."""
    again = imports.started_again(id, subject, shared, actor, Response())
    return RedirectResponse(f"{path}/{again.id}", HTTPStatus.SEE_OTHER)


def form(frame: Frame, path: str) -> Response:
    """Show the form for a file."""
    return _form(frame, path, HTTPStatus.OK, "")


def _form(frame: Frame, path: str, status: HTTPStatus, refused: str) -> Response:
    return frame.page("imports/form.html", status, path=path, refused=refused)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


def _refused(id: str, shared: Services) -> list[list[str]]:  # noqa: A002
    """Return the first refused rows: line, value, reason in English."""
    try:
        with shared.imports.refused(id).open(encoding="utf-8-sig", newline="") as file:
            return list(islice(csv.reader(file), 1, 1 + REFUSED_SHOWN))
    except (NoSuchImport, OSError):
        return []
