"""Reads single values out of a policy's tables, and notes what is wrong with each instead of stopping."""

import datetime
import itertools
import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from screener.hours import END_OF_DAY, Span
from screener.policy_problems import Problem, place, written

Choice = TypeVar("Choice", bound=StrEnum)

_SPAN: Final = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?[-–] ?([0-9]{1,2}):([0-9]{2})", re.ASCII)
NONE: Final[Mapping[str, str]] = {}
_PATTERN: Final = re.compile(r"\+?[0-9]{1,20}\*?|\*", re.ASCII)


class Reading:
    """One pass over the tables; ``problems`` grows as they are read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, at: str, value: object, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(at, written(value), remedy))

    def table(
        self,
        at: str,
        value: object,
        known: Collection[str] | None = None,
        refused: Mapping[str, str] = NONE,
    ) -> Mapping[str, object]:
        """Return the known keys of a table; others are noted. None as ``known`` takes every key.

        ``refused`` are keys that one might expect, each with what is said of it.
        """
        if not isinstance(value, Mapping):
            self.wrong(at, value, f"must be a table; write its keys under [{at}]")
            return {}
        if known is None:
            return value
        unknown = f"no such key; remove it (known here: {', '.join(known)})"
        for key in value:
            if key not in known:
                where = f"{at}.{place(key)}" if at else place(key)
                self.wrong(where, value[key], refused.get(key, unknown))
        return {key: value[key] for key in value if key in known}

    def choice(
        self, at: str, value: object, of: type[Choice], refused: Collection[Choice] = ()
    ) -> Choice | None:
        """Return a member of a closed list."""
        takes = [member for member in of if member not in refused]
        if isinstance(value, str) and value in takes:
            return of(value)
        names = [f'"{member}"' for member in takes]
        self.wrong(at, value, f"must be {', '.join(names[:-1])} or {names[-1]}")
        return None

    def number(self, at: str, value: object, least: int, most: int) -> int:
        """Return a whole number within limits, the least one where it is none."""
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(at, value, f"must be a whole number from {least} to {most}")
            return least
        return value

    def texts(self, at: str, value: object, example: str) -> list[str]:
        """Return the texts of a list."""
        if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
            self.wrong(at, value, f"must be a list of texts, as in {example}")
            return []
        return value

    def dates(self, at: str, value: object) -> frozenset[datetime.date]:
        """Return the dates of a list."""
        items = value if isinstance(value, list) else [value]
        bad = [item for item in items if type(item) is not datetime.date]
        if bad or not isinstance(value, list):
            self.wrong(
                at, bad[0] if bad else value, "must be a list of dates without quotes, as in [2027-01-01]"
            )
            return frozenset()
        return frozenset(value)

    def spans(self, at: str, value: object) -> tuple[Span, ...]:
        """Return the hours of a day, in their order."""
        spans: list[Span] = []
        for text in self.texts(at, value, '["07:30-11:30", "13:30-17:00"]'):
            match = _SPAN.fullmatch(text)
            hours = [int(part) for part in match.groups()] if match else [0, 60, 0, 60]
            first, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
            if max(hours[1], hours[3]) > 59 or max(first, end) > END_OF_DAY:
                self.wrong(at, text, 'is no time of day; write hours as in "07:30-11:30"')
            elif end <= first:
                self.wrong(
                    at,
                    text,
                    'ends before it begins; write a night as "22:00-24:00", and "00:00-06:00" the day after',
                )
            else:
                spans.append((first, end))
        spans.sort()
        if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans)):
            self.wrong(at, value, "has hours that overlap; write each only once")
        return tuple(spans)

    def dialled(self, at: str, value: object) -> tuple[str, ...]:
        """Return dialled numbers and prefixes."""
        numbers = self.texts(at, value, '["1001", "10*"]')
        for text in numbers:
            if not _PATTERN.fullmatch(text):
                self.wrong(
                    at,
                    text,
                    'is no dialled number; write its digits as the trunk delivers them, as in "1001", the '
                    'first ones and *, as in "10*", or "*" for all that are in no other group',
                )
        return tuple(dict.fromkeys(numbers))
