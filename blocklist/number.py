"""Values: a telephone number as it was written and as it is."""

from enum import StrEnum
from typing import Final, NamedTuple

from blocklist import plan


class NumberKind(StrEnum):
    """What sort of line a number belongs to."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    STATE = "state"
    """069 of police and military, 080 of Party and State offices."""
    SHORT_CODE = "short_code"
    FREE = "free"
    PREMIUM = "premium"
    FOREIGN = "foreign"
    EXTENSION = "extension"
    WITHHELD = "withheld"
    IMPLAUSIBLE = "implausible"
    UNREADABLE = "unreadable"
    """Not withheld, and no digit in it: a name, a symbol."""


class Oddity(StrEnum):
    """What is remarkable in the way a number was presented."""

    TRUNK_ZERO_AFTER_COUNTRY_CODE = "trunk_zero_after_country_code"
    DOUBLED_COUNTRY_CODE = "doubled_country_code"
    PLUS_BEFORE_TRUNK_ZERO = "plus_before_trunk_zero"
    PREFIX_BEFORE_SERVICE = "prefix_before_service"
    """A country code or trunk 0 before a short code or 1800, 1900: nobody is reached under that."""
    RETIRED_MOBILE = "retired_mobile"
    UNASSIGNED_PREFIX = "unassigned_prefix"
    WRONG_LENGTH = "wrong_length"
    LETTERS = "letters"
    SYMBOLS = "symbols"
    """Signs that nobody writes in a number: ``$``, ``,``, ``%``."""
    INVISIBLE_CHARACTERS = "invisible_characters"


DRESSING: Final = frozenset(
    {
        Oddity.TRUNK_ZERO_AFTER_COUNTRY_CODE,
        Oddity.DOUBLED_COUNTRY_CODE,
        Oddity.PLUS_BEFORE_TRUNK_ZERO,
        Oddity.PREFIX_BEFORE_SERVICE,
    }
)
"""Prefixes that no exchange writes, unless it always does (``Site.writes``)."""


_IN_THE_PLAN: Final = frozenset({NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.STATE})


class Number(NamedTuple):
    """A number as it was written and as it is.

    ``national`` is the form people dial within Vietnam (``02373725725``, ``0912345678``, ``113``), the plain
    digits of a foreign number with ``+`` in front, or what digits there were of an implausible one.
    ``digits`` are those that were written, with ``+`` in front where one was. A tuple, as each call makes one
    or more: a frozen dataclass takes 0.5 µs longer.
    """

    raw: str
    kind: NumberKind
    national: str
    oddities: frozenset[Oddity] = frozenset()
    digits: str = ""

    @property
    def e164(self) -> str | None:
        """Return ``+84…``, or a foreign number as it is; None where a number has no such form."""
        if self.kind in _IN_THE_PLAN:
            return f"+{plan.COUNTRY_CODE}{self.national[1:]}"
        return self.national if self.kind is NumberKind.FOREIGN else None

    @property
    def dressed(self) -> bool:
        """Tell whether prefixes were put before the number that no exchange puts there."""
        return bool(self.oddities) and not self.oddities.isdisjoint(DRESSING)

    def __str__(self) -> str:
        return self.national or self.kind.value
