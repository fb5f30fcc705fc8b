"""Official numbers on the wire."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator

from api.schemas.fields import In, LongText, Number, Out, Readable, Utc, given

Organisation = Annotated[str, Field(min_length=1, max_length=300), Readable]
Source = Annotated[str, Field(max_length=500), Readable]


class OfficialNew(In):
    """An official number to add to the registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": "0237 3725 725",
                    "organisation": "Công an tỉnh Thanh Hóa",
                    "confirmed": True,
                    "source": "Công văn 140/CAT-PV01",
                    "last_checked": "2026-11-01",
                }
            ]
        }
    )

    number: Number
    organisation: Organisation
    receives_only: bool = False
    confirmed: bool = False
    note: LongText = ""
    source: Source = ""
    last_checked: date | None = None


class OfficialChange(In):
    """Fields to change; those not given stay. ``last_checked`` null says that nobody has checked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"confirmed": True, "last_checked": "2026-11-20"}]}
    )

    number: Number | None = None
    organisation: Organisation | None = None
    receives_only: bool | None = None
    confirmed: bool | None = None
    note: LongText | None = None
    source: Source | None = None
    last_checked: date | None = None

    _given = field_validator(
        "number", "organisation", "receives_only", "confirmed", "note", "source", mode="before"
    )(given)


class OfficialOut(Out):
    """An official number. ``receives_only``: it never calls anybody, so a call that shows it is forged."""

    id: int
    number: str
    organisation: str
    receives_only: bool
    confirmed: bool
    note: str
    source: str
    last_checked: date | None
    created_at: Utc
    updated_at: Utc
