"""What a written telephone number is: its kind, its one true form, and how it was presented."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import phonenumbers

from blocklist import plan, spelling

MAX_DIGITS: Final = 32
"""Longer digit strings are cut for comparison; E.164 allows 15 (ITU-T E.164, section 6)."""

_WITHHELD: Final = frozenset({"", "anonymous", "unknown", "restricted", "unavailable", "private", "withheld"})


class NumberKind(StrEnum):
    """What sort of line a number belongs to."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    STATE = "state"
    """069, police and military."""
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
    RETIRED_MOBILE = "retired_mobile"
    UNASSIGNED_PREFIX = "unassigned_prefix"
    WRONG_LENGTH = "wrong_length"
    LETTERS = "letters"
    INVISIBLE_CHARACTERS = "invisible_characters"


@dataclass(frozen=True, slots=True)
class Site:
    """What only the site knows of numbers.

    ``own_numbers`` holds national numbers (``02373850234``) and prefixes ending in ``*``;
    ``extensions`` holds dialled extensions and prefixes ending in ``*``.
    """

    own_numbers: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()

    def owns(self, national: str) -> bool:
        """Tell whether a national number is one of the site's own."""
        return _listed(national, self.own_numbers)

    def has_extension(self, digits: str) -> bool:
        """Tell whether the digits are one of the site's extensions."""
        return _listed(digits, self.extensions)


def _listed(digits: str, patterns: frozenset[str]) -> bool:
    if not digits:
        return False
    return digits in patterns or any(p.endswith("*") and digits.startswith(p[:-1]) for p in patterns)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written and as it is.

    ``national`` is the form people dial within Vietnam (``02373725725``, ``0912345678``, ``113``), the plain
    digits of a foreign number with ``+`` in front, or what digits there were of an implausible one.
    ``e164`` is ``+84…`` where the number has such a form, else None.
    """

    raw: str
    kind: NumberKind
    national: str
    e164: str | None = None
    oddities: frozenset[Oddity] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return self.national or self.kind.value


NOWHERE: Final = Site()


def normalise(text: str, site: Site = NOWHERE) -> Number:
    """Read any text as a telephone number. Never raises.

    Full-width and Arabic digits, spaces, dots, brackets, ``tel:`` and ``sip:`` forms, words for withheld
    and the empty text are all expected input.
    """
    oddities: set[Oddity] = set()
    if spelling.hides_something(text):
        oddities.add(Oddity.INVISIBLE_CHARACTERS)
    written = spelling.plain(text)
    if written.lower() in _WITHHELD:
        return Number(text, NumberKind.WITHHELD, "", None, frozenset(oddities))
    digits = spelling.digits(written)[:MAX_DIGITS]
    if any(char.isalpha() for char in written):
        oddities.add(Oddity.LETTERS)
    if not digits:
        return Number(text, NumberKind.UNREADABLE, "", None, frozenset(oddities))
    abroad = spelling.international(written)
    if abroad is None and site.has_extension(digits):
        return Number(text, NumberKind.EXTENSION, digits, None, frozenset(oddities))
    if not (bare := digits if abroad is None else abroad[:MAX_DIGITS]):
        return Number(text, NumberKind.IMPLAUSIBLE, digits, None, frozenset(oddities | {Oddity.WRONG_LENGTH}))
    return _read(text, bare, abroad is not None, oddities)


def _read(text: str, digits: str, international: bool, oddities: set[Oddity]) -> Number:
    """Read digits (without ``+`` and ``00``) by the Vietnamese plan, then by the rest of the world's."""
    if international and digits.startswith(plan.TRUNK_PREFIX):  # no country code begins with 0 (E.164)
        digits = digits.lstrip(plan.TRUNK_PREFIX)
        return _vietnamese(text, digits, oddities | {Oddity.PLUS_BEFORE_TRUNK_ZERO})
    if international and not digits.startswith(plan.COUNTRY_CODE):
        return _foreign(text, digits, oddities)
    significant = digits
    if international or (digits.startswith(plan.COUNTRY_CODE) and len(digits) in {11, 12, 13, 14}):
        significant = digits[2:]
        if significant.startswith(plan.COUNTRY_CODE) and len(significant) > 10:
            significant = significant[2:]
            oddities.add(Oddity.DOUBLED_COUNTRY_CODE)
        if significant.startswith(plan.TRUNK_PREFIX):
            significant = significant.lstrip(plan.TRUNK_PREFIX)
            oddities.add(Oddity.TRUNK_ZERO_AFTER_COUNTRY_CODE)
    elif digits.startswith(plan.TRUNK_PREFIX):
        significant = digits[1:]
    elif digits in plan.SHORT_CODES or _is_service(digits):
        return Number(text, _service_kind(digits), digits, None, frozenset(oddities))
    elif len(digits) not in {9, 10}:
        return Number(text, NumberKind.IMPLAUSIBLE, digits, None, frozenset(oddities | {Oddity.WRONG_LENGTH}))
    return _vietnamese(text, significant, oddities)


def _is_service(digits: str) -> bool:
    return digits.startswith(("1800", "1900")) and len(digits) in {8, 10}


def _service_kind(digits: str) -> NumberKind:
    if digits.startswith("1800"):
        return NumberKind.FREE
    return NumberKind.PREMIUM if digits.startswith("1900") else NumberKind.SHORT_CODE


def _vietnamese(text: str, significant: str, oddities: set[Oddity]) -> Number:
    """Read a national significant number, that is one without the trunk 0 (ITU-T E.164)."""
    kind, wrong = _kind(significant)
    oddities = oddities | wrong
    national = significant if kind in _SERVICES else plan.TRUNK_PREFIX + significant
    plausible = kind not in {NumberKind.IMPLAUSIBLE, *_SERVICES}
    e164 = f"+{plan.COUNTRY_CODE}{significant}" if plausible else None
    return Number(text, kind, national, e164, frozenset(oddities))


_SERVICES: Final = frozenset({NumberKind.SHORT_CODE, NumberKind.FREE, NumberKind.PREMIUM})


def _kind(significant: str) -> tuple[NumberKind, set[Oddity]]:
    length = len(significant)
    if significant in plan.SHORT_CODES or _is_service(significant):
        return _service_kind(significant), set()
    if significant.startswith(plan.STATE_LINES) and length in {8, 9}:
        return NumberKind.STATE, set()
    if significant.startswith("2"):
        if length != 10:
            return NumberKind.IMPLAUSIBLE, {Oddity.WRONG_LENGTH}
        known = significant[:2] in plan.AREA_CODES or significant[:3] in plan.AREA_CODES
        return NumberKind.LANDLINE, set() if known else {Oddity.UNASSIGNED_PREFIX}
    if length == 9 and significant[0] in "35789":
        known = significant[:2] in plan.MOBILE_PREFIXES
        return NumberKind.MOBILE, set() if known else {Oddity.UNASSIGNED_PREFIX}
    if length == 10 and significant[:3] in plan.RETIRED_MOBILE:
        return NumberKind.IMPLAUSIBLE, {Oddity.RETIRED_MOBILE}
    wrong = Oddity.UNASSIGNED_PREFIX if length == 9 else Oddity.WRONG_LENGTH
    return NumberKind.IMPLAUSIBLE, {wrong}


def _foreign(text: str, digits: str, oddities: set[Oddity]) -> Number:
    """Let libphonenumber judge a number of another country."""
    written = f"+{digits}"
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(written))
    except phonenumbers.NumberParseException:
        possible = False
    if possible:
        return Number(text, NumberKind.FOREIGN, written, written, frozenset(oddities))
    return Number(text, NumberKind.IMPLAUSIBLE, written, None, frozenset(oddities | {Oddity.WRONG_LENGTH}))
