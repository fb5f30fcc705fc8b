"""The one switch between enforcing verdicts and only writing them down."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, StrictBool

from api.asking import needs
from api.deps import Services, Shared
from screener.access.actor import Actor
from screener.access.roles import Permission

router = APIRouter(prefix="/enforcing", tags=["enforcing"])

Editor = Annotated[Actor, needs(Permission.SWITCH)]


class EnforcingOut(BaseModel):
    """Where the switch stands. Off is monitor-only: calls are judged and recorded, none is touched."""

    on: bool
    changed_at: datetime
    changed_by: str


class EnforcingChange(BaseModel):
    """Where the switch shall stand."""

    model_config = ConfigDict(extra="forbid")

    on: StrictBool


@router.get("", summary="Is enforcing on?")
def show(shared: Shared) -> EnforcingOut:
    """Tell where the switch stands, since when, and who put it there."""
    return _state(shared)


@router.put("", summary="Turn enforcing on or off")
def turn(
    wanted: Annotated[EnforcingChange, Body(examples=[{"on": False}])], shared: Shared, actor: Editor
) -> EnforcingOut:
    """Turn the switch; every listener follows within about a second. The token's name is kept.

    Where it stands there already, nothing changes: the answer tells since when, and by whom.
    """
    shared.switch.set(wanted.on, actor.name)
    return _state(shared)


def _state(shared: Services) -> EnforcingOut:
    state = shared.switch.state()
    return EnforcingOut(on=state.on, changed_at=state.changed_at, changed_by=state.changed_by)
