"""Whether the words around a title let it be one: a unit, an officer's name, a shop, a direction."""

from collections.abc import Sequence
from typing import Final

from blocklist.folding import words
from blocklist.places import is_unit, place
from blocklist.titles import Standing, Title

SURNAMES: Final = frozenset(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong lam mai dao cao ta
    luong trinh doan ha phung quach thai to ton dam kieu lu mac nghiem ong quan thach trieu vuong chu bach
    """.split()
)
TRADE: Final = frozenset(
    word
    for text in """
    shop store spa hotel motel homestay cafe coffee salon studio mobile auto nail nails beauty boutique
    fashion bakery restaurant bar pub karaoke mart logistics group jsc ltd tnhh travel house resort mini
    hdqt hdtv cty hoi clb tapdoan company corp media garden villa phone computer gym fitness yoga clinic
    dental food foods tea
    """.split()
    for word in (*words(text), *text.split())
)
"""A word after a title that makes it the name of a shop, a firm or an association."""
TRADERS: Final = frozenset(
    """
    congty cty ctcp ctytnhh tnhh shop quan nhahang khachsan nhathuoc taphoa sieuthi benhvien bv nhakhach
    cantin cangtin nhanghi hocvien daihoc bao cuahang tiem vlxd congtrinh toanha chungcu caulacbo clb spa
    salon nhasach nhaxe taxi garage gara xe thietbi dichvu nha chothue bida karaoke cafe caphe hotel
    """.split()
)
"""A first word, or two, of a name whose later words say where it is or what it deals in."""
RUN_UNITS: Final = ("tinh", "huyen", "phuong", "thanhpho", "thixa", "thitran", "khuvuc")
"""Words for a unit that are seen in letters run together."""
BESIDE: Final = frozenset("gan canh sau truoc cong nguoc ben dien so".split())
"""A word before a title that makes it a direction: opposite the court."""
OTHERS: Final = frozenset("kiemsoatvien trungtam capquang capdien cahue".split())
"""Words of their own that are one letter away from a title."""
OFFICE_WORDS: Final = frozenset(
    """
    phong doi ban to don doan vp vanphong trucban canbo dongchi dc tongdai hotline duongdaynong coquan
    lanhdao truong pho giamdoc phogiamdoc truongphong photruong phophong bophan nhanvien nv thutruong
    tocongtac truso vientruong phovientruong chihuy
    """.split()
)
"""One or two words that stand before the title of an office."""


def stands(title: Title, part: Sequence[str], end: int, display: str) -> bool:
    """Tell whether what follows a title lets it be one."""
    count = len(part)
    if end == count:
        return title.standing in (Standing.OPEN, Standing.BARE) or (
            title.standing is Standing.PLACED and "." in display and count == 1
        )
    if part[end] in TRADE or (end + 1 < count and part[end] + part[end + 1] in TRADERS):
        return False
    if (part[end - 1] == "so" and part[end].isdigit()) or part[end - 1] + part[end] in OTHERS:
        return False
    if title.personal and end + 1 == count and part[end] in SURNAMES:
        return False
    match title.standing:
        case Standing.OPEN:
            return True
        case Standing.BARE:
            return is_unit(part, end) or (part[end] in SURNAMES and count - end > 1)
        case Standing.PLACED:
            return is_unit(part, end)
        case Standing.GOVERNED:
            return _governed(part, end, display)


def _governed(part: Sequence[str], end: int, display: str) -> bool:
    if not display.lstrip()[:2].isupper() or not is_unit(part, end) or part[end] in ("phuong", "xa"):
        return False
    return not display.isupper() or bool(place(part, end + 1) or part[end] in ("tp", "thanh", "thi", "tx"))


def office_words(part: Sequence[str], start: int) -> int:
    """Return how many words from ``start`` on stand before an office's title: 0, 1 or 2."""
    if start + 1 < len(part) and part[start] + part[start + 1] in OFFICE_WORDS:
        return 2
    return 1 if part[start] in OFFICE_WORDS else 0
