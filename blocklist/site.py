"""What only a site knows of numbers: its own ones, its extensions, how its trunks write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from blocklist.number import Oddity


@dataclass(frozen=True, slots=True)
class Site:
    """What only the site knows of numbers.

    ``own_numbers`` holds national numbers (``02373850234``) and prefixes ending in ``*``;
    ``extensions`` holds dialled extensions and prefixes ending in ``*``. ``usual`` holds, for each trunk that
    writes all its numbers in an odd way, the oddities that mean nothing there.
    """

    own_numbers: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    usual: Mapping[str, frozenset[Oddity]] = field(default_factory=dict)
    _own_prefixes: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _extension_prefixes: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the prefixes in the form that is fast to ask."""
        object.__setattr__(self, "_own_prefixes", _prefixes(self.own_numbers))
        object.__setattr__(self, "_extension_prefixes", _prefixes(self.extensions))

    def owns(self, national: str) -> bool:
        """Tell whether a national number is one of the site's own."""
        return national in self.own_numbers or national.startswith(self._own_prefixes)

    def has_extension(self, digits: str) -> bool:
        """Tell whether the digits are one of the site's extensions."""
        return digits in self.extensions or digits.startswith(self._extension_prefixes)


def _prefixes(patterns: frozenset[str]) -> tuple[str, ...]:
    return tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))


NOWHERE: Final = Site()
