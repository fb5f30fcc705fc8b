"""The kinds of lookalike, the strongest first, and what each asks for."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict

from api.asking import needs
from api.deps import Shared
from api.problems import documented
from blocklist.kinds import LookalikeKind
from screener import words
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.policy import DEFAULT_POLICY, Policy
from screener.policy_actions import KindAction, kind_action
from screener.policy_edits import with_kind

router = APIRouter(prefix="/kinds", tags=["kinds"])

Editor = Annotated[Actor, needs(Permission.RULES)]


class KindOut(BaseModel):
    """A kind of lookalike. ``as_rule`` is what the rule asks for; ``off``: such calls are no lookalikes."""

    kind: LookalikeKind
    vi: str
    en: str
    action: KindAction
    default: KindAction


class KindsOut(BaseModel):
    """All kinds; where several fit a caller, the first is the verdict's."""

    items: list[KindOut]


class KindChange(BaseModel):
    """What a kind shall ask for."""

    model_config = ConfigDict(extra="forbid")

    action: KindAction


@router.get("", summary="List the kinds of lookalike")
def listing(shared: Shared) -> KindsOut:
    """Give all kinds with what each asks for."""
    policy = shared.policies.present().policy
    return KindsOut(items=[_kind(kind, policy) for kind in LookalikeKind])


@router.put("/{kind}", summary="Give a kind an action", responses=documented(409))
def change(
    kind: LookalikeKind,
    wanted: Annotated[KindChange, Body(examples=[{"action": "off"}])],
    shared: Shared,
    actor: Editor,
) -> KindOut:
    """Change what a kind asks for, which makes a revision of the policy."""
    changed = shared.policies.edit(lambda policy: with_kind(policy, kind, wanted.action), actor.name)
    return _kind(kind, changed.policy)


def _kind(kind: LookalikeKind, policy: Policy) -> KindOut:
    said = words.KINDS[kind]
    return KindOut(
        kind=kind,
        vi=said.vi,
        en=said.en,
        action=kind_action(policy, kind),
        default=kind_action(DEFAULT_POLICY, kind),
    )
