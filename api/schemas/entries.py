"""Entries of the allow and block lists on the wire."""

from typing import Self

from pydantic import AwareDatetime, ConfigDict, field_validator

from api.paging import Search
from api.schemas.fields import In, LongText, Number, Out, ShortText, Utc, given
from blocklist.drafts import written
from blocklist.entries import EntryKind, Match
from blocklist.models import ListEntry


class EntryQuery(Search):
    """Which entries are asked for."""

    kind: EntryKind | None = None


class EntryNew(In):
    """An entry to add: a number in any written form, or the first digits of numbers and ``*`` after them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "block", "pattern": "+84 912 345 678", "note": "Tự xưng thanh tra y tế, 12/11/2026"},
                {"kind": "block", "pattern": "+375*", "expires_at": "2027-01-01T00:00:00Z"},
            ]
        }
    )

    kind: EntryKind
    pattern: Number
    note: LongText = ""
    source: ShortText = ""
    expires_at: AwareDatetime | None = None


class EntryChange(In):
    """Fields to change; those not given stay. ``expires_at`` null makes the entry stay for good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Đã xác minh", "expires_at": None}]})

    kind: EntryKind | None = None
    pattern: Number | None = None
    note: LongText | None = None
    source: ShortText | None = None
    expires_at: AwareDatetime | None = None

    _given = field_validator("kind", "pattern", "note", "source", mode="before")(given)


class EntryOut(Out):
    """An entry of the allow or block list. ``pattern`` is in national form, a prefix ends in ``*``."""

    id: int
    kind: EntryKind
    match: Match
    pattern: str
    note: str
    author: str
    source: str
    expires_at: Utc | None
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, entry: ListEntry, **more: object) -> Self:
        """Make the answer from a stored entry, and from what the entry itself does not hold."""
        fields = {name: getattr(entry, name) for name in cls.model_fields if name not in more}
        return cls.model_validate(fields | {"pattern": written(entry)} | more)


class EntryRemarked(EntryOut):
    """An entry with ``remarks``: sentences on what it hits that it should not, or why it is idle."""

    remarks: list[str]
