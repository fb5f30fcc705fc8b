"""The audit log: every change has a row in the change's own transaction, or neither is there."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from database_fixtures import OPENED
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import EntryKind, ExemptCaller
from blocklist.errors import AlreadyListed
from blocklist.exemptions import Exemptions
from blocklist.models import Base, ListEntry, Official
from blocklist.store import ListStore
from screener.access.accounts import Accounts
from screener.access.acting import act_as, acting
from screener.access.actor import Actor, How
from screener.access.roles import Role
from screener.api_tokens import ApiTokens
from screener.audit.log import AuditLog
from screener.audit.models import AuditHead, AuditRow
from screener.audit.subjects import AUDITED, NOT_AUDITED
from screener.audit.verifying import verify
from screener.audit.watching import MANY, Unaudited
from screener.calls import Action, Rule
from screener.database import Database, open_database
from screener.models import ApiToken
from screener.policies import Policies
from screener.policy_edits import with_rule
from screener.switch import EnforcingSwitch

LAN = Actor("lan", Role.OPERATOR, How.USER, "192.0.2.7", "r-1")
DRAFT = EntryDraft(EntryKind.BLOCK, "0912345678", note="tự xưng thanh tra")


def rows(database: Database) -> list[AuditRow]:
    with database.sessions() as session:
        return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))


def whole(database: Database) -> bool:
    assert database.recorder is not None
    signer = database.recorder.key.signer()
    return verify(database.sessions, {signer.id: signer}).whole


def sides(row: AuditRow) -> tuple[dict[str, object] | None, dict[str, object] | None]:
    before, after = (json.loads(side) if side else None for side in (row.before, row.after))
    return before, after


def test_an_entry_is_noted_with_who_from_where_before_and_after(database: Database) -> None:
    lists = ListStore(database.sessions)
    began = datetime.now(UTC)
    with act_as(LAN):
        entry = lists.add_entry(DRAFT, "lan")
        lists.edit_entry(entry.id, replace(DRAFT, note="lừa đảo"), "lan")
        lists.remove_entry(entry.id)
    added, changed, removed = rows(database)
    assert [row.change for row in (added, changed, removed)] == ["added", "changed", "removed"]
    for number, row in enumerate((added, changed, removed), 1):
        assert (row.id, row.subject, row.key, row.label) == (number, "entry", str(entry.id), "0912345678")
        assert (row.actor, row.role, row.how) == ("lan", "operator", "user")
        assert (row.origin, row.request_id) == ("192.0.2.7", "r-1")
        assert began <= row.at <= datetime.now(UTC)
    before, after = sides(added)
    assert before is None
    assert after is not None
    assert (after["pattern"], after["note"], after["author"]) == ("0912345678", "tự xưng thanh tra", "lan")
    assert sides(changed) == (after, after | {"note": "lừa đảo"})
    assert sides(removed) == (after | {"note": "lừa đảo"}, None)
    assert whole(database)


def test_who_is_not_named_is_who_the_process_works_for(database: Database) -> None:
    assert acting() is None
    EnforcingSwitch(database.sessions).set(False, "lan")
    (row,) = rows(database)
    assert (row.actor, row.how, row.origin) == ("tests", "system", "the service")
    assert (row.subject, row.change) == ("enforcing", "changed")
    before, after = sides(row)
    assert before is not None
    assert after is not None
    assert (before["on"], after["on"], after["changed_by"]) == (True, False, "lan")


CHANGES: list[tuple[str, str, Callable[[Database], object]]] = [
    ("official", "added", lambda it: ListStore(it.sessions).add_official(OfficialDraft("02373725725", "CA"))),
    (
        "exemption",
        "added",
        lambda it: Exemptions(it.sessions).add(ExemptCaller(None, "113", "hq", "viettel"), "lan"),
    ),
    (
        "policy",
        "added",
        lambda it: Policies(it.sessions).edit(lambda p: with_rule(p, Rule.WITHHELD, Action.WARN), "lan"),
    ),
    ("token", "added", lambda it: ApiTokens(it.sessions).create("reception", Role.OPERATOR)),
    ("enforcing", "changed", lambda it: EnforcingSwitch(it.sessions).set(False, "lan")),
]


@pytest.mark.parametrize(("subject", "change", "make"), CHANGES, ids=[one[0] for one in CHANGES])
def test_each_sort_of_change_is_one_row(
    database: Database, subject: str, change: str, make: Callable[[Database], object]
) -> None:
    make(database)
    assert [(row.subject, row.change) for row in rows(database)] == [(subject, change)]
    assert whole(database)


def test_a_token_leaves_its_name_and_no_part_of_its_secret(database: Database) -> None:
    tokens = ApiTokens(database.sessions)
    token = tokens.create("reception", Role.OPERATOR)
    assert tokens.verify(token) == ("reception", Role.OPERATOR)  # that it was used is no change
    with database.sessions() as session:
        stored = session.scalars(select(ApiToken.hash)).one()
    tokens.revoke("reception")
    made, revoked = rows(database)
    assert [(row.label, row.change) for row in (made, revoked)] == [
        ("reception", "added"),
        ("reception", "removed"),
    ]
    for row in (made, revoked):
        text = f"{row.before} {row.after}"
        assert stored not in text
        assert token.removeprefix("cs_") not in text
        assert "(secret)" in text


def test_a_user_who_is_unlocked_is_noted_and_one_who_signs_in_is_not(database: Database) -> None:
    tries = Accounts.on(database.sessions).tries
    tries.begin("lan", "192.0.2.1")
    assert tries.unlock("lan")
    assert not tries.unlock("lan")
    tries.succeeded("lan", "192.0.2.1")
    assert [(row.subject, row.change, row.label) for row in rows(database)] == [("user", "unlocked", "lan")]


def test_what_is_refused_or_changes_nothing_leaves_no_row(database: Database) -> None:
    lists, switch = ListStore(database.sessions), EnforcingSwitch(database.sessions)
    entry = lists.add_entry(DRAFT, "lan")
    with pytest.raises(AlreadyListed):
        lists.add_entry(DRAFT, "minh")
    lists.edit_entry(entry.id, DRAFT, "lan")
    switch.set(True, "lan")
    assert len(rows(database)) == 1


def test_a_change_that_fails_at_its_end_takes_its_row_with_it(database: Database) -> None:
    with pytest.raises(IntegrityError), database.sessions.begin() as session:
        session.add(Official(number="02373725725", organisation="CA", created_at=_now(), updated_at=_now()))
        session.flush()
        session.execute(text("INSERT INTO audit_head (id, number, mac) VALUES (1, 1, '')"))
    assert rows(database) == []
    with database.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Official)) == 0
        assert session.scalar(select(AuditHead.number)) == 0


def test_a_log_that_takes_no_row_keeps_the_change_from_being_made(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_head")
    with pytest.raises(Exception, match="'audit_head' has no row 1; bring"):
        ListStore(database.sessions).add_entry(DRAFT, "lan")
    assert ListStore(database.sessions).entries().items == ()


def test_without_a_recorder_nothing_that_is_audited_can_be_changed(
    database: Database, empty_url: str
) -> None:
    other = open_database(empty_url)
    lists = ListStore(other.sessions)
    with pytest.raises(Unaudited, match="'entry' would be missing"):
        lists.add_entry(DRAFT, "lan")
    with pytest.raises(Unaudited, match="'enforcing' would be missing"):
        EnforcingSwitch(other.sessions).set(False, "lan")
    assert lists.entries().items == ()
    assert EnforcingSwitch(other.sessions).state().on
    other.close()


def test_before_is_what_another_process_made_of_it_meanwhile(database: Database) -> None:
    lists = ListStore(database.sessions)
    entry = lists.add_entry(DRAFT, "lan")
    mine = lists.entry(entry.id)
    lists.edit_entry(entry.id, replace(DRAFT, note="của người khác"), "minh")
    mine.note = "của tôi"
    with database.sessions.begin() as session:
        session.add(mine)
    before, after = sides(rows(database)[-1])
    assert before is not None
    assert after is not None
    assert (before["note"], after["note"]) == ("của người khác", "của tôi")


def test_statements_are_noted_row_by_row_and_many_of_a_sort_as_one(database: Database) -> None:
    lists = ListStore(database.sessions)
    for number in range(MANY + 1):
        lists.add_entry(EntryDraft(EntryKind.BLOCK, f"09123456{number:02d}"), "lan")
    made = len(rows(database))
    assert made == MANY + 1
    with database.sessions.begin() as session:
        session.execute(update(ListEntry).where(ListEntry.pattern < "0912345602").values(note="x"))
    assert [(row.label, row.change) for row in rows(database)[made:]] == [
        ("0912345600", "changed"),
        ("0912345601", "changed"),
    ]
    with database.sessions.begin() as session:
        session.execute(delete(ListEntry))
    last = rows(database)[-1]
    before, after = sides(last)
    assert (last.change, last.label, last.key, after) == ("removed", f"{MANY + 1}", "", None)
    assert before is not None
    assert before["count"] == MANY + 1
    assert isinstance(before["items"], list)
    assert {item["note"] for item in before["items"]} == {"x", ""}
    assert len(rows(database)) == made + 3
    assert whole(database)


def test_what_can_not_be_noted_is_refused(database: Database) -> None:
    entry = ListStore(database.sessions).add_entry(DRAFT, "lan")
    with pytest.raises(Unaudited, match="for many keys"), database.sessions.begin() as session:
        session.execute(update(ListEntry), [{"id": entry.id, "note": "x"}])

    def in_a_savepoint(session: Session) -> None:
        with session.begin_nested():
            session.execute(delete(ListEntry))

    with pytest.raises(Unaudited, match="in a savepoint"), database.sessions.begin() as session:
        in_a_savepoint(session)
    assert len(ListStore(database.sessions).entries().items) == 1


def test_the_database_refuses_to_change_or_remove_a_row(database: Database) -> None:
    ListStore(database.sessions).add_entry(DRAFT, "lan")
    statements = ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"]
    if database.engine.dialect.name == "postgresql":
        statements.append("TRUNCATE audit_log")
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match="the audit log is append-only"),
            database.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
    assert len(rows(database)) == 1


def test_several_processes_and_threads_append_without_breaking_the_chain(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    assert database.recorder is not None
    database.recorder.key.signer()
    program = (
        f"{OPENED}from blocklist.drafts import EntryDraft; from blocklist.entries import EntryKind\n"
        "from blocklist.store import ListStore; from screener.switch import EnforcingSwitch\n"
        "store = ListStore(database.sessions); switch = EnforcingSwitch(database.sessions)\n"
        "for n in range(8):\n"
        "    store.add_entry(EntryDraft(EntryKind.BLOCK, f'09{sys.argv[3]}0000{n:02d}'), 'x')\n"
        "    switch.set(n % 2 == 0, sys.argv[3])\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_url, str(tmp_path), f"8{which}"],
            stderr=subprocess.PIPE,
            text=True,
        )
        for which in range(2)
    ]

    def tokens(which: int) -> None:
        for number in range(8):
            ApiTokens(database.sessions).create(f"{which}-{number}", Role.OPERATOR)

    threads = [threading.Thread(target=tokens, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], told
    found = rows(database)
    assert [row.id for row in found] == list(range(1, len(found) + 1))
    assert sum(row.subject == "entry" for row in found) == 16
    assert sum(row.subject == "token" for row in found) == 16
    assert whole(database)


def test_every_table_is_audited_or_said_why_not() -> None:
    audited = {model.__tablename__ for model in AUDITED}
    assert audited.isdisjoint(NOT_AUDITED)
    assert audited | set(NOT_AUDITED) == set(Base.metadata.tables)


def test_no_column_that_holds_a_secret_is_written_to_the_log() -> None:
    for model, subject in AUDITED.items():
        columns = {column.name for column in model.__table__.columns}
        assert subject.secret | subject.unnoted <= columns, model
        telling = {name for name in columns if any(word in name for word in ("hash", "secret", "password"))}
        assert telling <= subject.secret, model


def test_rows_are_found_by_who_what_and_when_page_by_page(database: Database) -> None:
    from screener.audit.log import Wanted

    with act_as(LAN):
        ListStore(database.sessions).add_entry(DRAFT, "lan")
    for name in ("a", "b", "c"):
        ApiTokens(database.sessions).create(name, Role.OPERATOR)
    log = AuditLog(database.sessions)
    assert [row.label for row in log.page(Wanted(actor="lan")).items] == ["0912345678"]
    assert [row.label for row in log.page(Wanted(subject="token")).items] == ["c", "b", "a"]
    assert [row.label for row in log.page(Wanted(subject="token", key="2")).items] == ["b"]
    (middle,) = log.page(Wanted(subject="token", key="2")).items
    assert [row.label for row in log.page(Wanted(since=middle.at)).items] == ["c", "b"]
    assert [row.label for row in log.page(Wanted(until=middle.at)).items] == ["a", "0912345678"]
    first = log.page(limit=3)
    assert first.more
    second = log.page(limit=3, after=first.items[-1].id)
    assert [row.id for row in (*first.items, *second.items)] == [4, 3, 2, 1]
    assert not second.more


def test_an_insert_by_statement_is_noted_by_its_count(database: Database) -> None:
    row = {"number": "113", "organisation": "CA", "created_at": _now(), "updated_at": _now()}
    with database.sessions.begin() as session:
        session.execute(insert(Official), [row, row | {"number": "114"}])
    (noted,) = rows(database)
    assert (noted.subject, noted.change, sides(noted)) == ("official", "added", (None, {"count": 2}))


def _now() -> datetime:
    return datetime.now(UTC)
