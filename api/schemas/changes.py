"""Changes of the lists that can be undone, on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.paging import Limited
from api.schemas.check import WordsOut
from api.schemas.fields import MAX_ID, Out, Utc
from blocklist.entries import EntryKind
from screener.undo import Hindrance
from screener.undo_noting import KEPT, What
from screener.undo_tables import UndoStep


class ChangesQuery(Limited):
    """Which changes are asked for."""

    after: Annotated[int | None, Field(ge=1, le=MAX_ID, description="From `next`.")] = None


class ChangeOut(Out):
    """What somebody did to one entry or many at once.

    ``label`` is the first entry as it is written, of an import its source; ``kind`` the first one's list.
    ``restored`` counts the entries that were put back.
    """

    id: int
    at: Utc
    by: str
    what: What
    kind: EntryKind | None
    label: str
    count: int
    restored: int
    undone_at: Utc | None
    undone_by: str
    until: Utc

    @classmethod
    def fields(cls, step: UndoStep) -> dict[str, object]:
        """Return the fields of a stored change."""
        until: datetime = step.at + KEPT
        told = {name: getattr(step, name) for name in ChangeOut.model_fields if name != "until"}
        return told | {"kind": step.kind or None, "until": until}

    @classmethod
    def of(cls, step: UndoStep) -> "ChangeOut":
        """Read a stored change."""
        return ChangeOut.model_validate(ChangeOut.fields(step))


class StayedOut(Out):
    """An entry that was not put back, and why."""

    entry_id: int
    pattern: str
    why: Hindrance
    words: WordsOut


class ChangeWhole(ChangeOut):
    """A change with the first entries that stayed as they were when it was undone."""

    stayed: list[StayedOut]
