"""Cells that a spreadsheet would run as formulas, made harmless when written and restored when read.

See OWASP, "CSV Injection": what begins with one of the signs below is a formula, and the full-width forms are
where the spreadsheet's language is an East Asian one. Phone numbers begin with ``+``, so reading undoes it.
"""

import re
from typing import Final

_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def defused(text: str) -> str:
    """Return a cell that is shown as it stands: with an apostrophe in front where it would be run."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return what ``defused`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
