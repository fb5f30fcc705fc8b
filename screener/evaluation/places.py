"""Provinces with their area codes, now and before 2017, and names of districts and wards.

Area codes: Decision 2036/QĐ-BTTTT of 21 November 2016. Written down apart from ``blocklist.plan``, which the
set is to test. Names are those of before the mergers of 2025; offices and displays go on showing them.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Province:
    """A province or city of its rank. ``area`` and ``old_area`` are without the trunk 0."""

    name: str
    area: str
    old_area: str
    districts: tuple[str, ...]

    @property
    def unit(self) -> str:
        """Return the name as offices write it: ``tỉnh Lâm Đồng``, ``thành phố Đà Nẵng``."""
        return f"{'thành phố' if self.name in _CITIES else 'tỉnh'} {self.name}"


_CITIES: Final = frozenset({"Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"})

_TABLE: Final = """
Hà Nội|24|4|Đông Anh,Gia Lâm,Thạch Thất,Chương Mỹ,Phúc Thọ
Hồ Chí Minh|28|8|Bình Chánh,Hóc Môn,Củ Chi,Nhà Bè,Cần Giờ
Hải Phòng|225|31|Thủy Nguyên,An Lão,Vĩnh Bảo,Tiên Lãng
Đà Nẵng|236|511|Hòa Vang,Hoàng Sa
Cần Thơ|292|710|Phong Điền,Thới Lai,Cờ Đỏ,Vĩnh Thạnh
Huế|234|54|Phú Vang,Phú Lộc,Nam Đông,A Lưới
Sơn La|212|22|Mộc Châu,Mai Sơn,Thuận Châu,Phù Yên
Lai Châu|213|231|Tam Đường,Sìn Hồ,Phong Thổ,Than Uyên
Lào Cai|214|20|Bảo Thắng,Bát Xát,Bắc Hà,Văn Bàn
Điện Biên|215|230|Tuần Giáo,Mường Chà,Tủa Chùa
Yên Bái|216|29|Trấn Yên,Văn Chấn,Lục Yên,Mù Cang Chải
Hòa Bình|218|218|Lương Sơn,Kim Bôi,Mai Châu,Tân Lạc
Hà Giang|219|219|Vị Xuyên,Bắc Quang,Đồng Văn,Mèo Vạc
Phú Thọ|210|210|Lâm Thao,Thanh Ba,Hạ Hòa,Cẩm Khê
Vĩnh Phúc|211|211|Bình Xuyên,Yên Lạc,Tam Đảo,Lập Thạch
Quảng Ninh|203|33|Vân Đồn,Hải Hà,Tiên Yên,Ba Chẽ
Bắc Giang|204|240|Lục Ngạn,Hiệp Hòa,Tân Yên,Sơn Động
Lạng Sơn|205|25|Cao Lộc,Lộc Bình,Hữu Lũng,Chi Lăng
Cao Bằng|206|26|Trùng Khánh,Hòa An,Quảng Hòa
Tuyên Quang|207|27|Sơn Dương,Yên Sơn,Hàm Yên,Chiêm Hóa
Thái Nguyên|208|280|Đại Từ,Phú Bình,Định Hóa,Võ Nhai
Bắc Kạn|209|281|Chợ Đồn,Ba Bể,Na Rì
Hải Dương|220|320|Cẩm Giàng,Tứ Kỳ,Ninh Giang,Gia Lộc
Hưng Yên|221|321|Văn Lâm,Khoái Châu,Ân Thi,Kim Động
Bắc Ninh|222|241|Tiên Du,Yên Phong,Gia Bình,Lương Tài
Hà Nam|226|351|Bình Lục,Thanh Liêm,Lý Nhân
Thái Bình|227|36|Tiền Hải,Kiến Xương,Đông Hưng,Quỳnh Phụ
Nam Định|228|350|Hải Hậu,Giao Thủy,Ý Yên,Trực Ninh
Ninh Bình|229|30|Hoa Lư,Gia Viễn,Nho Quan,Kim Sơn
Quảng Bình|232|52|Lệ Thủy,Bố Trạch,Tuyên Hóa,Minh Hóa
Quảng Trị|233|53|Hải Lăng,Gio Linh,Cam Lộ,Hướng Hóa
Thanh Hóa|237|37|Hoằng Hóa,Quảng Xương,Nga Sơn
Nghệ An|238|38|Diễn Châu,Đô Lương,Quỳnh Lưu,Nam Đàn
Hà Tĩnh|239|39|Can Lộc,Thạch Hà,Hương Sơn,Đức Thọ
Quảng Nam|235|510|Đại Lộc,Duy Xuyên,Thăng Bình,Núi Thành
Quảng Ngãi|255|55|Bình Sơn,Sơn Tịnh,Mộ Đức,Tư Nghĩa
Bình Định|256|56|Tuy Phước,Phù Cát,Phù Mỹ,Tây Sơn
Phú Yên|257|57|Tuy An,Sơn Hòa,Đồng Xuân
Khánh Hòa|258|58|Diên Khánh,Vạn Ninh,Cam Lâm
Ninh Thuận|259|68|Ninh Phước,Ninh Hải,Ninh Sơn
Bình Thuận|252|62|Tuy Phong,Hàm Tân,Tánh Linh,Đức Linh
Kon Tum|260|60|Đắk Hà,Ngọc Hồi,Sa Thầy
Đắk Nông|261|501|Đắk Mil,Cư Jút,Đắk Song
Đắk Lắk|262|500|Krông Pắc,Ea Kar,Cư Kuin,Buôn Đôn
Lâm Đồng|263|63|Đức Trọng,Di Linh,Bảo Lâm,Đơn Dương,Lạc Dương,Đạ Huoai
Gia Lai|269|59|Chư Sê,Đak Đoa,Chư Prông
Đồng Nai|251|61|Trảng Bom,Vĩnh Cửu,Định Quán,Nhơn Trạch
Bà Rịa - Vũng Tàu|254|64|Châu Đức,Xuyên Mộc,Đất Đỏ
Vĩnh Long|270|70|Long Hồ,Tam Bình,Trà Ôn
Bình Phước|271|651|Đồng Phú,Bù Đăng,Lộc Ninh
Long An|272|72|Bến Lức,Cần Giuộc,Đức Hòa,Thủ Thừa
Tiền Giang|273|73|Cái Bè,Chợ Gạo,Gò Công Tây
Bình Dương|274|650|Dầu Tiếng,Phú Giáo,Bàu Bàng
Bến Tre|275|75|Giồng Trôm,Ba Tri,Mỏ Cày Nam
Tây Ninh|276|66|Gò Dầu,Tân Châu,Dương Minh Châu
Đồng Tháp|277|67|Lấp Vò,Tháp Mười,Thanh Bình
Cà Mau|290|780|Cái Nước,Năm Căn,Trần Văn Thời
Bạc Liêu|291|781|Hòa Bình,Đông Hải,Phước Long
Hậu Giang|293|711|Phụng Hiệp,Vị Thủy,Long Mỹ
Trà Vinh|294|74|Càng Long,Tiểu Cần,Cầu Kè
An Giang|296|76|Chợ Mới,Thoại Sơn,Phú Tân
Kiên Giang|297|77|Kiên Lương,Hòn Đất,Gò Quao
Sóc Trăng|299|79|Mỹ Xuyên,Kế Sách,Thạnh Trị
"""


def _read(line: str) -> Province:
    name, area, old_area, districts = line.split("|")
    return Province(name, area, old_area, tuple(districts.split(",")))


PROVINCES: Final = tuple(_read(line) for line in _TABLE.strip().splitlines())

WARDS: Final = tuple(
    (
        "phường Tân Lợi,phường Lộc Thọ,phường Hưng Bình,phường Trần Phú,phường Quang Trung,"
        "phường Phú Hội,phường Vĩnh Hải,phường Bạch Đằng,phường Đông Vệ,phường Nam Lý,phường Thắng Lợi,"
        "phường An Cựu,phường Mỹ Phước,phường Long Toàn,phường Xuân Khánh,phường Cẩm Thành,"
        "phường Tân Thịnh,phường Thịnh Đán,phường Him Lam,phường Chiềng Lề,phường Đồng Tâm,"
        "phường Hồng Hà,phường Bãi Cháy,phường Lê Lợi,phường Hải Tân,phường Dữu Lâu,phường Ngô Quyền,"
        "phường Suối Hoa,phường Kỳ Bá,phường Vị Xuyên,xã Hòa Thắng,xã Tân Hội,xã Phú Lâm,xã Liên Nghĩa,"
        "xã Bình Minh,xã Đại Đồng,xã Quỳnh Hậu,xã Diễn Thành,xã Vạn Thắng,xã Cam Thành,xã Ea Tu,"
        "xã Ia Khươl,xã Đắk Ru,xã Phước Thuận,xã Mỹ Hạnh,xã Tân Thông,xã Long Thới,xã Vĩnh Hòa,"
        "xã Thạnh Phú,xã Hàm Thắng,xã Trung Thành,xã Yên Bình,xã Nghĩa Đô,xã Mường Khoa"
    ).split(",")
)
