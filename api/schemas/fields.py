"""What all resources on the wire are made of. Requests are strict, answers read from stored values."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

MAX_ID: Final = 2**63 - 1


def _readable(text: str) -> str:
    """Refuse what no keyboard writes: NUL, which PostgreSQL can't store, and characters that hide."""
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\n\t":
            raise ValueError(f"holds the invisible character U+{ord(char):04X}; remove it")
    return text


def _in_utc(at: datetime) -> datetime:
    """Refuse a time that is none in UTC, as the stores keep it: of the calendar's first or last hours."""
    try:
        at.astimezone(UTC)
    except OverflowError:
        raise ValueError("is beyond the calendar; write a time of the years 1 to 9999 in UTC") from None
    return at


def _written_out(value: Any) -> Any:
    """Refuse a number, which would count as seconds since 1970: nobody means that."""
    try:
        float(value)
    except (TypeError, ValueError):
        return value
    raise PydanticCustomError("time_as_number", "is a number")


def given(value: Any) -> Any:
    """Refuse null for a field that always has a value."""
    if value is None:
        raise ValueError("can't be null; leave the field out to keep it as it is")
    return value


Id = Annotated[int, Path(ge=1, le=MAX_ID)]
Number = Annotated[str, Field(min_length=1, max_length=64)]
Readable: Final = AfterValidator(_readable)
ShortText = Annotated[str, Field(max_length=200), Readable]
LongText = Annotated[str, Field(max_length=5000), Readable]
Time = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
Day = Annotated[date, BeforeValidator(_written_out)]
Left = SkipJsonSchema[None]
"""Stands for a field of a change that was left out; the description does not offer null."""
Utc = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]


class In(BaseModel):
    """A request's body; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


class Change(In):
    """A request's body that changes the fields given and keeps the others; so none has a default."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe it without defaults: null stands for nothing that could be sent."""
        described = handler.resolve_ref_schema(handler(core))
        for field in described["properties"].values():
            field.pop("default", None)
        return described


class Out(BaseModel):
    """An answer, read from a stored value."""

    model_config = ConfigDict(from_attributes=True)
