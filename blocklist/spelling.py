"""One spelling for the many ways to write a number: lists, searches, checks and calls all read through it."""

import unicodedata
from typing import Final
from urllib.parse import unquote

_SCHEMES: Final = ("tel:", "sips:", "sip:")


def fold(text: str) -> str:
    """Write full-width and other compatible signs plainly (NFKC), every script's digits as 0 to 9.

    What is not seen (controls, formats, blanks) goes away; bytes that are no text stay, as they are no blank.
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(_digit(char) for char in folded if not _is_unseen(char))


def plain(text: str) -> str:
    """Return what is dialled: of a ``tel:`` or ``sip:`` URI the user, without parameters (RFC 3261, 19.1)."""
    written = fold(text)
    lowered = written.lower()
    scheme = next((scheme for scheme in _SCHEMES if lowered.startswith(scheme)), "")
    user = written[len(scheme) :].split("@", 1)[0].split(";", 1)[0]
    # Only a URI escapes its signs and may carry a password.
    return fold(unquote(user.split(":", 1)[0])) if scheme else user


def digits(written: str) -> str:
    """Return the digits of a plain text."""
    return "".join(char for char in written if "0" <= char <= "9")


def international(written: str) -> str | None:
    """Return the digits after a leading ``+`` or ``00``, whatever marks stand around; None without those."""
    found = digits(written)
    if next((char for char in written if char == "+" or "0" <= char <= "9"), "") == "+":
        return found
    return found[2:] if found.startswith("00") else None


def hides_something(text: str) -> bool:
    """Tell whether a text holds controls, formats or line ends, which are not seen."""
    folded = unicodedata.normalize("NFKC", text)
    return any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} for char in folded)


def _is_unseen(char: str) -> bool:
    category = unicodedata.category(char)
    return category in {"Cc", "Cf"} or category[0] == "Z"


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
