"""How a number or a prefix is written in a list: read from any form, kept in national form."""

import unicodedata
from typing import Final

from blocklist.entries import Match
from blocklist.errors import InvalidPattern
from blocklist.numbers import MAX_DIGITS, NumberKind, Oddity, normalise

WILDCARD: Final = "*"
MIN_PREFIX_DIGITS: Final = 3
"""A shorter prefix would hold a whole operator, or every mobile number there is."""

_ONLY_AT_THE_END: Final = "has a * that is not its last character; a prefix is written as in 0162*"


def read(text: str) -> tuple[Match, str]:
    """Read ``0912 345 678`` as a number and ``0162*`` as a prefix. Raises InvalidPattern.

    A number that is not a real one is taken as well: what a caller shows may have to be blocked.
    """
    written = text.strip()
    if written.endswith(WILDCARD):
        return Match.PREFIX, _prefix(text, written.removesuffix(WILDCARD))
    return Match.EXACT, number(text)


def number(text: str) -> str:
    """Return the national form of a number. Raises InvalidPattern."""
    if WILDCARD in text:
        raise InvalidPattern(text, _ONLY_AT_THE_END)
    found = normalise(text)
    if found.kind is NumberKind.WITHHELD or not found.national or Oddity.LETTERS in found.oddities:
        raise InvalidPattern(
            text, "is no telephone number; write digits, as in 0912 345 678 or +84 912 345 678"
        )
    if len(digits(text)) > MAX_DIGITS:
        raise InvalidPattern(text, f"is longer than {MAX_DIGITS} digits; check the number")
    return found.national


def digits(text: str) -> str:
    """Return the decimal digits in a text, full-width and other scripts' ones as ASCII."""
    return "".join(str(value) for char in text if (value := unicodedata.decimal(char, None)) is not None)


def _prefix(text: str, body: str) -> str:
    if WILDCARD in body:
        raise InvalidPattern(text, _ONLY_AT_THE_END)
    if not body.strip():
        raise InvalidPattern(text, "is no prefix; write its digits before the *, as in 0162*")
    # A number of the plan never begins with 84 without a plus or the trunk 0.
    national = number(f"+{body}" if digits(body).startswith("84") and "+" not in body else body)
    if len(digits(national)) < MIN_PREFIX_DIGITS:
        raise InvalidPattern(text, f"is too short; a prefix needs {MIN_PREFIX_DIGITS} digits, as in 0162*")
    if national[0] not in "+01":
        raise InvalidPattern(
            text, "begins with neither 0 nor +; write 0912* or +84912*, and +375* for abroad"
        )
    return national
