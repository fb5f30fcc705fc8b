"""What the page "Now" shows: banners, links, figures and calls, put in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from api.pages.banners import Banner, banners
from api.pages.call_row import Row, row
from api.pages.chart import Chart, chart
from api.pages.unscreened import Unscreened
from screener import words
from screener.calls import Action
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
            shown_link(link, health.enforcing, lists=health.snapshot_age_seconds is not None)
            for link in health.links
        ),
        rows=tuple(row(call) for call in calls.latest) if calls else (),
        warnings=tuple(row(call) for call in calls.warnings) if calls else (),
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


def shown_link(link: LinkHealth, enforcing: bool, lists: bool) -> Link:
    """Put the state of a link in words; ``lists`` tells whether any were ever loaded."""
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
