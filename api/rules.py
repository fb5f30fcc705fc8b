"""The rules in the order in which they are asked, and what each asks for."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict

from api.asking import needs
from api.deps import Shared
from api.problems import documented
from screener import words
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.calls import Action, Rule
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS
from screener.policy_edits import with_rule

router = APIRouter(prefix="/rules", tags=["rules"])

Editor = Annotated[Actor, needs(Permission.RULES)]


class RuleOut(BaseModel):
    """A rule. The first that fits a call decides, with its ``action``."""

    rule: Rule
    vi: str
    en: str
    action: Action
    default: Action
    changeable: bool


class RulesOut(BaseModel):
    """All rules, in the order in which they are asked."""

    items: list[RuleOut]


class RuleChange(BaseModel):
    """What a rule shall ask for."""

    model_config = ConfigDict(extra="forbid")

    action: Action


@router.get("", summary="List the rules in their order")
def listing(shared: Shared) -> RulesOut:
    """Give all rules with what each asks for."""
    actions = shared.policies.present().policy.actions
    return RulesOut(items=[_rule(rule, actions[rule]) for rule in Rule])


@router.put("/{rule}", summary="Give a rule an action", responses=documented(409))
def change(
    rule: Rule,
    wanted: Annotated[RuleChange, Body(examples=[{"action": "block"}])],
    shared: Shared,
    actor: Editor,
) -> RuleOut:
    """Change what a rule asks for, which makes a revision of the policy.

    409 for the allow rules, the exemption, and block as the default.
    """
    shared.policies.edit(lambda policy: with_rule(policy, rule, wanted.action), actor.name)
    return _rule(rule, wanted.action)


def _rule(rule: Rule, action: Action) -> RuleOut:
    said = words.RULES[rule]
    return RuleOut(
        rule=rule,
        vi=said.vi,
        en=said.en,
        action=action,
        default=DEFAULT_ACTIONS[rule],
        changeable=rule in CHANGEABLE_RULES,
    )
