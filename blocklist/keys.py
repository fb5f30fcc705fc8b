"""A number as an integer, for the structures that hold ten million of them."""

from typing import Final

LONGEST: Final = 18
"""Characters of a number, a ``+`` among them, that fit into 63 bits. E.164 has 15 digits."""


def key(number: str) -> int | None:
    """Return the integer of a national number, or None where it has none.

    A first digit 1 keeps leading zeros (``0912345678`` is 10912345678), a 2 stands for the ``+``
    (``+375291234567`` is 2375291234567). The database computes the same (``models.ListEntry.key``).
    """
    if len(number) > LONGEST:
        return None
    if number.isdigit() and number.isascii():
        return int("1" + number)
    digits = number.removeprefix("+")
    return int("2" + digits) if digits.isdigit() and digits.isascii() and digits != number else None


def number(key: int) -> str:
    """Return the national number of an integer that ``key`` made."""
    written = str(key)
    return written[1:] if written[0] == "1" else f"+{written[1:]}"
