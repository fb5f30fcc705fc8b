"""The audit log on the wire."""

import json
from typing import Annotated, Any, Self

from pydantic import Field

from api.paging import Limited
from api.schemas.fields import MAX_ID, In, Out, Time, Utc
from screener.audit.log import Wanted
from screener.audit.models import AuditRow


class AuditFilter(In):
    """Which changes are asked for: those that fit all filters."""

    actor: Annotated[
        str | None, Field(max_length=200, description="Who: a user, a token, a part of the service.")
    ] = None
    subject: Annotated[
        str | None, Field(max_length=32, description="What sort of thing was changed.", examples=["entry"])
    ] = None
    key: Annotated[str | None, Field(max_length=64, description="Its id.")] = None
    change: Annotated[str | None, Field(max_length=16, examples=["removed"])] = None
    since: Annotated[Time | None, Field(examples=["2026-11-01T00:00:00Z"])] = None
    until: Annotated[Time | None, Field(description="Not included.")] = None

    def wanted(self) -> Wanted:
        """Return the filters as the log takes them."""
        return Wanted(self.actor, self.subject, self.key, self.change, self.since, self.until)


class AuditQuery(AuditFilter, Limited):
    """Which page of them."""

    after: Annotated[int | None, Field(ge=1, le=MAX_ID, description="From `next`.")] = None


class AuditOut(Out):
    """One change. ``before`` is null for what was added, ``after`` for what was removed."""

    id: int
    at: Utc
    actor: str
    role: str
    how: str
    origin: str
    request_id: str
    subject: str
    change: str
    key: str
    label: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    signer: str
    mac: str

    @classmethod
    def of(cls, row: AuditRow) -> Self:
        """Read a row; the texts of before and after become objects."""
        fields = {name: getattr(row, name) for name in cls.model_fields}
        sides = {name: json.loads(fields[name]) for name in ("before", "after") if fields[name] is not None}
        return cls.model_validate(fields | sides)
