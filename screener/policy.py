"""What the rules ask for: the action of each rule, and of each way to imitate an office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Hit, Rule
from screener.groups import Dialled, Group, Overrides, When
from screener.hours import Hours

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
class Actions:
    """What the rules ask for on one call. ``kinds`` goes before ``rules``; None switches a kind off."""

    rules: Mapping[Rule, Action]
    kinds: Mapping[LookalikeKind, Action | None]
    by_chance: Action | None

    def of(self, hit: Hit) -> Action | None:
        """Return what a hit asks for, None where it is switched off."""
        if hit.action is not None:
            return hit.action
        action: Action | None = self.rules[hit.rule]
        if hit.kind is not None and hit.kind in self.kinds:
            action = self.kinds[hit.kind]
        if hit.by_chance and action is Action.WARN:
            return self.by_chance
        return action

    def under(self, overrides: Overrides | None) -> "Actions":
        """Return the actions with the overrides in their place."""
        if overrides is None:
            return self
        return Actions({**self.rules, **overrides.rules}, {**self.kinds, **overrides.kinds}, self.by_chance)


@dataclass(frozen=True, slots=True)
class Policy:
    """The actions in force, by the number that was dialled and the time of day.

    ``kinds`` goes before ``actions``; None switches a kind off, one that is left out is as its rule is.
    Without ``hours`` the office counts as open.
    """

    actions: Mapping[Rule, Action] = field(default_factory=lambda: DEFAULT_ACTIONS)
    kinds: Mapping[LookalikeKind, Action | None] = field(default_factory=lambda: DEFAULT_KINDS)
    by_chance: Action | None = Action.TAG
    """What becomes of a warning where an ordinary line may look like an official number by chance."""
    behaviour: Behaviour = Behaviour()
    hours: Hours | None = None
    groups: tuple[Group, ...] = ()
    _general: Actions = field(init=False, repr=False, compare=False)
    _dialled: Dialled[tuple[Actions, Actions]] | None = field(init=False, repr=False, compare=False)
    """While open, and while closed: one and the same where the hour makes no difference."""

    def __post_init__(self) -> None:
        """Work out what each group comes to, so that a call only looks it up."""
        general = Actions(self.actions, self.kinds, self.by_chance)
        of_groups = [(group, _while_open_and_closed(group, general)) for group in self.groups]
        dialled = [(number, both) for group, both in of_groups for number in group.numbers]
        object.__setattr__(self, "_general", general)
        object.__setattr__(self, "_dialled", Dialled(dialled) if dialled else None)

    def applying(self, called: str, now: datetime) -> Actions:
        """Return the actions for a call to a dialled number at ``now``, a time with a zone."""
        if self._dialled is None or (both := self._dialled.get(called)) is None:
            return self._general
        opened, closed = both
        if opened is closed or self.hours is None or self.hours.is_open(now):
            return opened
        return closed

    def action(self, hit: Hit, called: str, now: datetime) -> Action | None:
        """Return what a hit asks for on a call to a dialled number, None where it is switched off."""
        return self.applying(called, now).of(hit)


def _while_open_and_closed(group: Group, general: Actions) -> tuple[Actions, Actions]:
    always = general.under(group.overrides.get(When.ALWAYS))
    return always.under(group.overrides.get(When.OPEN)), always.under(group.overrides.get(When.CLOSED))


DEFAULT_POLICY: Final = Policy()
