"""Official numbers on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field, field_validator

from api.paging import Search
from api.schemas.fields import Change, Day, In, Left, LongText, Out, Readable, Utc, given

Organisation = Annotated[str, Field(min_length=1, max_length=300), Readable]
Source = Annotated[str, Field(max_length=500), Readable]
MaybeNumber = Annotated[
    str, Field(max_length=64, description="A number or a range; empty where only names are known.")
]
Name = Annotated[
    str, Field(max_length=300, description="What the office calls itself on a display."), Readable
]
Aliases = Annotated[tuple[Name, ...], Field(max_length=50, description="Other names of the office.")]


class OfficialQuery(Search):
    """Which official numbers are asked for."""

    confirmed: Annotated[bool | None, Field(description="false: those that are to be confirmed.")] = None


class OfficialNew(In):
    """An official number to add to the registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": "0237 3725 725",
                    "organisation": "Công an tỉnh Thanh Hóa",
                    "aliases": ["CA tỉnh Thanh Hóa"],
                    "confirmed": True,
                    "source": "Công văn 140/CAT-PV01",
                    "last_checked": "2026-11-01",
                }
            ]
        }
    )

    number: MaybeNumber = ""
    organisation: Organisation
    name: Name = ""
    aliases: Aliases = ()
    receives_only: bool = False
    confirmed: bool = False
    note: LongText = ""
    source: Source = ""
    last_checked: Day | None = None


class OfficialChange(Change):
    """Fields to change; those not given stay. ``last_checked`` null says that nobody has checked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"confirmed": True, "last_checked": "2026-11-20"}]}
    )

    number: MaybeNumber | Left = None
    organisation: Organisation | Left = None
    name: Name | Left = None
    aliases: Aliases | Left = None
    receives_only: bool | Left = None
    confirmed: bool | Left = None
    note: LongText | Left = None
    source: Source | Left = None
    last_checked: Day | None = None

    _given = field_validator(
        "number",
        "organisation",
        "name",
        "aliases",
        "receives_only",
        "confirmed",
        "note",
        "source",
        mode="before",
    )(given)


class OfficialConfirmed(In):
    """That somebody asked the office, or looked it up at a source of the office's own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"checked_on": "2026-11-20"}, {}]})

    checked_on: Annotated[Day | None, Field(description="The day; today where none is given.")] = None


class OfficialOut(Out):
    """A line of an authority. ``receives_only``: it never calls anybody, so a call that shows it is forged.

    ``last`` is the last number of a range that begins with ``number``, else empty; ``number`` is empty where
    only the office's names are known.
    """

    id: int
    version: str
    number: str
    last: str
    organisation: str
    name: str
    aliases: list[str]
    receives_only: bool
    confirmed: bool
    note: str
    source: str
    last_checked: Day | None
    created_at: Utc
    updated_at: Utc
