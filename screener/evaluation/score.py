"""Counts what the judge said against the labels: by kind, by disguise, by sort of ordinary caller."""

from collections import Counter
from dataclasses import dataclass, field

from screener.evaluation.cases import Answer, Case, Part
from screener.evaluation.oracle import Kind

WITHHELD = "withheld"
"""The rule, and the sort of caller, of a call without a number."""


@dataclass(slots=True)
class Tally:
    """Counts of one group of cases."""

    cases: int = 0
    caught: int = 0
    right_kind: int = 0
    right_entry: int = 0
    """Right kind, and the entry imitated is one of those that the label names."""
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often it was said: (kind, or rule where there is none; action), of what was not let through."""


@dataclass(slots=True)
class Score:
    """All counts of a run. ``misses`` keeps the first few of each group, as many as ``keep``."""

    keep: int = 0
    groups: dict[tuple[Part, str], Tally] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    """How often a kind was the verdict on any call of the country-wide set."""
    rightly: Counter[str] = field(default_factory=Counter)
    """How often that was the label."""
    misses: dict[tuple[Part, str], list[tuple[Case, Answer]]] = field(default_factory=dict)

    def add(self, case: Case, answer: Answer) -> None:
        """Count one answer."""
        tally = self.groups.setdefault((case.part, case.group), Tally())
        right_kind = answer.caught and answer.kind == case.kind and case.kind is not None
        right_entry = right_kind and (not case.imitates or answer.imitates in case.imitates)
        tally.cases += 1
        tally.caught += answer.caught
        tally.right_kind += right_kind
        tally.right_entry += right_entry
        if answer.caught:
            tally.said[answer.kind or answer.rule, answer.action] += 1
        if answer.caught and answer.kind and case.part is not Part.LOCAL:
            self.said[answer.kind] += 1
            self.rightly[answer.kind] += right_kind
        if not (right_entry if case.kind else told_as_it_is(case, answer)):
            kept = self.misses.setdefault((case.part, case.group), [])
            if len(kept) < self.keep:
                kept.append((case, answer))

    def total(self, part: Part, groups: frozenset[str] | None = None) -> Tally:
        """Return the sum of a part's groups, or of those named."""
        whole = Tally()
        for (of, group), tally in self.groups.items():
            if of is part and (groups is None or group in groups):
                whole.cases += tally.cases
                whole.caught += tally.caught
                whole.right_kind += tally.right_kind
                whole.right_entry += tally.right_entry
                whole.said += tally.said
        return whole

    def precision(self, kind: str) -> float | None:
        """Return the part of the verdicts of a kind that were right, or None where there was none."""
        return self.rightly[kind] / self.said[kind] if self.said[kind] else None

    def wronged(self, part: Part, group: str | None = None) -> int:
        """Return how many ordinary callers were not let through, but for those told to be withheld."""
        tally = self.groups.get((part, group), Tally()) if group else self.total(part)
        hidden = self.groups.get((part, WITHHELD), Tally())
        excused = sum(n for (said, _), n in hidden.said.items() if said == WITHHELD)
        return tally.caught - (excused if group in {None, WITHHELD} else 0)


def told_as_it_is(case: Case, answer: Answer) -> bool:
    """Tell whether an ordinary caller was treated as one; "the number is withheld" is no accusation."""
    return not answer.caught or (case.group == WITHHELD and answer.rule == WITHHELD)


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure with what it should be: at least (``least``) or below."""

    what: str
    measured: float
    limit: float
    least: bool

    @property
    def met(self) -> bool:
        """Tell whether it is so."""
        return self.measured >= self.limit if self.least else self.measured < self.limit


def aims(score: Score) -> list[Aim]:
    """Return what is aimed at, with what was measured."""
    found = []
    for kind in Kind:
        tally = score.groups.get((Part.NUMBERS, kind))
        if kind is not Kind.NEIGHBOUR and tally:
            found.append(Aim(f"recall of {kind}", tally.caught / tally.cases, 0.995, least=True))
    names = score.total(Part.NAMES)
    if names.cases:
        found.append(Aim("recall of names", names.caught / names.cases, 0.95, least=True))
    for what, part, limit in (
        ("mixed callers not let through", Part.MIXED, 0.001),
        ("ordinary names not let through", Part.ORDINARY_NAMES, 0.01),
    ):
        if cases := score.total(part).cases:
            found.append(Aim(what, score.wronged(part) / cases, limit, least=False))
    return found
