"""The text that people write beside an entry, as it is stored."""

import unicodedata

from blocklist.errors import InvalidText


def read(field: str, value: str, longest: int | None = None, needed: bool = False) -> str:
    """Return a text as it is stored: composed (NFC), without blanks around it. Raises InvalidText.

    Vietnamese typed on one system is composed, on another it is not; looking for it must find both.
    """
    if not value and not needed:
        return value
    composed = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
    if "\0" in composed or _halves(composed):
        raise InvalidText(field, value, "holds characters that can't be stored; type it anew")
    if longest is not None and len(composed) > longest:
        raise InvalidText(field, value, f"is longer than {longest} characters; shorten it")
    if needed and not composed:
        raise InvalidText(field, value, "is empty; fill it in")
    return composed


def _halves(text: str) -> bool:
    """Tell whether a text holds halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
