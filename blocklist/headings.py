"""The columns of a table of entries, by the names that people give them, Vietnamese or English."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """What a column holds. The values are the names in exports."""

    KIND = "kind"
    NUMBER = "number"
    CATEGORY = "category"
    ACTION = "action"
    NOTE = "note"
    SOURCE = "source"
    EXPIRES = "expires_at"
    PBX = "pbx"
    CALLED = "called"
    IMPORTED = "imported"


_NAMES: Final = {
    Column.NUMBER: """số điện thoại, sđt, số đt, đt, điện thoại, số, số máy, số thuê bao, thuê bao, đầu số,
        dải số, mẫu số, số gọi đến, số chủ gọi, number, numbers, phone, phone number, phone no, telephone,
        telephone number, tel, mobile, msisdn, caller, caller number, caller id, pattern""",
    Column.KIND: "loại, loại danh sách, danh sách, kiểu, kind, type, list",
    Column.CATEGORY: "phân loại, nhóm, hành vi, loại hành vi, category, reason",
    Column.ACTION: "hành động, xử lý, cách xử lý, action",
    Column.NOTE: "ghi chú, chú thích, mô tả, nội dung, diễn giải, note, notes, comment, description",
    Column.SOURCE: "nguồn, nguồn tin, nguồn gốc, source, origin",
    Column.EXPIRES: """hết hạn, ngày hết hạn, thời hạn, hiệu lực đến, đến ngày, expires, expires at, expiry,
        expiry date, expiration, valid until, until""",
    Column.PBX: "tổng đài, pbx",
    Column.CALLED: "số bị gọi, số được gọi, máy lẻ, called, called number, extension, extensions",
    Column.IMPORTED: "danh sách nhập, imported, imported from",
}


def folded(name: str) -> str:
    """Return a name without case, marks, spaces and signs: ``Số điện thoại`` is ``sodienthoai``."""
    plain = unicodedata.normalize("NFKD", name).lower().replace("đ", "d")
    return "".join(char for char in plain if char.isalnum())


_COLUMNS: Final = {folded(name): column for column, names in _NAMES.items() for name in names.split(",")}


def recognised(cells: Sequence[str]) -> dict[Column, int]:
    """Return where each column is whose name is known; of two of a kind the first counts."""
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = _COLUMNS.get(folded(cell))
        if column is not None:
            found.setdefault(column, place)
    return found
