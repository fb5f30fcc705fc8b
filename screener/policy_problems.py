"""What is wrong with a policy: each problem in a line with its place, the value and the remedy."""

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``place`` is table and key, as in ``groups.hotline.numbers``; or a line."""

    place: str
    value: str
    """As it would be written, shortened; empty where there is none to show."""
    remedy: str

    def __str__(self) -> str:
        what = f" = {self.value}" if self.value else ""
        return f"{self.place}{what}: {self.remedy}" if self.place else self.remedy


class InvalidPolicy(Exception):
    """A policy that can't be used: all ``problems`` at once. ``source`` is its file, or empty."""

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """Return the problems, one a line, each with the file that it is in."""
        return [f"{self.source}: {problem}" if self.source else str(problem) for problem in self.problems]


def place(*keys: str) -> str:
    """Return the dotted name of a key; one with other signs than a bare key's stands in quotes."""
    return ".".join(
        key if _BARE.fullmatch(key) else _short(json.dumps(key, ensure_ascii=False)) for key in keys
    )


def written(value: object) -> str:
    """Return a value nearly as a file has it, shortened; nothing for a table."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _short(json.dumps(value, ensure_ascii=False))
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case Mapping():
            return ""
        case list() | tuple():
            return _short(f"[{', '.join(written(item) or '{…}' for item in value)}]")
        case int():
            # Python refuses to write out numbers of thousands of digits.
            return str(value) if abs(value) < 10**18 else "a number of too many digits"
        case _:
            return _short(str(value))


def _short(text: str) -> str:
    # What a terminal would obey is not shown to it.
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
