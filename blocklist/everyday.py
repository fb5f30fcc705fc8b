"""The syllables that Vietnamese people, places, shops and firms are named with, without their marks.

A slip of the finger seldom gives one of them, another name always does: ``Cong Anh`` and ``Long An`` are
names of their own, while ``Cogn an`` is ``Công an`` mistyped. Compiled by hand; rare syllables are left out
on purpose, and letters that stand alone and those that fold (``buu`` reads as ``bu``) are none here.
"""

from collections.abc import Iterable
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

EVERYDAY: Final = frozenset(
    """
    ai am an ang anh ao ap at au ba bac bach bai ban bang banh bao bap bat bau bay be ben beo bep bi bia
    bich bien biet binh bo boi bon bong bot bu bua bui bun buoi buom ca cac cach cai cam can cang canh cao
    cap cat cau cay cha chai cham chan chanh chao chau chay che chen chi chia chien chieu chin chinh cho
    choi chon chot chu chua chuan chung chuoi chuong chup chuyen co coc coi com con cong cot cu cua cuc
    cung cuoi cuom cuon cuong da dac dai dam dan dang danh dao dap dat dau day de den deo dep det di dia
    dich diem dien diep diet dieu dinh dit do doan doc doi don dong dot du dua duc dui dung duoc duoi
    duong dut duy duyen em ga gac gach gai gam gan gang gao gap gau gia giac giai giam gian giang giao
    giap giau giay gieng gio gioi giong giu giua go goc goi gom gu ha hac hai ham han hang hanh hao hat
    hau hay he hen heo het hi hien hiep hieu hinh ho hoa hoac hoai hoan hoang hoat hoc hoi hom hon hong
    hop hot hu hua hue hung huong huy huyen huynh ich im in it ke kem ken keo ket keu kha khac khach khai
    kham khan khang khanh khao khau khe khi khiem khien kho khoa khoai khoi khong khu khue khuong khuyen
    khuyet ki kia kich kiem kien kiet kieu kim kin kinh ky la lac lai lam lan lang lanh lao lap lat lau
    lay le len leo let lich liem lien liet lieu linh lo loan loc loi lon long lop lot lu lua luan luat luc
    lung luong luy luyen ly ma mac mach mai mam man mang manh mao map mat mau may me men met mi mia mien
    mieu minh mit mo moc moi mom mon mong mot mu mua muc mung muoi muon my na nai nam nan nang nanh nao
    nap nau nay nem nen neo nep nga ngai ngan ngang nganh ngay nghe nghi nghia nghiem nghiep ngo ngoai
    ngoan ngoc ngoi ngon ngu ngua nguoi nguon nguyen nguyet nha nhac nhai nham nhan nhanh nhap nhat nhau
    nhi nhiem nhien nhiet nhieu nhim nho nhoi nhom nhon nhu nhung nhuan nhut nhuong ni nieu nin ninh no
    noi nom non nong nop nu nua nui nuoc nuoi nuong nut oanh oc oi om on ong op ot pha phac phach phai
    pham phan phang phao phap phat phe phi phien phieu phim pho phoi phong phot phu phuc phung phuoc
    phuong qua quach quan quang quanh quat quay que quen quoc quoi quy quyen quyet quynh ra rac rach ram
    ran rang rao rau ren ri rieng ro roi rom ron rong rua ruc rung ruong ruou rut sa sac sach sai sam san
    sang sanh sao sap sat sau say sen si sieu sim sinh so soan soc soi som son song sot su sua suc suat
    sui sun sung suoi suong ta tac tach tai tam tan tang tao tap tau tay te tem ten tet tha thac thach
    thai tham than thang thanh thao thap that thau thay the theo thep thi thia thich thien thiep thiet
    thieu thinh thit tho thoa thoai thoi thom thon thong thop thot thu thua thuan thuat thuc thue thung
    thuoc thuong thuy thuyen thuyet ti tia tich tien tiem tiep tieu tim tin tinh to toa toan toc toi tom
    ton tong tot tra trac trach trai tram tran trang tranh trao tre tren treo tri trieu trinh tro troi
    trom trong tru truc trung truoc truong truyen tu tua tuan tuc tue tui tung tuoi tuong tuy tuyen tuyet
    ty ung uong ut uy uyen va vac vach vai van vang vanh vay ve ven vi vien viet vinh vip vit vo voi von
    vong vu vua vui vung vuon vuong vuot vy xa xac xam xanh xau xay xe xem xep xich xien xinh xo xoai xoi
    xong xu xua xuan xuat xung xuoi xuong xuyen yen yeu shop spa bank post
    benh chap chong doanh ghe giat gon hiem khoang khuat nien rap sep sy thim thy
    tiec tieng tiet toai triet ui vap vat xi xom bs ths kts mr mrs ms ls ks
    """.split()
)

_LONGEST: Final = max(map(len, EVERYDAY))

_SHORTEST: Final = 3
"""Letters of a word for which a slip that makes it another one is looked for."""


def mistaken_for(wanted: Iterable[str]) -> frozenset[str]:
    """Return these words, and the everyday ones that are a slip away from one of them."""
    known = frozenset(wanted)
    slips = (
        word
        for right in known
        if len(right) >= _SHORTEST
        for word, _, _ in process.extract_iter(right, EVERYDAY, scorer=OSA.distance, score_cutoff=1)
    )
    return known.union(slips)


def spells(letters: str) -> bool:
    """Tell whether letters run together can be everyday words."""
    ends = {0}
    for end in range(1, len(letters) + 1):
        if any(
            start in ends and letters[start:end] in EVERYDAY for start in range(max(0, end - _LONGEST), end)
        ):
            ends.add(end)
    return len(letters) in ends
