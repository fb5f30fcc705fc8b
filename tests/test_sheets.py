"""CSV files as people save them: any encoding, any delimiter, and what is wrong with a line is told."""

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.formulas import defused, restored
from blocklist.sheets import LONGEST_LINE, Row, Sheet, Unreadable

TEXT = "Số,Tên\n0912345678,Sở Y tế Thanh Hóa\n"
WANTED = [Row(1, ["Số", "Tên"]), Row(2, ["0912345678", "Sở Y tế Thanh Hóa"])]


def read(folder: Path, content: bytes, lines_a_row: int = 100) -> list[Row | Unreadable]:
    path = folder / "table.csv"
    path.write_bytes(content)
    with Sheet(path, lines_a_row=lines_a_row) as sheet:
        return list(sheet.rows())


def cp1258(text: str) -> bytes:
    """Write as windows-1258 does: vowels with their own marks composed, tone marks behind them."""
    signs = []
    for char in text:
        apart = unicodedata.normalize("NFD", char)
        tones = "".join(mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323")
        signs.append(
            unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones)) + tones
        )
    return "".join(signs).encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        cp1258(TEXT),
        unicodedata.normalize("NFD", TEXT).encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.rstrip().encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace(",", "|").encode(),
    ],
)
def test_the_same_table_is_read_from_any_form(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == WANTED


def test_a_line_that_is_no_utf_8_among_others_is_read_by_itself(tmp_path: Path) -> None:
    content = "a,Sở\n".encode() + cp1258("b,Sở Y tế\n") + "c,Sở\n".encode()
    assert [row[1] for row in read(tmp_path, content)] == [["a", "Sở"], ["b", "Sở Y tế"], ["c", "Sở"]]


def test_excels_own_line_about_the_delimiter_is_followed_and_no_row(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfsep=;\na;b,c\n") == [Row(2, ["a", "b,c"])]


def test_a_row_with_another_delimiter_than_the_rest_is_split_by_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, b"a,b,c\n1,2,3\n4;5;6\n7;8\n")
    assert [row[1] for row in found] == [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"], ["7;8"]]


def test_lines_with_nothing_in_them_are_left_out_and_counted(tmp_path: Path) -> None:
    assert read(tmp_path, b"\na,b\n\n,\n  , \n1,2\n") == [Row(2, ["a", "b"]), Row(6, ["1", "2"])]


def test_a_cell_may_hold_line_ends_and_delimiters_and_quotes(tmp_path: Path) -> None:
    found = read(tmp_path, b'a,b\n"one\ntwo, ""three""",2\n3,4\n')
    assert found == [Row(1, ["a", "b"]), Row(2, ['one\ntwo, "three"', "2"]), Row(4, ["3", "4"])]


def test_a_quotation_mark_within_a_cell_opens_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, b'a,b\nNguyen "Tam,2\n3,4\n')
    assert found == [Row(1, ["a", "b"]), Row(2, ['Nguyen "Tam', "2"]), Row(3, ["3", "4"])]


@pytest.mark.parametrize("lines_a_row", [1, 3, 100])
def test_a_torn_line_costs_no_other_line(tmp_path: Path, lines_a_row: int) -> None:
    good = [f'"","{number}","x"\n'.encode() for number in range(500)]
    found = read(tmp_path, b"".join([*good[:3], b'"","09\n', *good[3:]]), lines_a_row)
    assert [row.line for row in found if isinstance(row, Unreadable)] == [4]
    assert [row.cells[1] for row in found if isinstance(row, Row)] == [str(number) for number in range(500)]


def test_a_file_without_line_ends_is_told_of_and_does_not_fill_the_memory(tmp_path: Path) -> None:
    found = read(tmp_path, b"a,b\n" + b"x" * (3 * LONGEST_LINE) + b"\n1,2\n")
    assert [row.line for row in found] == [1, 2, 3]
    assert isinstance(found[1], Unreadable)
    assert "longer than" in found[1].why
    assert found[2] == Row(3, ["1", "2"])


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, b"") == []


@given(content=st.binary(max_size=300))
def test_nothing_raises_on_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    for row in read(tmp_path_factory.getbasetemp(), content):
        assert row.line >= 1


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), max_size=8)


@given(
    table=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=30),
    dialect=st.sampled_from([csv.excel, csv.unix_dialect]),
)
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], dialect: type[csv.Dialect]
) -> None:
    table = [["a b", "c d"] for _ in range(30)] + table
    file = io.StringIO(newline="")
    csv.writer(file, dialect).writerows(table)
    found = read(tmp_path_factory.getbasetemp(), file.getvalue().encode())
    wanted = [[unicodedata.normalize("NFC", cell) for cell in row] for row in table]
    assert [row.cells for row in found if isinstance(row, Row)] == [
        row for row in wanted if any(cell and not cell.isspace() for cell in row)
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+84912345678", "-1", "@sum", "\t=1", "＝1", "'=1", "''+1"])
def test_a_formula_is_written_with_an_apostrophe_in_front(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "0912345678", "a=1", "'", "'a", " =1"])
def test_what_is_no_formula_is_written_as_it_is(cell: str) -> None:
    assert defused(cell) == cell


@given(st.text())
def test_a_defused_cell_is_no_formula_and_comes_back_as_it_was(cell: str) -> None:
    assert defused(cell)[:1] not in set("=+-@\t\r\n")
    assert restored(defused(cell)) == cell
