"""A page of a longer list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows in order, and whether more follow. The next page is asked for with the last row's key."""

    items: tuple[T, ...]
    more: bool

    @classmethod
    def cut(cls, rows: "list[T]", limit: int) -> "Page[T]":
        """Make a page of at most ``limit`` rows from a query that asked for one more."""
        return cls(tuple(rows[:limit]), len(rows) > limit)
