"""Many entries at once: removed, ended, or moved to another category, as one change that can be undone."""

import logging
from typing import Annotated

from fastapi import APIRouter

from api.asking import needs
from api.deps import Services, Shared
from api.schemas.bulk import BulkAsked, BulkOut, Do
from blocklist.bulk import Outcome
from screener.access.actor import Actor
from screener.access.roles import Permission

log = logging.getLogger(__name__)

router = APIRouter(prefix="/entries", tags=["entries"])

Editor = Annotated[Actor, needs(Permission.LISTS)]


@router.post("/bulk", summary="Change many entries at once")
def change(asked: BulkAsked, shared: Shared, actor: Editor) -> BulkOut:
    """Change the entries that are there and as they were shown; the others are told."""
    return BulkOut.model_validate(carried_out(asked, shared, actor))


def carried_out(asked: BulkAsked, shared: Services, actor: Actor) -> Outcome:
    """Do what is asked. Raises InvalidExpiry."""
    chosen = {one.id: one.version for one in asked.entries}
    match asked.do:
        case Do.REMOVE:
            outcome = shared.bulk.remove(chosen)
        case Do.END:
            outcome = shared.bulk.end(chosen, actor.name, asked.expires_at)
        case Do.MOVE:
            assert asked.category is not None
            outcome = shared.bulk.move(chosen, actor.name, asked.category)
    log.info("%d entries: %s by %s", len(outcome.done), asked.do, actor.name)
    return outcome
