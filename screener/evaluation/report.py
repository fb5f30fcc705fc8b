"""The figures of an evaluation as text for people and as JSON for programs."""

from collections.abc import Iterator
from dataclasses import asdict

from screener.evaluation.cases import Part
from screener.evaluation.disguises import NAME
from screener.evaluation.oracle import Kind
from screener.evaluation.score import Score, Tally, aims


def table(score: Score) -> str:
    """Return all figures as text."""
    return "\n".join((*_imitations(score), "", *_ordinary(score), "", *_local(score), "", *_aims(score)))


def as_json(score: Score) -> dict[str, object]:
    """Return all figures: a row a group, precision by kind, and the aims."""
    rows = [
        {
            "part": part,
            "group": group,
            "cases": tally.cases,
            "caught": tally.caught,
            "right_kind": tally.right_kind,
            "right_entry": tally.right_entry,
            "said": [{"kind": kind, "action": action, "n": n} for (kind, action), n in tally.said.items()],
        }
        for (part, group), tally in score.groups.items()
    ]
    precision = {kind: score.precision(kind) for kind in (*Kind, NAME)}
    return {
        "groups": rows,
        "precision": precision,
        "aims": [{**asdict(aim), "met": aim.met} for aim in aims(score)],
    }


def misses(score: Score) -> str:
    """Return the cases that were kept because the answer was wrong, a line each."""
    lines = []
    for (part, group), kept in score.misses.items():
        for case, answer in kept:
            wanted = f"{case.kind} of {'|'.join(case.imitates[:3]) or 'any'}" if case.kind else "allow"
            got = f"{answer.action} by {answer.rule}, {answer.kind} of {answer.imitates}"
            lines.append(f"{part}/{group}: {case.number!r} {case.name!r}: wanted {wanted}, got {got}")
    return "\n".join(lines)


_IMITATION = "{:<24} {:>7} {:>8} {:>11} {:>12} {:>10}"


def _imitations(score: Score) -> Iterator[str]:
    titles = ("caught", "right kind", "right entry", "precision")
    yield _IMITATION.format("imitated numbers", "cases", *titles)
    for kind in Kind:
        if tally := score.groups.get((Part.NUMBERS, kind)):
            yield _row(kind, tally, score.precision(kind))
    yield _row("all", score.total(Part.NUMBERS))
    yield ""
    yield _IMITATION.format("imitated names", "cases", *titles)
    for (part, group), tally in score.groups.items():
        if part is Part.NAMES:
            yield _row(group, tally)
    yield _row("all", score.total(Part.NAMES), score.precision(NAME))


def _row(title: str, tally: Tally, precision: float | None = None) -> str:
    parts = (_percent(n, tally.cases) for n in (tally.caught, tally.right_kind, tally.right_entry))
    return _IMITATION.format(title, tally.cases, *parts, "" if precision is None else f"{precision:.2%}")


def _ordinary(score: Score) -> Iterator[str]:
    for part, title in ((Part.MIXED, "ordinary callers"), (Part.ORDINARY_NAMES, "ordinary names")):
        yield f"{title:<24} {'cases':>7} {'not let through':>16}  of these"
        for (of, group), tally in score.groups.items():
            if of is part:
                yield _wronged(group, tally, score.wronged(part, group))
        yield _wronged("all", score.total(part), score.wronged(part))
    yield "(A withheld number that is told to be withheld is not counted.)"


def _wronged(title: str, tally: Tally, wronged: int) -> str:
    said = ", ".join(f"{kind} {n} ({action})" for (kind, action), n in tally.said.most_common())
    share = _percent(wronged, tally.cases, 3)
    return f"{title:<24} {tally.cases:>7} {wronged:>7} {share:>8}  {said}".rstrip()


def _local(score: Score) -> Iterator[str]:
    form = "{:<24} {:>7} {:<20} {:<6} {:>7} {:>8}"
    yield form.format("local landlines", "cases", " called", "action", "n", "")
    for (part, group), tally in score.groups.items():
        if part is Part.LOCAL:
            passed = tally.cases - tally.caught
            yield form.format(group, tally.cases, " -", "allow", passed, _percent(passed, tally.cases))
            for (kind, action), n in tally.said.most_common():
                yield form.format("", "", f" {kind}", action, n, _percent(n, tally.cases))


def _aims(score: Score) -> Iterator[str]:
    yield f"{'aims':<36} {'measured':>9}  {'aim':>8}"
    for aim in aims(score):
        wanted = f"{'>=' if aim.least else '<'} {aim.limit:.1%}"
        yield f"{aim.what:<36} {aim.measured:>9.3%}  {wanted:>8}  {'met' if aim.met else 'MISSED'}"


def _percent(part: int, whole: int, places: int = 2) -> str:
    return f"{part / whole:.{places}%}" if whole else "-"
