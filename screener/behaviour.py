"""The rules on callers who ring as campaigns do: they go by counts of calls alone."""

from typing import Final

from screener.calls import Hit, Rule, Verdict
from screener.candidate import NOTHING, Candidate, Hits

_ALLOWED: Final = frozenset({Rule.ALLOW_EXACT, Rule.ALLOW_PREFIX, Rule.ALLOW_ENTRY})


def spares(verdict: Verdict) -> bool:
    """Tell whether the caller is allowed or registered: such calls count for nobody's behaviour.

    Ten lines of one ministry, or of a call centre on the allow list, make no campaign of their neighbours.
    """
    registered = verdict.rule is Rule.DEFAULT and verdict.imitates is not None
    return registered or verdict.rule in _ALLOWED


def campaign(candidate: Candidate) -> Hits:
    """Fit a caller who did of late what ordinary callers do not, unless the number is registered."""
    if candidate.official is not None:
        return NOTHING
    seen, limits = candidate.activity, candidate.snapshot.policy.behaviour
    caller = candidate.sent.national
    hits: list[Hit] = []
    if limits.many_extensions.reached(seen.extensions):
        hits.append(
            Hit(
                Rule.MANY_EXTENSIONS,
                f"Số {caller} đã gọi {seen.extensions} máy lẻ khác nhau trong "
                f"{limits.many_extensions.minutes} phút.",
            )
        )
    if limits.many_calls.reached(seen.calls):
        hits.append(
            Hit(
                Rule.MANY_CALLS,
                f"Số {caller} đã gọi {seen.calls} cuộc trong {limits.many_calls.minutes} phút.",
            )
        )
    if limits.many_of_prefix.reached(seen.callers_of_prefix):
        hits.append(
            Hit(
                Rule.MANY_OF_PREFIX,
                f"{seen.callers_of_prefix} số chỉ khác {caller} ở ba chữ số cuối đã gọi đến trong "
                f"{limits.many_of_prefix.minutes} phút.",
            )
        )
    if limits.many_short_calls.reached(seen.short_calls):
        hits.append(
            Hit(
                Rule.MANY_SHORT_CALLS,
                f"Số {caller} đã có {seen.short_calls} cuộc gọi rất ngắn trong "
                f"{limits.many_short_calls.minutes} phút.",
            )
        )
    return hits
