"""The whole story of one call: what came, what was judged and why, what was done and played, how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.pages.call_row import Row, imitates, row
from api.pages.causes import cause
from blocklist.kinds import LookalikeKind
from blocklist.number import NumberKind
from blocklist.numbers import normalise
from screener import words
from screener.calls import Did, Mode, Rule
from screener.models import CallRecord
from screener.readings import reading
from screener.words import Words


@dataclass(frozen=True, slots=True)
class Fit:
    """A rule that fitted, and why. ``reason`` may hold text of the caller; ``entry_id`` is the entry's."""

    rule: Words
    reason: str
    kind: Words | None
    imitates: Words | None
    entry_id: int | None
    decided: bool


@dataclass(frozen=True, slots=True)
class Played:
    """What was played to the caller and to the called person."""

    caller: Words
    called: Words


@dataclass(frozen=True, slots=True)
class Story:
    """One call. ``talk_began`` is reckoned from its end; ``read`` says as what the number was read.

    ``searchable`` is the number by which other calls of this caller are found, empty for a withheld one.
    """

    record: CallRecord
    row: Row
    read: Words
    passive: bool
    fits: Sequence[Fit]
    played: Played
    talk_began: datetime | None
    cause: Words | None
    searchable: str


def story(call: CallRecord) -> Story:
    """Put all that is recorded of a call in words."""
    sent = call.raw_number or call.shown_number
    number = normalise(sent)
    talked = call.answered and call.ended_at is not None
    return Story(
        record=call,
        row=row(call),
        read=reading(number),
        passive=call.mode == Mode.PASSIVE,
        fits=[_fit(call, place) for place in range(len(call.hits))],
        played=_played(call),
        talk_began=call.ended_at - timedelta(seconds=call.talk_seconds or 0)
        if talked and call.ended_at
        else None,
        cause=cause(call.hangup_cause),
        searchable="" if number.kind in {NumberKind.WITHHELD, NumberKind.UNREADABLE} else call.number,
    )


def _fit(call: CallRecord, place: int) -> Fit:
    hit = call.hits[place]
    rule = Rule(hit["rule"])
    return Fit(
        rule=words.RULES[rule],
        reason=hit["reason"],
        kind=words.KINDS[LookalikeKind(hit["kind"])] if hit["kind"] else None,
        imitates=imitates(rule, hit["imitates"], hit["organisation"]),
        entry_id=hit["entry_id"],
        decided=place == 0,
    )


def _played(call: CallRecord) -> Played:
    did = Did(call.did)
    if did is Did.BLOCK:
        return Played(_NOTICE, _NO_RING)
    if did is Did.WARN:
        return Played(_NOTHING, row(call).done)
    if did is Did.UNKNOWN:
        return Played(_UNKNOWN, _UNKNOWN)
    return Played(_NOTHING, _NOTHING)


_NOTHING = Words("không phát gì", "nothing")
_UNKNOWN = Words("không rõ: tổng đài chưa báo lại", "not known: the exchange has not said")
_NOTICE = Words(
    "thông báo từ chối, sau đó tổng đài ngắt (tổng đài không báo lại thông báo đã phát hết hay chưa)",
    "the notice of refusal, then the exchange hung up (it does not tell whether all of it was heard)",
)
_NO_RING = Words("không phát gì, máy lẻ không đổ chuông", "nothing: the phone did not ring")
