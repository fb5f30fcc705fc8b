"""How a number was read, in words for who typed it."""

from collections.abc import Mapping
from typing import Final

from blocklist import plan
from blocklist.number import Number, NumberKind, Oddity
from screener.words import Words

KINDS: Final[Mapping[NumberKind, Words]] = {
    NumberKind.MOBILE: Words("di động", "mobile"),
    NumberKind.LANDLINE: Words("cố định", "landline"),
    NumberKind.STATE: Words(
        "số mạng riêng của công an, quân đội (069) hay cơ quan Đảng, Nhà nước (080)",
        "line of police and military (069) or of Party and State offices (080)",
    ),
    NumberKind.SHORT_CODE: Words("số dịch vụ ngắn", "short service number"),
    NumberKind.FREE: Words("miễn cước (1800)", "free of charge (1800)"),
    NumberKind.PREMIUM: Words("thu cước cao (1900)", "premium rate (1900)"),
    NumberKind.FOREIGN: Words("nước ngoài", "abroad"),
    NumberKind.EXTENSION: Words("máy lẻ của cơ quan", "extension of the agency"),
    NumberKind.IMPLAUSIBLE: Words("không thể là số điện thoại có thật", "can't be a telephone number in use"),
    NumberKind.WITHHELD: Words("không có số: người gọi ẩn số", "no number: withheld"),
    NumberKind.UNREADABLE: Words(
        "không phải số điện thoại: không có chữ số nào", "not a number: there is no digit in it"
    ),
}
"""What sort of number it is."""

ODDITIES: Final[Mapping[Oddity, Words]] = {
    Oddity.TRUNK_ZERO_AFTER_COUNTRY_CODE: Words("thừa số 0 sau mã nước 84", "a 0 too many after 84"),
    Oddity.DOUBLED_COUNTRY_CODE: Words("mã nước 84 viết hai lần", "84 is written twice"),
    Oddity.PLUS_BEFORE_TRUNK_ZERO: Words("dấu + đứng trước số 0", "a + stands before the 0"),
    Oddity.PREFIX_BEFORE_SERVICE: Words("đầu số đứng trước số dịch vụ", "a prefix before a service number"),
    Oddity.RETIRED_MOBILE: Words(
        "đầu số di động 11 số, ngừng từ 2018", "11-digit mobile prefix, ended in 2018"
    ),
    Oddity.UNASSIGNED_PREFIX: Words("đầu số chưa được cấp", "prefix not assigned"),
    Oddity.WRONG_LENGTH: Words("sai độ dài", "wrong length"),
    Oddity.LETTERS: Words("có chữ cái", "holds letters"),
    Oddity.SYMBOLS: Words("có ký hiệu lạ", "holds signs that are in no number"),
    Oddity.INVISIBLE_CHARACTERS: Words("có ký tự ẩn", "holds invisible characters"),
}
"""What is remarkable in the way it was written."""


def reading(number: Number) -> Words:
    """Say as what a number was read: ``read as 0912 345 678, mobile (+84912345678)``."""
    kind = KINDS[number.kind]
    odd = sorted(number.oddities)
    e164 = [number.e164] if number.e164 and number.e164 != number.national else []
    vi = ", ".join([*e164, *(ODDITIES[one].vi for one in odd)])
    en = ", ".join([*e164, *(ODDITIES[one].en for one in odd)])
    read = spaced(number)
    return Words(
        (f"đọc là {read}, " if read else "") + kind.vi + (f" ({vi})" if vi else ""),
        (f"read as {read}, " if read else "") + kind.en + (f" ({en})" if en else ""),
    )


def spaced(number: Number) -> str:
    """Write a number in groups, as people read it out: ``0912 345 678``, ``024 3825 1234``."""
    digits = number.national
    if number.kind is NumberKind.MOBILE:
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    if number.kind is NumberKind.LANDLINE:
        area = 3 if digits[1:3] in plan.AREA_CODES else 4
        return f"{digits[:area]} {digits[area : area + 4]} {digits[area + 4 :]}"
    return digits
