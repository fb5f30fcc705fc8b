"""Exemptions on the wire."""

from typing import Annotated

from pydantic import Field

from api.paging import Limited
from api.schemas.fields import MAX_ID, Out, Utc


class ExemptionQuery(Limited):
    """Which exemptions are asked for."""

    after: Annotated[int | None, Field(ge=1, le=MAX_ID, description="From `next`.")] = None


class ExemptionOut(Out):
    """A number that may be shown by calls over one trunk of one PBX, and by no others."""

    id: int
    version: str
    number: str
    pbx: str
    trunk: str
    note: str
    author: str
    created_at: Utc
