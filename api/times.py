"""Times as the page writes them."""

from datetime import datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: no summer time since 1975, so no time zone database is needed."""


def local(at: datetime) -> str:
    """Write a time as Vietnamese offices do, in their zone."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
