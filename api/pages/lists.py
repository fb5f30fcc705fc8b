"""The page of the lists: who is blocked, allowed and watched; searched, and changed one by one or many."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import StringConstraints, field_validator
from starlette.responses import Response

from api.asking import page_needs
from api.bulk import carried_out
from api.deps import Services, Shared
from api.pages.entry_form import TOLD, EntryForm, Filled
from api.pages.form_refusals import REFUSALS, Refused
from api.pages.frame import Frame, Framed
from api.pages.own_path import own_path
from api.preview import previewed
from api.schemas.bulk import BulkAsked, Chosen, Do
from api.schemas.entries import EntryQuery
from api.schemas.fields import Id
from blocklist.entries import Category, EntryKind, Match, Override
from blocklist.search import Expiry
from screener import words
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.calls import Action

PATH: Final = "/lists"

router = APIRouter(prefix=PATH, include_in_schema=False)

Editor = Annotated[Actor, page_needs(Permission.LISTS)]
_Back = Annotated[str, Query(max_length=2000)]
_Version = Annotated[str, Form(max_length=100)]
_Ticked = Annotated[str, StringConstraints(pattern="^[0-9]{1,18}-[0-9a-f]{1,64}$")]
"""An entry's id and the version that was shown of it."""
_Do = Annotated[str, Form(pattern=f"^(remove|end|move-({'|'.join(Category)}))$")]
_CHOICES: Final[Mapping[str, Any]] = {
    "kinds": tuple(EntryKind),
    "categories": tuple(Category),
    "expiries": tuple(Expiry),
    "actions": {action: words.ACTIONS[Action(action.value)] for action in Override},
}


class _Shown(EntryQuery):
    """What is asked of the page: as of the API, and what was done before."""

    kind: EntryKind | None = EntryKind.BLOCK
    done: Annotated[str, Query(max_length=20)] = ""
    count: Annotated[int, Query(ge=0, le=500)] = 0
    left: Annotated[int, Query(ge=0, le=500)] = 0

    @field_validator("category", "expiry", "author", "source", mode="before")
    @classmethod
    def _any(cls, value: object) -> object:
        """Read the choice of any, which a form sends as an empty text."""
        return None if value == "" else value

    def here(self, **other: object) -> str:
        """Return the path that shows the same again, or with something else of it."""
        asked = self.model_dump(exclude={"done", "count", "left"}, exclude_defaults=True, mode="json")
        asked |= other
        return f"{PATH}?{urlencode(asked)}" if asked else PATH


@router.get("", dependencies=[page_needs(Permission.SEE)])
def show(shared: Shared, frame: Framed, query: Annotated[_Shown, Query()]) -> Response:
    """List the entries that fit, the newest first, each with how often its number rang of late."""
    found = shared.lists.entries(**query.model_dump(exclude={"done", "count", "left"}))
    exact = [entry.pattern for entry in found.items if entry.match == Match.EXACT]
    return frame.page(
        "lists.html",
        found=found.items,
        rang=shared.calls_before.rang(exact) if exact else {},
        next=query.here(after=found.items[-1].id) if found.more else None,
        query=query,
        here=query.here(),
        now=shared.clock(),
        **_CHOICES,
    )


@router.get("/new")
def blank(
    editor: Editor, shared: Shared, frame: Framed, kind: EntryKind = EntryKind.BLOCK, back: _Back = PATH
) -> Response:
    """Show an empty form."""
    return _form(shared, frame, EntryForm(kind=kind.value, back=back))


@router.post("")
def add(shared: Shared, editor: Editor, frame: Framed, form: Filled) -> Response:
    """Add an entry."""
    try:
        shared.lists.add_entry(form.draft(shared.zone), editor.name)
    except REFUSALS as error:
        return _form(shared, frame, form, refused=TOLD.refused(error))
    return _done(form.back, done="added")


@router.post("/preview")
def preview(shared: Shared, editor: Editor, frame: Framed, form: Filled) -> Response:
    """Show what the entry in the form would have hit; nothing is stored."""
    if not form.pattern.strip():
        return frame.page("lists/preview.html", found=None, refused=None, version=form.version)
    try:
        found = previewed(form.draft(shared.zone), shared)
    except REFUSALS as error:
        return frame.page("lists/preview.html", found=None, refused=TOLD.refused(error), version=form.version)
    return frame.page("lists/preview.html", found=found, refused=None, version=form.version)


@router.post("/bulk")
def bulk(
    shared: Shared,
    editor: Editor,
    do: _Do,
    entry: Annotated[list[_Ticked] | None, Form(max_length=500)] = None,
    back: _Back = PATH,
) -> Response:
    """Change the chosen entries: ``do`` is ``remove``, ``end`` or ``move-CATEGORY``."""
    if not entry:
        return _done(back, done="none")
    what, _, category = do.partition("-")
    chosen = [Chosen(id=int(one.partition("-")[0]), version=one.partition("-")[2]) for one in entry]
    moved = Category(category) if category else None
    outcome = carried_out(BulkAsked(do=Do(what), entries=chosen, category=moved), shared, editor)
    return _done(back, done=what, count=len(outcome.done), left=len(chosen) - len(outcome.done))


@router.get("/{id}")
def one(id: Id, shared: Shared, editor: Editor, frame: Framed, back: _Back = PATH) -> Response:  # noqa: A002
    """Show the form of an entry, to change it."""
    return _form(shared, frame, EntryForm.of(shared.lists.entry(id), shared.zone, back), id)


@router.post("/{id}")
def edit(id: Id, shared: Shared, editor: Editor, frame: Framed, form: Filled) -> Response:  # noqa: A002
    """Change an entry."""
    stored = shared.lists.entry(id)
    try:
        draft = form.draft(shared.zone, stored)
        shared.lists.edit_entry(id, draft, editor.name, shown=(form.version,))
    except REFUSALS as error:
        return _form(shared, frame, form, id, TOLD.refused(error))
    return _done(form.back, done="saved")


@router.post("/{id}/remove")
def remove(id: Id, shared: Shared, editor: Editor, version: _Version, back: _Back = PATH) -> Response:  # noqa: A002
    """Remove an entry."""
    shared.lists.remove_entry(id, shown=(version,))
    return _done(back, done="remove", count=1)


def _form(
    shared: Services,
    frame: Frame,
    form: EntryForm,
    id: int | None = None,  # noqa: A002
    refused: Refused | None = None,
) -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    exchanges = sorted({link.pbx for link in shared.health().links} | {form.pbx} - {""})
    stored = None if id is None else shared.lists.entry(id)
    return frame.page(
        "lists/form.html",
        status,
        form=form,
        id=id,
        stored=stored,
        refused=refused,
        back=own_path(form.back) if form.back else PATH,
        exchanges=exchanges,
        **_CHOICES,
    )


def _done(back: str, **told: Any) -> Response:
    path = own_path(back) if back else PATH
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}{urlencode(told)}", HTTPStatus.SEE_OTHER)
