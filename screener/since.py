"""How far back: ``30d``, ``12h`` or a day, as commands take it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

_AGO: Final = re.compile(r"(\d{1,5})([hdw])")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def since(text: str) -> datetime:
    """Read ``30d``, ``12h``, ``2w`` as so long ago, ``2026-11-01`` as its beginning here, ISO 8601 as it is.

    Raises typer.BadParameter.
    """
    try:
        if match := _AGO.fullmatch(text.strip()):
            return datetime.now(UTC) - int(match[1]) * _UNITS[match[2]]
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no time; write 30d, 12h, 2w or 2026-11-01") from None


Since = Annotated[
    datetime | None,
    typer.Option(parser=since, metavar="30d", help="Since then only: 30d, 12h, 2w, or a day."),
]
