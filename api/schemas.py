"""What goes over the wire: requests are strict, answers are read from the stored values. Times are UTC."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from blocklist.drafts import written
from blocklist.entries import EntryKind, Match
from blocklist.lookalike import LookalikeKind
from blocklist.models import ListEntry
from screener.calls import Action, Did, Mode, Rule

Item = TypeVar("Item")
MAX_ID = 2**63 - 1


def _readable(text: str) -> str:
    """Refuse what no keyboard writes: NUL, which PostgreSQL can't store, and characters that hide."""
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\n\t":
            raise ValueError(f"holds the invisible character U+{ord(char):04X}; remove it")
    return text


def _given(value: Any) -> Any:
    """Refuse null for a field that always has a value."""
    if value is None:
        raise ValueError("can't be null; leave the field out to keep it as it is")
    return value


Number = Annotated[str, Field(min_length=1, max_length=64)]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(_readable)]
LongText = Annotated[str, Field(max_length=5000), AfterValidator(_readable)]
Utc = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Page(_Out, Generic[Item]):
    """One page. ``next`` is the path of the page after it, or null on the last."""

    items: list[Item]
    next: str | None


class EntryNew(_In):
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


class EntryChange(_In):
    """Fields to change; those not given stay. ``expires_at`` null makes the entry stay for good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Đã xác minh", "expires_at": None}]})

    kind: EntryKind | None = None
    pattern: Number | None = None
    note: LongText | None = None
    source: ShortText | None = None
    expires_at: AwareDatetime | None = None

    _given = field_validator("kind", "pattern", "note", "source", mode="before")(_given)


class EntryOut(_Out):
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
    def of(cls, entry: ListEntry) -> "EntryOut":
        """Make the answer from a stored entry."""
        fields = {name: getattr(entry, name) for name in cls.model_fields}
        return cls.model_validate(fields | {"pattern": written(entry)})


class OfficialNew(_In):
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
    organisation: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_readable)]
    receives_only: bool = False
    confirmed: bool = False
    note: LongText = ""
    source: Annotated[str, Field(max_length=500), AfterValidator(_readable)] = ""
    last_checked: date | None = None


class OfficialChange(_In):
    """Fields to change; those not given stay. ``last_checked`` null says that nobody has checked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"confirmed": True, "last_checked": "2026-11-20"}]}
    )

    number: Number | None = None
    organisation: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_readable)] | None = None
    receives_only: bool | None = None
    confirmed: bool | None = None
    note: LongText | None = None
    source: Annotated[str, Field(max_length=500), AfterValidator(_readable)] | None = None
    last_checked: date | None = None

    _given = field_validator(
        "number", "organisation", "receives_only", "confirmed", "note", "source", mode="before"
    )(_given)


class OfficialOut(_Out):
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


class CallOut(_Out):
    """A screened call. All text but ``pbx`` may have been written by the caller."""

    id: int
    pbx: str
    uniqueid: str
    at: Utc
    mode: Mode
    trunk: str
    called: str
    number: str
    shown_number: str
    shown_name: str
    raw_number: str
    raw_name: str
    sip_from: str
    network_number: str
    diversions: list[str]
    presentation: str
    attestation: str
    malformed: bool
    action: Action
    """What the verdict asked for."""
    rule: Rule
    kind: LookalikeKind | None
    imitates: str | None
    imitates_organisation: str | None
    reason: str
    hits: list[dict[str, Any]]
    decision_us: int
    enforced: bool
    """False: monitor-only, or the switch was off."""
    listener: str
    did: Did
    """What the exchange says it did."""
    did_detail: str
    hold_ms: int | None
    answered: bool | None
    answered_by: str | None
    talk_seconds: int | None
    hangup_cause: int | None
    ended_at: Utc | None
    end_missed_at: Utc | None
    """When the exchange was found to have no such call any more, where the service missed its end."""
