"""Lists and registry searched: what is found, in which order, and that an index answers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from blocklist import text_index
from blocklist.drafts import EntryDraft
from blocklist.entries import Category, EntryKind
from blocklist.search import Expiry
from blocklist.store import ListStore
from screener.database import Database, upgrade

BLOCK, ALLOW = EntryKind.BLOCK, EntryKind.ALLOW


@pytest.fixture
def store(database: Database) -> ListStore:
    return ListStore(database.sessions)


def test_entries_are_found_by_the_ranges_and_prefixes_that_a_number_falls_under(store: ListStore) -> None:
    for pattern in ("0912345000-0912345999", "09123*", "0912345678", "0912346000-0912346999", "091235*"):
        store.add_entry(EntryDraft(BLOCK, pattern), "lan")
    found = store.entries(search="+84 912.345.678").items
    assert [entry.pattern for entry in found] == ["0912345678", "09123", "0912345000-0912345999"]
    assert [entry.pattern for entry in store.entries(search="09123456789").items] == ["09123"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": ALLOW}, {"0912345679"}),
        ({"category": Category.SCAM}, {"0912345678"}),
        ({"author": "lan"}, {"0912345678", "0912345670"}),
        ({"author": "la"}, set()),
        ({"source": "CAT"}, {"0912345679"}),
        ({"author": "lan", "category": Category.OTHER}, {"0912345670"}),
        ({"author": "lan", "search": "5678"}, {"0912345678"}),
        ({"author": "minh", "search": "5678"}, set()),
        ({"expiry": Expiry.ENDING}, {"0912345679"}),
        ({"expiry": Expiry.EXPIRED}, {"0912345678"}),
        ({"expiry": Expiry.IN_FORCE}, {"0912345679", "0912345670"}),
    ],
)
def test_entries_are_found_by_all_filters_together(
    database: Database, filters: dict[str, Any], found: set[str]
) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    store = ListStore(database.sessions, lambda: now)
    soon, later = now + timedelta(hours=1), now + timedelta(days=9)
    store.add_entry(EntryDraft(BLOCK, "0912345678", category=Category.SCAM, expires_at=soon), "lan")
    store.add_entry(EntryDraft(ALLOW, "0912345679", source="CAT", expires_at=later), "minh")
    store.add_entry(EntryDraft(BLOCK, "0912345670"), "lan")
    store = ListStore(database.sessions, lambda: soon)
    assert {entry.pattern for entry in store.entries(**filters).items} == found


def test_pages_of_what_several_ways_find_go_on_without_gap_and_without_repeating(store: ListStore) -> None:
    for number in range(12):
        note = "gọi số 0912" if number % 3 else ""
        store.add_entry(EntryDraft(BLOCK, f"09{12 + number % 2}34567{number:02d}", note=note), "lan")
    seen: list[int] = []
    after = None
    while True:
        page = store.entries(search="0912", limit=2, after=after)
        seen += [entry.id for entry in page.items]
        if not page.more:
            break
        after = page.items[-1].id
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 6 + 4  # by number, and by the note alone


def test_what_is_changed_and_removed_is_found_as_it_is_now(store: ListStore) -> None:
    entry = store.add_entry(EntryDraft(BLOCK, "0912345678", note="đòi nợ"), "lan")
    store.edit_entry(entry.id, EntryDraft(BLOCK, "0987654321", note="thanh tra"), "lan")
    assert [len(store.entries(search=it).items) for it in ("4567", "đòi", "5432", "thanh tr")] == [0, 0, 1, 1]
    store.remove_entry(entry.id)
    assert [len(store.entries(search=it).items) for it in ("5432", "thanh tra")] == [0, 0]


@pytest.mark.parametrize(
    "search", ['"', "'", "*", "NEAR(", "a AND", '"a" OR', "-", "note:x", "(", "^a", "%", "\\"]
)
def test_no_sign_in_a_search_means_anything_of_its_own(store: ListStore, search: str) -> None:
    store.add_entry(EntryDraft(BLOCK, "0912345678", note="b"), "lan")
    assert store.entries(search=search).items == ()
    assert store.officials(search=search).items == ()


def test_a_table_that_was_made_anew_gets_its_index_back_at_the_next_start(sqlite_database: Database) -> None:
    store = ListStore(sqlite_database.sessions)
    with sqlite_database.engine.begin() as connection:
        for what in ("insert", "delete", "update"):
            connection.exec_driver_sql(f"DROP TRIGGER list_entries_parts_{what}")
    store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    assert len(store.entries(search="4567").items) == 1  # the table is read as long as there is no index
    upgrade(sqlite_database.engine)
    with sqlite_database.engine.connect() as connection:
        assert text_index.ENTRY_NUMBERS.there(connection)
    assert len(store.entries(search="4567").items) == 1


def test_a_page_of_digits_is_found_by_the_index_and_not_by_reading_the_table(
    sqlite_database: Database,
) -> None:
    with sqlite_database.engine.connect() as connection:
        for index, condition in (
            (text_index.ENTRY_NUMBERS, text_index.ENTRY_NUMBERS.holding("4567")),
            (text_index.ENTRY_WORDS, text_index.ENTRY_WORDS.saying("thanh tra")),
        ):
            query = select(condition.rows.c.rowid).where(condition.condition).limit(51)
            plan = str(
                query.order_by(condition.rows.c.rowid.desc()).compile(
                    sqlite_database.engine, compile_kwargs={"literal_binds": True}
                )
            )
            (step,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {plan}").all()
            # What stands behind the colon are the conditions that FTS5 answers: LIKE, or MATCH.
            answered = rf"SCAN {index.name} VIRTUAL TABLE INDEX \d+:[LM]\d+"
            assert re.fullmatch(answered, step.detail), step.detail
