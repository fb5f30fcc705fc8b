"""What the log of calls is asked for, as its form writes it: read field by field, whatever a link holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final

from api.pages.navigation import N_
from blocklist import patterns
from blocklist.number import NumberKind
from blocklist.numbers import normalise
from screener.calls import Action, Rule

FIELDS: Final = ("number", "called", "action", "rule", "answered", "pbx", "since", "until")
SHORTEST_PART: Final = 4
"""Digits from which on a part of a number is looked for."""
_WHOLE: Final = frozenset(
    {NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.STATE, NumberKind.FREE, NumberKind.PREMIUM}
)
"""Numbers that are whole as they stand; digits of any other sort may be a part of one."""
_LONGEST: Final = {"number": 64, "called": 80, "pbx": 64}
_LONGEST_PART: Final = 32
"""As the API takes them (``api.schemas.calls``)."""
_ANSWERED: Final = {"yes": True, "no": False}

NO_NUMBER: Final = N_(
    "There is no digit in it. Write a number in any form, or four or more of its digits; for calls without a "
    "number choose the reason “No number shown”."
)
NO_CHOICE: Final = N_("There is no such choice.")
NO_TIME: Final = N_("This is no day and time.")
TOO_LONG: Final = N_("This is too long.")
NOTHING_BETWEEN: Final = N_("The end must be after the beginning.")


@dataclass(frozen=True, slots=True)
class CallFilter:
    """``typed`` is what every field of the form holds, ``wrong`` what is said of those that can't be used.

    ``filters`` are the arguments of ``Records.calls`` that it comes to.
    """

    typed: Mapping[str, str]
    filters: Mapping[str, object]
    wrong: Mapping[str, str]

    @property
    def given(self) -> Mapping[str, str]:
        """The fields that hold something, for links that keep them."""
        return {name: text for name, text in self.typed.items() if text}


def read(asked: Mapping[str, str], zone: tzinfo) -> CallFilter:
    """Read what was asked for; times are of ``zone``. Where anything is wrong nothing may be looked for."""
    typed = {name: asked.get(name, "").strip() for name in FIELDS}
    filters: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, text in typed.items():
        if not text:
            continue
        try:
            key, value = _READ[name](name, text, zone)
        except _Wrong as error:
            wrong[name] = error.said
        else:
            filters[key] = value
    since, until = filters.get("since"), filters.get("until")
    if isinstance(since, datetime) and isinstance(until, datetime) and since >= until:
        wrong["until"] = NOTHING_BETWEEN
    return CallFilter(typed, filters, wrong)


class _Wrong(Exception):
    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def _number(name: str, text: str, zone: tzinfo) -> tuple[str, object]:
    _text(name, text, zone)
    digits = patterns.digits(text)
    if not digits:
        raise _Wrong(NO_NUMBER)
    if len(digits) > _LONGEST_PART:
        raise _Wrong(TOO_LONG)
    part = len(digits) >= SHORTEST_PART and normalise(text).kind not in _WHOLE
    return ("part", digits) if part else ("number", text)


def _text(name: str, text: str, zone: tzinfo) -> tuple[str, object]:
    if len(text) > _LONGEST[name]:
        raise _Wrong(TOO_LONG)
    return name, text


def _choice(choices: type[StrEnum], name: str, text: str) -> tuple[str, object]:
    if text not in list(choices):
        raise _Wrong(NO_CHOICE)
    return name, text


def _answered(name: str, text: str, zone: tzinfo) -> tuple[str, object]:
    if text not in _ANSWERED:
        raise _Wrong(NO_CHOICE)
    return name, _ANSWERED[text]


def _time(name: str, text: str, zone: tzinfo) -> tuple[str, object]:
    try:
        at = datetime.fromisoformat(text)
        return name, (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Wrong(NO_TIME) from None


_READ: Final = {
    "number": _number,
    "called": _text,
    "action": lambda name, text, zone: _choice(Action, name, text),
    "rule": lambda name, text, zone: _choice(Rule, name, text),
    "answered": _answered,
    "pbx": _text,
    "since": _time,
    "until": _time,
}
