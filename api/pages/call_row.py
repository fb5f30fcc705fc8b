"""One call as the pages' lists tell it: who rang whom, the verdict and why, what was done, how it ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.pages.digits import Differing, differing
from blocklist.kinds import LookalikeKind
from screener import words
from screener.calls import Action, Did, Rule
from screener.models import CallRecord
from screener.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """One call. ``number``, ``name``, ``called`` and ``reason`` hold text of the caller: to be escaped.

    ``national`` is the number as it was compared with the lists, where that is not how it was shown; ``also``
    says what else than the deciding rule fits, ``digits`` how the number differs from the one it imitates.
    ``open`` tells that the call goes on, as far as is known.
    """

    id: int
    at: datetime
    open: bool
    number: str
    national: str
    name: str
    called: str
    action: Action
    verdict: Words
    rule: Words
    reason: str
    imitates: Words | None
    digits: Differing | None
    also: tuple[Words, ...]
    done: Words
    outcome: Words


def row(call: CallRecord) -> Row:
    """Put a call in words."""
    action, rule, did = Action(call.action), Rule(call.rule), Did(call.did)
    missed = call.end_missed_at is not None
    return Row(
        id=call.id,
        at=call.at,
        open=call.ended_at is None and not missed,
        number=call.shown_number,
        national=_national(call),
        name=call.shown_name,
        called=call.called,
        action=action,
        verdict=words.ACTIONS[action],
        rule=words.RULES[rule],
        reason=call.reason,
        imitates=imitates(rule, call.imitates, call.imitates_organisation),
        digits=compared(rule, call.kind, call.number, call.imitates),
        also=tuple(dict.fromkeys(_also(hit) for hit in call.hits[1:])),
        done=words.what_happened(action, did, call.enforced, call.did_detail, missed),
        outcome=words.outcome(
            call.answered, call.answered_by or "", call.talk_seconds or 0, did, missed, call.did_detail
        ),
    )


def _national(call: CallRecord) -> str:
    """Return the number as it was compared, where a reader of what was shown might take it for another."""
    differs = call.number != call.shown_number and any(char.isdigit() for char in call.number)
    return call.number if differs else ""


def compared(rule: Rule, kind: str | None, number: str, official: str | None) -> Differing | None:
    """Compare a number with the one it imitates; a range is no number, and a name has none."""
    if rule is not Rule.LOOKALIKE or official is None or kind == LookalikeKind.DRESSED:
        return None
    return differing(number, official)


def imitates(rule: Rule, number: str | None, organisation: str | None) -> Words | None:
    """Say whose number a call shows or imitates. Never that it *is* the office: a number proves nothing."""
    if not number:
        return None
    whose = words.visible(f"{organisation or ''} ({number})".strip())
    if rule is Rule.NAME:
        return Words(f"Tên giống tên của {whose}", f"The name is like that of {whose}")
    if rule is Rule.LOOKALIKE:
        return Words(f"Gần giống số của {whose}", f"Looks like the number of {whose}")
    return Words(f"Hiển thị số của {whose}, chưa xác minh", f"Shows the number of {whose}, unverified")


def _also(hit: dict[str, Any]) -> Words:
    """Say what a rule found that fits as well as the one that decided."""
    rule = Rule(hit["rule"])
    found = words.RULES[rule]
    also = Words(f"Cũng khớp: {found.vi}", f"Also fits: {found.en}")
    return imitates(rule, hit["imitates"], hit["organisation"]) or also
