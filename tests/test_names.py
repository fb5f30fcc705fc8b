import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import OfficialNumber
from blocklist.names import NameMatch, Names

POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")
POLICE_DUTY = OfficialNumber(2, "02373852000", "Công an tỉnh Thanh Hóa", last="02373852099")
HOSPITAL = OfficialNumber(3, "02373951478", "Bệnh viện Đa khoa tỉnh Thanh Hóa")
BANK = OfficialNumber(
    4, "02439343137", "Ngân hàng TMCP Ngoại thương Việt Nam", name="Vietcombank", aliases=("VCB",)
)
POWER = OfficialNumber(5, "", "Điện lực Bắc Ninh")
CLINIC = OfficialNumber(6, "02466889900", "Bệnh viện Tâm Anh")
WARD = OfficialNumber(7, "02838290001", "UBND Phường 5")

MOBILE = "0912345678"


@pytest.fixture(scope="module")
def names() -> Names:
    return Names([POLICE, POLICE_DUTY, HOSPITAL, BANK, POWER, CLINIC, WARD])


TITLES = [
    # shown, title, edits; then the nearest name that is nobody's title
    ("CONG AN", "Công an", 0, "Cong Anh"),
    ("Công an", "Công an", 0, "Công Ân"),
    ("CONGAN", "Công an", 0, "CONGANH"),
    ("C O N G A N", "Công an", 0, "C O N G T Y"),
    ("C0NG 4N", "Công an", 0, "C0NG TY"),
    ("СОNG АN", "Công an", 0, "СОNG ТY"),
    ("Cogn an", "Công an", 1, "Long An"),
    ("VKSDN tinh Nghe An", "Viện kiểm sát nhân dân", 1, "VPSND Logistics"),
    ("Uu ban nhan dan", "Ủy ban nhân dân", 1, "Ban nhan dien"),
    ("Cong an Ba Dinh", "Công an", 0, "Nguyễn Công An"),
    ("Cong an Nguyen Van Nam", "Công an", 0, "Công An Nguyễn"),
    ("Truong Cong an xa Quang Phu", "Công an", 0, "Trương Công An"),
    ("CONGANTINHNGHEAN", "Công an tỉnh", 0, "CONGANHTUAN"),
    ("C.A", "Công an", 0, "CA"),
    ("CA Ba Dinh", "Công an", 0, "Ca si"),
    ("CA phuong 5", "Công an", 0, "Ca phe"),
    ("CA phường Phú Hải", "Công an", 0, "Ca Phương Linh"),
    ("Kho bac", "Kho bạc", 0, "Kho ABC"),
    ("CA Quang Ninh", "Công an", 0, "Ca Mau"),
    ("CA TP Ha Noi - Doi CSHS", "Công an thành phố", 0, "Ca Huế"),
    ("CAT Nghe An", "Công an tỉnh", 0, "Cat toc Nam"),
    ("CAP Ba Dinh", "Công an phường", 0, "Cap quang Binh An"),
    ("Phong canh sat kinh te", "Cảnh sát kinh tế", 0, "Phong kinh te"),
    ("PC02", "Phòng nghiệp vụ Công an tỉnh (PC02)", 0, "PC 2 hand"),
    ("C08", "Cục Cảnh sát giao thông (C08)", 0, "C08 Vinhome"),
    ("VKS.ND", "Viện kiểm sát nhân dân", 0, "VKS Spa"),
    ("VIEN KIEM SAT NH", "Viện kiểm sát", 0, "Vien kinh te"),
    ("Vien kiem sta", "Viện kiểm sát", 1, "Viện thẩm mỹ"),
    ("CO QUAN CANH SA", "Cơ quan cảnh sát điều tra", 0, "Co quan An Phat"),
    ("TOA AN", "Tòa án", 0, "Toan An"),
    ("Tòa án Ba Đình", "Tòa án", 0, "Tòa An Phát"),
    ("TA tinh Ha Nam", "Tòa án", 0, "Tạ Phương Anh"),
    ("TA tinh Nghe An", "Tòa án", 0, "TA HUYEN TRANG"),
    ("THANH TRA", "Thanh tra", 0, "Thanh Trà"),
    ("Thanh tra Bo", "Thanh tra bộ", 0, "Lê Thanh Trà"),
    ("Htanh tra", "Thanh tra", 1, "Thanh Tran"),
    ("Thanh tra lao dong", "Thanh tra", 0, "Thanh Tra Coffee"),
    ("Trung ta Nguyen Van Nam", "Trung tá", 0, "Trung tam Anh ngu"),
    ("Dai ta", "Đại tá", 0, "Dai Ta Hotel"),
    ("Giam doc So Y te", "Giám đốc sở", 0, "Giam doc So 1"),
    ("Giam doc Cong an", "Công an", 0, "Giam doc SX"),
    ("Kiem sat vien", "Kiểm sát viên", 0, "Kiem soat vien"),
    ("SYT", "Sở Y tế", 0, "ST"),
    ("SGDĐT", "Sở Giáo dục và Đào tạo", 0, "SGD Vietinbank"),
    ("So GD&DT", "Sở Giáo dục và Đào tạo", 0, "So 1 Dai Tu"),
    ("Quan ly thi truong", "Quản lý thị trường", 0, "Quan ca phe"),
    ("Hai quan cua khau", "Hải quan cửa khẩu", 0, "Hải Quân"),
    ("Thue tinh Nghe An", "Thuế tỉnh", 0, "Thue xe may"),
    ("Chu tich UBND", "Chủ tịch Ủy ban nhân dân", 0, "Chu tich HDQT"),
    ("Nguyen Van A - Dieu tra vien", "Điều tra viên", 0, "Nguyen Van A - Vien tho"),
    ("Nam Cong an tinh Ha Nam", "Công an tỉnh", 0, "Nam gan Cong an tinh"),
    ("Truc ban Toa an", "Tòa án", 0, "Bảo vệ toà nhà"),
    # how it is written tells
    ("Con gan tinh Nghe An", "Công an", 0, "Co Ngan Nghe An"),
    ("Công an huyện Ân Thi", "Công an", 0, "Công Ân Thi"),
    ("Truong Cong an", "Công an", 0, "TRUONG CONG AN"),
    ("Trưởng Công An", "Công an", 0, "Trương Công An"),
    ("Đoàn thanh tra", "Đoàn thanh tra", 0, "Đoàn Thanh Trà"),
    ("Thành ủy", "Thành ủy", 0, "Thân Huy"),
    ("Thẩm phán Lành", "Thẩm phán", 0, "Tham Phan Lanh"),
    ("TrungTaNam", "Trung tá", 0, "TrungTamAnhNgu"),
    ("CAP Ben Nghe", "Công an phường", 0, "Cap Ben Nghe"),
    ("CA phường", "Công an", 0, "CA Phượng"),
    # posts and offices before a title
    ("Chanh an TAND huyen Di Linh", "Chánh án", 0, "Chanh muoi Di Linh"),
    ("Pho Cuc truong Cuc CSGT", "Cảnh sát giao thông", 0, "Pho Cuc Truong Cam"),
    ("Chi cuc truong thue Q.3", "Thuế", 0, "Chi cuc nong Q.3"),
    ("Chánh văn phòng UBND", "Ủy ban nhân dân", 0, "Chánh Văn Phong"),
    ("Đ/c Đại úy Nam", "Đại úy", 0, "A/c Đại Nam"),
    ("DOICSGTQUAN1", "Cảnh sát giao thông", 0, "DOIXEQUAN1"),
    ("TRUONGPHONGCSGT", "Cảnh sát giao thông", 0, "TRUONGPHONGCSKH"),
    ("Giam doc Cong a", "Công an", 0, "Giam doc Cong t"),
    # abbreviations
    ("C.A. Q.5", "Công an quận", 0, "C.T. Q.5"),
    ("C02 BCA", "Cục Cảnh sát hình sự (C02)", 0, "C02 Vinhome"),
    ("C.A.T. Nghe An", "Công an tỉnh", 0, "Cat Nghe An"),
    ("Vien KSND Hue", "Viện kiểm sát nhân dân", 0, "Vien KST Hue"),
    ("Quan khu 7", "Quân khu 7", 0, "Khu pho 7"),
    # slips
    ("Cann sat", "Cảnh sát", 1, "Cat sat"),
    ("UVND tinh Nghe An", "Ủy ban nhân dân", 1, "UVN Nghe An"),
    ("Chi cuc An toaj thuc phaam", "Chi cục An toàn thực phẩm", 1, "Chi nhanh An toan thuc pham"),
    ("Nan hang Jha nuoc", "Ngân hàng nhà nước", 2, "Ngan hang mau"),
    ("Phnog PC02", "Phòng nghiệp vụ Công an tỉnh (PC02)", 1, "Phong PC 02"),
    ("Cục - Thuế - Nghệ An", "Cục Thuế", 0, "Cúc - Thuê - Nghệ An"),
]


@pytest.mark.parametrize(("shown", "title", "edits"), [row[:3] for row in TITLES])
def test_a_title_is_told_by_name(names: Names, shown: str, title: str, edits: int) -> None:
    assert names.find(shown, MOBILE) == NameMatch(None, title, edits)


@pytest.mark.parametrize("shown", [row[3] for row in TITLES])
def test_the_nearest_name_to_a_title_passes(names: Names, shown: str) -> None:
    assert names.find(shown, MOBILE) is None


REGISTERED = [
    ("CONG AN TINH THANH HOA", POLICE, "Công an tỉnh Thanh Hóa", 0),
    ("CA Thanh Hoa", POLICE, "Công an tỉnh Thanh Hóa", 0),
    ("C0NG 4N T1NH THANH H04", POLICE, "Công an tỉnh Thanh Hóa", 0),
    ("BV Da khoa Thanh Hoa", HOSPITAL, "Bệnh viện Đa khoa tỉnh Thanh Hóa", 0),
    ("Benh vein da khoa tinh Thnah Hoa", HOSPITAL, "Bệnh viện Đa khoa tỉnh Thanh Hóa", 2),
    ("Hotline Benh vien Da khoa Thanh Hoa", HOSPITAL, "Bệnh viện Đa khoa tỉnh Thanh Hóa", 0),
    ("VIETCOMBANK", BANK, "Vietcombank", 0),
    ("Vietconbank", BANK, "Vietcombank", 1),
    ("Vietcombank CN Thanh Hoa", BANK, "Vietcombank", 0),
    ("VCB Ha Noi", BANK, "VCB", 0),
    ("Ngan hang Ngoai thuong", BANK, "Ngân hàng TMCP Ngoại thương Việt Nam", 0),
    ("NGAN HANG TMCP NGOAI", BANK, "Ngân hàng TMCP Ngoại thương Việt Nam", 0),
    ("Dien luc tinh Bac Ninh", POWER, "Điện lực Bắc Ninh", 0),
    ("BENHVIEN TAM ANH", CLINIC, "Bệnh viện Tâm Anh", 0),
]


@pytest.mark.parametrize(("shown", "official", "written", "edits"), REGISTERED)
def test_a_registered_name_is_told(
    names: Names, shown: str, official: OfficialNumber, written: str, edits: int
) -> None:
    assert names.find(shown, MOBILE) == NameMatch(official, written, edits)


@pytest.mark.parametrize(
    "shown",
    [
        "Benh vien Da khoa Ha Tinh",
        "Benh vien tinh Thanh Hoa",
        "BENH VIEN DA KHO",
        "Benh vien Nam Anh",
        "Benh vien",
        "Ngan hang",
        "Ngan hang An Binh",
        "Ngan hang TMCP",
        "Vietinbank",
        "VIB",
        "Cong ty Dien luc Bac Giang",
        "Thanh Hoa",
        "Bac Ninh",
        "Phuong 6",
        "Nha hang Hai Yen",
        "Cong ty TNHH Cong An Phu",
        "An ninh mạng ABC",
        "Toa nha Viettel",
        "Nguyen Thanh Tra",
        "Conan Cafe",
        "",
        " . ",
    ],
)
def test_ordinary_people_and_firms_pass(names: Names, shown: str) -> None:
    assert names.find(shown, MOBILE) is None


def test_a_number_in_a_name_is_never_a_slip(names: Names) -> None:
    assert names.find("UBND Phuong 5", MOBILE) == NameMatch(WARD, "UBND Phường 5", 0)
    assert names.find("UBND Phuong 6", MOBILE) == NameMatch(None, "Ủy ban nhân dân", 0)


@pytest.mark.parametrize("national", [POLICE.number, "02373852000", "02373852050", "02373852099"])
def test_an_office_may_use_its_name_on_all_its_numbers(names: Names, national: str) -> None:
    assert names.find("Cong an tinh Thanh Hoa", national) is None


@pytest.mark.parametrize("national", ["02373852100", "02373851999", HOSPITAL.number, ""])
def test_nobody_else_may(names: Names, national: str) -> None:
    assert names.find("Cong an tinh Thanh Hoa", national) == NameMatch(POLICE, "Công an tỉnh Thanh Hóa", 0)


@pytest.mark.parametrize(
    ("national", "passes"),
    [(HOSPITAL.number, True), ("02373852050", True), ("02373852100", False), (MOBILE, False)],
)
def test_a_title_passes_beside_any_official_number(names: Names, national: str, passes: bool) -> None:
    assert (names.find("Trung ta Nam", national) is None) is passes


def test_letters_that_run_together_in_many_ways_are_judged_at_once(names: Names) -> None:
    assert names.find("congan" + "anh" * 30 + "x", MOBILE) is None


def test_offices_of_the_same_name_may_both_use_it() -> None:
    others = [
        OfficialNumber(8, "0241", "Sở A", name="Cấp cứu 115"),
        OfficialNumber(9, "0242", "Sở B", name="Cấp cứu 115"),
    ]
    names = Names(others)
    assert names.find("Cap cuu 115", "0242") is None
    assert names.find("Cap cuu 115", "0243") == NameMatch(others[0], "Cấp cứu 115", 0)


def test_titles_are_known_without_a_registry() -> None:
    assert Names(()).find("BO CONG AN", MOBILE) == NameMatch(None, "Bộ Công an", 0)


def test_an_entry_without_names_or_letters_is_no_name() -> None:
    assert Names([OfficialNumber(1, "0241", "…")]).find("…", MOBILE) is None


@given(st.text(), st.text(max_size=12))
def test_any_name_beside_any_number_is_judged(display: str, national: str) -> None:
    NAMES.find(display, national)


@given(
    st.lists(
        st.sampled_from("công an Tòa CA ta - ( . 0 1 tỉnh quận thanh tra hóa VKS sở 5 l I @ so".split()),
        max_size=9,
    )
)
def test_any_mixture_of_the_words_of_titles_is_judged(words: list[str]) -> None:
    NAMES.find(" ".join(words), MOBILE)
    NAMES.find("".join(words), MOBILE)


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_an_office_is_called_its_own_number_may_show_it(organisation: str, alias: str) -> None:
    official = OfficialNumber(1, "0241", organisation, aliases=(alias,))
    assert Names([official]).find(organisation, "0241") is None


@given(st.sampled_from(["\u200b", "\u200d", "\u202c", "\u2060", "\x07", "\u00ad"]), st.integers(0, 22))
def test_an_invisible_character_anywhere_changes_nothing(char: str, at: int) -> None:
    shown = "Cong an tinh Thanh Hoa"
    assert NAMES.find(shown[:at] + char + shown[at:], MOBILE) == NameMatch(
        POLICE, "Công an tỉnh Thanh Hóa", 0
    )


NAMES = Names([POLICE, POLICE_DUTY, HOSPITAL, BANK])
