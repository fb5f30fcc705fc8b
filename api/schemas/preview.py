"""What an entry would be and would have fitted, on the wire."""

from api.schemas.fields import Out, Utc
from blocklist.entries import Match


class CallerBeforeOut(Out):
    """A caller whose calls fit. ``often_answered``: talked to for a minute or more on three days or more."""

    number: str
    calls: int
    answered: int
    talked_days: int
    often_answered: bool


class ForesightOut(Out):
    """The calls of the last 30 days that fit; ``callers`` are those with most calls.

    ``looked_at`` is 0 where all calls since then were looked at, else how many of the latest.
    """

    since: Utc
    calls: int
    answered: int
    last: Utc | None
    callers: list[CallerBeforeOut]
    often_answered: list[CallerBeforeOut]
    looked_at: int


class PreviewOut(Out):
    """How an entry was read, the id of the same one that is there, its remarks, what it would have fitted."""

    match: Match
    pattern: str
    existing: int | None
    remarks: list[str]
    foresight: ForesightOut
