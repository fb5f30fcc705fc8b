"""Vietnamese without its marks, as most switches and many people write it."""

import unicodedata


def drop(text: str) -> str:
    """Return the text with plain letters: ``Công an`` as ``Cong an``."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def letters(text: str) -> str:
    """Return the plain letters and digits alone, in lower case."""
    return "".join(char for char in drop(text).lower() if char.isalnum())
