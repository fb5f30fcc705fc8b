"""How offices are called: templates of names, of the short forms that they use themselves, and of hotlines.

``{u}`` is the unit with its rank (``huyện Di Linh``), ``{p}`` its bare name. The head is what comes before
the place; an authority is known by its head alone, a hospital or a bank is one of many without its place.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Office:
    """A template of an office: its name and short forms, and whether it is an authority."""

    name: str
    aliases: tuple[str, ...]
    authority: bool

    @property
    def head(self) -> str:
        """Return the words before the place."""
        return self.name.split("{", 1)[0].strip()


def _read(line: str) -> Office:
    mark, name, *aliases = line.split("|")
    return Office(name, tuple(aliases), mark == "+")


def _table(text: str) -> tuple[Office, ...]:
    return tuple(_read(line) for line in text.strip().splitlines())


OF_PROVINCE: Final = _table(
    """
+|Công an {u}|CA {u}|CA {p}
+|Phòng Cảnh sát giao thông Công an {u}|CSGT {p}|PC08 {p}
+|Phòng Cảnh sát hình sự Công an {u}|PC02 {p}|CSHS {p}
+|Phòng Quản lý xuất nhập cảnh Công an {u}|PA08 {p}
+|Tòa án nhân dân {u}|TAND {u}|TAND {p}
+|Viện kiểm sát nhân dân {u}|VKSND {u}|VKSND {p}
+|Ủy ban nhân dân {u}|UBND {u}
+|Hội đồng nhân dân {u}|HĐND {u}
+|Thanh tra {u}|Thanh tra {p}
+|Sở Tài chính {u}|STC {p}
+|Sở Xây dựng {u}|SXD {p}
+|Sở Nội vụ {u}|SNV {p}
+|Sở Giáo dục và Đào tạo {u}|SGDĐT {p}|Sở GDĐT {p}
+|Sở Nông nghiệp và Môi trường {u}|SNNMT {p}
+|Sở Công Thương {u}|SCT {p}
+|Sở Tư pháp {u}|STP {p}
+|Sở Y tế {u}|SYT {p}
+|Sở Khoa học và Công nghệ {u}|SKHCN {p}
+|Cục Thuế {u}|Thuế {u}
+|Chi cục Hải quan {p}|HQ {p}|Hải quan {p}
+|Bảo hiểm xã hội {u}|BHXH {u}|BHXH {p}
+|Kho bạc Nhà nước {p}|KBNN {p}
+|Ngân hàng Nhà nước chi nhánh {p}|NHNN {p}
+|Cục Thi hành án dân sự {u}|THADS {p}
+|Chi cục Quản lý thị trường {u}|QLTT {p}
-|Bệnh viện Đa khoa {u}|BVĐK {p}
-|Bệnh viện Phụ sản {p}|BV Phụ sản {p}
-|Công ty Điện lực {p}|PC {p}|Điện lực {p}
-|Công ty Cấp nước {p}|Cấp nước {p}
-|Ngân hàng Nông nghiệp chi nhánh {p}|Agribank {p}
-|Trung tâm Kiểm soát bệnh tật {u}|CDC {p}
"""
)

OF_DISTRICT: Final = _table(
    """
+|Công an {u}|CA {u}|CAH {p}
+|Tòa án nhân dân {u}|TAND {u}|TAND {p}
+|Viện kiểm sát nhân dân {u}|VKSND {u}|VKSND {p}
+|Ủy ban nhân dân {u}|UBND {u}
+|Chi cục Thuế {u}|CCT {p}
+|Bảo hiểm xã hội {u}|BHXH {u}|BHXH {p}
+|Chi cục Thi hành án dân sự {u}|THADS {p}
+|Kho bạc Nhà nước {p}|KBNN {p}
+|Phòng Giáo dục và Đào tạo {u}|PGDĐT {p}
-|Trung tâm Y tế {u}|TTYT {p}
-|Điện lực {p}|ĐL {p}
"""
)

OF_WARD: Final = _table(
    """
+|Công an {u}|CA {u}
+|Ủy ban nhân dân {u}|UBND {u}
-|Trạm Y tế {u}|TYT {p}
"""
)

NATIONAL: Final = _table(
    """
+|Cục An ninh mạng và phòng chống tội phạm công nghệ cao|A05
+|Cục Cảnh sát giao thông|C08
+|Cục Cảnh sát điều tra tội phạm về ma túy|C04
+|Cơ quan Cảnh sát điều tra Bộ Công an|CSĐT BCA
+|Bộ Công an|BCA
+|Bộ Y tế|BYT
+|Bộ Tài chính|BTC
+|Bộ Khoa học và Công nghệ|BKHCN
+|Thanh tra Chính phủ|TTCP
+|Tòa án nhân dân tối cao|TANDTC
+|Viện kiểm sát nhân dân tối cao|VKSNDTC
+|Tổng cục Thuế|TCT
+|Cục Hải quan|CHQ
+|Bảo hiểm xã hội Việt Nam|BHXH VN
+|Kho bạc Nhà nước Việt Nam|KBNN VN
+|Ngân hàng Nhà nước Việt Nam|NHNN VN
+|Cục Quản lý xuất nhập cảnh|QLXNC
+|Cục Viễn thông|Cuc VT
+|Văn phòng Chính phủ|VPCP
"""
)

SHORT_CODES: Final = (
    ("113", "Cảnh sát khẩn cấp", True),
    ("114", "Cứu hỏa và cứu nạn", True),
    ("115", "Cấp cứu 115", True),
    ("112", "Tìm kiếm cứu nạn quốc gia", True),
    ("111", "Tổng đài bảo vệ trẻ em", False),
    ("156", "Tiếp nhận phản ánh lừa đảo", True),
    ("5656", "Tiếp nhận phản ánh tin nhắn rác", True),
    ("1022", "Tổng đài dịch vụ công", False),
    ("1080", "Tổng đài giải đáp", False),
    ("5657", "Tổng đài tra cứu", False),
)
"""Number, office, and whether it only receives calls."""
