"""What the page "Now" shows: banners, links, figures and calls, put in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from api.pages.banners import Banner, banners
from api.pages.chart import Chart, chart
from api.pages.digits import Differing, differing
from api.pages.unscreened import Unscreened
from blocklist.kinds import LookalikeKind
from screener import words
from screener.calls import Action, Did, Rule
from screener.health import Health, LinkHealth, LinkState
from screener.models import CallRecord
from screener.switch import SwitchState
from screener.tally import Hour
from screener.words import Words


@dataclass(frozen=True, slots=True)
class Link:
    """The link to one exchange. ``look``: up, idle (nothing is enforced) or bad; ``detail`` is technical."""

    pbx: str
    up: bool
    look: str
    state: Words
    since: datetime
    remedy: Words | None
    detail: str


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


@dataclass(frozen=True, slots=True)
class Calls:
    """What the database knows: the latest calls, the last ones warned of or blocked, the last hours."""

    latest: Sequence[CallRecord]
    warnings: Sequence[CallRecord]
    hours: Sequence[Hour]
    switch: SwitchState


@dataclass(frozen=True, slots=True)
class Board:
    """All of it. ``calls_known`` is False where the calls could not be read; ``today`` counts by verdict."""

    unscreened: Unscreened
    banners: tuple[Banner, ...]
    links: tuple[Link, ...]
    rows: tuple[Row, ...]
    warnings: tuple[Row, ...]
    today: Mapping[Action, int]
    chart: Chart | None
    calls_known: bool


def board(health: Health, calls: Calls | None, unscreened: Unscreened, now: datetime, zone: tzinfo) -> Board:
    """Put the state of the service and its calls (None: not readable) in words; ``zone`` has the days."""
    return Board(
        unscreened=unscreened,
        banners=banners(health, calls is not None, calls.switch if calls else None, zone),
        links=tuple(
            _link(link, health.enforcing, lists=health.snapshot_age_seconds is not None)
            for link in health.links
        ),
        rows=tuple(_row(call) for call in calls.latest) if calls else (),
        warnings=tuple(_row(call) for call in calls.warnings) if calls else (),
        today=_of_day(calls.hours if calls else (), now.astimezone(zone)),
        chart=chart(calls.hours) if calls and any(hour.total for hour in calls.hours) else None,
        calls_known=calls is not None,
    )


def _of_day(hours: Sequence[Hour], now: datetime) -> Mapping[Action, int]:
    counts: Counter[Action] = Counter()
    for hour in hours:
        if hour.start.date() == now.date():
            counts.update(hour.counts)
    return counts


_MONITORING: Final = Words(
    "Chỉ theo dõi: không chặn, không cảnh báo", "Monitor-only: blocks nothing, warns of nothing"
)


_NO_LISTS: Final = Words(
    "Đã kết nối nhưng chưa sàng lọc: chưa đọc được danh sách", "Connected, not screening: no lists yet"
)


def _link(link: LinkHealth, enforcing: bool, lists: bool) -> Link:
    up = link.state is LinkState.UP
    touched = enforcing and link.enforce
    state = words.LINKS[link.state] if touched or not up else _MONITORING
    return Link(
        pbx=link.pbx,
        up=up,
        look=("up" if touched else "idle") if up and lists else "bad",
        state=state if lists or not up else _NO_LISTS,
        since=link.since,
        remedy=words.LINK_REMEDIES.get(link.state),
        detail=link.detail,
    )


def _row(call: CallRecord) -> Row:
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
        imitates=_imitates(rule, call.imitates, call.imitates_organisation),
        digits=_digits(rule, call),
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


def _digits(rule: Rule, call: CallRecord) -> Differing | None:
    """Compare the number with the one it imitates; a range is no number, and a name has none."""
    if rule is not Rule.LOOKALIKE or call.imitates is None or call.kind == LookalikeKind.DRESSED:
        return None
    return differing(call.number, call.imitates)


def _imitates(rule: Rule, number: str | None, organisation: str | None) -> Words | None:
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
    return _imitates(rule, hit["imitates"], hit["organisation"]) or also
