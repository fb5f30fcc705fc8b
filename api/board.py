"""What the page shows: banners, links and calls, put in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from api.banners import Banner, banners
from screener import words
from screener.calls import Action, Did, Rule
from screener.health import Health, LinkHealth, LinkState
from screener.models import CallRecord
from screener.words import Words

VIETNAM: Final = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: no summer time since 1975, so no time zone database is needed."""


@dataclass(frozen=True, slots=True)
class Link:
    """The link to one exchange."""

    pbx: str
    up: bool
    state: Words
    since: str
    detail: str
    enforce: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One call. ``number``, ``name``, ``called`` and ``reason`` hold text of the caller: to be escaped."""

    id: int
    at: str
    at_iso: str
    number: str
    name: str
    called: str
    action: Action
    verdict: Words
    rule: Words
    reason: str
    imitates: Words | None
    done: Words
    outcome: Words


@dataclass(frozen=True, slots=True)
class Board:
    """All of it. ``calls_known`` is False where the calls could not be read."""

    at: str
    banners: tuple[Banner, ...]
    links: tuple[Link, ...]
    rows: tuple[Row, ...]
    calls_known: bool


def board(health: Health, calls: Sequence[CallRecord] | None, now: datetime) -> Board:
    """Put the state of the service and its latest calls (None: not readable) in words."""
    return Board(
        at=f"{now.astimezone(VIETNAM):%H:%M:%S}",
        banners=banners(health, calls_known=calls is not None),
        links=tuple(_link(link) for link in health.links),
        rows=tuple(_row(call) for call in calls or ()),
        calls_known=calls is not None,
    )


def local(at: datetime) -> str:
    """Write a time as Vietnamese offices do, in their zone."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


def _link(link: LinkHealth) -> Link:
    return Link(
        pbx=link.pbx,
        up=link.state is LinkState.UP,
        state=words.LINKS[link.state],
        since=local(link.since),
        detail=link.detail,
        enforce=link.enforce,
    )


def _row(call: CallRecord) -> Row:
    action, rule, did = Action(call.action), Rule(call.rule), Did(call.did)
    missed = call.end_missed_at is not None
    return Row(
        id=call.id,
        at=local(call.at),
        at_iso=call.at.isoformat(),
        number=call.shown_number,
        name=call.shown_name,
        called=call.called,
        action=action,
        verdict=words.ACTIONS[action],
        rule=words.RULES[rule],
        reason=call.reason,
        imitates=_imitates(call, rule),
        done=words.what_happened(action, did, call.enforced, call.did_detail, missed),
        outcome=words.outcome(call.answered, call.answered_by or "", call.talk_seconds or 0, did, missed),
    )


def _imitates(call: CallRecord, rule: Rule) -> Words | None:
    """Say whose number a call shows or imitates. Never that it *is* the office: a number proves nothing."""
    if not call.imitates:
        return None
    whose = words.visible(f"{call.imitates_organisation or ''} ({call.imitates})".strip())
    if rule is Rule.LOOKALIKE:
        return Words(f"Gần giống số của {whose}", f"Looks like the number of {whose}")
    return Words(f"Hiển thị số của {whose}, chưa xác minh", f"Shows the number of {whose}, unverified")
