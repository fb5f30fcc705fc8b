"""Times as call records write them, as seconds since 1970."""

import re
from datetime import UTC, datetime
from typing import Final

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}) +(\d{1,2}):(\d{2})(?::(\d{2}))?")
"""What a Vietnamese Excel makes of a time when it saves a CSV: ``23/11/2026 8:05``."""
_YEARS: Final = range(1990, 2200)


class NoTime(ValueError):
    """A text that is no time of a call."""


def seconds(text: str, *, utc: bool) -> float:
    """Read ``2026-11-23 08:05:00``, with or without a zone, and what Excel makes of it.

    Without a zone it is of this machine's, or UTC where ``utc`` says so. Raises NoTime.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = _day_first(text)
    if at.year not in _YEARS:
        raise NoTime(text)
    if at.tzinfo is None and utc:
        at = at.replace(tzinfo=UTC)
    return at.timestamp()


def _day_first(text: str) -> datetime:
    match = _DAY_FIRST.fullmatch(text.strip())
    try:
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())  # type: ignore[union-attr]  # caught below
        return datetime(year, month, day, hour, minute, second)
    except (ValueError, AttributeError):
        raise NoTime(text) from None
