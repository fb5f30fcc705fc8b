"""Seeded chance that falls the same way on every Python: the labelled set is told by its seed alone."""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of choices, told by ``seed`` and the name of what it is for.

    Built on ``Random.random()`` alone, the one method whose sequence Python promises to keep. Streams of
    different names don't touch each other: more draws in one part of the set leave the others as they are.
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - no secret

    def below(self, end: int) -> int:
        """Return a whole number from 0 to ``end`` - 1."""
        return int(self._random.random() * end)

    def chance(self, part: float) -> bool:
        """Tell True in ``part`` (0 to 1) of the cases."""
        return self._random.random() < part

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely as the others."""
        return choices[self.below(len(choices))]

    def weigh(self, choices: Sequence[tuple[T, int]]) -> T:
        """Return one of the choices; each comes with its weight."""
        left = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        raise AssertionError("weights are positive")

    def digits(self, count: int) -> str:
        """Return that many digits."""
        return "".join(str(self.below(10)) for _ in range(count))
