"""How a trunk writes the numbers of callers: what stands before the national significant number."""

from enum import StrEnum

from blocklist.number import Oddity


class Writing(StrEnum):
    """What a carrier puts before a Vietnamese number without its trunk 0 (``912345678``, ``2373725725``).

    The values are those of the setting ``writes``; ``BARE`` is named by its example, as nothing stands there.
    """

    NATIONAL = "0"
    COUNTRY = "84"
    PLUS_COUNTRY = "+84"
    DIALLED_COUNTRY = "0084"
    BARE = "9"
    COUNTRY_ZERO = "840"
    PLUS_COUNTRY_ZERO = "+840"
    DIALLED_COUNTRY_ZERO = "00840"
    ZERO_COUNTRY = "084"
    PLUS_ZERO_COUNTRY = "+084"
    PLUS_ZERO = "+0"

    @property
    def prefix(self) -> str:
        """Return the characters that stand there."""
        return "" if self is Writing.BARE else self.value

    @property
    def usual(self) -> frozenset[Oddity]:
        """Return the oddities that mean nothing at this trunk, whatever number follows."""
        if self in _ZERO_AFTER_COUNTRY:
            return frozenset({Oddity.TRUNK_ZERO_AFTER_COUNTRY_CODE})
        if self in _PLUS_BEFORE_ZERO:
            return frozenset({Oddity.PLUS_BEFORE_TRUNK_ZERO})
        return frozenset()

    @property
    def leaves_plus_out(self) -> bool:
        """Tell whether numbers from abroad come as country code and number, with nothing before them."""
        return self in {Writing.COUNTRY, Writing.COUNTRY_ZERO}

    def significant(self, shown: str) -> str | None:
        """Return the digits behind the prefix; None where the number is not written so.

        ``shown`` are digits, with ``+`` in front where one was written.
        """
        rest = shown.removeprefix(self.prefix)
        written_so = len(rest) + len(self.prefix) == len(shown) and rest[:1] not in {"", "0", "+"}
        return rest if written_so else None


_ZERO_AFTER_COUNTRY = frozenset(
    {Writing.COUNTRY_ZERO, Writing.PLUS_COUNTRY_ZERO, Writing.DIALLED_COUNTRY_ZERO}
)
_PLUS_BEFORE_ZERO = frozenset({Writing.PLUS_ZERO, Writing.PLUS_ZERO_COUNTRY})
