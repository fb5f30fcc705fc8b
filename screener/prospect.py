"""What would happen to a caller who rang now: how the number is read, the verdict, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from blocklist.number import Number
from blocklist.numbers import normalise
from screener.calls import Action, Activity, Call, Verdict
from screener.engine import decide
from screener.readings import reading
from screener.snapshot import Snapshot
from screener.words import Words

_WOULD: Final[Mapping[Action, Words]] = {
    Action.ALLOW: Words("máy sẽ đổ chuông", "the phone would ring"),
    Action.TAG: Words(
        "máy sẽ đổ chuông, màn hình hiện cảnh báo", "the phone would ring with a warning on its display"
    ),
    Action.WARN: Words(
        "máy sẽ đổ chuông và người nghe được cảnh báo", "the phone would ring and the called person be warned"
    ),
    Action.BLOCK: Words(
        "cuộc gọi sẽ bị chặn, máy không đổ chuông", "the call would be blocked: no phone rings"
    ),
}


@dataclass(frozen=True, slots=True)
class Prospect:
    """``read`` says as what the number was read, ``effect`` what the verdict would come to now."""

    number: Number
    read: Words
    verdict: Verdict
    effect: Words


def over(call: Call, trunk: str) -> Call:
    """Return a call as coming over a trunk, written alone or with its PBX: ``viettel``, ``hq/viettel``."""
    pbx, _, name = trunk.rpartition("/")
    return replace(call, pbx=pbx, trunk=name)


def prospect(call: Call, snapshot: Snapshot, enforce: Mapping[str, bool], now: datetime) -> Prospect:
    """Judge a call as it would be judged now.

    ``enforce`` tells of each PBX whether its settings let verdicts be enforced; where it is empty the switch
    alone decides.
    """
    number = normalise(call.sent_number, snapshot.site, call.trunk_name)
    verdict = decide(call, snapshot, Activity(), now)
    return Prospect(number, reading(number), verdict, effect(verdict.action, snapshot.enforcing, enforce))


def effect(action: Action, enforcing: bool, enforce: Mapping[str, bool]) -> Words:
    """Say what a verdict would come to, where the switch stands and on each PBX."""
    would = _WOULD[action]
    if action is Action.ALLOW:
        return would
    watched = ", ".join(sorted(name for name, on in enforce.items() if not on))
    if not enforcing:
        return Words(
            f"{would.vi}; nhưng chế độ thực thi đang tắt nên máy vẫn đổ chuông như bình thường",
            f"{would.en}; but enforcing is off, so the phone would ring as for any call",
        )
    if watched and not any(enforce.values()):
        return Words(
            f"{would.vi}; nhưng tổng đài {watched} chỉ theo dõi (enforce = false) nên máy vẫn đổ chuông như "
            "bình thường",
            f"{would.en}; but PBX {watched} is monitor-only (enforce = false), so the phone would ring as "
            "for any call",
        )
    if watched:
        return Words(
            f"{would.vi}; riêng qua tổng đài {watched} (chỉ theo dõi) máy vẫn đổ chuông như bình thường",
            f"{would.en}; but through PBX {watched} (monitor-only) the phone would ring as for any call",
        )
    return would
