"""Decides what should happen to a call: pure, in memory, in microseconds."""

from datetime import datetime
from typing import Final

from screener import rules
from screener.calls import Action, Activity, Call, Hit, Rule, Verdict
from screener.candidate import Candidate, candidate
from screener.snapshot import Snapshot

_NOTHING_FITS: Final = Hit(Rule.DEFAULT, "Không có dấu hiệu đáng ngờ.")
_CLEAR: Final = {action: Verdict(action, Rule.DEFAULT, _NOTHING_FITS.reason) for action in Action}
"""What most calls come to."""


def decide(call: Call, snapshot: Snapshot, activity: Activity, now: datetime) -> Verdict:
    """Judge a call. ``now`` is in UTC; the first hit in ``rules.ORDER`` decides, all hits are kept.

    An official number that calls is let through, but never called verified.
    """
    judged = candidate(call, snapshot, activity, now)
    actions = snapshot.policy.applying(call.called, now)
    hits = tuple([hit for rule in rules.ORDER for hit in rule(judged) if actions.of(hit) is not None])
    if not hits and judged.official is None:
        return _CLEAR[actions.of(_NOTHING_FITS) or Action.ALLOW]
    if hits and hits[0].rule is not Rule.WATCHED:
        first = hits[0]
    else:  # nothing fits, or only what is watched, which comes last and never decides
        first = _default(judged)
        hits = (first, *hits) if hits else ()
    return Verdict(
        action=actions.of(first) or Action.ALLOW,
        rule=first.rule,
        reason=first.reason,
        kind=first.kind,
        imitates=first.imitates,
        hits=hits,
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
