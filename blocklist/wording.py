"""The words that many offices and firms have in common, and how they are shortened."""

from collections.abc import Sequence
from typing import Final

from blocklist.folding import words
from blocklist.places import PLACES

GENERIC: Final = frozenset(
    words(
        """
    ngan hang benh vien cong ty tnhh tmcp co phan ctcp mtv tap doan tong chi nhanh phong ban so cuc vien
    bo truong trung tam dai hoc cao dang thpt thcs tieu mam non pho thong tinh huyen xa phuong quan thanh
    tp tx tt thi tran khu vuc va cua viet nam da khoa cap nha nuoc nhan dan uy hoi dong van giam doc pho
    to doi don tong dai cskh hotline duong day nong cham soc khach hang nhan vien can dich vu thuong mai
    san xuat xay dung dau tu phat trien bank nh bv bvdk cty cn pgd
    """
    )
)
"""Words that don't tell one organisation from another, without marks."""
SUFFIXES: Final = frozenset(
    """cn chi nhanh pgd phong tinh tp huyen quan xa phuong khu vuc kv tx hn hcm tphcm ha ho da hai can mien so
    cskh hotline tong tongdai hoi thanh bac trung nam viet vn co bank ban""".split()
)
"""Words that a branch, a place or a desk begins with, after an organisation's name."""
BRANCHES: Final = frozenset("cn chi pgd phong tinh tp tx hn hcm tphcm kv khu cskh hotline tong".split())
"""Words that hardly anything but a branch or a desk begins with."""
_SHORT: Final = {
    short: long.split()
    for short, long in {
        "bv": "benh vien",
        "bvdk": "benh vien da khoa",
        "nh": "ngan hang",
        "nhtmcp": "ngan hang tmcp",
        "cty": "cong ty",
        "ctcp": "cong ty co phan",
        "dh": "dai hoc",
        "cd": "cao dang",
        "ttyt": "trung tam y te",
        "tttm": "trung tam thuong mai",
        "tt": "trung tam",
        "dl": "dien luc",
        "vn": "viet nam",
        "hcm": "ho chi minh",
        "tphcm": "ho chi minh",
        "hn": "ha noi",
        "ca": "cong an",
        "cat": "cong an",
        "catp": "cong an",
        "csgt": "canh sat giao thong",
        "cshs": "canh sat hinh su",
        "vks": "vien kiem sat",
        "vksnd": "vien kiem sat nhan dan",
        "tand": "toa an nhan dan",
        "ubnd": "uy ban nhan dan",
        "hdnd": "hoi dong nhan dan",
        "syt": "so y te",
        "stc": "so tai chinh",
        "snv": "so noi vu",
        "sxd": "so xay dung",
        "stttt": "so thong tin truyen thong",
        "sgddt": "so giao duc dao tao",
        "skhdt": "so ke hoach dau tu",
        "sgtvt": "so giao thong van tai",
        "kbnn": "kho bac nha nuoc",
        "bhxh": "bao hiem xa hoi",
        "qltt": "quan ly thi truong",
        "nhnn": "ngan hang nha nuoc",
    }.items()
}
_INTRODUCTIONS: Final = frozenset(
    """
    nganhang nh tongdai hotline cskh vanphong vp trucban tapdoan tongcongty nhanvien nv canbo cty congty
    duongday duongdaynong chinhanh cn phongkhachhang chamsockhachhang benhvien bv dienthoai
    """.split()
)
"""One to three words that come before an organisation's name."""
INTRODUCING: Final = frozenset(text[:end] for text in _INTRODUCTIONS for end in range(len(text) + 1))
"""What may be the first of these words, alone or of some run together."""
_CORE: Final = 8
"""Letters that the heart of a name must have to stand for it."""
_FIRST_ONLY: Final = frozenset("ca cat tt dl cd".split())
"""Abbreviations that are other words anywhere but at the beginning."""
_DROPPED: Final = frozenset("va tinh tp thanhpho".split())
"""Words that come and go in front of the same place."""
_CHANGED: Final = frozenset((*_SHORT, *_DROPPED, "pho"))


def spelled_out(shown: Sequence[str]) -> list[str] | None:
    """Return the words with abbreviations in full, without those that come and go; None if none is there."""
    if _CHANGED.isdisjoint(shown):
        return None
    full: list[str] = []
    for index, word in enumerate(shown):
        if word in _DROPPED and index + 1 < len(shown) and shown[index - 1] != "ha":
            continue
        if word == "pho" and full and full[-1] == "thanh":
            full.pop()
        elif (long := _SHORT.get(word)) and (index == 0 or word not in _FIRST_ONLY):
            full += long
        else:
            full.append(word)
    return full or None


def meaning(shown: Sequence[str]) -> int:
    """Count the letters that tell an organisation from others: no generic words, no place at the end."""
    end = len(shown)
    for length in (4, 3, 2):
        if length < end and "".join(shown[end - length :]) in PLACES:
            end -= length
            break
    return sum(len(word) for word in shown[:end] if word not in GENERIC)


def introduction(shown: Sequence[str]) -> int:
    """Return how many words before an organisation's name say what kind it is or which desk rings."""
    if shown[0] not in INTRODUCING:
        return 0
    for length in (3, 2, 1):
        if length < len(shown) and "".join(shown[:length]) in _INTRODUCTIONS:
            return length
    return 0


def core(shown: Sequence[str]) -> str:
    """Return what is left of a name of a telling kind between its generic words, after the first of them.

    ``Ngân hàng TMCP Ngoại thương Việt Nam`` and ``Ngân hàng Ngoại thương`` have the same. Else empty.
    """
    start, end = 0, len(shown)
    while start < end and shown[start] in GENERIC:
        start += 1
    if shown[-2:] == ["viet", "nam"]:
        end -= 2
    heart = "".join(shown[start:end])
    return shown[0] + heart if start and len(heart) >= _CORE and heart not in PLACES else ""
