"""What a number may be when wrong prefixes are taken from it: an official one that somebody dressed up."""

from collections.abc import Iterator
from typing import Final

import phonenumbers

from blocklist import plan
from blocklist.near import MIN_DIGITS

_COUNTRY_CODES: Final = frozenset(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def undressed(digits: str) -> Iterator[str]:
    """Give what national numbers are left when prefixes are taken from digits as they were written.

    ``+840692348560`` holds 0692348560, ``0113`` and ``+84113`` hold 113, ``+3750692348560`` the first again.
    A single digit in front of a long number, with no ``+`` or ``00``, is a digit too many and no prefix.
    A digit may follow the foreign code: the circulars warn of ``+563`` and ``+601``.
    """
    bare = digits.lstrip("+")
    plus = bare != digits
    rest = bare
    if plus:
        yield bare
        yield plan.TRUNK_PREFIX + bare
    while rest.startswith((plan.TRUNK_PREFIX, plan.COUNTRY_CODE)):
        rest = rest[1:] if rest.startswith(plan.TRUNK_PREFIX) else rest[len(plan.COUNTRY_CODE) :]
        for form in (rest, plan.TRUNK_PREFIX + rest):
            if plus or len(form) < max(MIN_DIGITS, len(bare) - 1):
                yield form
    abroad = bare.removeprefix("00")
    international = plus or abroad != bare
    for length in (1, 2, 3) if international else (2, 3):
        if abroad[:length] in _COUNTRY_CODES:
            for start in (length, length + 1) if international else (length,):
                if abroad[start : start + 1] == plan.TRUNK_PREFIX:
                    yield abroad[start:]
