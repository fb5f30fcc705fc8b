"""How somebody wants to read the page, kept in their browser: the language, and light or dark."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import RedirectResponse

from api.languages import Language
from api.local import local_only
from api.pages.frame import LANGUAGE_COOKIE, LOOK_COOKIE, Look

_KEPT_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers keep a cookie at most (RFC 6265bis, section 5.5)."""

router = APIRouter(dependencies=[Depends(local_only)], include_in_schema=False)


@router.post("/choices")
def choose(
    language: Language | None = None,
    look: Look | None = None,
    back: Annotated[str, Query(max_length=2000)] = "/",
) -> RedirectResponse:
    """Keep what was chosen and go back to the page where it was."""
    answer = RedirectResponse(_own(back), HTTPStatus.SEE_OTHER)
    for cookie, chosen in ((LANGUAGE_COOKIE, language), (LOOK_COOKIE, look)):
        if chosen is not None:
            answer.set_cookie(cookie, chosen.value, max_age=_KEPT_SECONDS, httponly=True, samesite="lax")
    return answer


def _own(path: str) -> str:
    """Return a path of ours: ``//host`` and ``/\\host`` lead elsewhere, and control characters hide that."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"
