"""A number and the one that it imitates with what differs marked, for the eye and for a screen reader."""

import re
from dataclasses import dataclass
from typing import Final

from blocklist.marking import marked

_NUMBER: Final = re.compile(r"\+?\d{3,20}")
_PIECE: Final = re.compile(r"\[([^]]*)\]|([^[]+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Digits beside each other that all differ, or none of which does."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """The shown number and the true one, each in pieces."""

    shown: tuple[Piece, ...]
    true: tuple[Piece, ...]


def differing(shown: str, true: str) -> Differing | None:
    """Compare two numbers in national form; None where there is nothing to compare, or no difference."""
    if not _NUMBER.fullmatch(shown) or not _NUMBER.fullmatch(true) or shown == true:
        return None
    ours, theirs = marked(shown, true)
    return Differing(_pieces(ours), _pieces(theirs))


def _pieces(marked_number: str) -> tuple[Piece, ...]:
    return tuple(
        Piece(match[1] if match[1] is not None else match[2], match[1] is not None)
        for match in _PIECE.finditer(marked_number)
    )
