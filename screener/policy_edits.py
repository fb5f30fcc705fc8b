"""Changes of a single rule or kind, and what a change of the policy is in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from blocklist.kinds import LookalikeKind
from screener import policy_tables
from screener.calls import Action, Rule
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS, Policy
from screener.policy_actions import KindAction
from screener.policy_problems import place, written


class FixedRule(Exception):
    """A rule whose action means what the rule's name says, so it can't be changed."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(
            f"the action of rule '{rule}' is always '{DEFAULT_ACTIONS[rule]}'; "
            f"the rules that can be changed are {', '.join(sorted(CHANGEABLE_RULES))}"
        )
        self.rule = rule


class WouldBlockAll(FixedRule):
    """A default of block, with which no phone would ring any more."""

    def __init__(self) -> None:
        Exception.__init__(
            self,
            "with the default 'block' no phone would ring any more; choose allow, tag or warn, "
            "and block numbers by the block list",
        )
        self.rule = Rule.DEFAULT


def with_rule(policy: Policy, rule: Rule, action: Action) -> Policy:
    """Return the policy with another action of a rule. Raises FixedRule and WouldBlockAll."""
    if rule not in CHANGEABLE_RULES:
        raise FixedRule(rule)
    if rule is Rule.DEFAULT and action is Action.BLOCK:
        raise WouldBlockAll
    return replace(policy, actions={**policy.actions, rule: action})


def with_kind(policy: Policy, kind: LookalikeKind, action: KindAction) -> Policy:
    """Return the policy with another action of a kind of lookalike."""
    kinds = {one: asked for one, asked in policy.kinds.items() if one is not kind}
    if action is not KindAction.AS_RULE:
        kinds[kind] = None if action is KindAction.OFF else Action(action.value)
    return replace(policy, kinds=kinds)


def changes(before: Policy, after: Policy) -> list[str]:
    """Say what differs, a line each: ``rules.withheld: "tag" -> "warn"``."""
    old, new = dict(_flat(policy_tables.write(before))), dict(_flat(policy_tables.write(after)))
    return [
        f"{key}: {old.get(key, 'none')} -> {new.get(key, 'none')}"
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    ]


def _flat(tables: Mapping[str, object], *above: str) -> Iterator[tuple[str, str]]:
    for name, value in tables.items():
        if isinstance(value, Mapping):
            yield from _flat(value, *above, name)
        else:
            yield place(*above, name), written(value)
