"""How somebody wants to read the page, kept in their browser: the language, and light or dark."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse

from api.languages import Language
from api.pages.frame import LANGUAGE_COOKIE, LOOK_COOKIE, Look
from api.pages.own_path import own_path

_KEPT_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers keep a cookie at most (RFC 6265bis, section 5.5)."""

router = APIRouter(include_in_schema=False)


@router.post("/choices")
def choose(
    language: Language | None = None,
    look: Look | None = None,
    back: Annotated[str, Query(max_length=2000)] = "/",
) -> RedirectResponse:
    """Keep what was chosen and go back to the page where it was."""
    answer = RedirectResponse(own_path(back), HTTPStatus.SEE_OTHER)
    for cookie, chosen in ((LANGUAGE_COOKIE, language), (LOOK_COOKIE, look)):
        if chosen is not None:
            answer.set_cookie(cookie, chosen.value, max_age=_KEPT_SECONDS, httponly=True, samesite="lax")
    return answer
