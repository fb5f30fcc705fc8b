"""What only a site knows of numbers: its own ones, its extensions, how its trunks write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from blocklist.writing import Writing


@dataclass(frozen=True, slots=True)
class Site:
    """What only the site knows of numbers.

    ``own_numbers`` holds national numbers (``02373850234``), prefixes ending in ``*`` and ranges
    (``02373850200-02373850299``, both ends of one length); ``extensions`` holds dialled extensions and
    prefixes ending in ``*``. ``writes`` tells of trunks how they write numbers, by their name and the
    exchange's (``hq/viettel``), and by their name alone where all trunks of that name write alike: who asks
    what would happen to a number may not know the exchange.
    """

    own_numbers: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    writes: Mapping[str, Writing] = field(default_factory=dict)
    _own_prefixes: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _own_ranges: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    _extension_prefixes: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the prefixes and ranges in the form that is fast to ask."""
        object.__setattr__(self, "_own_prefixes", _prefixes(self.own_numbers))
        object.__setattr__(self, "_own_ranges", _ranges(self.own_numbers))
        object.__setattr__(self, "_extension_prefixes", _prefixes(self.extensions))

    def owns(self, national: str) -> bool:
        """Tell whether a national number is one of the site's own."""
        if national in self.own_numbers or national.startswith(self._own_prefixes):
            return True
        for first, last in self._own_ranges:
            if len(first) == len(national) and first <= national <= last:
                return True
        return False

    def has_extension(self, digits: str) -> bool:
        """Tell whether the digits are one of the site's extensions."""
        return digits in self.extensions or digits.startswith(self._extension_prefixes)


def _prefixes(patterns: frozenset[str]) -> tuple[str, ...]:
    return tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))


def _ranges(patterns: frozenset[str]) -> tuple[tuple[str, str], ...]:
    ends = (pattern.partition("-") for pattern in patterns if "-" in pattern)
    return tuple((first, last) for first, _, last in ends)


NOWHERE: Final = Site()
