"""Screened calls on the wire."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.paging import CURSOR, Limited
from api.schemas.fields import In, Out, Time, Utc
from blocklist.kinds import LookalikeKind
from screener.call_exports import Format
from screener.calls import Action, Did, Mode, Rule


class CallFilters(BaseModel):
    """Which calls are meant: those that fit all filters."""

    number: Annotated[
        str | None,
        Field(max_length=64, description="The caller, in any written form.", examples=["+84912345678"]),
    ] = None
    part: Annotated[
        str | None, Field(min_length=1, max_length=32, description="Some digits of the caller's number.")
    ] = None
    called: Annotated[str | None, Field(max_length=80, description="The extension that was called.")] = None
    action: Annotated[Action | None, Field(description="What the verdict asked for.")] = None
    rule: Annotated[Rule | None, Field(description="The rule that decided.")] = None
    pbx: Annotated[str | None, Field(max_length=64)] = None
    did: Annotated[Did | None, Field(description="What the exchange did.")] = None
    answered: Annotated[bool | None, Field(description="Whether somebody answered.")] = None
    since: Annotated[Time | None, Field(examples=["2026-11-01T00:00:00Z"])] = None
    until: Annotated[Time | None, Field(description="Not included.")] = None


class CallQuery(CallFilters, Limited):
    """Which page of the calls is asked for."""

    before: Annotated[
        str | None, Field(max_length=40, description="From `next`.", json_schema_extra={"pattern": CURSOR})
    ] = None


class CallOut(Out):
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


class ExportNew(CallFilters, In):
    """A file of the calls that fit all filters."""

    format: Format


class ExportOut(Out):
    """How an export stands. ``problem`` says why it failed."""

    id: str
    format: Format
    state: Literal["writing", "done", "failed"]
    written: int
    """Calls that the file holds so far."""
    asked_at: Utc
    asked_by: str
    problem: str


class ExportsOut(Out):
    """The exports that are kept, the latest first."""

    items: list[ExportOut]
