"""Callers' numbers in the log, with the digits hidden that tell who it was."""

from typing import Final

SHORTEST_MASKED: Final = 7
"""Digits from which on a number is masked in the log."""


def masked(number: str) -> str:
    """Return a number for the log: of seven digits or more the last four are hidden.

    Short codes (``113``) and words (``anonymous``) are nobody's private number and tell what called.
    """
    digits = [place for place, char in enumerate(number) if char.isdigit()]
    hidden = set(digits[-4:]) if len(digits) >= SHORTEST_MASKED else set()
    return repr("".join("*" if place in hidden else char for place, char in enumerate(number)))
