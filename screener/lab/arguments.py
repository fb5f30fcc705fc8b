"""What may be typed for a test call: the rest is refused before anything is sent."""

import re
from typing import Final

import typer

from screener.lab.config import EXTENSIONS

_LONGEST: Final = 255
_CALLED: Final = re.compile(r"[+0-9A-Za-z*#][-+0-9A-Za-z*#._]{1,78}")
"""What the trunks' contexts have a pattern for, as long as Asterisk can keep it."""


def caller(number: str) -> str:
    """The caller's number: any text, an empty one too. Raises typer.BadParameter."""
    try:
        number.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter(f"{number!r} is not UTF-8; type it again") from None
    if len(number) > _LONGEST:
        raise typer.BadParameter(
            f"{len(number)} characters are too many for a SIP message: at most {_LONGEST}"
        )
    return number


def name(text: str) -> str:
    """The caller's name. Raises typer.BadParameter for what a header can't carry."""
    if not text.isprintable():
        raise typer.BadParameter(
            f"{text!r} has a character that can't be printed, which a SIP header can't carry"
        )
    return caller(text)


def called(number: str) -> str:
    """The number called. Raises typer.BadParameter for one that the lab does not have."""
    if not _CALLED.fullmatch(number):
        raise typer.BadParameter(
            f"the lab has no {number!r}: {EXTENSIONS[0]} to {EXTENSIONS[-1]} are its phones, any other "
            "number of 2 to 79 digits or letters rings 1001"
        )
    return number
