"""The columns of a table of entries or official numbers, by the names that people give them."""

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final


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


class OfficialColumn(StrEnum):
    """What a column of a registry holds. The values are the names in exports.

    The number goes first, for a row whose first cell begins with ``#`` is a comment, and an office may be so
    called.
    """

    NUMBER = "number"
    ORGANISATION = "organisation"
    NAME = "name"
    ALIASES = "aliases"
    RECEIVES_ONLY = "receives_only"
    CONFIRMED = "confirmed"
    NOTE = "note"
    SOURCE = "source"
    LAST_CHECKED = "last_checked"


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
_OFFICIAL_NAMES: Final = {
    OfficialColumn.ORGANISATION: """cơ quan, tên cơ quan, đơn vị, tên đơn vị, tổ chức, organisation,
        organization, agency, office""",
    OfficialColumn.NUMBER: _NAMES[Column.NUMBER] + ", đường dây nóng, hotline, range, number or range",
    OfficialColumn.NAME: "tên hiển thị, tên, name, display name",
    OfficialColumn.ALIASES: "tên khác, tên gọi khác, các tên khác, tên viết tắt, aliases, alias, other names",
    OfficialColumn.RECEIVES_ONLY: """chỉ nhận cuộc gọi, chỉ nhận, chỉ nhận cuộc gọi đến, không gọi đi,
        inbound only, receives only, receive only""",
    OfficialColumn.CONFIRMED: "đã xác nhận, xác nhận, đã xác minh, xác minh, confirmed, verified",
    OfficialColumn.NOTE: _NAMES[Column.NOTE],
    OfficialColumn.SOURCE: _NAMES[Column.SOURCE] + ", văn bản, căn cứ",
    OfficialColumn.LAST_CHECKED: """kiểm tra lần cuối, ngày kiểm tra, lần kiểm tra cuối, ngày xác minh,
        last checked, checked, checked on""",
}


def folded(name: str) -> str:
    """Return a name without case, marks, spaces and signs: ``Số điện thoại`` is ``sodienthoai``."""
    plain = unicodedata.normalize("NFKD", name).lower().replace("đ", "d")
    return "".join(char for char in plain if char.isalnum())


def _by_name(names: Mapping[Any, str]) -> dict[str, StrEnum]:
    return {folded(name): column for column, text in names.items() for name in text.split(",")}


ENTRIES: Final = _by_name(_NAMES)
OFFICIALS: Final = _by_name(_OFFICIAL_NAMES)


def recognised(cells: Sequence[str], names: Mapping[str, StrEnum] = ENTRIES) -> dict[StrEnum, int]:
    """Return where each column is whose name is known; of two of a kind the first counts."""
    found: dict[StrEnum, int] = {}
    for place, cell in enumerate(cells):
        column = names.get(folded(cell))
        if column is not None:
            found.setdefault(column, place)
    return found
