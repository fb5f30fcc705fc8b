"""Opening hours of an office: by the day of the week, with public holidays, in its own time zone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
END_OF_DAY: Final = 24 * 60
TIME_ZONE: Final = "Asia/Ho_Chi_Minh"

Span = tuple[int, int]
"""Minutes from midnight, the first and the one after the last: 450, 690 is 07:30-11:30."""


class NoSuchTimeZone(ValueError):
    """A text that names no time zone which this machine knows."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there. ``week`` has seven days, Monday first, each with its spans in their order.

    On ``holidays`` the whole day is closed. Raises NoSuchTimeZone.
    """

    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()
    time_zone: str = TIME_ZONE
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the time zone once: deciding opens no file."""
        try:
            zone = ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:  # what zoneinfo raises, after what kind of nonsense
            raise NoSuchTimeZone(self.time_zone) from error
        object.__setattr__(self, "_zone", zone)

    def is_open(self, now: datetime) -> bool:
        """Tell whether somebody is there at ``now``, a time with a zone."""
        here = now.astimezone(self._zone)
        if here.date() in self.holidays:
            return False
        minute = here.hour * 60 + here.minute
        return any(first <= minute < end for first, end in self.week[here.weekday()])
