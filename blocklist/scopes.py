"""Where an entry counts: everywhere, on one PBX, for some called numbers."""

import re
from collections.abc import Iterable
from typing import Final

from blocklist.errors import InvalidScope

MAX_CALLED: Final = 400
"""Characters of all called numbers together: they are part of an index."""


def pbx(name: str) -> str:
    """Return the name of a PBX as the settings have it. Raises InvalidScope."""
    if not re.fullmatch(r"[a-z0-9-]{0,64}", name):
        raise InvalidScope("pbx", name, "is no PBX; write its name in the settings, as in main-building")
    return name


def called(numbers: Iterable[str]) -> str:
    """Return called numbers as they are stored, each once, in order. Raises InvalidScope.

    Each is written as the trunk delivers it, or as its first digits and ``*``.
    """
    for number in (found := sorted(set(numbers))):
        if not re.fullmatch(r"\+?[0-9]{1,20}\*?", number):
            raise InvalidScope(
                "called",
                number,
                "is no called number; write its digits as in 1001, or the first ones, as in 10*",
            )
    stored = " ".join(found)
    if len(stored) > MAX_CALLED:
        raise InvalidScope(
            "called",
            stored,
            f"is longer than {MAX_CALLED} characters; write first digits and * for many numbers",
        )
    return stored
