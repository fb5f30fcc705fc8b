"""Files of entries as people write them: which rows become what, and which are refused with what reason."""

import csv
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist import damage, formulas, saying
from blocklist.checked import Checked
from blocklist.entries import Category, EntryKind, Override
from blocklist.entry_rows import EntryImporter
from blocklist.errors import InvalidPattern, InvalidText
from blocklist.headings import Column, recognised
from blocklist.importing import Reading, Refused, Taken, opened
from blocklist.saying import VIETNAM
from blocklist.workbooks import InvalidSheet

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
BLOCK = EntryKind.BLOCK


def rows(
    path: Path, kind: EntryKind | None = BLOCK, imported: str = ""
) -> tuple[list[Taken[Checked] | Refused], Reading]:
    with opened(path) as table:
        importer = EntryImporter(table, NOW, kind, imported)
        return list(importer.rows()), importer.reading


def told(found: list[Taken[Checked] | Refused]) -> list[str]:
    """Return the pattern of what was taken, the reason for what was not."""
    return [row.entry.pattern if isinstance(row, Taken) else row.reason for row in found]


def only(found: list[Taken[Checked] | Refused]) -> Checked:
    (row,) = found
    assert isinstance(row, Taken), row
    assert isinstance(row.entry, Checked)
    return row.entry


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


VIETNAMESE = "Số điện thoại;Loại;Ghi chú\n0912345678;chặn;Tự xưng thanh tra, dọa nạt\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_that_excel_writes_is_read(tmp_path: Path, encoding: str) -> None:
    entry = only(rows(written(tmp_path, VIETNAMESE, encoding))[0])
    assert (entry.pattern, entry.kind, entry.note) == ("0912345678", "block", "Tự xưng thanh tra, dọa nạt")


def test_windows_1258_with_its_combining_marks_is_composed(tmp_path: Path) -> None:
    # The code page has ố as ô and a mark behind it, and no ờ at all.
    marks = "\u0300\u0301\u0303\u0309\u0323"
    decomposed = "".join(
        char
        if char.isascii() or char in "đĐ"
        else "".join(
            unicodedata.normalize("NFC", base + "".join(m for m in rest if m not in marks))
            + "".join(m for m in rest if m in marks)
            for base, rest in [
                (unicodedata.normalize("NFD", char)[0], unicodedata.normalize("NFD", char)[1:])
            ]
        )
        for char in VIETNAMESE
    )
    entry = only(rows(written(tmp_path, decomposed, "cp1258"))[0])
    assert entry.note == "Tự xưng thanh tra, dọa nạt"
    assert unicodedata.is_normalized("NFC", entry.note)


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_every_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f"number{delimiter}kind\n0912345678{delimiter}allow\n"
    assert only(rows(written(tmp_path, text))[0])[:3] == ("0912345678", "exact", "allow")


def test_a_row_with_another_delimiter_than_the_rest_is_read_all_the_same(tmp_path: Path) -> None:
    text = "number,kind,note\n0912345678,block,a\n0912345679,block,b\n0912345670;allow;c\n"
    assert [row.entry.kind for row in rows(written(tmp_path, text))[0] if isinstance(row, Taken)] == [
        "block",
        "block",
        "allow",
    ]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Số điện thoại", Column.NUMBER),
        ("so dien thoai", Column.NUMBER),
        ("SỐ  ĐIỆN THOẠI ", Column.NUMBER),
        ("SĐT", Column.NUMBER),
        ("Phone Number", Column.NUMBER),
        ("phone_number", Column.NUMBER),
        ("Loại", Column.KIND),
        ("Phân loại", Column.CATEGORY),
        ("Ghi chú", Column.NOTE),
        ("Ghi chu\u0301", Column.NOTE),
        ("Ngày hết hạn", Column.EXPIRES),
        ("expires_at", Column.EXPIRES),
        ("Nguồn", Column.SOURCE),
        ("Số thứ tự", None),
        ("STT", None),
        ("Họ tên", None),
        ("", None),
    ],
)
def test_columns_are_known_by_their_names_with_and_without_marks(name: str, column: Column | None) -> None:
    assert recognised(["x", name]) == ({column: 1} if column else {})


def test_every_name_that_an_export_gives_a_column_is_known() -> None:
    assert recognised(list(Column)) == {column: place for place, column in enumerate(Column)}


def test_a_title_above_the_names_and_unknown_columns_are_left_out(tmp_path: Path) -> None:
    text = "DANH SÁCH SỐ LỪA ĐẢO;;\n\nSTT;Số điện thoại;Họ tên\n1;0912345678;A\n"
    found, reading = rows(written(tmp_path, text))
    assert told(found) == ["0912345678"]
    assert found[0].line == 4
    assert reading.unknown == ("STT", "Họ tên")


def test_a_column_of_numbers_needs_no_name(tmp_path: Path) -> None:
    assert told(rows(written(tmp_path, "0912345678\n+84 912 345 679\n"))[0]) == ["0912345678", "0912345679"]


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("0912345678,x\n0912345679,y\n", BLOCK, "no column for the numbers"),
        ("họ tên,ghi chú\nA,b\n", BLOCK, "no column for the numbers"),
        ("", BLOCK, "has no rows"),
        ("\n\n", BLOCK, "has no rows"),
        ("number\n0912345678\n", None, "which list"),
    ],
)
def test_a_file_that_does_not_say_what_is_in_it_is_refused(
    tmp_path: Path, text: str, kind: EntryKind | None, why: str
) -> None:
    with pytest.raises(InvalidSheet, match=why):
        rows(written(tmp_path, text), kind)


PUT_BACK = "the 0 that was lost in front was put back"


@pytest.mark.parametrize(
    ("cell", "pattern", "remark"),
    [
        ("0912345678", "0912345678", ""),
        ("912345678", "0912345678", PUT_BACK),
        ("312345678", "0312345678", PUT_BACK),
        ("2373725725", "02373725725", PUT_BACK),
        ("692348560", "0692348560", PUT_BACK),
        ("84912345678", "0912345678", ""),
        ("+84 912.345.678", "0912345678", ""),
        ("'0912345678", "0912345678", ""),
        ("'+375*", "+375*", ""),
        ('="0912345678"', "0912345678", ""),
        ("9.12345678E+08", "0912345678", "was written as 9.12E+08 with all its digits"),
        ("8,4912345678E+10", "0912345678", "was written as 9.12E+08 with all its digits"),
        ("912345678.0", "0912345678", "a decimal point and 0 behind the number were left out"),
        ("0912345678,0", "0912345678", "a decimal point and 0 behind the number were left out"),
        ("0912.345.678", "0912345678", ""),
        ("091-234-5678", "0912345678", ""),
        ("0912345000 - 0912345999", "0912345000-0912345999", ""),
        ("1022", "1022", ""),
        ("name:*thanh tra, 1/2/2026*", "*thanh tra, 1/2/2026*", ""),
    ],
)  # fmt: skip
def test_numbers_are_read_in_any_form_and_what_was_mended_is_told(
    tmp_path: Path, cell: str, pattern: str, remark: str
) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["number", "note"], [cell, "x"]])
    found, reading = rows(path)
    entry = only(found)
    assert entry.pattern + ("*" if entry.match == "prefix" else "") == pattern
    assert dict(reading.remarks) == ({remark: 1} if remark else {})
    assert list(reading.examples.values()) == ([(2, cell)] if remark else [])


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("9.12E+08", "has lost digits"),
        ("9.1234567E+08", "has lost digits"),
        ("9.123456785E+08", "has lost digits"),
        ("9E+08", "has lost digits"),
        ("09/12/2026", "is a date"),
        ("9.12.2026", "is a date"),
        ("2026-12-09", "is a date"),
        ("2026-12-09 00:00:00", "is a date"),
        ("12-Sep", "is a date"),
        ("=A1+1", "is a formula"),
        ("#N/A", "a spreadsheet's error"),
        ("#REF!", "a spreadsheet's error"),
        ("########", "a spreadsheet's error"),
        ("0912345678, 0912345679", "several numbers"),
        ("0912345678/0912345679", "several numbers"),
        ("912345678.5", "digits behind a decimal point"),
        ("0912345678,25", "digits behind a decimal point"),
        ("không rõ", "no telephone number"),
        ("Nguyễn Văn A", "no telephone number"),
        ("12*", "too short"),
        ("  ", "has no number"),
    ],
)
def test_what_has_lost_its_digits_or_never_was_a_number_is_refused(
    tmp_path: Path, cell: str, why: str
) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["number", "note"], ["0912345678", "good"], [cell, "bad"], ["0912345679", ""]]
        )
    first, refused, last = rows(path)[0]
    assert told([first, last]) == ["0912345678", "0912345679"]
    assert isinstance(refused, Refused)
    assert (refused.line, refused.value) == (3, cell)
    assert why in refused.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0912345678,đi,,,,", "kind: 'đi' is no list"),
        ("0912345678,chặn,vui,,,", "category: 'vui' is no category"),
        ("0912345678,chặn,,nổ,,", "action: 'nổ' is no action"),
        ("0912345678,tin cậy,,cảnh báo,,", "action: is for block entries"),
        ("0912345678,chặn,,,mai,", "expires_at: is no date"),
        ("0912345678,chặn,,,31/02/2027,", "expires_at: is no date"),
        ("0912345678,chặn,,,22/11/2026,", "has passed"),
        ("0912345678,chặn,,,31/12/9999,", "is too far away"),
        ("0912345678,chặn,,,1/1/9999,", "is too far away"),
        ("0912345678,chặn,,,,x y", "called: is no called number"),
        ("name:*an binh*,allow,,,,", "can't be allowed"),
    ],
)  # fmt: skip
def test_a_row_whose_other_cells_make_no_sense_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    good_line = "0912345678,chặn,lừa đảo,cảnh báo,23/11/2026,1001 10*"
    text = f"number,kind,category,action,expires,called\n{good_line}\n{line}\n"
    good, refused = rows(written(tmp_path, text), None)[0]
    assert isinstance(good, Taken)
    assert (good.entry.category, good.entry.action, good.entry.called) == ("scam", "warn", "10* 1001")
    assert good.entry.expires_at == datetime(2026, 11, 24, tzinfo=VIETNAM)
    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_a_list_named_in_the_row_goes_before_the_one_of_the_command(tmp_path: Path) -> None:
    found, _ = rows(written(tmp_path, "number,kind\n0912345678,tin cậy\n0912345679,\n"), BLOCK, "hội")
    assert [(row.entry.kind, row.entry.imported) for row in found if isinstance(row, Taken)] == [
        ("allow", "hội"),
        ("block", "hội"),
    ]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("31/12/2027", datetime(2028, 1, 1, tzinfo=VIETNAM)),
        ("2027-12-31", datetime(2028, 1, 1, tzinfo=VIETNAM)),
        ("2027-12-31 00:00:00", datetime(2028, 1, 1, tzinfo=VIETNAM)),
        ("31/12/2027 08:30", datetime(2027, 12, 31, 8, 30, tzinfo=VIETNAM)),
        ("2027-12-31T00:00:00+07:00", datetime(2027, 12, 31, tzinfo=VIETNAM)),
        ("2027-12-31T00:00:00Z", datetime(2027, 12, 31, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_day_alone_counts_to_its_end(text: str, end: datetime | None) -> None:
    assert saying.end(text) == end


def workbook(folder: Path, *cells: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in cells:
        sheet.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_a_workbook_tells_what_excel_made_of_its_cells(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ["Số điện thoại", "Hết hạn", "Ghi chú"],
        ["0912345678", datetime(2027, 12, 31), 7],
        [912345678, None, None],
        [912345678.0, "1/2/2027", True],
        [datetime(2026, 12, 9), None, None],
        ["=A2", None, None],
        ["0912345679", None, "=A2"],
        ["#N/A", None, None],
        [12345678901234567, None, None],
        [912345678.5, None, None],
        [True, None, None],
        ["+375*", None, "=x"[1:]],
    )  # fmt: skip
    found, reading = rows(path)
    assert told(found[:3]) == ["0912345678"] * 3
    assert isinstance(found[0], Taken)
    assert (found[0].entry.expires_at, found[0].entry.note) == (datetime(2028, 1, 1, tzinfo=VIETNAM), "7")
    reasons = ["is a date", "is a formula", "note: is a formula", "Excel's errors", "more digits than the 15"]
    reasons += ["decimal point", "no telephone number"]
    for row, reason in zip(found[3:10], reasons, strict=True):
        assert isinstance(row, Refused)
        assert reason in row.reason
    assert [row.line for row in found] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert told(found[10:]) == ["+375"]
    assert reading.remarks == {PUT_BACK: 2}


def test_sheets_behind_the_first_are_said_to_be_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["number"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert rows(path)[1].unknown == ()
    book.create_sheet("Tháng 11").append(["0912345678"])
    book.save(path)
    found, reading = rows(path)
    assert (found, reading.unknown) == ([], ("sheet 'Tháng 11'",))


def test_a_file_that_only_looks_like_a_workbook_is_refused(tmp_path: Path) -> None:
    good = workbook(tmp_path, ["number"], ["0912345678"]).read_bytes()
    assert told(rows(workbook(tmp_path, ["number"], ["0912345678"]))[0]) == ["0912345678"]
    for name, data in {
        "cut.xlsx": good[:-100],
        "zip.xlsx": b"PK\x03\x04 and nothing else",
        "old.xls": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    }.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InvalidSheet, match="save it"):
            rows(tmp_path / name)


@given(st.text(max_size=30))
def test_no_text_in_a_cell_is_more_than_refused(text: str) -> None:
    for read in (damage.mended, saying.kind, saying.category, saying.action, saying.end):
        try:
            read(text)
        except (InvalidPattern, InvalidText) as error:
            assert error.why


@given(st.binary(max_size=400))
def test_no_file_does_more_than_be_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "list"
    path.write_bytes(data)
    try:
        found, _ = rows(path)
    except InvalidSheet as error:
        assert str(error)
    else:
        assert all(isinstance(row, Taken) or row.reason for row in found)


@given(st.text(max_size=20))
def test_a_number_comes_back_from_a_cell_that_no_spreadsheet_runs(text: str) -> None:
    cell = formulas.defused(text)
    assert cell[:1] not in set("=+-@\t\r\n")
    assert formulas.restored(cell) == text


def test_the_words_of_every_choice_are_known() -> None:
    assert {saying.kind(kind) for kind in EntryKind} == set(EntryKind)
    assert {saying.category(category) for category in Category} == set(Category)
    assert {saying.action(action) for action in Override} == set(Override)


def test_an_end_that_has_just_passed_is_refused_and_the_next_second_is_not(tmp_path: Path) -> None:
    ends = [(NOW + timedelta(seconds=seconds)).isoformat() for seconds in (0, 1)]
    found, _ = rows(written(tmp_path, f"number,expires\n0912345678,{ends[0]}\n0912345679,{ends[1]}\n"))
    assert [type(row) for row in found] == [Refused, Taken]
