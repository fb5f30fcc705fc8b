"""Times as the operator's texts hold them, whatever their language."""

from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from api.conventions import Conventions
from api.languages import Language
from screener.hours import TIME_ZONE

VIETNAM: Final = ZoneInfo(TIME_ZONE)


def local(at: datetime, zone: tzinfo = VIETNAM) -> str:
    """Write a time as Vietnamese offices do, in their zone."""
    return Conventions(Language.VI, zone).moment(at)
