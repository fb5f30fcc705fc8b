"""The page "Log of changes": who changed what, when, from where, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.asking import page_needs
from api.deps import Shared
from api.pages.changes import CHANGES, SUBJECTS, shown
from api.pages.frame import Framed
from api.pages.navigation import N_
from api.schemas.fields import MAX_ID
from screener.access.roles import Permission
from screener.audit.log import Wanted

_EXPORT: Final = "/api/v1/audit/export"
_NO_DAY: Final = N_("This is no day of the calendar; choose one again.")

router = APIRouter(prefix="/audit", include_in_schema=False)

_Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked for, as it was typed; empty is everything. ``until`` is the last day that counts."""

    actor: str = ""
    subject: str = ""
    key: str = ""
    change: str = ""
    since: str = ""
    until: str = ""

    @property
    def given(self) -> Mapping[str, str]:
        """Return what is not empty, for links to the same."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in named.items() if value}

    def wanted(self, zone: tzinfo) -> Wanted:
        """Return the filter as the log takes it; days are those of ``zone``.

        Raises ValueError and OverflowError for what is no day.
        """
        return Wanted(
            self.actor or None,
            self.subject or None,
            self.key or None,
            self.change or None,
            _midnight(self.since, zone),
            _midnight(self.until, zone, days=1),
        )


@router.get("", dependencies=[page_needs(Permission.SEE_AUDIT)])
def show(
    shared: Shared,
    frame: Framed,
    actor: _Text = "",
    subject: _Text = "",
    key: _Text = "",
    change: _Text = "",
    since: _Text = "",
    until: _Text = "",
    after: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> HTMLResponse:
    """Show one page of the changes that fit, the latest first."""
    asked = Filter(actor.strip(), subject, key, change, since, until)
    texts: dict[str, Any] = {"subjects": SUBJECTS, "changes": CHANGES, "asked": asked, "after": after}
    try:
        wanted = asked.wanted(shared.zone)
    except (ValueError, OverflowError):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return frame.page("audit.html", status, refused=_NO_DAY, rows=(), older="", export="", **texts)
    found = shared.audit.page(wanted, after=after)
    older = urlencode({**asked.given, "after": found.items[-1].id}) if found.more else ""
    return frame.page(
        "audit.html",
        refused="",
        rows=tuple(shown(row) for row in found.items),
        older=f"/audit?{older}" if older else "",
        export=_export(wanted),
        **texts,
    )


def _export(wanted: Wanted) -> str:
    """Return the link to the same changes as CSV, all of them."""
    named = {name: getattr(wanted, name) for name in wanted.__slots__}
    given = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in named.items()
        if value is not None
    }
    return f"{_EXPORT}?{urlencode(given)}" if given else _EXPORT


def _midnight(day: str, zone: tzinfo, days: int = 0) -> datetime | None:
    """Return when a day begins, ``days`` later; None for no day."""
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), zone).astimezone(UTC)
