"""Reads any text as a telephone number: its kind, its one true form, and how it was presented."""

from typing import Final

from blocklist import foreign, plan, spelling
from blocklist.number import Number, NumberKind, Oddity
from blocklist.site import NOWHERE, Site
from blocklist.writing import Writing

MAX_DIGITS: Final = 32
"""Longer digit strings are cut for comparison; E.164 allows 15 (ITU-T E.164, section 6)."""

_WITHHELD: Final = frozenset({"", "anonymous", "unknown", "restricted", "unavailable", "private", "withheld"})


_MARKS: Final = frozenset("+-.()/*#\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}")
"""What people write between digits, and the two other keys of a telephone."""

_PLAIN: Final[frozenset[Oddity]] = frozenset()


def normalise(text: str, site: Site = NOWHERE, trunk: str = "") -> Number:
    """Read any text as a telephone number that came over ``trunk``. Never raises.

    Full-width and Arabic digits, spaces, dots, brackets, ``tel:`` and ``sip:`` forms, words for withheld
    and the empty text are all expected input. ``trunk`` is named as in ``Site.writes``.
    """
    oddities = _PLAIN
    bare = text.removeprefix("+")
    if bare.isdigit() and bare.isascii():  # most texts, and no need to look at each character
        digits = bare
        abroad = bare if bare is not text else bare[2:] if bare.startswith("00") else None
    else:
        written = spelling.plain(text)
        digits = spelling.digits(written)
        withheld = written.lower() in _WITHHELD
        oddities = _remarks(text, written if not withheld else "")
        if withheld:
            return Number(text, NumberKind.WITHHELD, "", None, oddities)
        if not digits:
            return Number(text, NumberKind.UNREADABLE, "", None, oddities)
        abroad = spelling.international(written)
    digits = digits[:MAX_DIGITS]
    if abroad is None and site.has_extension(digits):
        return Number(text, NumberKind.EXTENSION, digits, None, oddities, digits)
    shown = f"+{digits}" if abroad is not None and not digits.startswith("00") else digits
    writing = site.writes.get(trunk)
    reading = None if writing is None else _as_the_trunk_writes(shown, writing)
    if reading is None:
        reading = _read(digits if abroad is None else abroad[:MAX_DIGITS], abroad is not None)
        if writing is not None and writing.significant(shown) is not None:
            reading = (*reading[:2], reading[2] - writing.usual)
    kind, national, wrong = reading
    if wrong or oddities:
        oddities |= wrong
    return Number(text, kind, national, _e164(kind, national), oddities, shown)


def _remarks(text: str, written: str) -> frozenset[Oddity]:
    remarks = set()
    if spelling.hides_something(text):
        remarks.add(Oddity.INVISIBLE_CHARACTERS)
    if any(char.isalpha() for char in written):
        remarks.add(Oddity.LETTERS)
    if any(not char.isalnum() and char not in _MARKS for char in written):
        remarks.add(Oddity.SYMBOLS)
    return frozenset(remarks)


_SERVICES: Final = frozenset({NumberKind.SHORT_CODE, NumberKind.FREE, NumberKind.PREMIUM})
_UNREACHABLE: Final = _SERVICES | {NumberKind.IMPLAUSIBLE}

_Reading = tuple[NumberKind, str, frozenset[Oddity]]
"""Kind, national form and what is odd."""


def _e164(kind: NumberKind, national: str) -> str | None:
    if kind is NumberKind.FOREIGN:
        return national
    return None if kind in _UNREACHABLE else f"+{plan.COUNTRY_CODE}{national[1:]}"


def _as_the_trunk_writes(shown: str, writing: Writing) -> _Reading | None:
    """Read a number in the form that its trunk gives to all; None where it is in another one.

    Its prefix is then no sign of anything, before a service neither. Only the trunk 0 belongs before none.
    """
    if writing is Writing.NATIONAL:
        return None
    significant = writing.significant(shown)
    if significant is not None:
        reading = _vietnamese(significant, _PLAIN, prefixed=False)
        national = writing is Writing.BARE and len(significant) in _WITHOUT_TRUNK_ZERO
        if national or reading[0] is not NumberKind.IMPLAUSIBLE:
            return reading
    if not writing.leaves_plus_out or len(shown) < _SHORTEST_ABROAD or not shown.isdigit():
        return None
    if shown.startswith((plan.TRUNK_PREFIX, plan.COUNTRY_CODE)) or len(shown) in _WITHOUT_TRUNK_ZERO:
        return None
    reading = _foreign(shown)
    return reading if reading[0] is NumberKind.FOREIGN else None


def _read(digits: str, abroad: bool) -> _Reading:
    """Read digits by the Vietnamese plan, then by the rest of the world's.

    ``abroad`` tells that a ``+`` or ``00`` stood before them.
    """
    oddities = _PLAIN
    if abroad and not digits:
        return NumberKind.IMPLAUSIBLE, "00", _WRONG_LENGTH
    if abroad and digits.startswith(plan.TRUNK_PREFIX):  # no country code begins with 0 (E.164)
        digits = digits.lstrip(plan.TRUNK_PREFIX)
        oddities = frozenset({Oddity.PLUS_BEFORE_TRUNK_ZERO})
        if not digits.startswith(plan.COUNTRY_CODE) or len(digits) <= _LONGEST_SIGNIFICANT:
            return _vietnamese(digits, oddities, prefixed=True)
    elif abroad and not digits.startswith(plan.COUNTRY_CODE):
        return _foreign(digits)
    if abroad or (digits.startswith(plan.COUNTRY_CODE) and 10 <= len(digits) <= 14):
        return _after_country_code(digits[2:], oddities)
    if digits.startswith(plan.TRUNK_PREFIX):
        return _vietnamese(digits[1:], oddities, prefixed=True)
    if kind := _service(digits):
        return kind, digits, oddities
    if len(digits) in _WITHOUT_TRUNK_ZERO:
        reading = _vietnamese(digits, oddities, prefixed=False)
        if reading[0] is not NumberKind.IMPLAUSIBLE:
            return reading
    return NumberKind.IMPLAUSIBLE, digits, oddities | {Oddity.WRONG_LENGTH}


_WITHOUT_TRUNK_ZERO: Final = frozenset({9, 10})
"""Digits of most numbers without the trunk 0: mobiles and lines of police and military, landlines."""
_LONGEST_SIGNIFICANT: Final = 10
_SHORTEST_ABROAD: Final = 11
"""Digits from which on a number without ``+`` is rather one from abroad than a mistaken Vietnamese one."""


def _after_country_code(significant: str, oddities: frozenset[Oddity]) -> _Reading:
    if significant.startswith(plan.COUNTRY_CODE) and len(significant) > _LONGEST_SIGNIFICANT:
        significant = significant[2:]
        oddities |= {Oddity.DOUBLED_COUNTRY_CODE}
    if significant.startswith(plan.TRUNK_PREFIX):
        significant = significant.lstrip(plan.TRUNK_PREFIX)
        oddities |= {Oddity.TRUNK_ZERO_AFTER_COUNTRY_CODE}
    return _vietnamese(significant, oddities, prefixed=True)


def _service(digits: str) -> NumberKind | None:
    if digits.startswith("1800") and len(digits) in plan.SERVICE_LENGTHS:
        return NumberKind.FREE
    if digits.startswith("1900") and len(digits) in plan.SERVICE_LENGTHS:
        return NumberKind.PREMIUM
    return NumberKind.SHORT_CODE if digits in plan.SHORT_CODES else None


def _vietnamese(significant: str, oddities: frozenset[Oddity], prefixed: bool) -> _Reading:
    """Read a national significant number, that is one without the trunk 0 (ITU-T E.164).

    ``prefixed`` tells that a country code or trunk 0 stood before it.
    """
    if kind := _service(significant):
        wrong = {Oddity.PREFIX_BEFORE_SERVICE} if prefixed else _PLAIN
        return kind, significant, oddities | wrong
    kind, wrong_in_it = _kind(significant)
    return kind, plan.TRUNK_PREFIX + significant, oddities | wrong_in_it if wrong_in_it else oddities


_UNASSIGNED: Final = frozenset({Oddity.UNASSIGNED_PREFIX})
_WRONG_LENGTH: Final = frozenset({Oddity.WRONG_LENGTH})
_RETIRED: Final = frozenset({Oddity.RETIRED_MOBILE})


def _kind(significant: str) -> tuple[NumberKind, frozenset[Oddity]]:
    length = len(significant)
    if significant.startswith(plan.STATE_LINES) and length in plan.STATE_LENGTHS:
        return NumberKind.STATE, _PLAIN
    if length == 9 and significant[0] in "35789":
        return NumberKind.MOBILE, _PLAIN if significant[:2] in plan.MOBILE_PREFIXES else _UNASSIGNED
    if significant.startswith("2"):
        if length != 10:
            return NumberKind.IMPLAUSIBLE, _WRONG_LENGTH
        known = significant[:3] in plan.AREA_CODES or significant[:2] in plan.AREA_CODES
        return NumberKind.LANDLINE, _PLAIN if known else _UNASSIGNED
    if length == 10 and significant[:3] in plan.RETIRED_MOBILE:
        return NumberKind.IMPLAUSIBLE, _RETIRED
    planned = length == 9 or (length == 10 and significant.startswith(plan.INTERNET_TELEPHONY))
    return NumberKind.IMPLAUSIBLE, _UNASSIGNED if planned else _WRONG_LENGTH


def _foreign(digits: str) -> _Reading:
    """Let libphonenumber's tables judge a number of another country."""
    if foreign.possible(digits):
        return NumberKind.FOREIGN, f"+{digits}", _PLAIN
    return NumberKind.IMPLAUSIBLE, f"+{digits}", _WRONG_LENGTH
