"""What is asked of many entries at once, on the wire."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from api.schemas.fields import MAX_ID, In, Out, Time
from blocklist.entries import Category


class Do(StrEnum):
    """What is done to the entries."""

    REMOVE = "remove"
    END = "end"
    MOVE = "move"


class Chosen(In):
    """An entry, and the ``version`` that was shown of it; without one it is changed in any case."""

    id: Annotated[int, Field(ge=1, le=MAX_ID)]
    version: Annotated[str | None, Field(max_length=64)] = None


class BulkAsked(In):
    """``remove`` entries, let them ``end`` (at ``expires_at``, else now), or ``move`` them to a category."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"do": "remove", "entries": [{"id": 7, "version": "5f3c9a0d2b7e4c61"}]},
                {"do": "move", "category": "scam", "entries": [{"id": 7}, {"id": 8}]},
            ]
        }
    )

    do: Do
    entries: Annotated[list[Chosen], Field(min_length=1, max_length=500)]
    category: Category | None = None
    expires_at: Time | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.category is not None) is not (self.do is Do.MOVE):
            raise ValueError("category is for 'move', and needed there")
        if self.expires_at is not None and self.do is not Do.END:
            raise ValueError("expires_at is for 'end'; leave it out")
        return self


class BulkOut(Out):
    """The ids of what was changed, of what is not there, and of what somebody changed meanwhile."""

    done: list[int]
    missing: list[int]
    changed_meanwhile: list[int]
