"""Many entries put into the lists at once or in turns: what goes in, who is told, and what is never half."""

import csv
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from blocklist import exporting, loading, staging
from blocklist.checked import Checked, checked
from blocklist.drafts import EntryDraft, written
from blocklist.entries import Category, EntryKind, Override
from blocklist.errors import ListError
from blocklist.lists import Caller
from blocklist.models import Change, ListEntry
from blocklist.staging import Counts, Staging, TooManyAtOnce
from blocklist.store import ListStore
from screener.database import Database
from screener.entry_import import Order, carry_out
from screener.metrics import Metrics
from screener.settings import SiteSettings
from screener.snapshots import Snapshots

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
BLOCK, ALLOW = EntryKind.BLOCK, EntryKind.ALLOW


def numbers(count: int, start: int = 0, **more: object) -> list[Checked]:
    draft = {"kind": BLOCK, "category": Category.SCAM, "imported": "hội"} | more
    return [
        checked(EntryDraft(pattern=f"09{number:08d}", **draft), NOW)  # type: ignore[arg-type]  # of the table above
        for number in range(start, start + count)
    ]


def put(
    database: Database,
    entries: Sequence[Checked],
    *,
    at_once: bool = False,
    given: Sequence[str] = staging.CHANGEABLE,
) -> Counts:
    with Staging(database.engine, given) as stage:
        stage.add(entries)
        expected = stage.compare()
        found = stage.put("reception", NOW, lambda *_: None, at_once=at_once)
        assert found == expected
    return found


def stored(database: Database) -> dict[str, tuple[str, str]]:
    with database.sessions() as session:
        return {row.pattern: (row.category, row.note) for row in session.scalars(select(ListEntry))}


@pytest.fixture
def snapshots(database: Database) -> Snapshots:
    made = Snapshots(database.sessions, SiteSettings(), Metrics())
    made.load()
    return made


def equal_to_the_store(snapshots: Snapshots, database: Database, sample: Sequence[str]) -> None:
    """Compare what is in memory with what would be read anew."""
    snapshots.refresh_if_changed()
    snapshots.refresh_if_changed()
    with database.sessions() as session:
        anew = loading.load(session, NOW)
    lists = snapshots.current.lists
    assert lists.sizes(NOW) == anew.sizes(NOW)
    for number in sample:
        alike = [
            [
                (e.kind, e.match, e.pattern, e.category, e.imported, e.expires_at)
                for e in one.fitting(Caller(number), NOW)
            ]
            for one in (lists, anew)
        ]
        assert alike[0] == alike[1]


@pytest.mark.parametrize("at_once", [False, True])
def test_new_changed_and_known_entries_are_told_apart(
    database: Database, snapshots: Snapshots, at_once: bool
) -> None:
    assert put(database, numbers(3, note="a"), at_once=at_once) == Counts(new=3)
    assert put(database, numbers(3, note="a"), at_once=at_once) == Counts(same=3)
    assert put(database, [*numbers(1, note="b"), *numbers(3, 1, note="a")], at_once=at_once) == Counts(
        1, 1, 2
    )
    assert stored(database) == {
        "0900000000": ("scam", "b"),
        "0900000001": ("scam", "a"),
        "0900000002": ("scam", "a"),
        "0900000003": ("scam", "a"),
    }
    equal_to_the_store(snapshots, database, ["0900000000", "0900000003", "0900000004"])


def test_columns_that_the_file_has_not_stay_as_they_are(database: Database) -> None:
    put(database, numbers(2, note="a"))
    assert put(database, numbers(2, category=Category.OTHER), given=("category",)) == Counts(changed=2)
    assert put(database, numbers(2), given=()) == Counts(same=2)
    assert stored(database) == {"0900000000": ("other", "a"), "0900000001": ("other", "a")}


def test_of_several_rows_for_one_number_the_last_counts(database: Database) -> None:
    assert put(database, [*numbers(1, note="a"), *numbers(1, note="b")]) == Counts(new=1)
    assert stored(database) == {"0900000000": ("scam", "b")}


def test_what_is_there_already_raises_no_revision(database: Database, snapshots: Snapshots) -> None:
    put(database, numbers(10))
    assert snapshots.refresh_if_changed()
    put(database, numbers(10))
    assert not snapshots.refresh_if_changed()


def test_a_short_import_is_in_force_at_the_next_look(database: Database, snapshots: Snapshots) -> None:
    put(database, numbers(10))
    snapshots.refresh_if_changed()
    assert snapshots.current.lists.fitting(Caller("0900000009"), NOW)


def test_a_long_import_is_read_once_it_pauses_without_the_rest_of_the_lists(
    database: Database, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ListStore(database.sessions)
    store.add_entry(EntryDraft(BLOCK, "0900000001"), "a")
    snapshots.refresh_if_changed()
    monkeypatch.setattr("blocklist.loading.load", None)
    put(database, numbers(6000))
    store.add_entry(EntryDraft(ALLOW, "0912345678"), "a")
    assert snapshots.refresh_if_changed()
    assert snapshots.current.lists.sizes(NOW)[ALLOW] == 1  # one entry is there at once
    assert snapshots.current.lists.sizes(NOW)[BLOCK] == 1
    assert snapshots.refresh_if_changed()
    assert snapshots.current.lists.sizes(NOW)[BLOCK] == 6001
    assert not snapshots.refresh_if_changed()
    monkeypatch.undo()
    equal_to_the_store(snapshots, database, ["0900000000", "0900000001", "0900000002", "0900005999"])


def test_an_import_that_does_not_pause_is_read_after_a_few_seconds(
    database: Database, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screener.snapshots._LONGEST_PUT_OFF", 0.0)
    put(database, numbers(6000))
    snapshots.refresh_if_changed()
    assert snapshots.current.lists.sizes(NOW)[BLOCK] == 6000


def test_the_lists_in_memory_follow_every_mixture_of_changes(
    database: Database, snapshots: Snapshots
) -> None:
    sample = ["0900000000", "0900000001", "0900005999", "0900006000", "0912345678", "+375291234567"]
    store = ListStore(database.sessions)
    put(database, numbers(6000))
    equal_to_the_store(snapshots, database, sample)
    store.remove_entry(store.listed("0900000001")[0].id)
    own = store.add_entry(EntryDraft(BLOCK, "0900000000"), "a")
    equal_to_the_store(snapshots, database, sample)
    put(database, numbers(6000, category=Category.ADVERTISING))  # one kind of many becomes another
    equal_to_the_store(snapshots, database, sample)
    put(database, numbers(3000, 4000, expires_at=NOW + timedelta(days=1)))  # and some get an end
    equal_to_the_store(snapshots, database, sample)
    put(database, [*numbers(20), checked(EntryDraft(BLOCK, "+375*"), NOW)])
    equal_to_the_store(snapshots, database, sample)
    store.remove_entry(own.id)
    put(database, numbers(6001))
    equal_to_the_store(snapshots, database, sample)


def test_in_one_piece_listeners_see_all_or_nothing(database: Database, snapshots: Snapshots) -> None:
    put(database, numbers(6000), at_once=True)
    with database.sessions() as session:
        assert len({row.revision for row in session.scalars(select(Change))}) == 1
    equal_to_the_store(snapshots, database, ["0900000000"])


def test_too_many_for_one_piece_are_refused_before_anything_is_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MOST_AT_ONCE", 3)
    put(database, numbers(3), at_once=True)
    with pytest.raises(TooManyAtOnce, match="without --all-or-nothing"):
        put(database, numbers(4, 10), at_once=True)
    assert len(stored(database)) == 3


def test_a_failure_in_one_piece_leaves_nothing(database: Database) -> None:
    with Staging(database.engine) as stage:
        stage.add(numbers(10))
        with database.sessions.begin() as session:
            session.execute(text("DELETE FROM revision"))
        with pytest.raises(Exception, match="revision"):
            stage.put("reception", NOW, lambda *_: None, at_once=True)
    assert stored(database) == {}


def test_others_write_between_the_turns_of_a_long_import(database: Database) -> None:
    store = ListStore(database.sessions)
    waits = []
    with Staging(database.engine) as stage:
        stage.add(numbers(40_000))
        thread = threading.Thread(target=stage.put, args=("reception", NOW, lambda *_: None))
        thread.start()
        number = 0
        while thread.is_alive():
            began = time.monotonic()
            store.add_entry(EntryDraft(ALLOW, f"08{number:08d}"), "a")
            waits.append(time.monotonic() - began)
            number += 1
        thread.join()
    assert len(waits) > 3
    assert max(waits) < 2
    assert len(stored(database)) == 40_000 + number


WRITABLE = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), include_characters="\n\t"),
    max_size=12,
)
NUMBERS = st.one_of(
    st.from_regex(r"(0[35789][0-9]{8}|02[0-9]{9}|\+375[0-9]{9}|[0-9]{3,12})", fullmatch=True),
    st.from_regex(
        r"(\+?0?[1-9][0-9]{2,5}\*|0[0-9?*]{6,10}|raw:\+840[0-9]{0,4}\*|\+3\?5[0-9]*\*)", fullmatch=True
    ),
    WRITABLE.map(lambda name: f"name:{name}"),
    st.just("0912345000 - 0912345999"),
)
DRAFTS = st.builds(
    EntryDraft,
    kind=st.sampled_from(EntryKind),
    pattern=NUMBERS,
    note=WRITABLE,
    source=WRITABLE,
    expires_at=st.none() | st.datetimes(datetime(2027, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    category=st.sampled_from(Category),
    action=st.none() | st.sampled_from(Override),
    imported=WRITABLE,
    pbx=st.sampled_from(["", "main"]),
    called=st.sampled_from([(), ("1001",), ("10*", "+84912345678")]),
)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts=st.lists(DRAFTS, min_size=1, max_size=8))
def test_what_is_exported_comes_back_the_same_by_importing(
    sqlite_database: Database, tmp_path: Path, suffix: str, drafts: list[EntryDraft]
) -> None:
    database, store, path = (
        sqlite_database,
        ListStore(sqlite_database.sessions, lambda: NOW),
        tmp_path / f"out{suffix}",
    )
    with database.sessions.begin() as session:
        session.execute(delete(ListEntry))
    for draft in drafts:
        try:
            store.add_entry(draft, "a")
        except ListError:
            continue
    before = all_of(database)
    count = exporting.write(path, exporting.entries(database.sessions, NOW))
    assert count == len(before)
    if not before:
        return
    there = carry_out(Order(path, "b"), database, NOW, lambda *_: None)
    assert (there.first_refused, there.counts) == ([], Counts(same=count))
    with database.sessions.begin() as session:
        session.execute(delete(ListEntry))
    carry_out(Order(path, "b"), database, NOW, lambda *_: None)
    assert all_of(database) == before


def all_of(database: Database) -> list[tuple[object, ...]]:
    with database.sessions() as session:
        names = Checked._fields
        return sorted(
            tuple(str(getattr(row, name)) for name in names) for row in session.scalars(select(ListEntry))
        )


def test_no_cell_of_an_export_is_run_by_a_spreadsheet(sqlite_database: Database, tmp_path: Path) -> None:
    store = ListStore(sqlite_database.sessions)
    for sign in "=+-@":
        store.add_entry(EntryDraft(BLOCK, f"091234567{ord(sign) % 10}", note=f"{sign}HYPERLINK(1)"), "a")
    store.add_entry(EntryDraft(BLOCK, "+375*", note="harmless"), "a")
    path = tmp_path / "out.csv"
    assert exporting.write(path, exporting.entries(sqlite_database.sessions, NOW)) == 5
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    assert "'+375*" in cells
    assert "harmless" in cells


def test_expired_entries_and_other_lists_are_left_out_of_an_export(sqlite_database: Database) -> None:
    store = ListStore(sqlite_database.sessions, lambda: NOW)
    store.add_entry(EntryDraft(BLOCK, "0912345678", expires_at=NOW + timedelta(hours=1)), "a")
    store.add_entry(EntryDraft(BLOCK, "0912345679", expires_at=NOW + timedelta(hours=3)), "a")
    store.add_entry(EntryDraft(ALLOW, "0912345670"), "a")

    def exported(kind: EntryKind | None) -> list[str]:
        return [
            row[1] for row in exporting.entries(sqlite_database.sessions, NOW + timedelta(hours=2), kind)
        ][1:]

    assert exported(None) == ["0912345679", "0912345670"]
    assert exported(BLOCK) == ["0912345679"]


def test_written_and_read_patterns_are_the_same_words(sqlite_database: Database) -> None:
    store = ListStore(sqlite_database.sessions)
    entry = store.add_entry(EntryDraft(BLOCK, "0912345000-0912345999"), "a")
    assert checked(EntryDraft(BLOCK, written(entry)), NOW).pattern == entry.pattern
