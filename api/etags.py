"""Entity tags (RFC 9110, sections 8.8.3 and 13.1.1): who changes what somebody else has changed meanwhile is
told so, and nothing is overwritten.

The tag of a thing is its version in quotes, which lists tell too.
"""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from api.problems import invalid
from blocklist.versions import Shown, Versioned

_TAG: Final = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST: Final = re.compile(rf"\s*{_TAG}(?:\s*,\s*{_TAG})*\s*")
_STRONG: Final = re.compile(r'(W/)?"([^"]*)"')


def _if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="The `ETag` of what the change rests on: it is refused (412) where somebody changed "
            "that meanwhile. Without it, or with `*`, it is made in any case.",
            max_length=2000,
            examples=['"5f3c9a0d2b7e4c61"'],
        ),
    ] = None,
) -> Shown:
    """Read the header. A weak tag fits nothing here, as the RFC asks. Raises Problem (422)."""
    if if_match is None or if_match.strip() == "*":
        return None
    if not _LIST.fullmatch(if_match):
        raise invalid("If-Match", if_match, 'holds no entity tags; send the ETag as it was, as in "5f3c9a0d"')
    return frozenset(tag for weak, tag in _STRONG.findall(if_match) if not weak)


IfMatch = Annotated[Shown, Depends(_if_match)]


def tag(row: Versioned) -> str:
    """Return the entity tag of a row."""
    return f'"{row.version}"'


def tell(response: Response, row: Versioned) -> None:
    """Put the tag of what is answered into the header."""
    response.headers["ETag"] = tag(row)
