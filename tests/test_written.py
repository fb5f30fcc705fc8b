import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.folding import words
from blocklist.written import Hint, hint


@pytest.mark.parametrize(
    ("display", "written", "said"),
    [
        # blanks
        ("Co Ngan", "Công an", Hint.AGAINST),
        ("CO NGAN", "Công an", Hint.AGAINST),
        ("CoNgan", "Công an", Hint.AGAINST),
        ("Co Ngan Ha Noi", "Công an", Hint.AGAINST),
        ("Co Ngan tinh", "Công an", Hint.AGAINST),
        ("Con gan tinh", "Công an", Hint.NOTHING),
        ("Than Huy", "Thành ủy", Hint.AGAINST),
        ("TrungTam", "Trung tá", Hint.AGAINST),
        ("TrungTamAnhNgu", "Trung tá", Hint.AGAINST),
        ("C ong an", "Công an", Hint.NOTHING),
        ("CONG AN", "Công an", Hint.NOTHING),
        ("CONGAN", "Công an", Hint.NOTHING),
        ("CoNG aN", "Công an", Hint.NOTHING),
        # marks
        ("Công Ân", "Công an", Hint.AGAINST),
        ("Cô Ngân", "Công an", Hint.AGAINST),
        ("Thanh Trà", "Thanh tra", Hint.AGAINST),
        ("Thanh Trà Hà Nội", "Thanh tra", Hint.AGAINST),
        ("Đoàn Thanh Trà", "Đoàn thanh tra", Hint.AGAINST),
        ("Toà Án", "Tòa án", Hint.MARKED),
        ("TÒA ÁN", "Tòa án", Hint.MARKED),
        ("Tòa An Phát", "Tòa án", Hint.NOTHING),
        ("Viện kiêm sát nhân dân", "Viện kiểm sát nhân dân", Hint.NOUN),
        ("VIỆN KIÊM SÁT NHÂN DÂN", "Viện kiểm sát nhân dân", Hint.NOTHING),
        ("Trung Tường", "Trung tướng", Hint.AGAINST),
        # capitals
        ("Cong an", "Công an", Hint.NOUN),
        ("Cong An", "Công an", Hint.NOTHING),
        ("cong an", "Công an", Hint.NOTHING),
        # letters of other scripts
        ("ТÒA ÁN", "Tòa án", Hint.NOTHING),
        ("C0ng an", "Công an", Hint.NOTHING),
    ],
)
def test_marks_blanks_and_capitals_tell_a_name_from_a_title(display: str, written: str, said: Hint) -> None:
    assert hint(display, words(written), written) is said


@given(st.text(), st.text(min_size=1))
def test_any_name_is_compared_with_any_title(display: str, written: str) -> None:
    hint(display, words(written), written)
