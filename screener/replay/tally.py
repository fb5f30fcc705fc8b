"""What a replay finds: counts of verdicts and changes, and the numbers that stand out."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Rule, Verdict
from screener.replay.judge import Judge
from screener.replay.past import Past
from screener.replay.spool import Spool

LONG_TALK: Final = 60
"""Seconds; who is talked to for so long is hardly a nuisance."""
DAYS: Final = 3
"""Different days with a long talk that make a caught caller a candidate for a false positive."""


class Decider(NamedTuple):
    """What decided, and what it asks for."""

    rule: Rule
    kind: LookalikeKind | None
    action: Action


class Change(NamedTuple):
    """What became of a call, and what would become of it."""

    before: Action
    now: Action


@dataclass(slots=True)
class Tally:
    """Counts of calls; ``first`` and ``last`` are seconds since 1970. All keys are of closed sets.

    What became of a call is the recorded verdict; where none is, that of ``today`` if it is given, else the
    phone rang.
    """

    judge: Judge
    spool: Spool
    today: Judge | None = None

    calls: int = 0
    first: float | None = None
    last: float | None = None
    actions: Counter[Action] = field(default_factory=Counter)
    deciders: Counter[Decider] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    answered: Counter[Change] = field(default_factory=Counter)
    """Of the calls that change, those that somebody answered."""

    def take(self, past: Past) -> tuple[Verdict, Change | None]:
        """Judge the next call and count it; what stands out goes to the spool.

        Return the verdict, and how it differs from what became of the call, None where it does not.
        """
        verdict = self.judge.verdict(past)
        self.calls += 1
        self.first = past.at if self.first is None else self.first
        self.last = past.at
        self.actions[verdict.action] += 1
        self.deciders[Decider(verdict.rule, verdict.kind, verdict.action)] += 1
        self._note(past, verdict)
        before = self._before(past)
        if before is verdict.action:
            return verdict, None
        changed = Change(before, verdict.action)
        self.changes[changed] += 1
        self.answered[changed] += past.talk_seconds is not None
        return verdict, changed

    def _before(self, past: Past) -> Action:
        if past.recorded is not None:
            return past.recorded
        return self.today.verdict(past).action if self.today is not None else Action.ALLOW

    def _note(self, past: Past, verdict: Verdict) -> None:
        hit, talk = verdict.action is not Action.ALLOW, past.talk_seconds or 0
        if not hit and talk < LONG_TALK:
            return
        number = self.judge.caller(past.call).national
        if not number:  # who shows none is nobody in particular
            return
        if hit:
            self.spool.hit(number, past.call.shown_name, past.at, verdict)
        if talk >= LONG_TALK:
            self.spool.talked(number, past.at, date.fromtimestamp(past.at).toordinal(), talk)
