"""What rules and kinds of lookalike ask for, in the words of the policy's file."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Rule
from screener.groups import Overrides
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS, Policy
from screener.policy_problems import place
from screener.policy_reading import Reading

RULES: Final = tuple(rule for rule in Rule if rule in CHANGEABLE_RULES)
FIXED: Final = {
    rule.value: f"is always '{DEFAULT_ACTIONS[rule]}'; remove the line" for rule in Rule if rule not in RULES
}
"""Rules that nobody can change, and what is said of it."""


class KindAction(StrEnum):
    """What a kind of lookalike asks for."""

    OFF = "off"
    """Such calls are no lookalikes."""
    AS_RULE = "as_rule"
    """What its rule asks for: ``receives_only``, ``name`` or ``lookalike``."""
    ALLOW = "allow"
    TAG = "tag"
    WARN = "warn"
    BLOCK = "block"


AS_RULE: Final = (KindAction.AS_RULE,)


def kind_action(policy: Policy, kind: LookalikeKind) -> KindAction:
    """Return what a kind asks for, in the file's words."""
    return in_words(policy.kinds[kind]) if kind in policy.kinds else KindAction.AS_RULE


def action(asked: KindAction | None) -> Action | None:
    """Return the action that is meant, None for off."""
    return None if asked is None or asked is KindAction.OFF else Action(asked.value)


def in_words(asked: Action | None) -> KindAction:
    """Return an action in the file's words; None is off."""
    return KindAction.OFF if asked is None else KindAction(asked.value)


def overrides(
    reading: Reading,
    above: tuple[str, ...],
    table: Mapping[str, object],
    kinds: Mapping[LookalikeKind, Action | None] | None = None,
) -> Overrides:
    """Read what rules and kinds ask for; ``kinds`` has what they ask for else, None where nothing does."""
    chosen_rules: dict[Rule, Action] = {}
    at = place(*above, "rules")
    for name, value in reading.table(at, table.get("rules", {}), RULES, FIXED).items():
        if (asked := reading.choice(f"{at}.{name}", value, Action)) is None:
            continue
        if (rule := Rule(name)) is Rule.DEFAULT and asked is Action.BLOCK:
            reading.wrong(
                f"{at}.{name}",
                value,
                "with this no phone would ring any more; choose allow, tag or warn, and block by the list",
            )
        chosen_rules[rule] = asked
    chosen = dict(kinds or {})
    at = place(*above, "kinds")
    refused = () if kinds is not None else AS_RULE
    for name, value in reading.table(at, table.get("kinds", {}), tuple(LookalikeKind)).items():
        match reading.choice(f"{at}.{name}", value, KindAction, refused):
            case None:
                pass
            case KindAction.AS_RULE:
                chosen.pop(LookalikeKind(name), None)
            case other:
                chosen[LookalikeKind(name)] = action(other)
    return Overrides(chosen_rules, chosen)
