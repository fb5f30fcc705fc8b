"""Why a call ended, as the exchange gives it: causes of ITU-T Q.850, table 1, in plain words."""

from collections.abc import Mapping
from typing import Final

from screener.words import Words

_CAUSES: Final[Mapping[int, Words]] = {
    1: Words("số được gọi không tồn tại", "the called number does not exist"),
    3: Words("không có đường tới nơi gọi", "no route to the called number"),
    16: Words("gác máy bình thường", "hung up as usual"),
    17: Words("máy bận", "busy"),
    18: Words("máy không phản hồi", "the phone did not respond"),
    19: Words("đổ chuông nhưng không ai nhấc máy", "it rang and nobody picked up"),
    20: Words("máy lẻ không kết nối với tổng đài", "the phone is not connected to the exchange"),
    21: Words("bị từ chối", "rejected"),
    26: Words("máy khác đã nhấc máy", "picked up elsewhere"),
    27: Words("máy được gọi bị hỏng hoặc mất kết nối", "the called phone is out of order"),
    31: Words("kết thúc, không rõ lý do", "ended, for no stated reason"),
    34: Words("không còn kênh trống", "no free line"),
    38: Words("lỗi mạng", "a fault of the network"),
    41: Words("lỗi tạm thời", "a passing fault"),
    42: Words("tổng đài quá tải", "the exchange is overloaded"),
}


def cause(code: int | None) -> Words | None:
    """Say why a call ended; a code that the table lacks is named. None where the exchange gave none."""
    if not code:
        return None
    return _CAUSES.get(code, Words(f"mã {code}", f"code {code}"))
