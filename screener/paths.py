"""Where the files that travel with the packages lie, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def dialplan_dir() -> Path:
    """The folder with the dialplan, manager account and prompts that are copied into Asterisk.

    In a wheel it is package data (`screener/dialplan`), in a checkout the repository's own `dialplan`.
    """
    packaged = _PACKAGE / "dialplan"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "dialplan"
