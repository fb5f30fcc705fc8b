"""Decides what should happen to a call: pure, in memory, in microseconds."""

from datetime import datetime

from screener import rules
from screener.calls import Activity, Call, Hit, Rule, Verdict
from screener.snapshot import Snapshot

_NOTHING_FITS = Hit(Rule.DEFAULT, "Không có dấu hiệu đáng ngờ.")


def decide(call: Call, snapshot: Snapshot, activity: Activity, now: datetime) -> Verdict:
    """Judge a call. ``now`` is in UTC; the first hit in ``rules.ORDER`` decides, all hits are kept.

    An official number that calls is let through, but never called verified.
    """
    candidate = rules.candidate(call, snapshot, activity, now)
    hits = tuple(hit for rule in rules.ORDER for hit in rule(candidate))
    first = hits[0] if hits else _default(candidate)
    return Verdict(
        action=snapshot.actions[first.rule],
        rule=first.rule,
        reason=first.reason,
        kind=first.kind,
        imitates=first.imitates,
        hits=hits,
    )


def _default(candidate: rules.Candidate) -> Hit:
    officials = candidate.snapshot.officials
    official = next(filter(None, (officials.exact(number.national) for number in candidate.faces)), None)
    if official is None:
        return _NOTHING_FITS
    return Hit(
        Rule.DEFAULT,
        f"Hiển thị đúng số {official.number} của {official.organisation} nhưng chưa xác minh: "
        "hãy gọi lại cơ quan để kiểm tra.",
        imitates=official,
    )
