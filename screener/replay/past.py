"""A call of the past, as a call detail record or our own log tells of it."""

from dataclasses import dataclass
from typing import NamedTuple

from screener.calls import Action, Call


@dataclass(frozen=True, slots=True)
class Past:
    """One call, or one record of it: records with the same ``key`` are one call.

    ``at`` and ``ends`` are seconds since 1970 (UTC); ``ends`` is None where no end is known.
    ``talk_seconds`` is None where nobody answered, as far as is known. ``recorded`` is the verdict that our
    log has of it, None in a call detail record.
    """

    key: str
    at: float
    ends: float | None
    talk_seconds: int | None
    call: Call
    recorded: Action | None = None


class Bad(NamedTuple):
    """A row that tells of no call: its line in the file, the value that is wrong, and why."""

    line: int
    value: str
    why: str


class BadRecord(Exception):
    """A record that can't be used: the value that is wrong, and why."""

    def __init__(self, value: str, why: str) -> None:
        super().__init__(why)
        self.value = value
        self.why = why
