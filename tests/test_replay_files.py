"""Files of past calls: what is a call from outside, which rows are one call, and which rows are refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.site import Site
from screener.replay import cdr, times
from screener.replay.lines import Lines, Skipped, is_of_one_call, line
from screener.replay.past import BadRecord, Past
from screener.replay.reading import Reading, UnknownFile
from screener.replay.spool import Spool

START = "2026-11-23 08:00:00"
AT = datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()
FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,recordingfile,linkedid,"
    "peeraccount,sequence"
)
"""The header that FreePBX's module ``cdr`` writes."""


def master(
    src: str = "0912345678",
    dst: str = "1001",
    *,
    context: str = "from-trunk",
    name: str = "",
    channel: str = "PJSIP/viettel-00000001",
    start: str = START,
    duration: object = 30,
    billsec: object = 20,
    disposition: str = "ANSWERED",
    more: str = ',"1700000000.1"',
) -> str:
    """Return a line as Asterisk 22 wrote it in the lab, with other values in it."""
    return (
        f'"","{src}","{dst}","{context}","""{name}"" <{src}>","{channel}","PJSIP/1001-00000002","Dial",'
        f'"PJSIP/1001,30,","{start}",,"{start}",{duration},{billsec},"{disposition}","DOCUMENTATION"{more}'
    )


def read(folder: Path, *rows: str, lines: Lines | None = None) -> tuple[list[Past], Reading]:
    """Return the calls of a file, put together, and what was counted; times are in UTC."""
    path = folder / "cdr.csv"
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    reading = Reading(path, lines or Lines(), utc=True)
    with Spool() as spool:
        for past in reading.records(lambda done, total: None):
            spool.add(past)
        return list(spool.calls()), reading


def test_a_line_of_master_csv_is_a_call_with_its_caller_and_times(tmp_path: Path) -> None:
    (past,), reading = read(tmp_path, master(name="Sở Y tế"))
    assert (past.at, past.ends, past.talk_seconds, past.recorded) == (AT, AT + 30, 20, None)
    call = past.call
    assert (call.shown_number, call.shown_name, call.called) == ("0912345678", "Sở Y tế", "1001")
    assert (call.trunk, reading.lines) == ("viettel", {"viettel": 1})


@pytest.mark.parametrize(
    ("clid", "expected"),
    [
        ('"Sở Y tế" <0912345678>', ("Sở Y tế", "0912345678")),
        ('"" <0912345678>', ("", "0912345678")),
        ("<0912345678>", ("", "0912345678")),
        ('"A (HN) <b>" <0912>', ("A (HN) <b>", "0912")),
        ('"say \\"x\\"" <1>', ('say "x"', "1")),
        ('"" <>', ("", "")),
        ("0912345678", ("", "0912345678")),
        ("Sở Y tế", ("Sở Y tế", "")),
        ("", ("", "")),
        ('"a" <1', ('"a" <1', "")),
    ],
)
def test_name_and_number_are_taken_out_of_a_caller_id(clid: str, expected: tuple[str, str]) -> None:
    assert cdr.caller(clid) == expected


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("CẢNH BÁO: giả danh - Cong an", "Cong an"),
        ("CANH BAO: gia danh - Cong an - x", "Cong an - x"),
        ("CẢNH BÁO: giả danh", ""),
        ("CẢNH BÁO nguy hiểm", "CẢNH BÁO nguy hiểm"),
    ],
)
def test_a_warning_that_we_put_before_a_name_is_not_the_callers(
    tmp_path: Path, shown: str, name: str
) -> None:
    (past,), _ = read(tmp_path, master(name=shown))
    assert past.call.shown_name == name


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (',"1700000000.1"', "1700000000.1"),
        (',"pbx1-1700000000.1"', "pbx1-1700000000.1"),
        (',"1700000000.1","note"', "1700000000.1"),
        (',"note"', "PJSIP/viettel-00000001 0912345678 20780"),
        ("", "PJSIP/viettel-00000001 0912345678 20780"),
        (',"1700000000.7","","acc","1700000000.1",5', "1700000000.1"),
        (',"acc","1700000000.1",5', "1700000000.1"),
    ],
)
def test_the_columns_that_cdr_conf_adds_are_known_by_what_is_in_them(
    tmp_path: Path, more: str, key: str
) -> None:
    (past,), _ = read(tmp_path, master(more=more))
    assert past.key == key


def test_rows_of_one_call_are_one_and_the_longest_talk_counts(tmp_path: Path) -> None:
    (past,), _ = read(
        tmp_path,
        master(dst="1002", start="2026-11-23 08:00:20", billsec=200, duration=210),
        master(dst="1001", billsec=0, disposition="NO ANSWER"),
        master(dst="1003", billsec=90, start="2026-11-23 08:00:10"),
    )
    assert (past.call.called, past.at, past.talk_seconds, past.ends) == ("1001", AT, 200, AT + 230)


@pytest.mark.parametrize("more", [',"1700000000.2"', ""])
def test_another_id_or_channel_is_another_call(tmp_path: Path, more: str) -> None:
    calls, _ = read(tmp_path, master(), master(more=more, channel="PJSIP/viettel-00000003"))
    assert len(calls) == 2


def test_without_ids_a_line_card_s_rows_are_calls_of_their_own(tmp_path: Path) -> None:
    rows = [master(channel="DAHDI/1-1", more="", start=f"2026-11-23 0{hour}:00:00") for hour in (7, 8)]
    assert len(read(tmp_path, *rows)[0]) == 2


def test_calls_come_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    starts = ["2026-11-23 09:00:00", START, "2026-11-22 23:59:59"]
    calls, _ = read(
        tmp_path, *(master(start=start, more=f',"1700000000.{n}"') for n, start in enumerate(starts))
    )
    assert [past.key for past in calls] == ["1700000000.2", "1700000000.1", "1700000000.0"]


def test_a_call_that_nobody_answered_has_no_talk(tmp_path: Path) -> None:
    for disposition in ("NO ANSWER", "BUSY", "FAILED", "CONGESTION"):
        (past,), _ = read(tmp_path, master(disposition=disposition))
        assert past.talk_seconds is None


def freepbx(uniqueid: str, channel: str, context: str, did: str, *, dst: str = "600", cnam: str = "") -> str:
    return (
        f'"{START}","""A"" <0912345678>",0912345678,{dst},{context},{channel},,Dial,,30,20,ANSWERED,3,,'
        f"{uniqueid},,{did},0912345678,{cnam},,,,,1700000000.1,,5"
    )


def test_freepbxs_export_is_read_by_its_header_and_a_ring_group_is_one_call(tmp_path: Path) -> None:
    (past,), reading = read(
        tmp_path,
        FREEPBX,
        freepbx("1700000000.3", "Local/1001@from-internal-0001;2", "from-internal", ""),
        freepbx("1700000000.1", "PJSIP/viettel-00000001", "ext-group", "02373850000", cnam="Sở Y tế"),
        freepbx("1700000000.9", "PJSIP/1001-00000007", "from-internal", "", dst="0987654321"),
    )
    assert (past.key, past.call.called, past.call.shown_name) == ("1700000000.1", "02373850000", "Sở Y tế")
    assert reading.skipped == {Skipped.INNER: 1, Skipped.INSIDE: 1}


SITE = Site(extensions=frozenset({"le-tan"}))
LINES: list[tuple[Lines, str, str, str, Skipped | None]] = [
    (Lines(), "PJSIP/viettel-00000001", "from-trunk", "", None),
    (Lines(), "PJSIP/viettel-00000001", "from-pstn-e164-vn", "", None),
    (Lines(), "PJSIP/viettel-00000001", "ivr-3", "", None),
    (Lines(), "PJSIP/1001-00000001", "from-internal", "", Skipped.INSIDE),
    (Lines(), "PJSIP/1001-00000001", "ext-local", "", Skipped.INSIDE),
    (Lines(), "PJSIP/1001-00000001", "ext-local", "02373850000", None),
    (Lines(), "PJSIP/02373850000-00000001", "ext-local", "", None),
    (Lines(), "PJSIP/viettel-00000001", "from-internal-xfer", "", Skipped.INSIDE),
    (Lines(), "Local/1001@from-trunk-00000001;1", "from-trunk", "0237", Skipped.INNER),
    (Lines(), "DAHDI/1-1", "somewhere", "", None),
    (Lines(site=SITE), "PJSIP/le-tan-00000001", "somewhere", "", Skipped.INSIDE),
    (Lines(), "PJSIP/le-tan-00000001", "somewhere", "", None),
    (Lines(known_trunks={"100"}), "PJSIP/100-00000001", "somewhere", "", None),
    (Lines(known_contexts={"internal-in"}), "PJSIP/100-00000001", "internal-in", "", None),
    (Lines(trunks={"vnpt"}), "PJSIP/viettel-00000001", "from-trunk", "", Skipped.OTHER_TRUNK),
    (Lines(trunks={"vnpt"}), "PJSIP/vnpt-00000001", "from-internal", "", None),
    (Lines(contexts={"vao"}), "PJSIP/1001-00000001", "vao", "", None),
    (Lines(contexts={"vao"}), "PJSIP/viettel-00000001", "from-trunk", "", Skipped.OTHER_CONTEXT),
    (Lines(trunks={"vnpt"}, contexts={"vao"}), "PJSIP/vnpt-00000001", "ra", "", Skipped.OTHER_CONTEXT),
]


@pytest.mark.parametrize(("lines", "channel", "context", "did", "expected"), LINES)
def test_calls_from_outside_are_told_from_those_of_the_house(
    lines: Lines, channel: str, context: str, did: str, expected: Skipped | None
) -> None:
    assert lines.skipped(channel, context, did) is expected


@pytest.mark.parametrize(
    ("channel", "name", "once"),
    [
        ("PJSIP/viettel-0000001a", "viettel", True),
        ("SIP/viettel-hn-0000001a", "viettel-hn", True),
        ("IAX2/vnpt-4711", "vnpt", False),
        ("DAHDI/1-1", "DAHDI/1", False),
        ("DAHDI/i1/0912345678-3", "DAHDI/i1", False),
        ("", "", False),
    ],
)
def test_a_channels_name_tells_its_line(channel: str, name: str, once: bool) -> None:
    assert (line(channel), is_of_one_call(channel)) == (name, once)


BAD: list[tuple[str, str, str]] = [
    (master(start="yesterday"), "yesterday", "is no time"),
    (master(start="0000-00-00 00:00:00"), "0000-00-00 00:00:00", "is no time"),
    (master(billsec="x"), "x", "is no number of seconds (billsec)"),
    (master(duration=-1), "-1", "is no number of seconds (duration)"),
    ('"","0912345678","1001"', ",0912345678,1001", "has 3 cells"),
    ('"","0912345678","10', '"","0912345678","10', "never closed"),
]


@pytest.mark.parametrize(("row", "value", "why"), BAD)
def test_a_bad_row_is_told_with_line_value_and_reason_and_costs_no_other(
    tmp_path: Path, row: str, value: str, why: str
) -> None:
    calls, reading = read(tmp_path, master(), row, master(more=',"1700000000.2"'))
    assert len(calls) == 2
    (bad,) = reading.first_bad
    assert (bad.line, bad.value, reading.bad) == (2, value, 1)
    assert why in bad.why


def test_of_many_bad_rows_the_first_twenty_are_told_and_all_are_counted(tmp_path: Path) -> None:
    _, reading = read(tmp_path, master(), *[master(billsec="x")] * 50)
    assert ([bad.line for bad in reading.first_bad], reading.bad) == ([*range(2, 22)], 50)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "it is empty"),
        (("a,b,c", "1,2,3"), "line 1 is no call"),
        (("x",) * 30, "none of its first 20 lines is a call"),
        (("calldate,src,dst,channel,disposition",), "line 1 has no column 'billsec'"),
    ],
)
def test_a_file_without_calls_is_refused_with_what_to_give(
    tmp_path: Path, rows: tuple[str, ...], why: str
) -> None:
    with pytest.raises(UnknownFile, match=r"Master\.csv") as refused:
        read(tmp_path, *rows)
    assert why in str(refused.value)


def test_a_first_line_that_is_torn_hides_none_of_the_others(tmp_path: Path) -> None:
    calls, reading = read(tmp_path, '001","from-trunk",20,"ANSWERED"', master())
    assert (len(calls), reading.bad) == (1, 1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (START, AT),
        ("2026-11-23T08:00:00+00:00", AT),
        ("2026-11-23 15:00:00+07:00", AT),
        ("23/11/2026 8:00", AT),
        ("23/11/2026 08:00:05", AT + 5),
    ],
)
def test_times_are_read_as_exchanges_and_spreadsheets_write_them(text: str, seconds: float) -> None:
    assert times.seconds(text, utc=True) == seconds


@pytest.mark.parametrize("text", ["", "x", "11/23/2026 8:00", "1960-01-01 00:00:00", "9999-12-31 00:00:00"])
def test_what_is_no_time_of_a_call_is_refused(text: str) -> None:
    with pytest.raises(times.NoTime):
        times.seconds(text, utc=False)


def test_a_time_without_zone_is_of_this_machine_or_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    assert times.seconds(START, utc=False) == datetime(2026, 11, 23, 8).timestamp()


CELL = st.text(max_size=20) | st.sampled_from([START, "20", "ANSWERED", "PJSIP/a-00000001", '"" <1>'])


@given(st.lists(CELL, max_size=22))
def test_nothing_but_bad_record_is_raised_on_any_row(cells: list[str]) -> None:
    layout = cdr.master(master().replace('"', "").split(","), utc=False) or cdr.Layout(cdr.MASTER, utc=False)
    for one in (layout, cdr.Layout(FREEPBX.split(","), utc=True)):
        try:
            record = one.record(cells)
        except BadRecord:
            continue
        assert record.past().at == record.start


@given(st.text(), st.text(), st.text())
def test_nothing_raises_on_any_channel(channel: str, context: str, did: str) -> None:
    Lines().skipped(channel, context, did)
    cdr.caller(channel)
