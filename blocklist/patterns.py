"""How the numbers of a list are written: read from any form, kept in national form."""

import re
import unicodedata
from typing import Final

from blocklist import naming, spelling, texts
from blocklist.entries import Match
from blocklist.errors import InvalidPattern
from blocklist.keys import LONGEST
from blocklist.lists import RAW
from blocklist.number import Oddity
from blocklist.numbers import MAX_DIGITS, normalise

WILDCARD: Final = "*"
NAME: Final = "name:"
"""Begins a pattern for the caller's name."""
MIN_PREFIX_DIGITS: Final = 3
"""A shorter prefix would hold a whole operator, or every mobile number there is."""
MIN_PATTERN_ABROAD_DIGITS: Final = 2
MIN_ABROAD_DIGITS: Final = 4
"""Fewer after a ``+`` are a country code alone (ITU-T E.164: up to three digits)."""
MIN_NAME_CHARACTERS: Final = 3
MAX_PATTERN: Final = 40
MAX_NAME: Final = 100

_BETWEEN: Final = re.compile(r"\s*\.\.+\s*|\s[-‐–—]\s|[-‐–—]")
"""What may stand between the ends of a range; dashes also stand within one number."""
_WHOLE_DIGITS: Final = 9
"""From as many digits on, what stands beside a dash is a number of its own: both are too many for one."""
_BESIDE: Final = (re.compile(r"[,;/|&\r\n]|hoặc|và"), re.compile(r"\s+"))
"""What people put between two numbers where one is wanted; some of it stands within a number too."""
_TRAILING_DOTS: Final = re.compile(r"\.\.+$")
"""``+3?5…`` is written for ``+3?5*``."""
_MARKS: Final = re.compile(r"[.()/‐–—-]")


def read(text: str) -> tuple[Match, str]:
    """Read what an entry is written as. Raises InvalidPattern and InvalidText.

    ``0912 345 678`` is a number, ``0162*`` a prefix, ``0912345000 - 0912345999`` a range; in a pattern
    (``0912??5678``, ``+3?5*``) ``*`` is any digits and ``?`` one. ``raw:+840*`` is for the digits as the
    caller presented them, ``name:*cong an*`` for the caller's name. A number that is not a real one is taken
    as well: what a caller shows may have to be blocked.
    """
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and not text.startswith("00"):
        return Match.EXACT, normalise(text).national  # most of a long list, and no need to look further
    composed = unicodedata.normalize("NFKC", text).strip()
    if composed.lower().startswith(NAME):
        return Match.NAME, _name(text, composed[len(NAME) :])
    written = _TRAILING_DOTS.sub(WILDCARD, spelling.plain(text))
    if not (ends := _ends(composed)):
        _refuse_several(text, composed)
    if written.lower().startswith(RAW):
        return Match.PATTERN, RAW + _wildcards(text, written[len(RAW) :])
    body = re.sub(r"\*+", WILDCARD, written)
    if "?" in body or WILDCARD in body[:-1]:
        return Match.PATTERN, _pattern(text, body)
    if body.endswith(WILDCARD):
        return Match.PREFIX, _prefix(text, body.removesuffix(WILDCARD))
    if ends:
        return Match.RANGE, _range(text, *ends)
    return Match.EXACT, number(text)


def numbers(text: str) -> str:
    """Return a number in national form, a prefix with its ``*`` or a range. Raises InvalidPattern."""
    match, national = read(text)
    if match is Match.PREFIX:
        return national + WILDCARD
    if match not in {Match.EXACT, Match.RANGE}:
        raise InvalidPattern(
            text,
            "is neither a number nor a prefix or range; write one as in 0912 345 678, its first digits as in "
            "0162*, or 02373850200-02373850299",
        )
    return national


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


def official(text: str) -> tuple[str, str]:
    """Return an official number, or both ends of a range of them; the second is empty for a single number.

    An empty text is both. Raises InvalidPattern.
    """
    if not text.strip():
        return "", ""
    match, national = read(text)
    if match is Match.RANGE:
        first, _, last = national.partition("-")
        return first, last
    if match is not Match.EXACT:
        raise InvalidPattern(
            text, "is neither a number nor a range; write 0237 3725 725, or 02373850200 - 02373850299"
        )
    return national, ""


def digits(text: str) -> str:
    """Return the digits of a text as a number's are read, full-width and other scripts' ones as ASCII."""
    return spelling.digits(spelling.plain(text))


def _national(text: str, written: str) -> str:
    """Return the national form of what is ``written``; an error names the whole ``text``."""
    if WILDCARD in spelling.fold(written):
        raise InvalidPattern(text, "is no single number; write it without *")
    found = normalise(written)
    if not found.national or Oddity.LETTERS in found.oddities:
        raise InvalidPattern(
            text, "is no telephone number; write digits, as in 0912 345 678 or +84 912 345 678"
        )
    if len(digits(written)) > MAX_DIGITS:
        raise InvalidPattern(text, f"is longer than {MAX_DIGITS} digits; check the number")
    return found.national


def _refuse_several(text: str, composed: str) -> None:
    """Refuse several numbers in one: joined they would be one that nobody has, or all but one be lost."""
    if "@" in composed:
        return  # what follows the ; of a URI are its parameters
    for beside in _BESIDE:
        parts = beside.split(composed)
        if len(parts) > 1 and sum(map(_is_one, parts)) > 1:
            raise InvalidPattern(text, "holds several numbers; write each for itself")


def _is_one(part: str) -> bool:
    count = len(digits(part))
    return count >= _WHOLE_DIGITS or (count >= MIN_PATTERN_ABROAD_DIGITS and part.rstrip().endswith(WILDCARD))


def _prefix(text: str, body: str) -> str:
    if not body:
        raise InvalidPattern(text, "is no prefix; write its digits before the *, as in 0162*")
    # A number of the plan never begins with 84 without a plus or the trunk 0.
    national = _national(text, f"+{body}" if digits(body).startswith("84") and "+" not in body else body)
    if len(digits(national)) < MIN_PREFIX_DIGITS:
        raise InvalidPattern(text, f"is too short; a prefix needs {MIN_PREFIX_DIGITS} digits, as in 0162*")
    _check_start(text, national)
    return national


def _check_start(text: str, national: str) -> None:
    if national[0] not in "+01*?":
        raise InvalidPattern(
            text, "begins with neither 0 nor +; write 0912* or +84912*, and +375* for abroad"
        )


def _ends(written: str) -> tuple[str, str] | None:
    """Return both ends of what is written as a range, None for what is one number."""
    for between in _BETWEEN.finditer(written):
        first, last = written[: between.start()], written[between.end() :]
        sizes = len(digits(first)), len(digits(last))
        alike = sizes[0] == sizes[1] > 0 and len(between[0]) > 1
        if alike or min(sizes) >= _WHOLE_DIGITS:
            return first, last
    return None


def _range(text: str, first: str, last: str) -> str:
    low, high = _national(text, first), _national(text, last)
    if len(low) != len(high) or low.startswith("+") is not high.startswith("+"):
        raise InvalidPattern(
            text, f"goes from {low} to {high}; write both ends with the same number of digits"
        )
    if low > high:
        raise InvalidPattern(text, f"ends before it begins; write {high} - {low}")
    if len(low) > LONGEST:
        raise InvalidPattern(text, f"has ends longer than {LONGEST} digits; check the numbers")
    return f"{low}-{high}"


def _pattern(text: str, body: str) -> str:
    """Bring the fixed digits at the beginning to national form, and nothing else."""
    pattern = _wildcards(text, body)
    if pattern.startswith("00"):
        pattern = f"+{pattern[2:]}"
    elif pattern.startswith("84"):  # as for a prefix
        pattern = f"+{pattern}"
    if pattern.startswith("+84"):
        pattern = f"0{pattern[3:].removeprefix('0')}"
    _check_start(text, pattern)
    return pattern


def _wildcards(text: str, body: str) -> str:
    """Return digits, a leading ``+``, ``*`` and ``?``, without the marks that people write between."""
    pattern = re.sub(r"\*+", WILDCARD, _MARKS.sub("", body))
    if not re.fullmatch(r"\+?[0-9*?]+", pattern):
        raise InvalidPattern(text, "is no pattern; write digits, * for any digits and ? for one")
    if len(pattern) > MAX_PATTERN:
        raise InvalidPattern(text, f"is longer than {MAX_PATTERN} characters; shorten it")
    needed = MIN_PATTERN_ABROAD_DIGITS if pattern.startswith("+") else MIN_PREFIX_DIGITS
    if len(spelling.digits(pattern)) < needed:
        raise InvalidPattern(
            text,
            f"fits too many numbers; a pattern needs {MIN_PREFIX_DIGITS} digits, "
            f"or {MIN_PATTERN_ABROAD_DIGITS} after a +",
        )
    return pattern


def _name(text: str, body: str) -> str:
    name = " ".join(texts.read("pattern", body).split())
    if len(name) > MAX_NAME:
        raise InvalidPattern(text, f"is longer than {MAX_NAME} characters; shorten it")
    if sum(char.isalnum() for char in naming.pattern(name)) < MIN_NAME_CHARACTERS:
        raise InvalidPattern(
            text, f"fits too many names; write {MIN_NAME_CHARACTERS} letters or more, as in name:*cong an*"
        )
    return name
