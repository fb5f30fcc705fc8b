"""Pages of a list. A page is asked for by the key of the row before it: none is lost or told twice."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, Field

from api.problems import invalid
from api.schemas.fields import MAX_ID, Out
from blocklist import page
from blocklist.models import Exemption, ListEntry, Official
from screener.audit.models import AuditRow
from screener.models import PolicyRevision
from screener.records import Cursor
from screener.report_models import Report
from screener.undo_tables import UndoStep

Item = TypeVar("Item")
Row = TypeVar("Row", ListEntry, Official, Exemption, PolicyRevision, AuditRow, Report, UndoStep)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# 17 digits of microseconds reach the year 5138, within what a datetime holds.
CURSOR: Final = "^([0-9]{1,17})-([0-9]{1,18})$"


class Page(Out, Generic[Item]):
    """One page. ``next`` is the path of the page after it, or null on the last."""

    items: list[Item]
    next: str | None


class Limited(BaseModel):
    """How much of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=200, description="At most so many items.")] = 50


class Search(Limited):
    """What is asked of a list that is searched and paged by id."""

    search: Annotated[
        str, Field(max_length=200, description="A number in any form, four or more of its digits, or words.")
    ] = ""
    after: Annotated[int | None, Field(ge=1, le=MAX_ID, description="From `next`.")] = None


def next_link(request: Request, parameter: str, key: object) -> str:
    """Return path and query of the page that begins after ``key``, with the same filters."""
    url = request.url.include_query_params(**{parameter: str(key)})
    return f"{url.path}?{url.query}"


def after_link(request: Request, found: "page.Page[Row]") -> str | None:
    """Return the link to the page after one that is ordered by id."""
    return next_link(request, "after", found.items[-1].id) if found.more else None


def write_cursor(at: datetime, id: int) -> str:  # noqa: A002 - the column's name
    """Write the key of a call: microseconds since 1970 and id."""
    return f"{(at - _EPOCH) // _MICROSECOND}-{id}"


def read_cursor(text: str) -> Cursor:
    """Read what ``write_cursor`` wrote. Raises Problem (422)."""
    match = re.fullmatch(CURSOR, text, re.ASCII)
    if match is None:
        raise invalid("before", text, "is no key of a page; use the link in 'next' as it is")
    return Cursor(_EPOCH + int(match[1]) * _MICROSECOND, int(match[2]))
