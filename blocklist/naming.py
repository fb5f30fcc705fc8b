"""A caller's name in the form in which entries for names are compared with it."""

import re

from blocklist import folding


def plain(text: str) -> str:
    """Return the plain reading of a name: its words with a blank between."""
    return " ".join(folding.words(text))


def readings(text: str) -> tuple[str, ...]:
    """Return all ways in which a name can be read, each once, the plainest first."""
    read = (" ".join(word for part in reading for word in part) for reading in folding.readings(text))
    return tuple(dict.fromkeys(read))


def pattern(written: str) -> str:
    """Fold a pattern of names and keep its ``*`` and ``?``."""
    return "".join(part if part in {"*", "?"} else _part(part) for part in re.split(r"([*?])", written))


def _part(text: str) -> str:
    """Fold what stands between two wildcards; a blank at an edge separates words, so it stays."""
    folded = plain(text)
    if not folded:
        return " " if text else ""
    return f"{' ' * text[:1].isspace()}{folded}{' ' * text[-1:].isspace()}"
