"""The page of one call: its whole story, other calls of its number, and what people wrote beside it."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BeforeValidator, Field

from api import call_notes
from api.asking import page_needs
from api.calls import recorded
from api.deps import Services, Shared
from api.pages.call_row import row
from api.pages.call_story import story
from api.pages.frame import Framed
from api.schemas.fields import Id, Readable
from api.schemas.reports import Said
from api.standing import standing
from screener import words
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.models import CallRecord
from screener.not_granted import NotGranted

OTHERS: Final = 10
"""Other calls of the number that are shown."""

router = APIRouter(prefix="/calls", include_in_schema=False)

Reporter = Annotated[Actor, page_needs(Permission.REPORT)]
Written = Annotated[
    str,
    Field(max_length=5000),
    Readable,
    # Browsers end the lines of a form's text with both characters (HTML, section 4.10.22).
    BeforeValidator(lambda text: text.replace("\r\n", "\n") if isinstance(text, str) else text),
]


@router.get("/{id}", dependencies=[page_needs(Permission.SEE)])
def one(id: Id, shared: Shared, frame: Framed, rung: bool = False) -> HTMLResponse:  # noqa: A002 - the path's word
    """All that is known of a call. ``rung``: the reader has just rung the office back."""
    record = recorded(id, shared)
    told = story(record)
    others = shared.records.calls(number=told.searchable, limit=OTHERS + 1).items if told.searchable else ()
    html = frame.render(
        "call.html",
        story=told,
        **_standing(record, shared),
        office=shared.calling_back.offered(record) if frame.may(Permission.REPORT) else None,
        rung=rung,
        others=[row(call) for call in others if call.id != id][:OTHERS],
        notes=shared.call_notes.of(id),
        reports=shared.reports.of_call(id, record.number),
    )
    return HTMLResponse(html)


@router.get("/{id}/now", dependencies=[page_needs(Permission.SEE)])
def now(id: Id, shared: Shared, frame: Framed) -> HTMLResponse:  # noqa: A002
    """The part that tells what fits such a call now."""
    return HTMLResponse(frame.render("calls/now.html", **_standing(recorded(id, shared), shared)))


def _standing(record: CallRecord, shared: Services) -> dict[str, object]:
    try:
        found = standing(record, shared)
    except NotGranted:
        found = None
    return {"id": record.id, "standing": found, "at": shared.clock(), "actions": words.ACTIONS}


@router.post("/{id}/notes")
def note(
    id: Id,  # noqa: A002 - the path's word
    shared: Shared,
    actor: Reporter,
    text: Annotated[Written, Form(min_length=1)],
) -> RedirectResponse:
    """Write a note beside a call, and go back to it."""
    call_notes.add(id, Said(text=text), shared, actor)
    return RedirectResponse(f"/calls/{id}#notes", HTTPStatus.SEE_OTHER)
