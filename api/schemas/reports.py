"""Reports of suspicious calls, and notes on calls, on the wire."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from api.paging import Limited
from api.schemas.fields import MAX_ID, In, LongText, Number, Out, ShortText, Time, Utc
from blocklist.entries import Category
from screener.report_models import Report, ReportNote
from screener.reports import NoteKind, Source, State

Words = Annotated[LongText, Field(min_length=1)]


class ReportQuery(Limited):
    """Which reports are asked for."""

    decided: Annotated[bool | None, Field(description="false: those that wait; true: the others.")] = None
    number: Annotated[str | None, Field(max_length=64, description="The caller, in any written form.")] = None
    after: Annotated[int | None, Field(ge=1, le=MAX_ID, description="From `next`.")] = None


class ReportNew(In):
    """A suspicious call: a recorded one by its id, else the caller's number and what is known of the call."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"call": 7, "note": "Tự xưng công an, đòi số điện thoại của lãnh đạo"},
                {"number": "0912 345 678", "called": "101", "rang_at": "2026-11-23T08:00:00+07:00"},
            ]
        }
    )

    call: Annotated[int | None, Field(ge=1, le=MAX_ID)] = None
    number: Number | None = None
    called: ShortText = ""
    rang_at: Time | None = None
    note: LongText = ""

    @model_validator(mode="after")
    def _call_or_number(self) -> Self:
        if (self.call is None) == (self.number is None):
            raise ValueError("give either the call's id or the caller's number")
        if self.call is not None and (self.called or self.rang_at):
            raise ValueError("called and rang_at are known of a recorded call; leave them out")
        return self


class Confirmed(In):
    """That a report is right. ``block`` puts the number on the block list, with the category."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"category": "impersonation"}]})

    category: Category
    block: bool = True
    note: LongText = ""


class Rejected(In):
    """That a report is not right."""

    note: LongText = ""


class Said(In):
    """A question, an answer or a note."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Người gọi xưng tên là gì?"}]})

    text: Words


class ReportNoteOut(Out):
    """A question about a report, or an answer."""

    id: int
    kind: NoteKind
    text: str
    author: str
    at: Utc


class ReportOut(Out):
    """A report. What is told of the call was written by the caller, but for ``called`` and ``rang_at``."""

    id: int
    call_id: int | None
    number: str
    shown_number: str
    shown_name: str
    called: str
    rang_at: Utc | None
    source: Source
    note: str
    reported_by: str
    reported_at: Utc
    state: State
    category: Category | None
    entry_id: int | None
    """The block entry that was made, or was there; it may have been removed since."""
    decision: str
    decided_by: str
    decided_at: Utc | None

    @classmethod
    def of(cls, row: Report) -> Self:
        """Read a row."""
        fields = {name: getattr(row, name) for name in ReportOut.model_fields}
        return cls.model_validate(fields | {"category": row.category or None, "notes": []})


class ReportWhole(ReportOut):
    """A report with the questions about it and the answers."""

    notes: list[ReportNoteOut]

    @classmethod
    def with_notes(cls, row: Report, notes: tuple[ReportNote, ...]) -> Self:
        """Read a row and its notes."""
        told = [ReportNoteOut.model_validate(note) for note in notes]
        return cls.of(row).model_copy(update={"notes": told})


class CallNoteOut(Out):
    """What somebody wrote beside a call."""

    id: int
    call_id: int
    text: str
    author: str
    at: Utc


class CallNotesOut(Out):
    """The notes on a call, in their order."""

    items: list[CallNoteOut]
