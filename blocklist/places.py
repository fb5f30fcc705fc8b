"""Vietnamese places as they stand on displays: they tell a unit of an authority from a word like it.

Provinces are those before and after the mergers of 1 July 2025 (Resolution 202/2025/QH15), for displays still
carry the old names; districts are those of the large cities, which are named without their province.
"""

from collections.abc import Sequence
from typing import Final

from blocklist.folding import words

_PROVINCES: Final = """
    An Giang|Bà Rịa Vũng Tàu|Bà Rịa|Vũng Tàu|Bắc Giang|Bắc Kạn|Bạc Liêu|Bắc Ninh|Bến Tre|Bình Định
    Bình Dương|Bình Phước|Bình Thuận|Cà Mau|Cần Thơ|Cao Bằng|Đà Nẵng|Đắk Lắk|Đăk Lăk|Đắk Nông|Điện Biên
    Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hà Nam|Hà Nội|Hà Tĩnh|Hải Dương|Hải Phòng|Hậu Giang|Hồ Chí Minh
    Hòa Bình|Hưng Yên|Khánh Hòa|Kiên Giang|Kon Tum|Lai Châu|Lâm Đồng|Lạng Sơn|Lào Cai|Long An|Nam Định
    Nghệ An|Ninh Bình|Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi|Quảng Ninh|Quảng Trị
    Sóc Trăng|Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|Thanh Hóa|Thừa Thiên Huế|Tiền Giang|Trà Vinh
    Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Yên Bái|Sài Gòn|Nha Trang|Đà Lạt|Biên Hòa|Thủ Đức|Quy Nhơn|Hạ Long
    Việt Trì|Buôn Ma Thuột|Pleiku|Phan Thiết|Sầm Sơn|Bỉm Sơn|Nghi Sơn|Tam Kỳ
"""
_DISTRICTS: Final = """
    Ba Đình|Hoàn Kiếm|Hai Bà Trưng|Đống Đa|Tây Hồ|Cầu Giấy|Thanh Xuân|Hoàng Mai|Long Biên|Nam Từ Liêm
    Bắc Từ Liêm|Hà Đông|Đông Anh|Gia Lâm|Sóc Sơn|Thanh Trì|Hoài Đức|Thường Tín|Bình Thạnh|Gò Vấp|Phú Nhuận
    Tân Bình|Tân Phú|Bình Tân|Bình Chánh|Hóc Môn|Củ Chi|Nhà Bè|Cần Giờ|Hải Châu|Thanh Khê|Liên Chiểu
    Sơn Trà|Ninh Kiều|Hồng Bàng
"""
_NAMES: Final = tuple(
    name
    for lines in (_PROVINCES, _DISTRICTS)
    for line in lines.split("\n")
    for name in line.split("|")
    if name.strip()
)
PLACES: Final = frozenset("".join(words(name)) for name in _NAMES)
"""Provinces and districts, without marks and spaces."""
SHORT: Final = frozenset("hcm tphcm tphn hn hue danang sg brvt ttvn".split())
"""Abbreviations and one-word names of cities."""
UNITS: Final = frozenset(
    """
    tinh huyen xa phuong quan tp tx tt thanhpho thixa thitran khuvuc kv dackhu trunguong tw bo cuc so cap
    """.split()
)
"""Words for a unit of the state, alone or as the first two syllables run together."""

_MOST_WORDS: Final = 4
_BEGINNINGS: Final = frozenset("".join(words(name)[:2]) for name in _NAMES)
PLACE_OPENINGS: Final = frozenset(text[:end] for text in _BEGINNINGS for end in range(len(text) + 1))
"""What the first word of a place is, alone or of two run together: that spares most words the search."""


def place(shown: Sequence[str], start: int = 0) -> str:
    """Return the place that the words from ``start`` on begin with, run together, else nothing."""
    if start >= len(shown) or shown[start] not in PLACE_OPENINGS:
        return ""
    found = "".join(shown[start : start + 2])
    if found not in _BEGINNINGS:
        return ""
    for end in range(start + 3, start + _MOST_WORDS + 2):
        if found in PLACES:
            return found
        found = "".join(shown[start:end])
    return ""


def last_place(shown: Sequence[str]) -> str:
    """Return the province or district that the words end with, run together, else nothing."""
    for length in range(1, min(_MOST_WORDS, len(shown)) + 1):
        found = "".join(shown[-length:])
        if found in PLACES:
            return found
    return ""


def is_unit(shown: Sequence[str], start: int) -> bool:
    """Tell whether the words from ``start`` on name a unit: ``tỉnh …``, ``P.5``, ``Thanh Hóa``."""
    if start >= len(shown):
        return False
    word = shown[start]
    if word in SHORT or _numbered(word) or place(shown, start):
        return True
    following = shown[start + 1] if start + 1 < len(shown) else ""
    if not following:
        return False
    if word == "quan":  # also a shop, and a given name
        return following.isdigit() or bool(place(shown, start + 1))
    return word in UNITS or word + following in UNITS or word in ("p", "q", "h", "x", "t")


def _numbered(word: str) -> bool:
    """Tell whether a word is ``q1``, ``p15`` or a police department's code such as ``pc02``."""
    return (
        len(word) > 1
        and word[-1].isdigit()
        and word.rstrip("0123456789") in ("p", "q", "f", "pc", "pa", "tp")
    )
