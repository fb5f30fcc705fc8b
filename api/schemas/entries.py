"""Entries of the allow, block and watch lists on the wire."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, field_validator

from api.paging import Search
from api.schemas.fields import Change, In, Left, LongText, Out, ShortText, Time, Utc, given
from blocklist.drafts import written
from blocklist.entries import Category, EntryKind, Match, Override
from blocklist.models import ListEntry
from blocklist.search import Expiry

Pattern = Annotated[str, Field(min_length=1, max_length=200)]
Called = Annotated[tuple[Annotated[str, Field(max_length=24)], ...], Field(max_length=100)]


class EntryQuery(Search):
    """Which entries are asked for."""

    kind: EntryKind | None = None
    category: Category | None = None
    author: Annotated[str | None, Field(max_length=200, description="Who made it, in full.")] = None
    source: Annotated[str | None, Field(max_length=200, description="Its source, in full.")] = None
    expiry: Annotated[Expiry | None, Field(description="Whether it still counts, or has an end.")] = None


class EntryNew(In):
    """An entry to add: a number in any written form, or what else ``pattern`` may be.

    ``0162*`` are first digits, ``0912345000 - 0912345999`` a range, ``0912??5678`` a pattern, ``raw:+840*``
    the digits as the caller presents them, ``name:*cong an*`` the caller's name. ``action`` is what a block
    entry asks for where that is not what its rule asks for; ``pbx`` and ``called`` say where it counts.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "block", "pattern": "+84 912 345 678", "note": "Tự xưng thanh tra y tế, 12/11/2026"},
                {"kind": "block", "pattern": "+375*", "expires_at": "2027-01-01T00:00:00Z"},
                {"kind": "watch", "pattern": "0912??5678", "category": "scam", "called": ["10*"]},
            ]
        }
    )

    kind: EntryKind
    pattern: Pattern
    note: LongText = ""
    source: ShortText = ""
    expires_at: Time | None = None
    category: Category = Category.OTHER
    action: Override | None = None
    pbx: ShortText = ""
    called: Called = ()


class EntryChange(Change):
    """Fields to change; those not given stay. ``expires_at`` null makes the entry stay for good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Đã xác minh", "expires_at": None}]})

    kind: EntryKind | Left = None
    pattern: Pattern | Left = None
    note: LongText | Left = None
    source: ShortText | Left = None
    expires_at: Time | None = None
    category: Category | Left = None
    action: Override | None = None
    pbx: ShortText | Left = None
    called: Called | Left = None

    _given = field_validator("kind", "pattern", "note", "source", "category", "pbx", "called", mode="before")(
        given
    )


class EntryOut(Out):
    """An entry of a list. ``pattern`` is in national form, a prefix ends in ``*``.

    ``imported`` names the import that brought it, empty for the agency's own.
    """

    id: int
    version: str
    kind: EntryKind
    match: Match
    pattern: str
    note: str
    author: str
    source: str
    expires_at: Utc | None
    category: Category
    action: Override | None
    pbx: str
    called: list[str]
    imported: str
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, entry: ListEntry, **more: object) -> Self:
        """Make the answer from a stored entry, and from what the entry itself does not hold."""
        fields = {name: getattr(entry, name) for name in cls.model_fields if name not in more}
        read = {
            "pattern": written(entry),
            "called": entry.called.split(),
            "action": entry.action or None,
        }
        return cls.model_validate(fields | read | more)


class EntryRemarked(EntryOut):
    """An entry with ``remarks``: sentences on what it hits that it should not, or why it is idle."""

    remarks: list[str]
