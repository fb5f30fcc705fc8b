"""Notes that people write beside recorded calls."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter

from api.asking import needs
from api.calls import recorded
from api.deps import Shared
from api.problems import documented
from api.schemas.fields import Id
from api.schemas.reports import CallNoteOut, CallNotesOut, Said
from screener.access.actor import Actor
from screener.access.roles import Permission

router = APIRouter(prefix="/calls", tags=["calls"])

Reporter = Annotated[Actor, needs(Permission.REPORT)]


@router.get("/{id}/notes", summary="List the notes on a call", responses=documented(404))
def listing(id: Id, shared: Shared) -> CallNotesOut:  # noqa: A002 - the path's word
    """Give the notes on a call, in their order."""
    record = recorded(id, shared)
    notes = shared.call_notes.of(record.id)
    return CallNotesOut(items=[CallNoteOut.model_validate(note) for note in notes])


@router.post(
    "/{id}/notes", summary="Write a note on a call", status_code=HTTPStatus.CREATED, responses=documented(404)
)
def add(id: Id, said: Said, shared: Shared, actor: Reporter) -> CallNoteOut:  # noqa: A002
    """Add a note; notes are not changed or removed, a later one corrects an earlier."""
    record = recorded(id, shared)
    return CallNoteOut.model_validate(shared.call_notes.add(record.id, said.text, actor.name))
