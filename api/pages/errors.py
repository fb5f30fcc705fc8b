"""Errors as people meet them: what happened, what it means for calls, what to do, in the frame of the page.

Programs get the same as a problem document (``api.problems``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from api.pages.frame import framed
from api.pages.navigation import N_
from api.problems import Problem, ProblemResponse

_FOR_PROGRAMS: Final = ("/api/", "/health/", "/metrics", "/static/")


@dataclass(frozen=True, slots=True)
class Told:
    """An error in three sentences, in English as the catalogues have them."""

    title: str
    calls: str
    remedy: str


_CALLS_GO_ON: Final = N_("Calls are not affected: they are screened as before.")
_TOLD: Final[Mapping[HTTPStatus, Told]] = {
    HTTPStatus.BAD_REQUEST: Told(
        N_("The service did not understand this request"), _CALLS_GO_ON, N_("Go back and try it once more.")
    ),
    HTTPStatus.FORBIDDEN: Told(
        N_("You may not open this page or do this"),
        _CALLS_GO_ON,
        N_("If you need it for your work, ask the administrator for the right to it."),
    ),
    HTTPStatus.NOT_FOUND: Told(
        N_("There is no such page"),
        _CALLS_GO_ON,
        N_("What it showed may have been deleted, or the address is misspelt. Choose a page from the menu."),
    ),
    HTTPStatus.CONFLICT: Told(
        N_("It could not be done as things stand"),
        _CALLS_GO_ON,
        N_(
            "Somebody may have changed it meanwhile. Load the page again and look at it before you try again."
        ),
    ),
    HTTPStatus.PRECONDITION_FAILED: Told(
        N_("Somebody else changed it meanwhile; nothing was done"),
        _CALLS_GO_ON,
        N_("Load the page again and look at how it is now, then decide anew."),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Told(
        N_("Something that was entered can't be used; nothing was changed"),
        _CALLS_GO_ON,
        N_("Go back, correct it as the details below say, and send it again."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Told(
        N_("The database does not answer just now"),
        N_("Every call rings or is screened by the lists in memory; the page “Now” says which."),
        N_("Wait for a few seconds and load the page again. If it lasts, tell the administrator."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Told(
        N_("The page failed: a fault of this program"),
        _CALLS_GO_ON,
        N_("Try again. If it fails again, tell the administrator when, and what you did: the log says why."),
    ),
}
_OTHERWISE: Final = Told(N_("The page could not be shown"), _CALLS_GO_ON, N_("Go back and try it once more."))


def answer(request: Request, problem: Problem) -> Response:
    """Answer a request with an error: a page to whoever reads one, a problem document to programs.

    A part of a page that was asked for (htmx) gets a message that is shown in a corner of it.
    """
    asked_by_part = request.headers.get("hx-request") == "true"
    reads_pages = asked_by_part or "text/html" in request.headers.get("accept", "")
    if not reads_pages or request.url.path.startswith(_FOR_PROGRAMS):
        return ProblemResponse(problem)
    frame = framed(request)
    html = frame.render(
        "message.html" if asked_by_part else "error.html",
        told=_TOLD.get(problem.status, _OTHERWISE),
        status=problem.status.value,
        detail=problem.detail,
    )
    return HTMLResponse(html, problem.status.value, problem.headers)
