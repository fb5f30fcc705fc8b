"""Changes of the lists of the last day, and their undoing."""

import logging
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from api.asking import needs
from api.deps import Services, Shared
from api.paging import Page, after_link
from api.problems import documented
from api.schemas.changes import ChangeOut, ChangesQuery, ChangeWhole, StayedOut
from api.schemas.check import WordsOut
from api.schemas.fields import Id
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.undo import Hindrance
from screener.undo_tables import UndoStep
from screener.words import Words

log = logging.getLogger(__name__)

router = APIRouter(prefix="/changes", tags=["changes"])

Editor = Annotated[Actor, needs(Permission.LISTS)]

WHY: Final[Mapping[Hindrance, Words]] = {
    Hindrance.CHANGED: Words(
        "đã có người sửa mục này sau đó, nên giữ nguyên như hiện tại",
        "somebody changed this entry afterwards, so it stays as it is now",
    ),
    Hindrance.REMOVED: Words("đã có người xóa mục này sau đó", "somebody removed this entry afterwards"),
    Hindrance.LISTED: Words(
        "số này đã được thêm lại vào cùng danh sách sau đó",
        "the same was put on the same list again afterwards",
    ),
}


@router.get("", summary="List the changes of the last day, the latest first")
def listing(request: Request, shared: Shared, query: Annotated[ChangesQuery, Query()]) -> Page[ChangeOut]:
    """Give one page of what was changed in the lists by page or API."""
    found = shared.undo.steps(**query.model_dump())
    return Page[ChangeOut](
        items=[ChangeOut.of(step) for step in found.items], next=after_link(request, found)
    )


@router.get("/{id}", summary="Show a change", responses=documented(404))
def one(id: Id, shared: Shared) -> ChangeWhole:  # noqa: A002 - the path's word
    """Give one change, and what of it could not be undone."""
    return _whole(shared.undo.step(id), shared)


@router.post("/{id}/undo", summary="Undo a change", responses=documented(404, 409))
def undo(id: Id, shared: Shared, actor: Editor) -> ChangeWhole:  # noqa: A002
    """Put the entries back as they were before; those that somebody changed since stay, and are told."""
    step = shared.undo.undo(id, actor.name)
    log.info("change %d of the lists undone by %s: %d of %d", id, actor.name, step.restored, step.count)
    return _whole(step, shared)


def _whole(step: UndoStep, shared: Services) -> ChangeWhole:
    stayed = [
        StayedOut(
            entry_id=entry.entry_id,
            pattern=entry.pattern,
            why=entry.why,
            words=WordsOut.model_validate(WHY[entry.why]),
        )
        for entry in shared.undo.stayed(step.id)
    ]
    return ChangeWhole.model_validate(ChangeOut.fields(step) | {"stayed": stayed})
