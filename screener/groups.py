"""Groups of dialled numbers for which rules ask for something else, always or by opening hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Generic, TypeVar

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Rule

T = TypeVar("T")

WILDCARD: Final = "*"


class When(StrEnum):
    """When an override counts; ``open`` and ``closed`` go before ``always``."""

    ALWAYS = "always"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What rules and kinds of lookalike ask for instead; None switches a kind off."""

    rules: Mapping[Rule, Action] = field(default_factory=dict)
    kinds: Mapping[LookalikeKind, Action | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Dialled numbers as the trunk delivers them (``1001``), prefixes of them (``10*``), or all (``*``).

    A number that fits several groups is of the one that names it, else of the longest prefix.
    """

    name: str
    numbers: tuple[str, ...]
    overrides: Mapping[When, Overrides] = field(default_factory=dict)


class Dialled(Generic[T]):
    """Something for each dialled number: an exact one goes before a prefix, a longer prefix first."""

    __slots__ = ("_exact", "_lengths", "_prefixes")

    def __init__(self, patterns: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, T] = {}
        self._prefixes: dict[str, T] = {}
        for pattern, value in patterns:
            prefix = pattern.removesuffix(WILDCARD)
            (self._exact if prefix == pattern else self._prefixes)[prefix] = value
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def get(self, called: str) -> T | None:
        """Return what is for a dialled number, None where it is in no group."""
        if (found := self._exact.get(called)) is not None:
            return found
        for length in self._lengths:
            if (found := self._prefixes.get(called[:length])) is not None:
                return found
        return None
