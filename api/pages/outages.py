"""A database or journal that fails, as the page tells of it: since when, what calls do, what helps."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from api.times import VIETNAM, local
from screener import words
from screener.health import DatabaseState, Health
from screener.outage import Outage, Trouble
from screener.words import Words


def told(health: Health, calls_known: bool, zone: tzinfo = VIETNAM) -> tuple[Words, Words] | None:
    """Return title and meaning; None where all is well. ``calls_known`` is False where none could be read."""
    lists = health.snapshot_age_seconds is not None
    down = health.database is DatabaseState.DOWN or not calls_known
    if not lists:
        title, meaning = _NO_LISTS, _joined(_ALL_RING, _IN_JOURNAL if health.journal_writable else _IN_MEMORY)
    elif health.outage and health.outage.trouble is Trouble.ROW:
        title, meaning = _UNREADABLE, _OLD_LISTS
    elif down:
        title, meaning = (_AWAY, _WAITING) if health.journal_writable else (_NO_RECORD, _NOWHERE)
    elif not health.journal_writable:
        title, meaning = _NO_JOURNAL, _FROM_MEMORY
    else:
        return None
    if not (down or not lists) or health.outage is None:
        return _ended(title, Words("", "")), meaning
    return _ended(title, _since(health.outage, zone)), _joined(meaning, _remedy(health.outage))


def _since(outage: Outage, zone: tzinfo) -> Words:
    at = local(outage.since, zone)
    return Words(f" từ {at}", f" since {at}")


def _remedy(outage: Outage) -> Words:
    said = words.visible(str(outage))
    return Words(_REMEDIES[outage.trouble], f"{said[:1].upper()}{said[1:]}.")


def _ended(title: Words, since: Words) -> Words:
    return Words(f"{title.vi}{since.vi}.", f"{title.en}{since.en}.")


def _joined(first: Words, second: Words) -> Words:
    return Words(f"{first.vi} {second.vi}", f"{first.en} {second.en}")


_REMEDIES: Final[Mapping[Trouble, str]] = {
    Trouble.GONE: "Tệp cơ sở dữ liệu đã bị xóa, di chuyển hoặc thay thế: hãy đặt lại tệp vào chỗ cũ, hoặc "
    "khởi động lại dịch vụ để tạo tệp mới (khi đó danh sách trống).",
    Trouble.DAMAGED: "Tệp cơ sở dữ liệu bị hỏng: hãy khôi phục từ bản sao lưu, hoặc chuyển tệp đi nơi khác "
    "rồi khởi động lại dịch vụ để tạo tệp mới (khi đó danh sách trống).",
    Trouble.FULL: "Ổ đĩa chứa cơ sở dữ liệu đã đầy: hãy giải phóng dung lượng.",
    Trouble.BEHIND: "Các bảng không đúng phiên bản: hãy khởi động lại dịch vụ.",
    Trouble.ROW: "Một dòng trong cơ sở dữ liệu không hợp lệ: hãy sửa hoặc xóa dòng đó.",
    Trouble.AWAY: "Hãy kiểm tra máy chủ cơ sở dữ liệu và quyền truy cập; dịch vụ tự kết nối lại.",
}
"""In Vietnamese; the outage itself says it in English, with names."""

_NO_LISTS: Final = Words(
    "Cuộc gọi không được sàng lọc: chưa đọc được danh sách", "Calls are not screened: the lists can't be read"
)
_ALL_RING: Final = Words(
    "Mọi cuộc gọi đều đổ chuông; cho đến khi đọc được cơ sở dữ liệu, không cuộc gọi nào bị chặn, cảnh báo "
    "hay gắn nhãn.",
    "Every call rings; until the database can be read none is blocked, warned of or tagged.",
)
_IN_JOURNAL: Final = Words("Cuộc gọi được ghi vào nhật ký.", "Calls are written to the journal.")
_IN_MEMORY: Final = Words(
    "Không ghi được nhật ký: bản ghi chỉ ở trong bộ nhớ và mất nếu dịch vụ dừng. Hãy báo ngay người "
    "quản trị.",
    "The journal can't be written: records are in memory alone, and lost if the service stops. Tell the "
    "administrator at once.",
)
_UNREADABLE: Final = Words("Không đọc được danh sách mới", "The lists can't be read anew")
_OLD_LISTS: Final = Words(
    "Cuộc gọi vẫn được sàng lọc theo danh sách trước đó; thay đổi chưa có hiệu lực.",
    "Calls are still screened by the lists of before; changes are not in force.",
)
_AWAY: Final = Words("Không truy cập được cơ sở dữ liệu", "The database does not answer")
_WAITING: Final = Words(
    "Cuộc gọi vẫn được sàng lọc theo danh sách trong bộ nhớ và được ghi vào nhật ký; "
    "cuộc gọi mới chưa hiện ở đây và chưa sửa được danh sách.",
    "Calls are still screened by the lists in memory and written to the journal; "
    "new calls don't show here yet, and lists can't be changed.",
)
_NO_RECORD: Final = Words("Cuộc gọi chỉ được giữ trong bộ nhớ", "Calls are recorded in memory alone")
_NOWHERE: Final = Words(
    "Không ghi được cả cơ sở dữ liệu lẫn nhật ký. Cuộc gọi vẫn được sàng lọc theo danh sách trong bộ nhớ, "
    "nhưng bản ghi mất nếu dịch vụ dừng. Hãy báo ngay người quản trị.",
    "Neither database nor journal can be written. Calls are still screened by the lists in memory, but their "
    "records are lost if the service stops. Tell the administrator at once.",
)
_NO_JOURNAL: Final = Words("Không ghi được nhật ký cuộc gọi", "The journal of calls can't be written")
_FROM_MEMORY: Final = Words(
    "Cuộc gọi vẫn được sàng lọc; bản ghi đi thẳng từ bộ nhớ vào cơ sở dữ liệu và có thể mất nếu dịch vụ "
    "dừng. Hãy giải phóng ổ đĩa và kiểm tra quyền ghi của thư mục state_dir.",
    "Calls are still screened; records go from memory into the database and may be lost if the service "
    "stops. Free space on the disk and check the rights of state_dir.",
)
