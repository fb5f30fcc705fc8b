"""Links to the next page. A page is asked for by the key of the row before it: none is lost or told twice."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import Query, Request

from api.problems import invalid
from screener.records import Cursor

Limit = Annotated[int, Query(ge=1, le=200, description="At most so many items.")]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# 17 digits of microseconds reach the year 5138, within what a datetime holds.
_CURSOR: Final = re.compile(r"([0-9]{1,17})-([0-9]{1,18})", re.ASCII)


def next_link(request: Request, parameter: str, key: object) -> str:
    """Return path and query of the page that begins after ``key``, with the same filters."""
    url = request.url.include_query_params(**{parameter: str(key)})
    return f"{url.path}?{url.query}"


def write_cursor(at: datetime, id: int) -> str:  # noqa: A002 - the column's name
    """Write the key of a call: microseconds since 1970 and id."""
    return f"{(at - _EPOCH) // _MICROSECOND}-{id}"


def read_cursor(text: str) -> Cursor:
    """Read what ``write_cursor`` wrote. Raises Problem (422)."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise invalid("before", text, "is no key of a page; use the link in 'next' as it is")
    return Cursor(_EPOCH + int(match[1]) * _MICROSECOND, int(match[2]))
