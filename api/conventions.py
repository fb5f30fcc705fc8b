"""Times and numbers as readers of a language write them, in the site's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from api.languages import Language


@dataclass(frozen=True, slots=True)
class Conventions:
    """How to write for one reader. Days come first in both languages: 03/04/2026 is the third of April."""

    language: Language
    zone: tzinfo

    def moment(self, at: datetime) -> str:
        """Write day and time: 23/11/2026 08:30:00."""
        return self._written(at, "dd/MM/yyyy HH:mm:ss")

    def day(self, at: datetime) -> str:
        """Write the day: 23/11/2026."""
        return self._written(at, "dd/MM/yyyy")

    def date(self, day: date) -> str:
        """Write a day of the calendar, which is the same in every time zone: 23/11/2026."""
        return format_date(day, "dd/MM/yyyy", locale=self.language.value)

    def clock(self, at: datetime) -> str:
        """Write the time of day: 08:30:00."""
        return self._written(at, "HH:mm:ss")

    def hour(self, at: datetime) -> str:
        """Write the time of day without seconds: 08:30."""
        return self._written(at, "HH:mm")

    def number(self, value: float) -> str:
        """Write a number with the marks of the language: 1.234 in Vietnamese, 1,234 in English."""
        return format_decimal(value, locale=self.language.value)

    def _written(self, at: datetime, form: str) -> str:
        return format_datetime(at, form, tzinfo=self.zone, locale=self.language.value)
