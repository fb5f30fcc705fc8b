"""Official numbers from a file: tried first, put in when somebody has looked at what would happen."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.asking import page_needs
from api.deps import Shared
from api.imports import ImportId
from api.pages import importing
from api.pages.frame import Framed
from blocklist import texts
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.entry_import import Subject
from screener.import_jobs import Asked

PATH: Final = "/officials/import"

router = APIRouter(prefix=PATH, include_in_schema=False)

Editor = Annotated[Actor, page_needs(Permission.REGISTRY)]


@router.get("")
def blank(editor: Editor, frame: Framed) -> Response:
    """Show the form for a file."""
    return importing.form(frame, PATH)


@router.post("")
async def tried(request: Request, shared: Shared, editor: Editor, frame: Framed) -> Response:
    """Take a file in and try it. The form is read here, behind the sign-in: it may be large."""
    async with request.form() as form:
        source = texts.read("source", str(form.get("source", "")), 500)
        at_once = form.get("all_or_nothing") == "true"
        asked = Asked(editor.name, None, source, at_once, dry_run=True, subject=Subject.OFFICIALS)
        return await importing.tried(form, asked, PATH, shared, frame)


@router.get("/{id}")
def followed(id: ImportId, shared: Shared, editor: Editor, frame: Framed) -> Response:  # noqa: A002
    """Show how an import goes, and what came of it."""
    return importing.followed(id, Subject.OFFICIALS, PATH, shared, frame)


@router.post("/{id}")
def put_in(id: ImportId, shared: Shared, editor: Editor) -> Response:  # noqa: A002
    """Put in what was shown."""
    return importing.put_in(id, Subject.OFFICIALS, PATH, shared, editor)
