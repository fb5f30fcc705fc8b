import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.folding import LONGEST, joined, readings, words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Công an tỉnh Thanh Hóa", "cong an tinh thanh hoa"),
        (unicodedata.normalize("NFD", "Công an tỉnh Thanh Hóa"), "cong an tinh thanh hoa"),
        ("ĐOÀN đặng", "doan dang"),
        ("СОNG АN", "cong an"),  # Cyrillic es, o and a
        ("ΤΟΑ ΑΝ", "toa an"),  # Greek
        ("ＣＯＮＧ ＡＮ", "cong an"),
        ("𝐂𝐨𝐧𝐠 𝒂𝒏", "cong an"),
        ("🅲🅾🅽🅶 🅰🅽", "cong an"),
        ("co\u200bng\u00ad a\u2060n", "cong an"),
        ("\u202aCong an\u202c", "cong an"),
        ("co\x07ng\x00 an", "cong an"),
        ("Cong\u00a0an\tso_2", "cong an so 2"),
        ("C.A", "ca"),
        ("V.K.S.N.D", "vksnd"),
        ("C O N G A N", "congan"),
        ("Coong  ann", "cong an"),
        ("STTTT", "stttt"),
        ("٣ đội", "3 doi"),
        ("Nguyễn Văn A", "nguyen van a"),
        ("Shop 24h", "shop 24h"),
        ("警察", "警察"),
        ("", ""),
        ("\u200b\ufffd…", ""),
    ],
)
def test_a_name_reads_as_its_plain_words(written: str, read: str) -> None:
    assert words(written) == read.split()


@pytest.mark.parametrize(
    ("letters", "latin"),
    [
        ("АВСЕНІЈКМОРЅТУХ", "abcehijkmopstyx"),
        ("асеһіјкморѕтух", "acehijkmopstyx"),
        ("ΑΒΕΗΙϳΚΜΝΟΡΤΥΧΖ", "abehijkmnoptyxz"),
    ],
)
def test_letters_of_other_scripts_read_as_the_latin_ones_they_look_like(letters: str, latin: str) -> None:
    assert joined(letters) == latin


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C0NG 4N", "cong an"),
        ("C0NG @N", "cong an"),
        ("V1EN K1EM $AT", "vien kiem sat"),
        ("7rung 74", "trung ta"),
        ("c 0 n g a n", "congan"),
        ("C 0 8", "c08"),
        ("co6ng an tinh4", "cong an tinh"),
        ("VlEN KlEM SAT", "vien kiem sat"),
        ("\u202eNA GNOC", "cong an"),
        ("TOAAN", "toaan"),
        ("phong - doi", "phong doi"),
        ("Cann sat", "can sat"),
        ("Cann sat", "cann sat"),
        ("CONG / AN", "cong an"),
    ],
)
def test_a_disguise_is_among_the_readings(written: str, read: str) -> None:
    assert read in {" ".join(word for part in reading for word in part) for reading in readings(written)}


@pytest.mark.parametrize(
    "written", ["Nguyen Van Nam", "Công ty Hoàng Long", "LE VAN LONG", "Shop Minh Long", "Hoang Cong Cuong"]
)
def test_a_plain_name_has_one_reading(written: str) -> None:
    assert len(list(readings(written))) == 1


def test_brackets_and_spaced_dashes_cut_a_name_into_parts() -> None:
    assert next(readings("Nguyen Van A (Cong an) - Doi 2")) == [
        ["nguyen", "van", "a"],
        ["cong", "an"],
        ["doi", "2"],
    ]


def test_a_hyphen_within_a_name_does_not() -> None:
    assert next(readings("Dai-ichi Life")) == [["dai", "ichi", "life"]]


def test_what_is_longer_than_a_display_is_not_read() -> None:
    assert len(joined("ba" * LONGEST)) == LONGEST


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for reading in readings(text):
        for part in reading:
            assert part
            assert all(part)


@given(st.text(alphabet="abnoyCNGTĐ .-_,(0"))
def test_capitals_make_no_difference(text: str) -> None:
    assert words(text.upper()) == words(text.lower())


@given(
    st.sampled_from(["Công an tỉnh", "Viện kiểm sát", "Đỗ Thị Hường"]),
    st.sampled_from(["NFC", "NFD", "NFKC"]),
)
def test_composition_makes_no_difference(name: str, form: "unicodedata._NormalizationForm") -> None:
    assert words(unicodedata.normalize(form, name)) == words(name)
