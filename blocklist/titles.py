"""What authorities, their branches and their officers are called: the names that anyone may pose under.

A line is a title as it is written; after ``=`` its abbreviations; after ``/`` words with marks beside which
an abbreviation is another word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """What may follow a title at the beginning of a name for it to count."""

    OPEN = "open"
    """Anything: nobody else is called so."""
    BARE = "bare"
    """Nothing, a unit, or an officer's name: with other words it is another name (``Tòa An Phát``)."""
    PLACED = "placed"
    """A unit only: alone it is a word of everyday use (``Ca``, ``Cáp``, ``Cắt``)."""
    GOVERNED = "governed"
    """A unit, and in capitals: it is a family name or a firm as well (``Tạ Phương Anh``, ``CT``)."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title. ``homonyms`` are words with marks that clear a name; ``personal``: people are named so."""

    written: str
    standing: Standing
    homonyms: frozenset[str] = frozenset()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a title: its plain words, and as it is spelled with marks."""

    title: Title
    spelled: Sequence[str]
    written: str

    @property
    def key(self) -> str:
        """Return the plain words run together."""
        return "".join(self.spelled)

    @property
    def full(self) -> bool:
        """Tell whether it is no abbreviation."""
        return self.written == self.title.written


_PERSONAL: Final = """
    Công an
    Thanh tra
"""
_PERSONAL_BARE: Final = """
    Hải quan
    Thẩm phán
    Chánh án
    Bí thư
    Tòa án
    Thượng sĩ
    Trung sĩ
    Hạ sĩ
"""
_OPEN: Final = """
    Bộ Công an = BCA
    Cơ quan công an
    Công an tỉnh
    Công an thành phố = CATP
    Công an nhân dân = CAND
    Cảnh sát
    Cảnh sát giao thông = CSGT
    Cảnh sát 113 = CS113
    Cảnh sát khẩn cấp
    Cảnh sát quản lý hành chính = QLHC
    Cảnh sát hình sự = CSHS
    Cảnh sát kinh tế = CSKT
    Cảnh sát điều tra = CSĐT
    Cảnh sát cơ động = CSCĐ
    Cảnh sát khu vực = CSKV
    Cảnh sát phòng cháy chữa cháy = CS PCCC
    Cục Cảnh sát hình sự
    Cơ quan điều tra = CQĐT
    Cơ quan cảnh sát điều tra = CQCSĐT, Cơ quan CSĐT
    Cơ quan an ninh điều tra = CQANĐT
    An ninh điều tra = ANĐT
    An ninh kinh tế = ANKT
    An ninh chính trị nội bộ
    Phòng An ninh mạng
    Quản lý dân cư
    Cục Quản lý dân cư
    Dữ liệu dân cư
    Trung tâm dữ liệu dân cư
    Trung tâm dữ liệu quốc gia
    Dữ liệu quốc gia
    Cơ sở dữ liệu quốc gia
    Phòng Xuất nhập cảnh
    Cục Xuất nhập cảnh
    Trật tự đô thị
    Trật tự xã hội
    Kiểm tra liên ngành
    Interpol
    Cơ quan thi hành án
    Thi hành án dân sự = THADS
    Cục Thi hành án dân sự = CTHADS
    Chi cục Thi hành án dân sự = CCTHADS
    Cục An ninh mạng
    Cục An toàn thông tin
    Cục Viễn thông
    Cục Bưu chính viễn thông
    Cục Tần số vô tuyến điện
    Cục Sở hữu trí tuệ
    Cục Hàng không
    Cục Đường bộ
    Cục Y tế dự phòng
    Cục Quản lý khám chữa bệnh
    Cục Trẻ em
    Quản lý xuất nhập cảnh = QLXNC
    Cục Quản lý xuất nhập cảnh
    Bộ đội biên phòng = BĐBP
    Đồn biên phòng
    Bộ chỉ huy quân sự = BCHQS, BCH quân sự
    Ban chỉ huy quân sự
    Bộ tư lệnh
    Viện kiểm sát = VKS
    Viện kiểm sát nhân dân = VKSND, KSND
    Viện kiểm sát nhân dân tối cao = VKSNDTC, VKSTC
    Viện kiểm sát quân sự
    Kiểm sát viên
    Tòa án nhân dân = TAND
    Tòa án nhân dân tối cao = TANDTC
    Tòa án tối cao
    Tòa án quân sự
    Điều tra viên
    Cán bộ điều tra
    Phòng điều tra
    Đội điều tra
    Đội trọng án
    Chấp hành viên
    Thanh tra viên
    Đoàn thanh tra
    Thư ký tòa
    Thanh tra sở = TTr Sở
    Thanh tra bộ = TTr Bộ
    Thanh tra tỉnh = TTr tỉnh
    Thanh tra liên ngành
    Thanh tra chính phủ = TTCP
    Kiểm toán nhà nước = KTNN
    Ủy ban nhân dân = UBND
    Ủy ban kiểm tra = UBKT
    Ủy ban chứng khoán nhà nước
    Ủy ban Mặt trận Tổ quốc = UBMTTQ, MTTQ
    Hội đồng nhân dân = HĐND
    Văn phòng Chính phủ = VPCP
    Văn phòng Ủy ban
    Thủ tướng
    Phó thủ tướng
    Bộ trưởng
    Thứ trưởng
    Chủ tịch
    Chủ tịch nước
    Chủ tịch hội đồng nhân dân
    Phó chủ tịch
    Giám đốc sở
    Phó giám đốc sở
    Chủ tịch Ủy ban nhân dân = Chủ tịch UBND
    Bí thư tỉnh ủy
    Bí thư thành ủy
    Bí thư huyện ủy
    Bí thư quận ủy
    Bí thư đảng ủy
    Tỉnh ủy
    Thành ủy
    Huyện ủy
    Quận ủy
    Ban Nội chính
    Ban Tuyên giáo
    Tổng cục Thuế
    Cục Thuế
    Chi cục Thuế
    Thuế nhà nước
    Thuế cơ sở
    Cơ quan thuế
    Cán bộ thuế
    Công chức thuế
    Kiểm tra viên thuế
    Kiểm soát viên hải quan
    Kiểm soát viên thị trường
    Kho bạc nhà nước = KBNN
    Bảo hiểm xã hội = BHXH
    Ngân hàng nhà nước = NHNN
    Quản lý thị trường = QLTT
    Cục Quản lý thị trường
    Chi cục Quản lý thị trường
    Tổng cục Hải quan
    Cục Hải quan
    Chi cục Hải quan
    Hải quan cửa khẩu
    Hải quan sân bay
    Kiểm lâm
    Hạt Kiểm lâm
    Chi cục Thủy sản
    Chi cục Thú y
    Chi cục Dân số
    Chi cục Bảo vệ môi trường
    Chi cục Kiểm lâm
    Cục Quản lý dược
    Cục An toàn thực phẩm
    Chi cục An toàn thực phẩm
    Chi cục An toàn vệ sinh thực phẩm
    Trung tâm kiểm soát bệnh tật = TTKSBT
    Trung tâm hành chính công
    Trung tâm phục vụ hành chính công
    Ban tiếp công dân
    Cục Đăng kiểm
    Phòng an ninh
    Phòng Tham mưu
    Phòng Giáo dục
    Phòng Giáo dục và Đào tạo = PGDĐT
    Phòng Tư pháp
    Phòng Tài nguyên và Môi trường
    Phòng Lao động Thương binh và Xã hội
    Thiếu tá
    Trung tá
    Thượng tá
    Đại tá
    Thiếu úy
    Trung úy
    Thượng úy
    Đại úy
    Thiếu tướng
    Trung tướng
    Thượng tướng
    Đại tướng
"""
_BARE: Final = """
    Kho bạc
    Thuế tỉnh
    Phòng cháy chữa cháy = PCCC
    Điều tra viên = ĐTV
    Thanh tra giao thông = TTGT
    An toàn vệ sinh thực phẩm = ATVSTP
    Ban Bảo vệ chính trị nội bộ
"""
_PLACED: Final = """
    Công an = CA /huyền phương quân quần
    Công an tỉnh = CAT
    Công an phường = CAP
    Công an quận = CAQ
    Công an huyện = CAH
    Công an xã = CAX
    Thanh tra = TTr
    Thuế = Thuế /thuê
    Hải quan = HQ
    Chi cục Thuế = CCT
    Bộ chỉ huy quân sự = BCH
    Sở Nội vụ = SNV
    Sở Xây dựng = SXD
    Sở Tài chính = STC
    Sở Công Thương = SCT
    Sở Tư pháp = STP
    Trung tâm kiểm soát bệnh tật = CDC
"""
_GOVERNED: Final = """
    Tòa án = TA
    Cục Thuế = CT
"""
_OFFICES: Final = """
    Y tế = YT
    Giáo dục = GD
    Giáo dục và Đào tạo = GDĐT
    Thông tin và Truyền thông = TTTT
    Khoa học và Công nghệ = KHCN
    Tài chính
    Kế hoạch và Đầu tư = KHĐT
    Nội vụ
    Xây dựng
    Công thương
    Tư pháp
    Tài nguyên và Môi trường = TNMT
    Nông nghiệp và Phát triển nông thôn = NNPTNT, NN PTNT
    Nông nghiệp và Môi trường = NNMT
    Lao động Thương binh và Xã hội = LĐTBXH
    Lao động
    Nông nghiệp
    Tài nguyên
    Văn hóa
    Thể thao
    Dân tộc và Tôn giáo
    Giao thông vận tải = GTVT
    Văn hóa Thể thao và Du lịch = VHTTDL
    Du lịch
    Quy hoạch Kiến trúc = QHKT
    Ngoại vụ
"""
_MINISTRY_ONLY: Final = """
    Quốc phòng = QP
    Ngoại giao
    Công an
"""
_CODES: Final = {
    "C01": "Văn phòng Cơ quan Cảnh sát điều tra (C01)",
    "C02": "Cục Cảnh sát hình sự (C02)",
    "C03": "Cục Cảnh sát kinh tế (C03)",
    "C04": "Cục Cảnh sát điều tra tội phạm về ma túy (C04)",
    "C06": "Cục Cảnh sát quản lý hành chính (C06)",
    "C07": "Cục Cảnh sát phòng cháy chữa cháy (C07)",
    "C08": "Cục Cảnh sát giao thông (C08)",
    "A04": "Cục An ninh kinh tế (A04)",
    "A05": "Cục An ninh mạng (A05)",
    "A06": "Cục An ninh chính trị nội bộ (A06)",
    "A08": "Cục Quản lý xuất nhập cảnh (A08)",
}
"""Departments of the Ministry of Public Security."""
_DEPARTMENTS: Final = ("PA", "PC", "PV", "PX", "PK")
"""Letters of a provincial police's departments; two digits follow (``PC02``)."""

_MILITARY_REGIONS: Final = "1234579"


def known() -> Iterator[tuple[str, Title]]:
    """Yield each spelling with its title: the full form first, then its abbreviations."""
    for lines, standing, personal in (
        (_PERSONAL, Standing.OPEN, True),
        (_PERSONAL_BARE, Standing.BARE, True),
        (_OPEN, Standing.OPEN, False),
        (_BARE, Standing.BARE, False),
        (_PLACED, Standing.PLACED, False),
        (_GOVERNED, Standing.GOVERNED, False),
    ):
        for written, short, homonyms in _rows(lines):
            title = Title(written, standing, homonyms, personal)
            if standing in (Standing.OPEN, Standing.BARE):
                yield written, title
            yield from ((spelling, title) for spelling in short)
    for head, letter, offices in (("Sở", "S", _OFFICES), ("Bộ", "B", _OFFICES + _MINISTRY_ONLY)):
        for office, short, _ in _rows(offices):
            title = Title(f"{head} {office}", Standing.OPEN)
            yield title.written, title
            for abbreviation in short:
                yield f"{head} {abbreviation}", title
                if abbreviation != "GD":  # SGD is a bank's "sở giao dịch"
                    yield letter + abbreviation, title
    for code, written in _CODES.items():
        yield code, Title(written, Standing.BARE)
    for region in _MILITARY_REGIONS:
        yield f"Quân khu {region}", Title(f"Quân khu {region}", Standing.OPEN)
    for letters in _DEPARTMENTS:
        for digit in range(1, 10):
            code = f"{letters}0{digit}"
            yield code, Title(f"Phòng nghiệp vụ Công an tỉnh ({code})", Standing.OPEN)


def _rows(lines: str) -> Iterator[tuple[str, list[str], frozenset[str]]]:
    for line in filter(str.strip, lines.splitlines()):
        titled, _, homonyms = line.partition("/")
        written, _, short = titled.partition("=")
        yield (
            written.strip(),
            [word.strip() for word in short.split(",") if word.strip()],
            frozenset(homonyms.split()),
        )
