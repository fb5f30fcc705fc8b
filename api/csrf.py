"""Keeps other sites from acting in the name of who is signed in: browsers send our cookie with theirs too.

Two things must be right: the browser says that one of our pages asks, and the request carries what only our
pages know.
"""

import secrets
from http import HTTPStatus
from typing import Final

from fastapi import Request

from api.problems import Problem

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def from_here(request: Request) -> None:
    """Refuse what another site's page sends. Raises Problem (403).

    Where the browser says nothing of it (RFC 6454 has it send Origin with POST), it is refused as well.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise _refused(f"it comes from another site's page (Sec-Fetch-Site: {site[:40]!r})")
        return
    origin = request.headers.get("origin", "")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if origin.lower() != own.lower():
        raise _refused(f"it comes from another site's page (Origin: {origin[:200]!r})")


async def check(request: Request, expected: str) -> None:
    """Refuse an unsafe request that does not come from one of our pages. Raises Problem (403)."""
    if request.method in SAFE:
        return
    from_here(request)
    given = request.headers.get(HEADER, "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not given and kind in _FORMS:
        field = (await request.form()).get(FIELD, "")
        given = field if isinstance(field, str) else ""
    if not secrets.compare_digest(given.encode(), expected.encode()):
        await request.close()  # files of the form
        raise _refused(f"it lacks the right token in {HEADER} or the field {FIELD}; load the page again")


def _refused(why: str) -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN,
        f"nothing was done: {why}",
        kind="cross-site",
        title="The request does not come from this page",
    )
