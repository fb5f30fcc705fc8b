"""Reports of suspicious calls: a queue that each report leaves once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from api_site import Site
from sqlalchemy import select

from blocklist.drafts import EntryDraft
from blocklist.entries import Category, EntryKind
from blocklist.errors import InvalidText
from blocklist.store import ListStore
from screener.access.roles import Role
from screener.audit.models import AuditRow
from screener.call_notes import CallNotes
from screener.database import Database
from screener.reports import (
    AlreadyDecided,
    AlreadyReported,
    Decision,
    NoSuchReport,
    Reported,
    Reports,
    Source,
    State,
)

pytest_plugins = ["api_fixtures"]

CALL = Reported("0912345678", Source.PHONE, "đòi số của lãnh đạo", 7, "+84912345678", "CONG AN", "101")
BLOCK = EntryDraft(EntryKind.BLOCK, "0912345678", category=Category.IMPERSONATION)
CONFIRM = Decision(State.CONFIRMED, "đúng", Category.IMPERSONATION, BLOCK)
REJECT = Decision(State.REJECTED, "gọi nhầm")


def entries(database: Database) -> list[tuple[str, str, str]]:
    found = ListStore(database.sessions).entries().items
    return [(entry.pattern, entry.category, entry.author) for entry in found]


def test_a_report_waits_is_asked_about_answered_and_decided(database: Database) -> None:
    reports = Reports(database.sessions)
    report = reports.add(CALL, "an")
    assert (report.state, report.decided_at, report.source) == ("open", None, "phone")
    assert [one.id for one in reports.reports(decided=False).items] == [report.id]
    reports.ask(report.id, "Xưng tên là gì?", "lan")
    assert reports.report(report.id).state == "asked"
    reports.answer(report.id, "Đại tá Minh", "an")
    assert reports.report(report.id).state == "open"
    assert [(note.kind, note.text, note.author) for note in reports.notes(report.id)] == [
        ("question", "Xưng tên là gì?", "lan"),
        ("answer", "Đại tá Minh", "an"),
    ]
    decided, new = reports.decide(report.id, CONFIRM, "lan")
    assert new
    assert (decided.state, decided.decided_by, decided.category) == ("confirmed", "lan", "impersonation")
    assert decided.decided_at is not None
    assert entries(database) == [("0912345678", "impersonation", "lan")]
    assert reports.reports(decided=False).items == ()
    assert [one.id for one in reports.reports(decided=True).items] == [report.id]


def test_a_rejected_report_blocks_nobody_and_the_call_can_be_reported_again(database: Database) -> None:
    reports = Reports(database.sessions)
    report = reports.add(CALL, "an")
    with pytest.raises(AlreadyReported, match=f"by report {report.id}, which waits"):
        reports.add(CALL, "minh")
    reports.add(replace(CALL, call_id=8), "minh")
    decided, new = reports.decide(report.id, REJECT, "lan")
    assert (decided.state, decided.entry_id, new) == ("rejected", None, False)
    assert entries(database) == []
    assert reports.add(CALL, "minh").id > report.id


def test_numbers_alone_may_be_reported_many_times(database: Database) -> None:
    reports = Reports(database.sessions)
    alone = Reported("0912345678", Source.API)
    assert reports.add(alone, "a").id < reports.add(alone, "b").id
    assert len(reports.reports(number="0912345678").items) == 2
    assert reports.reports(number="0912345679").items == ()


DECISIONS: list[Callable[[Reports, int], object]] = [
    lambda reports, which: reports.decide(which, REJECT, "minh"),
    lambda reports, which: reports.decide(which, CONFIRM, "minh"),
    lambda reports, which: reports.ask(which, "?", "minh"),
    lambda reports, which: reports.answer(which, "!", "minh"),
]


@pytest.mark.parametrize("late", DECISIONS, ids=["reject", "confirm", "ask", "answer"])
def test_who_comes_second_is_told_who_decided(
    database: Database, late: Callable[[Reports, int], object]
) -> None:
    reports = Reports(database.sessions)
    report = reports.add(CALL, "an")
    reports.decide(report.id, REJECT, "lan")
    with pytest.raises(AlreadyDecided, match=f"report {report.id} was rejected by lan on 20"):
        late(reports, report.id)
    assert (reports.report(report.id).decided_by, reports.notes(report.id)) == ("lan", ())
    assert entries(database) == []


def test_of_two_who_decide_at_once_one_does(database: Database) -> None:
    reports = Reports(database.sessions)
    for turn in range(5):
        report = reports.add(replace(CALL, call_id=100 + turn), "an")
        ready = threading.Barrier(2)
        told: list[str] = []

        def decide(
            by: str, decision: Decision, which: int, ready: threading.Barrier, told: list[str]
        ) -> None:
            ready.wait()
            try:
                reports.decide(which, decision, by)
            except AlreadyDecided as error:
                told.append(error.decided_by)

        threads = [
            threading.Thread(target=decide, args=(by, decision, report.id, ready, told))
            for by, decision in (("lan", CONFIRM), ("minh", REJECT))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == [reports.report(report.id).decided_by]


def test_a_block_entry_that_is_there_stays_and_one_that_ended_counts_again(database: Database) -> None:
    now = [datetime.now(UTC)]
    lists = ListStore(database.sessions, lambda: now[0])
    reports = Reports(database.sessions, lambda: now[0])
    there = lists.add_entry(replace(BLOCK, note="từ trước", expires_at=now[0] + timedelta(hours=1)), "an")
    first = reports.add(CALL, "an")
    decided, new = reports.decide(first.id, CONFIRM, "lan")
    assert (decided.entry_id, new) == (there.id, False)
    assert lists.entry(there.id).expires_at is not None
    now[0] += timedelta(hours=2)
    second = reports.add(CALL, "an")
    decided, new = reports.decide(second.id, CONFIRM, "lan")
    assert (decided.entry_id, new) == (there.id, False)
    again = lists.entry(there.id)
    assert (again.expires_at, again.note) == (None, "từ trước")


def test_a_decision_that_can_not_block_is_not_made(database: Database) -> None:
    reports = Reports(database.sessions)
    report = reports.add(CALL, "an")
    with pytest.raises(InvalidText):
        reports.decide(report.id, replace(CONFIRM, block=replace(BLOCK, source="x" * 300)), "lan")
    assert reports.report(report.id).state == "open"


def test_what_is_not_there_is_told(database: Database) -> None:
    reports = Reports(database.sessions)
    with pytest.raises(NoSuchReport, match="there is no report 9"):
        reports.report(9)
    for decide in DECISIONS:
        with pytest.raises(NoSuchReport, match="there is no report 9"):
            decide(reports, 9)


def test_a_confirmed_report_is_one_row_of_the_audit_log_beside_its_entry(database: Database) -> None:
    reports = Reports(database.sessions)
    report = reports.add(CALL, "an")
    reports.ask(report.id, "?", "lan")
    reports.decide(report.id, CONFIRM, "lan")
    with database.sessions() as session:
        rows = [(row.subject, row.change) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert rows == [
        ("report", "added"),
        ("report", "changed"),
        ("report note", "added"),
        ("entry", "added"),
        ("report", "changed"),
    ]


def test_notes_on_a_call_are_kept_in_their_order(database: Database) -> None:
    notes = CallNotes(database.sessions)
    notes.add(7, "gọi lại không ai nghe", "lan")
    notes.add(7, "  đã báo công an ", "minh")
    notes.add(8, "khác", "lan")
    assert [(note.text, note.author) for note in notes.of(7)] == [
        ("gọi lại không ai nghe", "lan"),
        ("đã báo công an", "minh"),
    ]
    with pytest.raises(InvalidText):
        notes.add(7, "  ", "lan")


def test_a_call_is_reported_and_confirmed_over_the_api(site: Site) -> None:
    site.ring("0912345678", name="CONG AN")
    with site.client() as client:
        made = client.post("/api/v1/reports", json={"call": 1, "note": "đòi tiền"})
        assert made.status_code == 201
        assert made.headers["location"] == "/api/v1/reports/1"
        report = made.json()
        assert (report["number"], report["shown_name"], report["source"]) == ("0912345678", "CONG AN", "api")
        again = client.post("/api/v1/reports", json={"call": 1})
        assert (again.status_code, again.json()["existing"]) == (409, 1)
        asked = client.post("/api/v1/reports/1/ask", json={"text": "Xưng tên là gì?"}).json()
        assert (asked["state"], [note["text"] for note in asked["notes"]]) == ("asked", ["Xưng tên là gì?"])
        client.post("/api/v1/reports/1/answer", json={"text": "Minh"}).raise_for_status()
        done = client.post("/api/v1/reports/1/confirm", json={"category": "impersonation"}).json()
        assert (done["state"], done["decided_by"], done["category"]) == (
            "confirmed",
            "operator",
            "impersonation",
        )
        entry = client.get(f"/api/v1/entries/{done['entry_id']}").json()
        assert (entry["pattern"], entry["category"], entry["note"]) == (
            "0912345678",
            "impersonation",
            "đòi tiền",
        )
        late = client.post("/api/v1/reports/1/reject", json={})
        assert (late.status_code, late.json()["decided_by"]) == (409, "operator")
        assert late.json()["type"] == "urn:problem:call-screener:already-decided"
        late = client.post("/api/v1/reports/1/confirm", json={"category": "scam"})
        assert late.json()["type"] == "urn:problem:call-screener:already-decided"
        assert client.get("/api/v1/reports", params={"decided": False}).json()["items"] == []
        (found,) = client.get("/api/v1/reports", params={"number": "+84 912 345 678"}).json()["items"]
        assert found["id"] == 1
        assert client.get("/api/v1/reports/9").status_code == 404


def test_a_caller_who_can_not_be_blocked_is_confirmed_without(site: Site) -> None:
    site.ring("anonymous")
    site.ring("02373850234")  # an own number: a block entry would do nothing
    with site.client() as client:
        for call in (1, 2):
            client.post("/api/v1/reports", json={"call": call}).raise_for_status()
            path = f"/api/v1/reports/{call}/confirm"
            assert client.post(path, json={"category": "scam"}).status_code == 409
            assert client.get(f"/api/v1/reports/{call}").json()["state"] == "open"
            done = client.post(path, json={"category": "scam", "block": False}).json()
            assert (done["state"], done["entry_id"]) == ("confirmed", None)
        assert client.get("/api/v1/entries").json()["items"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"call": 1, "number": "0912345678"}, "body"),
        ({"call": 1, "called": "101"}, "body"),
        ({"number": "công an"}, "number"),
        ({"number": "anonymous"}, "number"),
    ],
)
def test_a_report_of_nothing_is_refused(site: Site, body: dict[str, object], field: str) -> None:
    site.ring()
    with site.client() as client:
        answer = client.post("/api/v1/reports", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_an_operator_reports_and_answers_and_decides_nothing(site: Site) -> None:
    site.ring()
    token = site.services.tokens.create("bàn trực", Role.OPERATOR)
    with site.client(token) as client:
        assert client.post("/api/v1/reports", json={"number": "0912345679"}).status_code == 201
        assert client.post("/api/v1/reports/1/answer", json={"text": "x"}).status_code == 200
        for decision in ("confirm", "reject", "ask"):
            assert client.post(f"/api/v1/reports/1/{decision}", json={}).status_code == 403
        assert client.post("/api/v1/calls/1/notes", json={"text": "x"}).status_code == 201
        (note,) = client.get("/api/v1/calls/1/notes").json()["items"]
        assert (note["text"], note["author"]) == ("x", "bàn trực")
        assert client.get("/api/v1/calls/99/notes").status_code == 404
