"""What the rules ask for: the action of each rule, and of each way to imitate an office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Hit, Rule

DEFAULT_ACTIONS: Final[Mapping[Rule, Action]] = {
    Rule.EXEMPT: Action.ALLOW,
    Rule.OWN_NUMBER: Action.WARN,
    Rule.RECEIVES_ONLY: Action.WARN,
    Rule.ALLOW_EXACT: Action.ALLOW,
    Rule.BLOCK_EXACT: Action.BLOCK,
    Rule.ALLOW_PREFIX: Action.ALLOW,
    Rule.BLOCK_PREFIX: Action.BLOCK,
    Rule.ALLOW_ENTRY: Action.ALLOW,
    Rule.BLOCK_ENTRY: Action.BLOCK,
    Rule.LOOKALIKE: Action.WARN,
    Rule.NAME: Action.WARN,
    Rule.MANY_EXTENSIONS: Action.TAG,
    Rule.MANY_CALLS: Action.TAG,
    Rule.MANY_OF_PREFIX: Action.TAG,
    Rule.MANY_SHORT_CALLS: Action.TAG,
    Rule.MALFORMED: Action.TAG,
    Rule.IMPLAUSIBLE: Action.TAG,
    Rule.WITHHELD: Action.TAG,
    Rule.WATCHED: Action.ALLOW,
    Rule.DEFAULT: Action.ALLOW,
}
CHANGEABLE_RULES: Final = frozenset(
    {
        Rule.OWN_NUMBER,
        Rule.RECEIVES_ONLY,
        Rule.BLOCK_EXACT,
        Rule.BLOCK_PREFIX,
        Rule.BLOCK_ENTRY,
        Rule.LOOKALIKE,
        Rule.NAME,
        Rule.MANY_EXTENSIONS,
        Rule.MANY_CALLS,
        Rule.MANY_OF_PREFIX,
        Rule.MANY_SHORT_CALLS,
        Rule.MALFORMED,
        Rule.IMPLAUSIBLE,
        Rule.WITHHELD,
        Rule.DEFAULT,
    }
)
"""Rules whose action an operator may change; the others mean what their name says. The default may be
anything but block: with that no phone would ring."""

DEFAULT_KINDS: Final[Mapping[LookalikeKind, Action | None]] = {
    # The number of some honest person may have this form: seen, and not accused.
    LookalikeKind.OLD_PLAN: Action.TAG,
    LookalikeKind.OTHER_AREA: Action.TAG,
    LookalikeKind.NEIGHBOUR: Action.TAG,
}
"""Kinds of lookalike whose action is not the rule's."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of calls or callers within some minutes that is too many; a count of 0 is never reached."""

    count: int
    minutes: int

    @property
    def seconds(self) -> int:
        """Return the length of the window in seconds."""
        return self.minutes * 60

    def reached(self, seen: int) -> bool:
        """Tell whether it is too many."""
        return 0 < self.count <= seen


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What no ordinary caller does. ``short_seconds`` is the longest talk that counts as short.

    Where ``block_minutes`` is not 0, a caller caught by these rules is put on the block list for so long.
    """

    many_extensions: Threshold = Threshold(6, 10)
    many_calls: Threshold = Threshold(30, 10)
    many_of_prefix: Threshold = Threshold(10, 5)
    many_short_calls: Threshold = Threshold(8, 30)
    short_seconds: int = 10
    block_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """The actions in force. ``kinds`` goes before ``actions``; None switches a kind off."""

    actions: Mapping[Rule, Action] = field(default_factory=lambda: DEFAULT_ACTIONS)
    kinds: Mapping[LookalikeKind, Action | None] = field(default_factory=lambda: DEFAULT_KINDS)
    by_chance: Action | None = Action.TAG
    """What becomes of a warning where an ordinary line may look like an official number by chance."""
    behaviour: Behaviour = Behaviour()

    def action(self, hit: Hit) -> Action | None:
        """Return what a hit asks for, None where it is switched off."""
        if hit.action is not None:
            return hit.action
        action: Action | None = self.actions[hit.rule]
        if hit.rule is Rule.LOOKALIKE and hit.kind is not None and hit.kind in self.kinds:
            action = self.kinds[hit.kind]
        if hit.by_chance and action is Action.WARN:
            return self.by_chance
        return action


DEFAULT_POLICY: Final = Policy()
