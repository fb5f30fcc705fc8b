"""A replay's outcome for programs: the report as JSON, and the changed calls as rows of a CSV file."""

import csv
import json
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from blocklist.formulas import defused
from screener.calls import Verdict
from screener.replay.past import Past
from screener.replay.report import Report
from screener.replay.spool import HitNumber
from screener.replay.tally import Change

COLUMNS: Final = (
    "at trunk called number name before now rule kind imitates reason answered talk_seconds".split()
)


class ChangedCalls:
    """A CSV file of the calls that would go otherwise, one a row, safe to open in a spreadsheet."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(COLUMNS)

    def write(self, past: Past, verdict: Verdict, change: Change) -> None:
        """Write one call. Times are in UTC, ``answered`` is 1 or 0."""
        call, imitated = past.call, verdict.imitates
        cells = (
            time(past.at),
            call.trunk,
            call.called,
            call.sent_number,
            call.shown_name,
            change.before,
            change.now,
            verdict.rule,
            verdict.kind or "",
            imitated.number if imitated is not None else "",
            verdict.reason,
            "0" if past.talk_seconds is None else "1",
            "" if past.talk_seconds is None else str(past.talk_seconds),
        )
        self._writer.writerow([defused(cell) for cell in cells])


def as_json(report: Report) -> str:
    """Return the report as one object of JSON."""
    tally = report.tally
    return json.dumps(
        {
            "source": report.source,
            "judged_by": report.judged_by,
            "compared_with": report.compared_with,
            "rows": report.rows,
            "bad_rows": {"count": report.bad, "first": [bad._asdict() for bad in report.first_bad]},
            "skipped": dict(report.skipped),
            "trunks": dict(report.lines),
            "calls": tally.calls,
            "first_at": time(tally.first),
            "last_at": time(tally.last),
            "actions": dict(tally.actions.most_common()),
            "rules": [
                {**decider._asdict(), "calls": count} for decider, count in tally.deciders.most_common()
            ],
            "changes": [
                {**change._asdict(), "calls": count, "answered": tally.answered[change]}
                for change, count in tally.changes.most_common()
            ],
            "numbers": [_number(hit) for hit in report.numbers],
            "false_positive_candidates": [
                {
                    **_number(suspect.hit),
                    "days": suspect.days,
                    "talks": suspect.talks,
                    "talk_seconds": suspect.seconds,
                }
                for suspect in report.suspects
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def time(at: float | None) -> str:
    """Return a time in ISO 8601, UTC; empty where there is none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _number(hit: HitNumber) -> dict[str, Any]:
    return {
        "number": hit.number,
        "name": hit.name,
        "calls": hit.calls,
        "last_at": time(hit.at),
        "action": hit.action,
        "rule": hit.rule,
        "kind": hit.kind,
        "reason": hit.reason,
    }
