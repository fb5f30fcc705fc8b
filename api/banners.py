"""What the operator must know above all else: what does not work, and what that means for calls."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.times import local
from screener import words
from screener.health import DatabaseState, Health, LinkHealth, LinkState
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


def banners(health: Health, calls_known: bool, switch: SwitchState | None = None) -> tuple[Banner, ...]:
    """Return what is the matter, the gravest first.

    ``calls_known`` is False where no calls could be read, ``switch`` None where it could not.
    """
    found = [_lost_link(link) for link in health.links if link.state is not LinkState.UP]
    age = health.snapshot_age_seconds
    if age is None:
        found.append(_NO_LISTS)
    elif age > _STALE_SECONDS:
        found.append(_stale(age))
    if health.database is DatabaseState.DOWN or not calls_known:
        found.append(_NO_DATABASE if health.journal_writable else _NO_RECORD)
    if not health.enforcing:
        found.append(_NOT_READ if age is None else _not_enforcing(switch))
    else:
        up = [link for link in health.links if link.state is LinkState.UP]
        found += [_monitored(link) for link in up if not link.enforce]
    return tuple(found)


def _lost_link(link: LinkHealth) -> Banner:
    state = words.LINKS[link.state]
    pbx = words.visible(link.pbx)
    return Banner(
        Level.BAD,
        Words(f"Tổng đài {pbx}: {state.vi.lower()}.", f"Exchange {pbx}: {state.en.lower()}."),
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


def _not_enforcing(switch: SwitchState | None) -> Banner:
    """Say who switched enforcing off, where the switch itself says that it is off."""
    vi, en = _UNTOUCHED.vi, _UNTOUCHED.en
    if switch is not None and not switch.on:
        by, at = words.visible(switch.changed_by), local(switch.changed_at)
        vi += f" Người tắt: {by}, lúc {at}."
        en += f" Switched off by {by}, {at}."
    vi += " Để bật lại, chạy: call-screener enforce on"
    en += " To put it back, run: call-screener enforce on"
    return Banner(Level.NOTE, _ONLY_WATCHING, Words(vi, en))


_NO_LISTS: Final = Banner(
    Level.BAD,
    Words("Chưa nạp được danh sách.", "No lists were loaded."),
    Words(
        "Cuộc gọi được đánh giá mà không có danh sách: số bị chặn và số gần giống không được nhận ra.",
        "Calls are judged without lists: blocked numbers and lookalikes are not recognised.",
    ),
)
_NO_DATABASE: Final = Banner(
    Level.BAD,
    Words("Không truy cập được cơ sở dữ liệu.", "The database does not answer."),
    Words(
        "Cuộc gọi vẫn được sàng lọc theo danh sách trong bộ nhớ và được ghi vào nhật ký; "
        "cuộc gọi mới chưa hiện ở đây và chưa sửa được danh sách.",
        "Calls are still screened by the lists in memory and written to the journal; "
        "new calls don't show here yet, and lists can't be changed.",
    ),
)
_NO_RECORD: Final = Banner(
    Level.BAD,
    Words("Cuộc gọi không được lưu lại.", "Calls are not recorded."),
    Words(
        "Không truy cập được cơ sở dữ liệu và không ghi được nhật ký. Cuộc gọi vẫn được sàng lọc "
        "theo danh sách trong bộ nhớ. Hãy báo ngay người quản trị.",
        "The database does not answer and the journal can't be written. Calls are still screened "
        "by the lists in memory. Tell the administrator at once.",
    ),
)
_ONLY_WATCHING: Final = Words("Đang ở chế độ chỉ theo dõi.", "Monitor-only.")
_UNTOUCHED: Final = Words(
    "Cuộc gọi được đánh giá và lưu lại, nhưng không cuộc gọi nào bị chặn, cảnh báo hay gắn nhãn.",
    "Calls are judged and recorded, but none is blocked, warned of or tagged.",
)
_NOT_READ: Final = Banner(
    Level.NOTE,
    _ONLY_WATCHING,
    Words(
        "Chưa đọc được từ cơ sở dữ liệu là có can thiệp hay không: cho đến khi đọc được, không cuộc gọi nào "
        "bị chặn, cảnh báo hay gắn nhãn.",
        "Whether to enforce could not be read from the database yet: until then no call is blocked, "
        "warned of or tagged.",
    ),
)
