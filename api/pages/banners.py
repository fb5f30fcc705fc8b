"""What the operator must know above all else: what does not work, and what that means for calls."""

from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Final

from api.pages import outages
from api.times import VIETNAM, local
from screener import words
from screener.health import Health, LinkHealth, LinkState
from screener.switch import SwitchState
from screener.words import Words

_STALE_SECONDS: Final = 300


class Level(StrEnum):
    """How grave a banner is."""

    BAD = "bad"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Banner:
    """Something that the operator must know, and what it means for calls."""

    level: Level
    title: Words
    meaning: Words
    detail: str = ""
    """For whoever administers it, in English; the English words hold it already."""


def banners(
    health: Health, calls_known: bool, switch: SwitchState | None = None, zone: tzinfo = VIETNAM
) -> tuple[Banner, ...]:
    """Return what is the matter, the gravest first.

    ``calls_known`` is False where no calls could be read, ``switch`` None where it could not.
    """
    found = [_lost_link(link, zone) for link in health.links if link.state is not LinkState.UP]
    age = health.snapshot_age_seconds
    if outage := outages.told(health, calls_known, zone):
        found.append(Banner(Level.BAD, *outage, words.visible(str(health.outage or ""))))
    elif age is not None and age > _STALE_SECONDS:
        found.append(_stale(age))
    if age is None:
        return tuple(found)  # whether to enforce is not known yet, and nothing is
    if not health.enforcing:
        found.append(_not_enforcing(switch, zone))
    else:
        up = [link for link in health.links if link.state is LinkState.UP]
        found += [_monitored(link) for link in up if not link.enforce]
    return tuple(found)


def _lost_link(link: LinkHealth, zone: tzinfo) -> Banner:
    state = words.LINKS[link.state]
    pbx, at = words.visible(link.pbx), local(link.since, zone)
    return Banner(
        Level.BAD,
        Words(
            f"Tổng đài {pbx}: {state.vi.lower()} từ {at}.", f"Exchange {pbx}: {state.en.lower()} since {at}."
        ),
        Words(
            "Máy lẻ vẫn đổ chuông, nhưng cuộc gọi không được sàng lọc.",
            "Phones still ring, but calls are not screened.",
        ),
    )


def _stale(age: float) -> Banner:
    minutes = int(age // 60)
    return Banner(
        Level.NOTE,
        Words(
            f"Danh sách chưa được kiểm tra lại từ {minutes} phút trước.",
            f"The lists were last checked {minutes} minutes ago.",
        ),
        Words(
            "Cuộc gọi được sàng lọc theo danh sách cũ; thay đổi sau đó chưa có hiệu lực.",
            "Calls are screened by the old lists; later changes are not in force yet.",
        ),
    )


def _monitored(link: LinkHealth) -> Banner:
    pbx = words.visible(link.pbx)
    return Banner(
        Level.NOTE,
        Words(f"Tổng đài {pbx}: chỉ theo dõi.", f"Exchange {pbx}: monitor-only."),
        Words(
            "Cuộc gọi qua tổng đài này được đánh giá và lưu lại, nhưng không bị chặn, cảnh báo hay gắn nhãn. "
            "Để can thiệp: đặt enforce = true trong tệp cấu hình rồi khởi động lại dịch vụ.",
            "Calls through this exchange are judged and recorded, but none is blocked, warned of or tagged. "
            "To enforce: set enforce = true in the settings and restart the service.",
        ),
    )


def _not_enforcing(switch: SwitchState | None, zone: tzinfo) -> Banner:
    """Say who switched enforcing off, where the switch itself says that it is off."""
    vi, en = _UNTOUCHED.vi, _UNTOUCHED.en
    if switch is not None and not switch.on:
        by, at = words.visible(switch.changed_by), local(switch.changed_at, zone)
        vi += f" Người tắt: {by}, lúc {at}."
        en += f" Switched off by {by}, {at}."
    vi += " Để bật lại, chạy: call-screener enforce on"
    en += " To put it back, run: call-screener enforce on"
    return Banner(Level.NOTE, _ONLY_WATCHING, Words(vi, en))


_ONLY_WATCHING: Final = Words("Đang ở chế độ chỉ theo dõi.", "Monitor-only.")
_UNTOUCHED: Final = Words(
    "Cuộc gọi được đánh giá và lưu lại, nhưng không cuộc gọi nào bị chặn, cảnh báo hay gắn nhãn.",
    "Calls are judged and recorded, but none is blocked, warned of or tagged.",
)
