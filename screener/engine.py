"""Decides what should happen to a call: pure, in memory, in microseconds."""

from datetime import datetime
from typing import Final

from screener import rules
from screener.calls import Action, Activity, Call, Hit, Rule, Verdict
from screener.candidate import Candidate, candidate
from screener.snapshot import Snapshot

_DEFAULT: Final = Rule.DEFAULT
_NOTHING_FITS: Final = Hit(_DEFAULT, "Không có dấu hiệu đáng ngờ.")
_CLEAR: Final = {action: Verdict(action, _DEFAULT, _NOTHING_FITS.reason) for action in Action}
"""What most calls come to."""


def decide(call: Call, snapshot: Snapshot, activity: Activity, now: datetime) -> Verdict:
    """Judge a call. ``now`` is in UTC; the first hit in ``rules.ORDER`` decides, all hits are kept.

    An official number that calls is let through, but never called verified.
    """
    judged = candidate(call, snapshot, activity, now)
    actions = snapshot.policy.applying(call.called, now)
    hits: list[Hit] = []
    for rule in rules.ORDER:
        if found := rule(judged):
            hits += [hit for hit in found if actions.of(hit) is not None]
    if not hits and judged.official is None:
        return _CLEAR[actions.rules[_DEFAULT]]
    if hits and hits[0].rule is not Rule.WATCHED:
        first = hits[0]
    else:  # nothing fits, or only what is watched, which comes last and never decides
        first = _default(judged)
        if hits:
            hits.insert(0, first)
    return Verdict(
        action=actions.of(first) or Action.ALLOW,
        rule=first.rule,
        reason=first.reason,
        kind=first.kind,
        imitates=first.imitates,
        hits=tuple(hits),
    )


def _default(judged: Candidate) -> Hit:
    official = judged.official
    if official is None:
        return _NOTHING_FITS
    return Hit(
        Rule.DEFAULT,
        f"Hiển thị đúng số {official.number} của {official.organisation} nhưng chưa xác minh: "
        "hãy gọi lại cơ quan để kiểm tra.",
        imitates=official,
    )
