"""Names that ordinary callers show, and names under which impostors pose, in the ways people write them.

Apart from the evaluation's set and from the tables of titles, to see whether both hold beyond it.
"""

import unicodedata
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from screener.evaluation import marks


def _list(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


_FAMILIES: Final = _list(
    """
    Nguyễn,Nguyễn,Nguyễn,Trần,Lê,Phạm,Hoàng,Vũ,Võ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương,Lý,An,Âu,Bạch,Cù,Chung,Đàm,
    Giáp,Hà,Hàn,Hứa,Khổng,Khuất,Lại,Lò,Lưu,Lục,Mạc,Nghiêm,Ninh,Ông,Phí,Phùng,Quản,Sầm,Tạ,Tăng,Thạch,Thân,
    Tiêu,Tòng,Tôn,Tống,Trang,Từ,Văn,Vi,Viên,Vương,Thành,Thái,Tô,Trà,Triệu,Trịnh,Trương,Cao,Cầm,Quan
    """
)
_MIDDLES: Final = _list(
    """
    Văn,Văn,Thị,Thị,Hữu,Đức,Minh,Quốc,Thanh,Ngọc,Xuân,Công,Đình,Thế,Bảo,Gia,Anh,Kim,Thu,Hồng,Phương,Tuấn,
    Quang,Nhật,Trọng,Bích,Khánh,Tiến,Viết,Bá,Hải,Chí,Thành,Tấn,Cẩm,Kiều,Như,Trung,Toàn,Thiên,Sĩ,Chánh,Cảnh
    """
)
_GIVEN: Final = _list(
    """
    An,Anh,Ánh,Ân,Bình,Cảnh,Chánh,Châu,Chi,Công,Cúc,Cường,Diễm,Dung,Dũng,Duy,Đạt,Đoan,Đức,Giang,Hà,Hải,Hân,
    Hằng,Hạnh,Hiền,Hiếu,Hoa,Hòa,Hồng,Huệ,Hùng,Hưng,Hương,Huy,Huyền,Khoa,Kiên,Lan,Lâm,Linh,Loan,Long,Mai,
    Minh,Nam,Nga,Ngân,Ngọc,Nhân,Nhi,Nhung,Oanh,Phát,Phong,Phúc,Phương,Quân,Quang,Quý,Quỳnh,Sang,Sát,Sơn,
    Tâm,Tân,Thái,Thắm,Thắng,Thanh,Thảo,Thi,Thịnh,Thu,Thư,Thủy,Tiên,Tín,Toàn,Toán,Trà,Trâm,Trang,Trí,Trung,
    Tú,Tuấn,Tùng,Uyên,Vân,Viên,Việt,Vinh,Vy,Xuân,Yến,Xã,Sở,Viện
    """
)
_CALLED: Final = _list(
    """
    Anh,Chị,Em,Cô,Chú,Bác,Dì,Cậu,Mợ,Thím,Ông,Bà,Thầy,Cô giáo,Bs,Bác sĩ,Ls,Ths,Sếp,Con,Cháu,Vợ,Chồng,Bé,Út
    """
)
_BESIDE: Final = _list("Grab,Sửa xe,Bún,Vé số,Điện nước,Q1,Quận 7,Hà Nội,Sài Gòn,Lớp 9A,FPT,2,Béo,Gạo,Cá")
_PHRASES: Final = _list(
    """
    An Phát,Long An,Hòa Phát,Thành Công,Phú Quý,Minh Long,Hải Yến,Kim Anh,Tân Tiến,Bình An,Nam Á,Á Châu,
    Hương Sen,Sài Gòn,Bảo An,Thanh Bình,Hưng Thịnh,Công Anh,Hải Quân,Tâm An,Trường An,Phước An,Hội An,
    Hà Nam,Bắc Ninh,Hải Dương,Cà Mau,Cửu Long,Trung Thành,Thượng Hải,Vạn Hạnh,Phương Đông,Thủ Đức,Cầu Giấy
    """
)
_TRADES: Final = _list(
    """
    Quán ăn {g},Quán cà phê {g},Quán Cô {g},Nhà hàng {p},Hải sản {g},Cá cảnh {g},Ca sĩ {g},Ca nhạc {p},
    Ca trù {p},Karaoke {p},Thanh long {p},Tạp hóa {g},Nhà thuốc {g},Siêu thị {p},Shop {g},Spa {p},
    Thẩm mỹ viện {p},Viện thẩm mỹ {p},Viện mắt {p},Viện dưỡng lão {p},Trường {p},Trường Tiểu học {p},
    Mầm non {g},Đại học {p},Trung tâm ngoại ngữ {p},Trung tâm tiêm chủng {p},Phòng khám {p},Phòng trọ {g},
    Nha khoa {p},Bệnh viện {p},Bệnh viện thú y {g},Ngân hàng {p},BIDV CN {p},Tài chính {p},Giao hàng {g},
    Ship {g},Taxi {p},Nhà xe {p},Vé máy bay {p},Bảo hiểm {p},Bảo hiểm nhân thọ {p},BH Bảo Việt,Bảo vệ {p},
    Bảo vệ toà nhà,Công ty bảo vệ {p},An ninh {p},Camera an ninh {p},Vệ sĩ {p},Báo An ninh Thủ đô,
    Báo Thanh tra,Luật {p},Luật sư {g},Công chứng {p},VPCC {g},Thừa phát lại {p},Kế toán {p},
    Đại lý thuế {p},Tư vấn thuế {p},Kế toán thuế {g},Thuê xe {g},Cho thuê nhà {g},Thue xe {p},
    Dịch vụ hải quan {p},Khai hải quan {p},Logistics {p},Kho {p},Tổng đài {p},CSKH {p},Tuyển dụng {p},
    Công ty {p},Cty TNHH {p},CTCP {p},Tập đoàn {p},Chi nhánh {p},Văn phòng {p},Điện lực {p},Điện nước {g},
    Cấp nước {p},Cắt tóc {g},Cây cảnh {g},Cảnh quan {p},Sắt thép {p},Khách sạn {p},Toà nhà {p},Tòa A,
    BQL chung cư {p},Bất động sản {p},Sở thú,Bộ bàn ghế {p},Cục nóng {g},CLB {p},Hội đồng hương {p},
    Hội phụ huynh,Tổ dân phố {g},Giám đốc {p},Trưởng phòng {g},Chủ nhà {g},Chủ trọ {g},Đội bóng {p},
    Đoàn xe {p},Công viên {p},Công trình {p},Công nghệ {p},Công ty Công An Phú,Thanh toán {p},Thanh lý {p},
    Đại lý {p},Trung Tâm {g},Kiểm toán {p},Kiểm định {p},Bí thư đoàn trường,Thủ kho {g},Thiết bị PCCC {p},
    An toàn lao động {p},Thiết bị y tế {p},Nhà văn hóa {p},Môi trường {p},Giáo dục {p},Cứu hộ {p}
    """
)

_PROVINCES: Final = _list("Hà Nội,Hồ Chí Minh,Đà Nẵng,Huế,Nghệ An,Quảng Trị,Gia Lai,Cà Mau,Sơn La,Nam Định")
_DISTRICTS: Final = _list("quận 1,Q.3,Q7,huyện Củ Chi,quận Cầu Giấy,TX Sơn Tây,TP Vinh,huyện Mê Linh")
_WARDS: Final = _list("phường 5,P.12,phường Bến Nghé,xã Tân Lập,thị trấn Rừng Thông")
_OFFICES: Final = _list(
    """
    Công an,Bộ Công an,Công an tỉnh {v},Công an TP {v},Công an {d},Công an {w},Công an kinh tế,
    Công an phường,Cảnh sát,Cảnh sát điều tra,Cảnh sát giao thông,Cảnh sát khu vực,Cục CSGT,
    Phòng cảnh sát hình sự,Đội CSGT {d},Cơ quan điều tra,Cơ quan CSĐT {v},Cục An ninh mạng,Cục A05,
    An ninh kinh tế,Viện kiểm sát,Viện kiểm sát tỉnh {v},Viện KSND {v},Tòa án,Tòa án nhân dân tối cao,
    Tòa án {d},Thanh tra,Thanh tra Bộ,Thanh tra Chính phủ,Thanh tra Sở Y tế,Đoàn thanh tra,
    Đoàn kiểm tra liên ngành,Chánh thanh tra Sở,Cục Thuế tỉnh {v},Chi cục thuế {d},Tổng cục Thuế,
    Thuế {v},Cán bộ thuế,Sở Y tế {v},Sở GDĐT {v},Sở Nội vụ,Sở Thông tin và Truyền thông,Sở Lao động,
    Bộ Y tế,Bộ Tài chính,Bảo hiểm xã hội tỉnh {v},BHXH {d},Cục Viễn thông,Trung tâm dữ liệu dân cư,
    Cục quản lý dân cư,Hải quan,Chi cục hải quan,Kho bạc Nhà nước,Ngân hàng Nhà nước,UBND {w},
    Ủy ban nhân dân {w},Chủ tịch UBND tỉnh,Chủ tịch huyện,Bí thư tỉnh ủy,Thành ủy {v},
    Quản lý thị trường,Chi cục thi hành án dân sự {d},Cục An toàn thực phẩm,Phòng Giáo dục {d},
    Bộ chỉ huy quân sự tỉnh,Phòng Xuất nhập cảnh,Giám đốc Sở Y tế,Phó giám đốc Công an tỉnh,
    Trưởng công an {w},Công an định danh,Phòng An ninh mạng
    """
)
_SHORT: Final = _list(
    """
    CA {d},CA TP {v},CA tỉnh {v},CA {v},CA {w},CATP,CAT {v},CAQ 1,CA Q.5,BCA,PC02 CATP,PC02,PA05,C08,A05,
    C02 BCA,CSGT,CSGT {v},Cục CSGT,CSHS,CSĐT,CQĐT,VKS,VKSND,VKSND tỉnh {v},VKSND tối cao,VKSNDTC,TAND,
    TAND tỉnh {v},TAND {d},TANDTC,TTCP,TTr Sở Y tế,CCT {d},Cục thuế {v},CTHADS {v},THADS {d},BHXH tỉnh {v},
    SYT,SYT {v},SGDĐT {v},SNV {v},BYT,UBND {d},UBND {w},HĐND tỉnh,KBNN {v},NHNN,Cục QLTT,CDC {v},
    P. QLXNC,Đội CSHS {d},CA 113
    """
)
_RANKS: Final = _list(
    """
    Thiếu úy,Trung úy,Thượng úy,Đại úy,Thiếu tá,Trung tá,Thượng tá,Đại tá,Thiếu tướng,Điều tra viên,
    Kiểm sát viên,Cán bộ công an,Cán bộ điều tra,Chấp hành viên,Viện trưởng VKS,Chánh án TAND,Đ/c Đại úy,
    Chiến sĩ công an,Kiểm tra viên thuế
    """
)
_POSTS: Final = _list(
    """
    Chánh án TAND {d},Phó chánh án TAND {d},Viện trưởng VKSND {d},Trưởng Công an {d},Trưởng CA {w},
    Phó trưởng CA {w},Giám đốc Sở Y tế {v},GĐ Sở Tài chính,Cục trưởng Cục Thuế {v},Chi cục trưởng thuế {d},
    Phó Cục trưởng Cục CSGT,PCT UBND {w},Chánh Thanh tra tỉnh {v},Chánh TTr Sở,Chánh văn phòng UBND,
    Thủ trưởng cơ quan điều tra,Trưởng phòng PC02,Chủ tịch xã {w},Bộ trưởng Bộ Công an
    """
)

_LIKE: Final = dict(zip("aceopinACEONTHKBSIM", "асеоріпАСЕОΝТНКВЅІМ", strict=True))
_LEET: Final = {"o": "0", "i": "1", "e": "3", "a": "4", "s": "5"}
_BESIDE_IT: Final = dict(
    zip("abcdeghiklmnopqrstuvxy", ("s n x s r h j o l k n m i o w t d r i b c t".split()), strict=True)
)
_INVISIBLE: Final = "\u200b\u200d\u2060\u00ad"


def people(dice: Random) -> str:
    """Return a person's name, whole or as one enters it into one's phone."""
    how = dice.random()
    if how < 0.5:
        return " ".join((dice.choice(_FAMILIES), *_middles(dice), dice.choice(_GIVEN)))
    if how < 0.8:
        return f"{dice.choice(_CALLED)} {dice.choice(_GIVEN)}"
    if how < 0.9:
        return f"{dice.choice(_CALLED)} {dice.choice(_MIDDLES)} {dice.choice(_GIVEN)}"
    return f"{dice.choice(_CALLED)} {dice.choice(_GIVEN)} {dice.choice(_BESIDE)}"


def others(dice: Random) -> str:
    """Return the name of a shop, a firm, a school, a clinic, a bank, a security firm, a tax agent…"""
    person = " ".join((*_middles(dice), dice.choice(_GIVEN)))
    return dice.choice(_TRADES).format(p=dice.choice(_PHRASES), g=person)


def written(dice: Random, name: str) -> str:
    """Return a name as people and carriers write it."""
    plain = marks.drop(name)
    forms = (
        name,
        name,
        name.upper(),
        plain,
        plain,
        plain.upper(),
        plain.lower(),
        plain.upper()[: dice.choice((15, 20))].strip(),
        "".join(word.capitalize() for word in plain.split()),
        unicodedata.normalize("NFD", name),
    )
    return dice.choice(forms)


def imitations(dice: Random, each: int) -> Iterator[tuple[str, str]]:
    """Give ``each`` names of every disguise, with the disguise."""
    for disguise, make in _DISGUISES.items():
        for _ in range(each):
            yield disguise, make(dice)


def _middles(dice: Random) -> list[str]:
    return [dice.choice(_MIDDLES) for _ in range(dice.choice((0, 1, 1, 2)))]


def _drawn(dice: Random, table: tuple[str, ...], shortest: int = 0) -> str:
    while True:
        name = dice.choice(table).format(
            v=dice.choice(_PROVINCES), d=dice.choice(_DISTRICTS), w=dice.choice(_WARDS)
        )
        if len(name) >= shortest:
            return name


def _cased(dice: Random, name: str) -> str:
    name = marks.drop(name) if dice.random() < 0.65 else name
    return name.upper() if dice.random() < 0.4 else name


def _changed(dice: Random, name: str, into: dict[str, str], share: float) -> str:
    return "".join(into[char] if char in into and dice.random() < share else char for char in name)


def _slip(dice: Random, name: str) -> str:
    at = dice.choice([place for place, char in enumerate(name[:-1]) if char.lower() in _BESIDE_IT])
    char = name[at]
    how = dice.choice(("left out", "doubled", "changed over", "beside"))
    if how == "left out":
        return name[:at] + name[at + 1 :]
    if how == "doubled":
        return name[:at] + char * 2 + name[at + 1 :]
    if how == "changed over" and name[at + 1].isalpha():
        return name[:at] + name[at + 1] + char + name[at + 2 :]
    other = _BESIDE_IT[char.lower()]
    return name[:at] + (other.upper() if char.isupper() else other) + name[at + 1 :]


def _office(dice: Random) -> str:
    return _cased(dice, _drawn(dice, _OFFICES))


def _dotted(dice: Random) -> str:
    name = marks.drop(_drawn(dice, _SHORT))
    dot = dice.choice((".", ". "))
    return " ".join(dot.join(word) if word.isupper() and word.isalpha() else word for word in name.split())


_DISGUISES: Final[dict[str, Callable[[Random], str]]] = {
    "as written": _office,
    "joined": lambda dice: "".join(word[:1].upper() + word[1:] for word in _office(dice).split()),
    "joined in small letters": lambda dice: _office(dice).lower().replace(" ", ""),
    "spaced": lambda dice: " ".join(_office(dice)),
    "separators": lambda dice: _office(dice).replace(" ", dice.choice(("_", ".", "-", "  ", "/", " - "))),
    "homoglyphs": lambda dice: _changed(dice, _office(dice), _LIKE, 0.4),
    "leet": lambda dice: _changed(dice, marks.drop(_drawn(dice, _OFFICES)), _LEET, 0.3),
    "invisible": lambda dice: dice.choice(_INVISIBLE).join(_office(dice)),
    "decomposed": lambda dice: unicodedata.normalize("NFD", _drawn(dice, _OFFICES)),
    "cut": lambda dice: _cased(dice, _drawn(dice, _OFFICES, 12))[: dice.choice((15, 20))].strip(),
    "one slip": lambda dice: _slip(dice, _cased(dice, _drawn(dice, _OFFICES, 9))),
    "two slips": lambda dice: _slip(dice, _slip(dice, _cased(dice, _drawn(dice, _OFFICES, 16)))),
    "abbreviation": lambda dice: _cased(dice, _drawn(dice, _SHORT)),
    "dotted abbreviation": _dotted,
    "rank": lambda dice: _cased(
        dice, f"{dice.choice(_RANKS)} {dice.choice(_FAMILIES)} {dice.choice(_GIVEN)}"
    ),
    "post": lambda dice: _cased(dice, _drawn(dice, _POSTS)),
}
