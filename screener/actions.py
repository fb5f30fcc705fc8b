"""What operators have made of the rules: the action of each, where it is not the default."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from screener.calls import Action, Rule
from screener.models import RuleAction
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS

log = logging.getLogger(__name__)


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


class RuleActions:
    """The actions behind a session factory; listeners notice a change within about a second."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def actions(self) -> Mapping[Rule, Action]:
        """Return the action of every rule. Raises ValueError for a row that somebody else wrote."""
        with self._sessions() as session:
            rows = session.execute(select(RuleAction.rule, RuleAction.action)).all()
        return dict(DEFAULT_ACTIONS) | {Rule(rule): Action(action) for rule, action in rows}

    def set(self, rule: Rule, action: Action, by: str) -> None:
        """Give a rule an action. Raises FixedRule and WouldBlockAll."""
        if rule not in CHANGEABLE_RULES:
            raise FixedRule(rule)
        if rule is Rule.DEFAULT and action is Action.BLOCK:
            raise WouldBlockAll
        changed_at = datetime.now(UTC)
        with self._sessions.begin() as session:
            session.merge(
                RuleAction(rule=rule.value, action=action.value, changed_at=changed_at, changed_by=by[:200])
            )
        log.info("rule %s now asks for %s, by %s", rule, action, by)
