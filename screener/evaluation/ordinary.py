"""Names that ordinary callers show: people, shops, firms, deliveries, and those hard to tell from offices."""

from typing import Final

from screener.evaluation import marks
from screener.evaluation.dice import Dice


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


FAMILIES: Final = _words(
    """
    Nguyễn,Nguyễn,Nguyễn,Nguyễn,Trần,Trần,Lê,Lê,Phạm,Phạm,Huỳnh,Hoàng,Phan,Vũ,Võ,Đặng,Bùi,Đỗ,Hồ,Ngô,
    Dương,Lý,Đào,Đoàn,Trịnh,Đinh,Lâm,Mai,Trương,Tô,Tạ,Cao,Hà,Quách,Thái,Châu,Lương,Vương,La,Kiều,Chu,
    Nông,Triệu,Lò,Giàng
    """
)
MIDDLES: Final = _words(
    """
    Văn,Thị,Hữu,Đức,Minh,Quốc,Thanh,Ngọc,Xuân,Công,Đình,Thế,Hoàng,Bảo,Gia,Anh,Kim,Mỹ,Thu,Hồng,Phương,
    Tuấn,Quang,Nhật,Trọng,Bích,Khánh,Tiến,Viết,Bá,An,Hải,Chí,Thành,Tấn,Duy,Diệu
    """
)
GIVEN: Final = _words(
    """
    An,Anh,Bình,Châu,Chi,Cường,Cúc,Dung,Dũng,Duy,Đạt,Đông,Đức,Giang,Hà,Hải,Hạnh,Hiền,Hiếu,Hòa,Hoa,
    Hoàng,Hùng,Huệ,Hương,Huy,Khánh,Khoa,Kiên,Lam,Lan,Liên,Linh,Loan,Long,Ly,Mai,Minh,My,Nam,Nga,Ngân,
    Ngọc,Nhung,Oanh,Phong,Phúc,Phương,Quân,Quang,Quyên,Sơn,Tài,Tâm,Thanh,Thảo,Thành,Thắng,Thịnh,Thu,
    Thủy,Thương,Tiến,Toàn,Trang,Trung,Trúc,Tú,Tuấn,Tùng,Tuyết,Vân,Vinh,Việt,Xuân,Yến,Vy,Quý,Bảo,Trà,
    Toản,Tân,Cảnh,Sáng,Thuế,Quan,Kiểm,Viên
    """
)
_CALLED: Final = _words(
    """
    Anh,Chị,Em,Cô,Chú,Bác,Thầy,Cô giáo,Bác sĩ,Luật sư,Mẹ,Bố,Ông,Bà,Dì,Cậu,Sếp,Kỹ sư
    """
)
_SHOPS: Final = _words(
    """
    Quán cà phê {g},Cà phê {p},Quán ăn {g},Nhà hàng {p},Nhà hàng Hải sản {g},Tạp hóa {g},Cửa hàng {p},
    Shop {g},Tiệm vàng {p},Bánh mì {g},Phở {g},Bún bò {g},Salon tóc {g},Spa {p},Nhà thuốc {g},
    Quầy thuốc {p},Hoa tươi {g},Điện thoại {p},Xe máy {g},Gara ô tô {p},Sửa điện nước {g},
    Nội thất {p},Vật liệu xây dựng {p},Thú y {g},Phòng khám {g},Nha khoa {p},Mắt kính {g},
    Siêu thị {p},Trà sữa {g},Thời trang {g},Gas {p},Nước khoáng {p}
    """
)
_FIRMS: Final = _words(
    """
    Công ty TNHH {p},Công ty Cổ phần {p},Cty {p},Cty TNHH MTV {p},Công ty CP Xây dựng {p},
    Công ty Du lịch {p},Công ty Bất động sản {p},Tập đoàn {p},DNTN {g},Xí nghiệp {p},
    Công ty Bảo hiểm {p},Hợp tác xã {p},Quảng cáo {p},In ấn {p},Tuyển dụng {p},Cho thuê xe {p},
    Kế toán {p},Vận tải {p},Cơ khí {g},Trung tâm Anh ngữ {p},Trường Mầm non {g},Gia sư {p},
    Văn phòng phẩm {p},Sàn giao dịch {p},CSKH {p},Tổng đài {p},Môi giới nhà đất {g}
    """
)
_HOTELS: Final = _words(
    """
    Khách sạn {p},Nhà nghỉ {g},{p} Hotel,Homestay {g},Resort {p},Nhà trọ {g},{p} Villa
    """
)
_RIDES: Final = _words(
    """
    Giao hàng {g},Shipper {g},GHTK {g},Giao Hang Nhanh,Shopee Express,J&T Express,Viettel Post,
    VNPost Giao hang,Lazada,Taxi {p},Mai Linh Taxi,Grab {g},Be Driver {g},Xe khách {p},Nhà xe {g},
    Xe ôm {g},Ahamove,Ninja Van,Bưu tá {g},Chuyển nhà {p},Chành xe {p}
    """
)
_BRANDS: Final = _words(
    """
    FE Credit,Home Credit,VPBank Tu van,Techcombank,MB Bank CSKH,TPBank,Sacombank The,Prudential,
    Manulife,AIA Viet Nam,Dai-ichi Life,Viettel CSKH,VinaPhone,MobiFone,FPT Telecom,VNPT Internet,
    Thế Giới Di Động,Điện Máy Xanh,Tiki,Vietnam Airlines,Vietjet Air,Bảo Việt Nhân thọ,HD Saison,
    Vinamilk,Vinhomes,Novaland
    """
)
_PHRASES: Final = _words(
    """
    An Phát,Hòa Phát,Thành Công,Phú Quý,Đại Phát,Minh Long,Hải Yến,Hoàng Gia,Kim Anh,Tân Tiến,
    Sao Việt,Đại Nam,Thiên Long,Việt Tiến,Bình An,Nam Á,Đông Á,Phương Nam,Trường Sơn,Hồng Hà,
    Sông Hồng,Á Châu,Gia Phúc,Vạn Xuân,Hương Sen,Sài Gòn,Hà Thành,Bảo An,Thuận Phát,Toàn Cầu,
    Ánh Dương,Mặt Trời,Biển Xanh,Thanh Bình,Quốc Tế,Hưng Thịnh
    """
)
_HARD_PEOPLE: Final = _words(
    """
    Công An,Thanh Tra,Thanh Trà,Hải Quân,Hải Quan,Toà,Tòa,Kiểm,Viện,Cảnh,Cảnh Sơn,Thuế,Công Ánh,
    Công Anh,Tấn Công An,Bảo An,Sở,Ủy,Thanh Toàn,Thanh Trang,Án,Kim Sát,Bộ,Chánh,Cục,Phán,Tướng,Tá,Uý,
    Đại,Thượng
    """
)
_HARD_OTHERS: Final = _words(
    """
    Bảo vệ toà nhà,Bảo vệ tòa nhà {p},Toà nhà {p},Tòa soạn báo {p},Ca sĩ {g},Cà Mau {p},Cá tra {g},
    Ca nô {p},Công ty An Ninh {p},Camera An ninh {p},An ninh mạng {p},Bảo vệ An Ninh {p},
    Công ty Công An Phú,Đại lý thuế {p},Kế toán thuế {p},Dịch vụ khai thuê hải quan {p},
    Khai báo Hải quan {p} Logistics,Viện mắt {p},Viện kinh tế {p},Viện thẩm mỹ {p},Viện dưỡng lão {p},
    Bệnh viện mắt {p},Bệnh viện thú y {g},Bệnh viện {p},Phòng trọ {g},Phòng gym {p},Phòng vé {p},
    Sở thú {p},Bộ bàn ghế {p},Kho lạnh {p},Trang sức bạc {g},Bảo hiểm xe {g},Bảo hiểm nhân thọ {p},
    Cây cảnh {g},Cảnh quan {p},Văn phòng luật sư {g},Văn phòng công chứng {p},Ủy quyền {p},
    Hội đồng hương {p},Công chứng {p},Công viên {p},Công nghệ An Toàn {p},Điện máy {p},Điện nước {g},
    Ngân hàng máu,Trung tâm tiệc cưới {p},Nhà văn hóa {p},Chung cư {p},Thanh toán {p},
    Thanh trượt cửa {p},Tòa Kim Giao,Cán bộ hưu trí {g},Giám đốc {g},Kho vận {p},Chi nhánh {p},
    Cục sạc {p},Cục nóng điều hòa {g},Tổ hợp {p}
    """
)


def usual(dice: Dice) -> tuple[str, str]:
    """Return the sort of caller and a name, in one of its spellings."""
    sort = dice.weigh(
        (("people", 56), ("shops", 14), ("firms", 14), ("hotels", 5), ("deliveries", 7), ("brands", 4))
    )
    if sort == "people":
        return sort, _spelt(dice, person(dice))
    tables = {"shops": _SHOPS, "firms": _FIRMS, "hotels": _HOTELS, "deliveries": _RIDES, "brands": _BRANDS}
    return sort, _spelt(dice, _filled(dice, dice.pick(tables[sort])))


def hard(dice: Dice) -> tuple[str, str]:
    """Return a name near those of offices: people called Công An or Thanh Tra, security firms, tax agents."""
    if dice.chance(0.4):
        middle = f" {dice.pick(MIDDLES)}" if dice.chance(0.3) else ""
        return "hard people", _spelt(dice, f"{dice.pick(FAMILIES)}{middle} {dice.pick(_HARD_PEOPLE)}")
    return "hard others", _spelt(dice, _filled(dice, dice.pick(_HARD_OTHERS)))


def person(dice: Dice) -> str:
    """Return a person's name: whole, or as one enters it into one's phone."""
    if dice.chance(0.15):
        return f"{dice.pick(_CALLED)} {dice.pick(GIVEN)}"
    middles = [dice.pick(MIDDLES) for _ in range(dice.weigh(((0, 1), (1, 8), (2, 2))))]
    return " ".join((dice.pick(FAMILIES), *middles, dice.pick(GIVEN)))


def _filled(dice: Dice, template: str) -> str:
    return template.format(g=f"{dice.pick(MIDDLES)} {dice.pick(GIVEN)}", p=dice.pick(_PHRASES))


def _spelt(dice: Dice, name: str) -> str:
    how = dice.weigh((("marks", 40), ("plain", 30), ("upper", 20), ("joined", 4), ("cut", 4), ("lower", 2)))
    plain = marks.drop(name)
    if how == "upper":
        return plain.upper()
    if how == "cut":
        return plain.upper()[: dice.pick((15, 20))].strip()
    if how == "joined":
        return "".join(word.capitalize() for word in plain.split())
    return {"marks": name, "plain": plain, "lower": plain.lower()}[how]
