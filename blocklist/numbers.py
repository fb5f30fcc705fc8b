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
        abroad = bare if bare is not text else bare[2:] if bare[:2] == "00" else None
    else:
        written = spelling.plain(text)
        digits = spelling.digits(written)
        withheld = written.lower() in _WITHHELD
        oddities = _remarks(text, written if not withheld else "")
        if withheld:
            return Number(text, NumberKind.WITHHELD, "", oddities)
        if not digits:
            return Number(text, NumberKind.UNREADABLE, "", oddities)
        abroad = spelling.international(written)
    digits = shown = digits[:MAX_DIGITS]
    if abroad is not None:
        abroad = abroad[:MAX_DIGITS]
        shown = digits if digits[:2] == "00" else f"+{digits}"
    elif site.has_extension(digits):
        return Number(text, NumberKind.EXTENSION, digits, oddities, digits)
    writing = site.writes.get(trunk) if site.writes else None
    reading = None if writing is None else _as_the_trunk_writes(shown, writing)
    if reading is None:
        reading = _dialled(digits) if abroad is None else _international(abroad)
        if writing is not None and writing.significant(shown) is not None:
            reading = (*reading[:2], reading[2] - writing.usual)
    kind, national, wrong = reading
    if wrong or oddities:
        oddities |= wrong
    return Number(text, kind, national, oddities, shown)


def _remarks(text: str, written: str) -> frozenset[Oddity]:
    remarks = set()
    if spelling.hides_something(text):
        remarks.add(Oddity.INVISIBLE_CHARACTERS)
    if any(char.isalpha() for char in written):
        remarks.add(Oddity.LETTERS)
    if any(not char.isalnum() and char not in _MARKS for char in written):
        remarks.add(Oddity.SYMBOLS)
    return frozenset(remarks)


_Reading = tuple[NumberKind, str, frozenset[Oddity]]
"""Kind, national form and what is odd."""


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


def _dialled(digits: str) -> _Reading:
    """Read digits before which no ``+`` nor ``00`` stood, by the Vietnamese plan."""
    if digits[0] == plan.TRUNK_PREFIX:
        return _vietnamese(digits[1:], _PLAIN, prefixed=True)
    if digits.startswith(plan.COUNTRY_CODE) and 10 <= len(digits) <= 14:
        return _after_country_code(digits[2:], _PLAIN)
    if kind := _service(digits):
        return kind, digits, _PLAIN
    if len(digits) in _WITHOUT_TRUNK_ZERO:
        reading = _vietnamese(digits, _PLAIN, prefixed=False)
        if reading[0] is not NumberKind.IMPLAUSIBLE:
            return reading
    return NumberKind.IMPLAUSIBLE, digits, _WRONG_LENGTH


def _international(digits: str) -> _Reading:
    """Read digits that followed a ``+`` or ``00``."""
    if not digits:
        return NumberKind.IMPLAUSIBLE, "00", _WRONG_LENGTH
    if digits.startswith(plan.COUNTRY_CODE):
        return _after_country_code(digits[2:], _PLAIN)
    if digits[0] != plan.TRUNK_PREFIX:
        return _foreign(digits)
    digits = digits.lstrip(plan.TRUNK_PREFIX)  # no country code begins with 0 (E.164)
    if digits.startswith(plan.COUNTRY_CODE) and len(digits) > _LONGEST_SIGNIFICANT:
        return _after_country_code(digits[2:], _PLUS_BEFORE_ZERO)
    return _vietnamese(digits, _PLUS_BEFORE_ZERO, prefixed=True)


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
    if digits[:1] not in plan.SERVICE_STARTS:
        return None
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
_PLUS_BEFORE_ZERO: Final = frozenset({Oddity.PLUS_BEFORE_TRUNK_ZERO})

_Sort = tuple[NumberKind, frozenset[Oddity]]
_MOBILE: Final[_Sort] = NumberKind.MOBILE, _PLAIN
_LANDLINE: Final[_Sort] = NumberKind.LANDLINE, _PLAIN
"""Made once: to look an enum's member up takes longer than all else here (Python 3.11)."""


def _kind(significant: str) -> _Sort:
    length, head = len(significant), significant[:2]
    if length == 9 and head in plan.MOBILE_PREFIXES:
        return _MOBILE
    if length == 10 and (head in plan.AREA_CODES or significant[:3] in plan.AREA_CODES):
        return _LANDLINE
    if head in plan.STATE_LINES and length in plan.STATE_LENGTHS:
        return NumberKind.STATE, _PLAIN
    if length == 9 and head[0] in "35789":
        return NumberKind.MOBILE, _UNASSIGNED
    if head.startswith("2"):
        return (NumberKind.LANDLINE, _UNASSIGNED) if length == 10 else (NumberKind.IMPLAUSIBLE, _WRONG_LENGTH)
    if length == 10 and significant[:3] in plan.RETIRED_MOBILE:
        return NumberKind.IMPLAUSIBLE, _RETIRED
    planned = length == 9 or (length == 10 and head == plan.INTERNET_TELEPHONY)
    return NumberKind.IMPLAUSIBLE, _UNASSIGNED if planned else _WRONG_LENGTH


def _foreign(digits: str) -> _Reading:
    """Let libphonenumber's tables judge a number of another country."""
    if foreign.possible(digits):
        return NumberKind.FOREIGN, f"+{digits}", _PLAIN
    return NumberKind.IMPLAUSIBLE, f"+{digits}", _WRONG_LENGTH
