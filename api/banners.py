"""What the operator must know above all else: what does not work, and what that means for calls."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from screener import words
from screener.health import DatabaseState, Health, LinkHealth, LinkState
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


def banners(health: Health, calls_known: bool) -> tuple[Banner, ...]:
    """Return what is the matter, the gravest first. ``calls_known`` is False where no calls could be read."""
    found = [_lost_link(link) for link in health.links if link.state is not LinkState.UP]
    age = health.snapshot_age_seconds
    if age is None:
        found.append(_NO_LISTS)
    elif age > _STALE_SECONDS:
        found.append(_stale(age))
    if health.database is DatabaseState.DOWN or not calls_known:
        found.append(_NO_DATABASE if health.journal_writable else _NO_RECORD)
    if not health.enforcing:
        found.append(_NOT_ENFORCING)
    else:
        found += [_monitored(link) for link in health.links if not link.enforce]
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
            "Cuộc gọi qua tổng đài này được đánh giá và lưu lại, nhưng không bị chặn, cảnh báo hay gắn nhãn "
            "(enforce = false trong tệp cấu hình).",
            "Calls through this exchange are judged and recorded, but none is blocked, warned of or tagged "
            "(enforce = false in the settings).",
        ),
    )


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
_NOT_ENFORCING: Final = Banner(
    Level.NOTE,
    Words("Đang ở chế độ chỉ theo dõi.", "Monitor-only."),
    Words(
        "Cuộc gọi được đánh giá và lưu lại, nhưng không cuộc gọi nào bị chặn, cảnh báo hay gắn nhãn.",
        "Calls are judged and recorded, but none is blocked, warned of or tagged.",
    ),
)
