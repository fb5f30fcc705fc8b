"""The page of official numbers and names: what impersonators imitate, searched, mended and confirmed."""

from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import field_validator
from starlette.responses import Response

from api.asking import page_needs
from api.deps import Shared
from api.pages.form_refusals import REFUSALS, Refused
from api.pages.frame import Frame, Framed
from api.pages.official_form import TOLD, Filled, OfficialForm
from api.pages.own_path import own_path
from api.schemas.fields import Id
from api.schemas.officials import OfficialQuery
from blocklist.errors import ChangedMeanwhile
from screener.access.actor import Actor
from screener.access.roles import Permission

PATH: Final = "/officials"

router = APIRouter(prefix=PATH, include_in_schema=False)

Editor = Annotated[Actor, page_needs(Permission.REGISTRY)]
_Back = Annotated[str, Query(max_length=2000)]
_Version = Annotated[str, Form(max_length=100)]


class _Shown(OfficialQuery):
    """What is asked of the page: as of the API, and what was done before."""

    done: Annotated[str, Query(max_length=20)] = ""

    @field_validator("confirmed", mode="before")
    @classmethod
    def _all(cls, value: object) -> object:
        """Read the choice of all of them, which a form sends as an empty text."""
        return None if value == "" else value

    def here(self, **other: object) -> str:
        """Return the path that shows the same again, or with something else of it."""
        asked = self.model_dump(exclude={"done"}, exclude_defaults=True, mode="json") | other
        return f"{PATH}?{urlencode(asked)}" if asked else PATH


@router.get("", dependencies=[page_needs(Permission.SEE)])
def show(shared: Shared, frame: Framed, query: Annotated[_Shown, Query()]) -> Response:
    """List the official numbers that fit, the newest first."""
    found = shared.lists.officials(**query.model_dump(exclude={"done"}))
    return frame.page(
        "registry.html",
        found=found.items,
        next=query.here(after=found.items[-1].id) if found.more else None,
        query=query,
        here=query.here(),
        unconfirmed=shared.lists.unconfirmed_officials(),
    )


@router.get("/new")
def blank(editor: Editor, frame: Framed, back: _Back = PATH) -> Response:
    """Show an empty form."""
    return _form(frame, OfficialForm(back=back))


@router.post("")
def add(shared: Shared, editor: Editor, frame: Framed, form: Filled) -> Response:
    """Add an official number."""
    try:
        shared.lists.add_official(form.draft())
    except REFUSALS as error:
        return _form(frame, form, refused=TOLD.refused(error))
    return _done("added", form.back)


@router.get("/{id}")
def one(id: Id, shared: Shared, editor: Editor, frame: Framed, back: _Back = PATH) -> Response:  # noqa: A002
    """Show the form of an official number, to change it."""
    return _form(frame, OfficialForm.of(shared.lists.official(id), back), id)


@router.post("/{id}")
def edit(id: Id, shared: Shared, editor: Editor, frame: Framed, form: Filled) -> Response:  # noqa: A002
    """Change an official number."""
    try:
        shared.lists.edit_official(id, form.draft(), shown=(form.version,))
    except REFUSALS as error:
        return _form(frame, form, id, TOLD.refused(error))
    return _done("saved", form.back)


@router.post("/{id}/confirm")
def confirm(
    id: Id,  # noqa: A002
    request: Request,
    shared: Shared,
    editor: Editor,
    frame: Framed,
    version: _Version,
    back: _Back = PATH,
) -> Response:
    """Note that it was checked today; to the list goes its row alone."""
    by_part = request.headers.get("hx-request") == "true"
    changed = False
    try:
        official = shared.lists.confirm_official(id, shared.today(), shown=(version,))
    except ChangedMeanwhile:
        if not by_part:
            raise
        official, changed = shared.lists.official(id), True
    if not by_part:
        return _done("confirmed", back)
    return frame.page("registry/confirmed.html", official=official, here=own_path(back), changed=changed)


@router.post("/{id}/remove")
def remove(id: Id, shared: Shared, editor: Editor, version: _Version, back: _Back = PATH) -> Response:  # noqa: A002
    """Remove an official number."""
    shared.lists.remove_official(id, shown=(version,))
    return _done("removed", back)


def _form(
    frame: Frame,
    form: OfficialForm,
    id: int | None = None,  # noqa: A002
    refused: Refused | None = None,
) -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return frame.page(
        "registry/form.html", status, form=form, id=id, refused=refused, back=own_path(form.back)
    )


def _done(what: str, back: str) -> Response:
    path = own_path(back) if back else PATH
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}done={what}", HTTPStatus.SEE_OTHER)
