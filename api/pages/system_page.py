"""The page "System": links, database, lists in memory, versions, and the settings in force.

It needs no database: it is looked at when that is away.
"""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api import system
from api.asking import page_needs
from api.deps import Shared
from api.pages import outages
from api.pages.board import shown_link
from api.pages.frame import Framed
from screener.access.roles import Permission

router = APIRouter(prefix="/system", include_in_schema=False)


@router.get("", dependencies=[page_needs(Permission.SEE)])
def show(shared: Shared, frame: Framed) -> HTMLResponse:
    """Show the state of the installation; settings to whoever may see them."""
    health = shared.health()
    age = health.snapshot_age_seconds
    links = [(link, shown_link(link, health.enforcing, lists=age is not None)) for link in health.links]
    return frame.page(
        "system.html",
        links=links,
        outage=outages.told(health, calls_known=True, zone=shared.zone),
        detail=health.outage,
        enforcing=health.enforcing,
        lists=system.lists(shared, age),
        checked_at=None if age is None else shared.clock() - timedelta(seconds=age),
        versions=shared.about.versions,
        settings=shared.about.settings if frame.may(Permission.SEE_SETTINGS) else (),
    )
