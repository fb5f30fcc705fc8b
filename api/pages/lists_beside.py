"""What stands beside the lists: the exemptions, and the changes of the last day with their undoing."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.asking import page_needs
from api.changes import WHY
from api.deps import Shared
from api.pages.frame import Framed
from api.schemas.changes import ChangesQuery
from api.schemas.exemptions import ExemptionQuery
from api.schemas.fields import Id
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.undo import AlreadyUndone, NoSuchStep

router = APIRouter(prefix="/lists", include_in_schema=False)

Editor = Annotated[Actor, page_needs(Permission.LISTS)]


@router.get("/exemptions", dependencies=[page_needs(Permission.SEE)])
def exemptions(shared: Shared, frame: Framed, after: int | None = None, done: str = "") -> Response:
    """List the numbers that one trunk may show."""
    found = shared.exemptions.exemptions(**ExemptionQuery(after=after).model_dump())
    return frame.page(
        "lists/exemptions.html",
        found=found.items,
        next=f"/lists/exemptions?after={found.items[-1].id}" if found.more else None,
        done=done,
    )


@router.post("/exemptions/{id}/remove")
def remove(id: Id, shared: Shared, editor: Editor, version: Annotated[str, Form(max_length=100)]) -> Response:  # noqa: A002
    """Take an exemption back."""
    shared.exemptions.remove(id, shown=(version,))
    return RedirectResponse("/lists/exemptions?done=removed", HTTPStatus.SEE_OTHER)


@router.get("/changes", dependencies=[page_needs(Permission.SEE)])
def changes(shared: Shared, frame: Framed, after: int | None = None, undone: int | None = None) -> Response:
    """List what was changed within a day; ``undone`` is the one that was just undone."""
    found = shared.undo.steps(**ChangesQuery(after=after).model_dump())
    step = None
    if undone is not None:
        try:
            step = shared.undo.step(undone)
        except NoSuchStep:
            step = None
    return frame.page(
        "lists/changes.html",
        found=found.items,
        next=f"/lists/changes?after={found.items[-1].id}" if found.more else None,
        step=step,
        stayed=shared.undo.stayed(step.id) if step else (),
        why=WHY,
    )


@router.post("/changes/{id}/undo")
def undo(id: Id, shared: Shared, editor: Editor) -> Response:  # noqa: A002
    """Put the entries of a change back. Who comes second is shown what came of it."""
    with suppress(AlreadyUndone):
        shared.undo.undo(id, editor.name)
    return RedirectResponse(f"/lists/changes?undone={id}", HTTPStatus.SEE_OTHER)
