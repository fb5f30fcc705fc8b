"""The rules on callers who ring as campaigns do: they go by counts of calls alone."""

from collections.abc import Iterator

from screener.calls import Hit, Rule
from screener.candidate import Candidate


def campaign(candidate: Candidate) -> Iterator[Hit]:
    """Fit a caller who did of late what ordinary callers do not, unless the number is registered."""
    if candidate.official is not None:
        return
    seen, limits = candidate.activity, candidate.snapshot.policy.behaviour
    caller = candidate.sent.national
    if limits.many_extensions.reached(seen.extensions):
        yield Hit(
            Rule.MANY_EXTENSIONS,
            f"Số {caller} đã gọi {seen.extensions} máy lẻ khác nhau trong "
            f"{limits.many_extensions.minutes} phút.",
        )
    if limits.many_calls.reached(seen.calls):
        yield Hit(
            Rule.MANY_CALLS,
            f"Số {caller} đã gọi {seen.calls} cuộc trong {limits.many_calls.minutes} phút.",
        )
    if limits.many_of_prefix.reached(seen.callers_of_prefix):
        yield Hit(
            Rule.MANY_OF_PREFIX,
            f"{seen.callers_of_prefix} số chỉ khác {caller} ở ba chữ số cuối đã gọi đến trong "
            f"{limits.many_of_prefix.minutes} phút.",
        )
    if limits.many_short_calls.reached(seen.short_calls):
        yield Hit(
            Rule.MANY_SHORT_CALLS,
            f"Số {caller} đã có {seen.short_calls} cuộc gọi rất ngắn trong "
            f"{limits.many_short_calls.minutes} phút.",
        )
