"""How a number or a prefix is written in a list: read from any form, kept in national form."""

from typing import Final

from blocklist import spelling
from blocklist.entries import Match
from blocklist.errors import InvalidPattern
from blocklist.numbers import MAX_DIGITS, Oddity, normalise

WILDCARD: Final = "*"
MIN_PREFIX_DIGITS: Final = 3
"""A shorter prefix would hold a whole operator, or every mobile number there is."""
MIN_ABROAD_DIGITS: Final = 4
"""Fewer after a ``+`` are a country code alone (ITU-T E.164: up to three digits)."""

_ONLY_AT_THE_END: Final = "has a * that is not its last character; a prefix is written as in 0162*"


def read(text: str) -> tuple[Match, str]:
    """Read ``0912 345 678`` as a number and ``0162*`` as a prefix. Raises InvalidPattern.

    A number that is not a real one is taken as well: what a caller shows may have to be blocked.
    """
    written = spelling.fold(text)
    if written.endswith(WILDCARD):
        return Match.PREFIX, _prefix(text, written.removesuffix(WILDCARD))
    return Match.EXACT, number(text)


def number(text: str) -> str:
    """Return the national form of a number. Raises InvalidPattern."""
    national = _national(text, text)
    abroad = spelling.international(spelling.plain(text))
    if abroad is not None and len(abroad) < MIN_ABROAD_DIGITS:
        raise InvalidPattern(
            text,
            "can be no telephone number: it is a country code at most; write the whole number, "
            "or +375* for all numbers of a country",
        )
    return national


def digits(text: str) -> str:
    """Return the digits of a text as a number's are read, full-width and other scripts' ones as ASCII."""
    return spelling.digits(spelling.plain(text))


def _national(text: str, written: str) -> str:
    """Return the national form of what is ``written``; an error names the whole ``text``."""
    if WILDCARD in spelling.fold(written):
        raise InvalidPattern(text, _ONLY_AT_THE_END)
    found = normalise(written)
    if not found.national or Oddity.LETTERS in found.oddities:
        raise InvalidPattern(
            text, "is no telephone number; write digits, as in 0912 345 678 or +84 912 345 678"
        )
    if len(digits(written)) > MAX_DIGITS:
        raise InvalidPattern(text, f"is longer than {MAX_DIGITS} digits; check the number")
    return found.national


def _prefix(text: str, body: str) -> str:
    if WILDCARD in body:
        raise InvalidPattern(text, _ONLY_AT_THE_END)
    if not body:
        raise InvalidPattern(text, "is no prefix; write its digits before the *, as in 0162*")
    # A number of the plan never begins with 84 without a plus or the trunk 0.
    national = _national(text, f"+{body}" if digits(body).startswith("84") and "+" not in body else body)
    if len(digits(national)) < MIN_PREFIX_DIGITS:
        raise InvalidPattern(text, f"is too short; a prefix needs {MIN_PREFIX_DIGITS} digits, as in 0162*")
    if national[0] not in "+01":
        raise InvalidPattern(
            text, "begins with neither 0 nor +; write 0912* or +84912*, and +375* for abroad"
        )
    return national
