"""What spreadsheets do to telephone numbers: told where a digit may be lost, mended where none is."""

import re
from typing import Final, NamedTuple

from blocklist.errors import InvalidPattern
from blocklist.patterns import NAME
from blocklist.workbooks import Damaged

_SCIENTIFIC: Final = re.compile(r"[+]?(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_FLOAT: Final = re.compile(r"(\+?\d{8,15})[.,]0")
"""As programs write a column of numbers in which a cell is empty."""
_FRACTION: Final = re.compile(r"[+]?\d{9,15}[.,]\d{1,6}")
"""What stands before the point is a whole number already, and none has a fraction."""
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
_DATE: Final = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?"
    r"|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg ?\d{1,2})[a-z]*(?:-\d{2,4})?",
    re.IGNORECASE,
)
_ERROR: Final = re.compile(r"#(?:[A-Z/0]+[!?A]?|#*)")
PUT_BACK: Final = "the 0 that was lost in front was put back"


class Mended(NamedTuple):
    """A number as it was meant; ``remark`` says what was put right, empty for nothing."""

    text: str
    remark: str = ""


def mended(cell: str) -> Mended:
    """Return the number that a cell was meant to hold. Raises InvalidPattern where that is not certain."""
    if isinstance(cell, Damaged):
        raise InvalidPattern(cell, cell.why)
    text = cell.strip()
    # Most cells are digits; a lost zero is told once the number was read (``lost_zero``).
    if text.isdigit() or text[: len(NAME)].lower() == NAME:
        return Mended(text)
    if found := _TEXT_FORMULA.fullmatch(text):
        return mended(found[1])
    if text.startswith("'") and not text.startswith("''"):
        return mended(text[1:])
    if text.startswith("="):
        raise InvalidPattern(cell, "is a formula; paste its value in its place")
    if found := _SCIENTIFIC.fullmatch(text):
        return _scientific(cell, found)
    if found := _FLOAT.fullmatch(text):
        return Mended(found[1], "a decimal point and 0 behind the number were left out")
    if _FRACTION.fullmatch(text):
        raise InvalidPattern(cell, "has digits behind a decimal point, as no number has; type it anew")
    if _DATE.fullmatch(text):
        raise InvalidPattern(
            cell, "is a date; a spreadsheet has made it of what was typed: type the number anew"
        )
    if text.startswith("#") and _ERROR.fullmatch(text):
        raise InvalidPattern(cell, "is a spreadsheet's error; write the number")
    return Mended(text)


def lost_zero(text: str, pattern: str) -> bool:
    """Tell whether a number was written without the 0 that it begins with: 912345678, 2373725725."""
    return len(pattern) == len(text) + 1 and pattern[0] == "0" and pattern[1:] == text


def _scientific(cell: str, found: re.Match[str]) -> Mended:
    first, rest, exponent = found[1], found[2] or "", int(found[3])
    if len(rest) < exponent or rest[exponent:].strip("0"):
        raise InvalidPattern(
            cell, "has lost digits: a spreadsheet shortened it; format the column as text and type it anew"
        )
    return Mended(first + rest[:exponent], "was written as 9.12E+08 with all its digits")
