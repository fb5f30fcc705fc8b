"""A replay's report for people: tables in Vietnamese and English."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from screener import words as common
from screener.replay import words
from screener.replay.lines import Skipped
from screener.replay.report import Report
from screener.replay.spool import HitNumber, Suspect
from screener.words import Words, visible

_MOST_TRUNKS = 10


def as_text(report: Report) -> str:
    """Return the whole report."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    tally = report.tally
    first, last = _time(tally.first), _time(tally.last)
    yield f"{report.source}: {tally.calls:,} {_both(words.FROM_OUTSIDE)}" + (
        f", {first} – {last}" if first else ""
    )
    yield f"  {report.judged_by}; compared with {report.compared_with}"
    if report.lines:
        shown = [f"{visible(line) or '?'} {count:,}" for line, count in report.lines[:_MOST_TRUNKS]]
        yield f"  {' · '.join(shown)}" + (" · …" if len(report.lines) > _MOST_TRUNKS else "")
    for reason, count in report.skipped:
        yield f"  – {count:,} {_both(words.SKIPPED[Skipped(reason)])}"
    if report.bad:
        yield f"  ! {report.bad:,} {_both(words.BAD)}" + (
            f", {_both(words.FIRST)}:" if report.bad > len(report.first_bad) else ":"
        )
        yield from (f"    line {bad.line}: '{visible(bad.value)}' {bad.why}" for bad in report.first_bad)

    yield from _heading(words.VERDICTS)
    yield from _table(
        (action, _both(common.ACTIONS[action]), f"{count:,}", f"{count / tally.calls:.2%}")
        for action, count in tally.actions.most_common()
    )
    yield from _heading(words.RULES)
    yield from _table(
        (
            decider.rule,
            decider.kind or "",
            decider.action,
            f"{count:,}",
            _both(common.RULES[decider.rule]),
        )
        for decider, count in tally.deciders.most_common()
    )
    yield from _heading(words.CHANGES)
    if not tally.changes:
        yield f"  {_both(words.NO_CHANGES)}"
    yield from _table(
        (
            f"{_both(common.ACTIONS[change.before])} → {_both(common.ACTIONS[change.now])}",
            f"{count:,}",
            f"({_both(words.ANSWERED)}: {tally.answered[change]:,})",
        )
        for change, count in tally.changes.most_common()
    )
    if report.numbers:
        yield from _heading(words.NUMBERS)
        yield from _table(_number(hit) for hit in report.numbers)
    if report.suspects:
        yield from _heading(words.SUSPECTS)
        yield from _table(_suspect(suspect) for suspect in report.suspects)


def _number(hit: HitNumber) -> tuple[str, ...]:
    return (
        hit.number,
        visible(hit.name),
        f"{hit.calls:,} {_both(words.CALLS)}",
        f"{_both(words.LAST)} {_time(hit.at)}",
        hit.action,
        hit.rule,
        hit.reason,
    )


def _suspect(suspect: Suspect) -> tuple[str, ...]:
    hit = suspect.hit
    return (
        hit.number,
        visible(hit.name),
        f"{suspect.days:,} {_both(words.DAYS)}",
        f"{suspect.seconds // 60:,} {_both(words.MINUTES)}",
        hit.action,
        hit.rule,
        hit.reason,
    )


def _both(said: Words) -> str:
    return f"{said.vi} / {said.en}"


def _heading(said: Words) -> Iterator[str]:
    yield ""
    yield _both(said)


def _time(at: float | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lay out rows in columns; numbers stand at the right."""
    whole = [tuple(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    for row in whole:
        cells = (
            cell.rjust(width) if cell[:1].isdigit() and cell[-1:] in "0123456789%" else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        )
        yield f"  {'  '.join(cells)}".rstrip()
