"""What an examination finds: a level, what was looked at, what is so, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is. ``FAIL`` means that calls are not screened as the settings ask for."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``remedy`` is empty where nothing needs doing."""

    level: Level
    subject: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        ends = self.text.endswith(("?", ".", "!"))
        remedy = f"{'' if ends else ';'} {self.remedy}" if self.remedy else ""
        return f"{self.level:<4}  {self.subject} – {self.text}{remedy}"


def ok(subject: str, text: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(Level.OK, subject, text)


def warn(subject: str, text: str, remedy: str = "") -> Finding:
    """Return a finding that somebody should know of."""
    return Finding(Level.WARN, subject, text, remedy)


def fail(subject: str, text: str, remedy: str) -> Finding:
    """Return a finding that keeps calls from being screened."""
    return Finding(Level.FAIL, subject, text, remedy)
