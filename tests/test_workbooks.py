"""Workbooks as Excel and other programs write them: each cell as openpyxl reads it, in bounded memory."""

import re
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from blocklist.cells import COLUMNS, LONGEST
from blocklist.workbooks import LARGEST_WHOLE, Damaged, DateCell, InvalidSheet, Workbook

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
        <Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>
        <Override PartName="/xl/strings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{NAMESPACE}" xmlns:r="{OFFICE}"><sheets>
        <sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/worksheet" Target="sheet.xml"/>
        <Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="strings.xml"/></Relationships>""",
    "xl/strings.xml": f'<sst xmlns="{NAMESPACE}"/>',
}


LONG_PART = f"<r><t>{'1' * 60_000}</t></r>"


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'


def packed(folder: Path, parts: Mapping[str, str]) -> Path:
    path = folder / "book.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in {**PARTS, **parts}.items():
            book.writestr(name, text)
    return path


def read(path: Path) -> list[tuple[int, list[str]]]:
    with Workbook(path) as book:
        return [(row.line, row.cells) for row in book.rows()]


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_part_that_would_fill_the_memory_is_refused_before_it_is_read(tmp_path: Path, part: str) -> None:
    openpyxl.Workbook().save(tmp_path / "new.xlsx")
    with zipfile.ZipFile(tmp_path / "new.xlsx") as new:
        whole = {"xl/sheet.xml": sheet(""), "xl/styles.xml": new.read("xl/styles.xml").decode()}
    text = {**PARTS, **whole}[part]
    for size, refused in ((LARGEST_WHOLE, False), (LARGEST_WHOLE + 1, True)):
        path = packed(tmp_path, {**whole, part: text + " " * (size - len(text.encode()))})
        if not refused:
            assert read(path) == []
            continue
        with pytest.raises(
            InvalidSheet, match=rf"has 8 MiB of {re.escape(part)}, more than 8; save it as CSV"
        ):
            read(path)


def test_shared_strings_are_put_together_from_their_parts_without_how_they_are_said(tmp_path: Path) -> None:
    strings = """<si><t>number</t></si>
        <si><r><t>0912</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 345 </t></r></si>
        <si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si><si/>
        <si><t>a_x005F_x000D_b &amp; c</t></si>"""
    cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in (0, 1, 2, 3, 4))
    path = packed(
        tmp_path,
        {
            "xl/strings.xml": f'<sst xmlns="{NAMESPACE}">{strings}</sst>',
            "xl/sheet.xml": sheet(f"<row>{cells}</row>"),
        },
    )
    assert read(path) == [(1, ["number", "0912 345 ", "東京", "", "a_x000D_b & c"])]


def test_rows_and_cells_that_are_left_out_keep_the_places_of_the_others(tmp_path: Path) -> None:
    rows = """<row r="2"><c r="C2"><v>1</v></c><c r="E2" t="inlineStr"><is><t>x</t></is></c></row>
        <row><c><v>2</v></c><c/><c r="D3"><v>3</v></c></row><row r="9"><c r="B9" s="0"/></row>
        <row r="11"><c r="B11"><v>4</v></c><c r="A11"><v>5</v></c></row>"""
    assert read(packed(tmp_path, {"xl/sheet.xml": sheet(rows)})) == [
        (2, ["", "", "1", "", "x"]),
        (3, ["2", "", "", "3"]),
        (11, ["5", "4"]),
    ]


def test_elements_with_a_prefix_are_read_as_those_without(tmp_path: Path) -> None:
    text = f"""<x:worksheet xmlns:x="{NAMESPACE}"><x:sheetData><x:row r="1"><x:c r="A1" t="str">
        <x:v>0912</x:v></x:c></x:row></x:sheetData></x:worksheet>"""
    assert read(packed(tmp_path, {"xl/sheet.xml": text})) == [(1, ["0912"])]


def test_a_formula_is_told_with_and_without_the_value_that_excel_keeps(tmp_path: Path) -> None:
    rows = """<row><c><f>A2+1</f><v>912345678</v></c><c t="str"><f>"a"</f></c>
        <c><f t="shared" si="0"/><v>7</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"""
    (row,) = read(packed(tmp_path, {"xl/sheet.xml": sheet(rows)}))
    assert row[1] == ["=A2+1", '="a"', "=", "=1/0"]
    assert all(isinstance(cell, Damaged) and "is a formula" in cell.why for cell in row[1])


@pytest.mark.parametrize(
    ("cell", "text", "damaged"),
    [
        ("<c><v>912345678</v></c>", "912345678", False),
        ("<c><v>912345678.0</v></c>", "912345678", False),
        ("<c><v>9.12345678E8</v></c>", "912345678", False),
        ("<c><v>912345678.5</v></c>", "912345678.5", False),
        ("<c><v>-5</v></c>", "-5", False),
        ("<c><v>007</v></c>", "7", False),
        ("<c><v>123456789012345</v></c>", "123456789012345", False),
        ("<c><v>1234567890123456</v></c>", "1234567890123456", True),
        ("<c><v>1.2345678901234567E+16</v></c>", "12345678901234568", True),
        ('<c t="b"><v>1</v></c>', "TRUE", False),
        ('<c t="b"><v>0</v></c>', "FALSE", False),
        ('<c t="e"><v>#N/A</v></c>', "#N/A", True),
        ('<c t="d"><v>2026-12-09</v></c>', "2026-12-09", True),
        ('<c t="str"><v>#N/A</v></c>', "#N/A", False),
    ],
)  # fmt: skip
def test_a_cell_is_read_by_its_type(tmp_path: Path, cell: str, text: str, damaged: bool) -> None:
    ((_, (found,)),) = read(packed(tmp_path, {"xl/sheet.xml": sheet(f"<row>{cell}</row>")}))
    assert (found, isinstance(found, Damaged)) == (text, damaged)


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c t="s"><v>0</v></c></row>',  # no such string
        '<row><c t="s"><v>x</v></c></row>',
        "<row><c><v>x</v></c></row>",
        '<row><c t="b"><v>x</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="2"><c r="1"><v>1</v></c></row>',
        '<row r="2"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="2"><c r="XFE1"><v>1</v></c></row>',
        f"<row>{'<c/>' * (COLUMNS + 1)}</row>",
        "<row><c><v>1</v></row>",
        f'<row><c t="str"><v>{"1" * (LONGEST + 1)}</v></c></row>',
        f'<row><c t="inlineStr"><is>{LONG_PART * 3}</is></c></row>',
    ],
)
def test_what_no_spreadsheet_wrote_is_told_as_damaged_behind_the_row_before(
    tmp_path: Path, rows: str
) -> None:
    path = packed(tmp_path, {"xl/sheet.xml": sheet(f'<row r="1"><c><v>1</v></c></row>{rows}')})
    with pytest.raises(InvalidSheet, match="is damaged after row"):
        read(path)


def test_the_last_column_is_read(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    ((_, cells),) = read(packed(tmp_path, {"xl/sheet.xml": sheet(rows)}))
    assert (len(cells), cells[-1]) == (COLUMNS, "1")


@pytest.mark.parametrize("part", ["xl/sheet.xml", "xl/strings.xml"])
def test_a_part_that_defines_entities_is_refused_before_they_grow(tmp_path: Path, part: str) -> None:
    lines = ['<!ENTITY a0 "aaaaaaaaaa">']
    lines += [f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 9)]
    bomb = f"<!DOCTYPE x [{''.join(lines)}]>"
    whole = {
        "xl/strings.xml": f'<sst xmlns="{NAMESPACE}"><si><t>&a8;</t></si></sst>',
        "xl/sheet.xml": sheet('<row><c t="str"><v>&a8;</v></c></row>'),
    }
    with pytest.raises(InvalidSheet):
        read(packed(tmp_path, {"xl/sheet.xml": sheet(""), part: bomb + whole[part]}))


def test_two_cells_in_the_corners_of_a_sheet_take_the_memory_of_two_cells(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    path = packed(tmp_path, {"xl/sheet.xml": sheet(rows)})
    read(path)
    tracemalloc.start()
    assert [line for line, _ in read(path)] == [1, 1_048_576]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_long_sheets_take_the_memory_of_a_piece_and_tell_how_far_they_are(tmp_path: Path) -> None:
    cells = '<row><c t="inlineStr"><is><t>0912345678</t></is></c></row>'
    path = packed(tmp_path, {"xl/sheet.xml": sheet(cells * 20_000)})
    tracemalloc.start()
    with Workbook(path) as book:
        places = [book.position for _ in book.rows()]
        size = book.size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(places) == 20_000
    assert 0 < places[0] < places[10_000] < places[-1] <= size
    assert peak < 3 << 20


SIGNS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff_")
VALUES = st.one_of(
    st.none(),
    st.text(SIGNS, max_size=9).filter(lambda text: not text.startswith("=")),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.sampled_from([time(3, 4), timedelta(hours=30), "#N/A", "=A1", "#REF!"]),
    st.just(CellRichText("a", TextBlock(InlineFont(b=True), "b"))),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=6))
def test_every_cell_is_what_openpyxl_reads(tmp_path: Path, table: list[list[object]]) -> None:
    path = tmp_path / "any.xlsx"
    book = openpyxl.Workbook()
    for row in table:
        book.worksheets[0].append(row)
    book.save(path)
    found = dict(read(path))
    for number, cells in enumerate(openpyxl.load_workbook(path).worksheets[0].iter_rows(), start=1):
        if not any(cell.value is not None and str(cell.value).strip() for cell in cells):
            assert number not in found
            continue
        for place, cell in enumerate(cells):
            text = found[number][place] if place < len(found[number]) else ""
            _compare(text, cell.value, cell.data_type)


def _compare(text: str, value: object, kind: str) -> None:
    """Compare a text with what openpyxl makes of the cell."""
    match value:
        case None:
            assert text == ""
        case bool():
            assert text == str(value).upper()
        case str():
            assert text == value
            assert isinstance(text, Damaged) is (kind in {"f", "e"})
        case int() | float():
            assert float(text) == value
            assert isinstance(text, Damaged) is (float(value).is_integer() and len(text) > 15)
        case _:
            assert isinstance(text, DateCell)
            assert text == str(value)
