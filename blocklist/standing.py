"""Whether the words around a title let it be one: a unit, an officer's name, a shop, a direction."""

from collections.abc import Sequence
from typing import Final

from blocklist.everyday import EVERYDAY
from blocklist.folding import words
from blocklist.places import UNITS, is_unit, place
from blocklist.titles import Standing, Title
from blocklist.written import Hint, marked_words

SURNAMES: Final = frozenset(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong lam mai dao cao ta
    luong trinh doan ha phung quach thai to ton dam kieu lu mac nghiem ong quan thach trieu vuong chu bach
    han hua khong khuat giap ninh sam than tieu tong au
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
RUN_UNITS: Final = (
    "tinh",
    "huyen",
    "phuong",
    "quan",
    "thanhpho",
    "thixa",
    "thitran",
    "khuvuc",
    "tp",
    "tx",
    "xa",
)
"""Words for a unit that are seen in letters run together."""
UNIT_LETTERS: Final = frozenset("p q h x t tp tx tt".split())
"""What is written for a unit before its name."""
BESIDE: Final = frozenset("gan canh sau truoc cong nguoc ben dien so".split())
"""A word before a title that makes it a direction: opposite the court."""
OTHERS: Final = frozenset(
    "kiemsoatvien trungtam capquang capdien cahue thudoan thuchi thulop nhno ctcp tnhh cskh bidv vpcc".split()
)
"""Words of their own that are one letter away from a title, or go on from its last word."""
_SHORT_WORD: Final = 3
"""Letters of an abbreviation that is a word as well (``CAP``, ``Cáp``)."""
_ENDINGS: Final = frozenset({"co"})
"""A last word that makes a name a firm's (``Cong An Co.``)."""
_POLICE: Final = frozenset("ca cap cah caq cax cct".split())
"""Abbreviations that, in capitals before other words, nobody else uses."""
_MARKED_POSTS: Final = frozenset({"trưởng", "phó", "đoàn", "chánh", "phòng"})
"""First words, with their marks, of an office's or an officer's title that fold to family names."""
OFFICE_WORDS: Final = frozenset(
    """
    phong doi ban to don doan vp vanphong trucban canbo dongchi dc tongdai hotline duongdaynong coquan
    lanhdao truong pho giamdoc phogiamdoc truongphong photruong phophong bophan nhanvien nv thutruong
    tocongtac truso vientruong phovientruong chihuy
    chanh chanhan chanhvanphong cuctruong chicuctruong doitruong doipho hattruong totruong phongvien gd phogd
    pgd cuc chicuc tongcuc vien vu hat tram cq chiensi chuyenvien kiemtra thuky truongban phoban pct ct p
    tongcuctruong vutruong cuocgoi congchuc hasi thuongsi trungsi uyvien thanhvien hdxx
    """.split()
)
"""One or two words that stand before the title of an office."""


def stands(title: Title, part: Sequence[str], end: int, display: str, said: Hint) -> bool:
    """Tell whether what follows a title lets it be one. ``said`` is what marks and capitals say of it."""
    count = len(part)
    if end == count:
        return title.standing in (Standing.OPEN, Standing.BARE) or (
            title.standing is Standing.PLACED and "." in display and count == 1
        )
    follows = part[end]
    if follows in TRADE or (end + 1 < count and follows + part[end + 1] in TRADERS):
        return False
    if end + 1 == count and follows in _ENDINGS:
        return False
    if (part[end - 1] == "so" and follows.isdigit()) or part[end - 1] + follows in OTHERS:
        return False
    if said in (Hint.MARKED, Hint.NOUN) and title.standing is Standing.BARE:
        return True
    if title.personal and end + 1 == count and follows in SURNAMES and follows not in UNITS:
        return said is Hint.NOUN
    match title.standing:
        case Standing.OPEN:
            return True
        case Standing.BARE:
            return is_unit(part, end) or (follows in SURNAMES and count - end > 1)
        case Standing.PLACED:
            return _placed(part, end, display)
        case Standing.GOVERNED:
            return _governed(part, end, display)


def _placed(part: Sequence[str], end: int, display: str) -> bool:
    """Tell whether a unit follows an abbreviation, or it is in capitals and a name that is not is behind."""
    short = part[end - 1]
    letters = "".join(filter(str.isalnum, display))
    mixed = not (display.isupper() or display.islower())
    capitals = mixed and letters.startswith(short.upper())
    if mixed and len(short) == _SHORT_WORD and short in EVERYDAY and not capitals:
        return False
    if is_unit(part, end):
        return True
    if part[end].isdigit():
        return short in _POLICE and (short != "ca" or part[end] == "113")
    if capitals and end + 1 == len(part) and letters[len(short) :].islower():
        return part[end] in UNITS
    return capitals and short in _POLICE and len(part) - end > (short == "ca") and part[end] not in TRADE


def _governed(part: Sequence[str], end: int, display: str) -> bool:
    if not display.lstrip()[:2].isupper() or not is_unit(part, end) or part[end] in ("phuong", "xa"):
        return False
    return not display.isupper() or bool(place(part, end + 1) or part[end] in ("tp", "thanh", "thi", "tx"))


def is_post(display: str) -> bool:
    """Tell whether a name that may be a family name's bearer begins with a post: ``Trưởng Công an``.

    The marks tell, or small letters: ``Truong Cong an``.
    """
    later = display.split()[1:]
    small = not display.islower() and bool(later) and any(word[0].islower() for word in later[:2])
    return small or not _MARKED_POSTS.isdisjoint(marked_words(display))


def office_words(part: Sequence[str], start: int) -> int:
    """Return how many words from ``start`` on stand before an office's title: 0, 1 or 2."""
    if start + 1 < len(part) and part[start] + part[start + 1] in OFFICE_WORDS:
        return 2
    return 1 if part[start] in OFFICE_WORDS else 0
