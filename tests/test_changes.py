"""What has changed in the lists is read by itself: a snapshot equals the store, whoever changes it."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from database_fixtures import recording
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, select, text, update

from blocklist import exact, loading, revision
from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import Category, Entry, EntryKind
from blocklist.errors import AlreadyListed, InvalidPattern, NotListed
from blocklist.lists import Caller, Lists
from blocklist.models import Change, ListEntry
from blocklist.store import ListStore
from screener.database import Database, open_database, upgrade
from screener.metrics import Metrics
from screener.settings import SiteSettings
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch

NOW = datetime.now(UTC)
BLOCK, ALLOW = EntryKind.BLOCK, EntryKind.ALLOW
WRITTEN = (
    "0912345678", "0912345679", "0912345670", "+37529123", "0912*", "09123*", "0912345670 - 0912345679",
    "09*5678", "raw:+84*1", "name:*an*",
)  # fmt: skip
CALLERS = [
    Caller(number, digits=digits, name=name, pbx=pbx)
    for number, digits in [(n, n) for n in WRITTEN[:4]] + [("0912345671", "+84912345671"), ("0987654321", "")]
    for name, pbx in [("", "main"), ("Cong An", "other")]
]
DRAFTS = st.builds(
    EntryDraft,
    st.sampled_from(EntryKind),
    st.sampled_from(WRITTEN),
    expires_at=st.sampled_from([None, None, NOW + timedelta(hours=1), NOW + timedelta(hours=2)]),
    category=st.sampled_from([Category.OTHER, Category.SCAM]),
    imported=st.sampled_from(["", "", "another"]),
    pbx=st.sampled_from(["", "main"]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), DRAFTS),
        st.tuples(st.just("edit"), st.integers(1, 6), DRAFTS),
        st.tuples(st.just("remove"), st.integers(1, 6)),
        st.tuples(st.just("bulk"), st.integers(1, 4)),
        st.tuples(st.just("switch")),
    ),
    max_size=10,
)


@contextmanager
def fresh() -> Iterator[tuple[Database, Database]]:
    """Give one new database twice, as two processes have it."""
    with tempfile.TemporaryDirectory() as folder:
        url, recorder = f"sqlite:///{folder}/test.db", recording(Path(folder))
        first, second = (open_database(url, recorder) for _ in range(2))
        upgrade(first.engine)
        yield first, second
        first.close()
        second.close()


def answers(lists: Lists) -> list[list[Entry]]:
    """Everything that can be asked, without the ids that long lists don't hold."""
    return [
        [replace(entry, id=None) for entry in lists.fitting(caller, NOW + timedelta(minutes=minutes))]
        for caller in CALLERS
        for minutes in (0, 60, 120)
    ]


def take(step: tuple[object, ...], database: Database) -> None:
    store = ListStore(database.sessions)
    try:
        match step:
            case ("add", EntryDraft() as draft):
                store.add_entry(draft, "lan")
            case ("edit", int(id_), EntryDraft() as draft):
                store.edit_entry(id_, draft, "lan")
            case ("remove", int(id_)):
                store.remove_entry(id_)
            case ("bulk", int(kept)):
                with database.sessions.begin() as session:
                    session.execute(delete(ListEntry).where(ListEntry.id > kept))
            case ("switch",):
                EnforcingSwitch(database.sessions).set(False, "lan")
    except (AlreadyListed, NotListed, InvalidPattern):
        pass


@settings(max_examples=60, deadline=None)
@given(
    st.lists(DRAFTS, max_size=4),
    STEPS,
    st.randoms(),
    st.sampled_from([1, 3, 4096]),
    st.sampled_from([0, 2, 10_000]),
)
def test_lists_that_follow_the_changes_of_two_processes_equal_lists_read_anew(
    drafts: list[EntryDraft],
    steps: list[tuple[object, ...]],
    chance: random.Random,
    min_bulk: int,
    most_changes: int,
) -> None:
    with fresh() as (mine, others), pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "MIN_BULK", min_bulk)
        patch.setattr(exact, "MOST_CHANGES", most_changes)
        for draft in drafts:
            take(("add", draft), others)
        followed = Snapshots(mine.sessions, SiteSettings(), Metrics())
        followed.load()
        for index, step in enumerate(steps):
            take(step, (mine, others)[index % 2])
            if chance.random() < 0.5:
                followed.refresh_if_changed()
        followed.refresh_if_changed()
        assert not followed.refresh_if_changed()
        with mine.sessions() as session:
            anew = loading.load(session, NOW)
            rows = session.execute(select(*loading._COLUMNS)).all()
        patch.setattr(loading, "MIN_BULK", 4096)
        plain = Lists(loading._entry(row) for row in rows)
        assert answers(followed.current.lists) == answers(anew) == answers(plain)
        for lists in (followed.current.lists, anew):
            assert lists.sizes(NOW) == plain.sizes(NOW)


def statements(database: Database) -> list[str]:
    """Note every statement that goes to a database from now on."""
    seen: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(database.engine, "before_cursor_execute", note)
    return seen


def test_one_changed_entry_is_read_by_its_key_and_the_registry_is_not(database: Database) -> None:
    store = ListStore(database.sessions)
    entry = store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    store.add_official(OfficialDraft("113", "Công an"))
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    officials = snapshots.current.officials
    for change in (
        lambda: store.edit_entry(entry.id, EntryDraft(BLOCK, "0912345679"), "lan"),
        lambda: store.add_entry(EntryDraft(ALLOW, "0912*"), "lan"),
        lambda: store.remove_entry(entry.id),
    ):
        change()
        seen = statements(database)
        assert snapshots.refresh_if_changed()
        assert all("list_entries.pattern IN" in one for one in seen if "FROM list_entries" in one)
        assert not any("official_numbers" in one for one in seen)
        assert snapshots.current.officials is officials
    found = snapshots.current.lists.fitting(Caller("0912345679"), NOW)
    assert [(one.kind, one.pattern) for one in found] == [(ALLOW, "0912")]


def test_registry_is_read_anew_where_it_changed_and_the_lists_stay(database: Database) -> None:
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    lists = snapshots.current.lists
    ListStore(database.sessions).add_official(OfficialDraft("113", "Công an"))
    assert snapshots.refresh_if_changed()
    assert snapshots.current.officials.exact("113") is not None
    assert snapshots.current.lists.fitting(Caller("113"), NOW) == lists.fitting(Caller("113"), NOW) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE revision SET number = number + 1",  # another program, which noted nothing
        "DELETE FROM changes",
        "UPDATE revision SET number = 1",  # an older copy put back
    ],
)
def test_changes_that_are_not_explained_make_a_listener_read_everything(
    database: Database, spoil: str
) -> None:
    store = ListStore(database.sessions)
    store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    store.add_entry(EntryDraft(BLOCK, "0912345679"), "lan")
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM list_entries WHERE pattern = '0912345678'"))
        connection.execute(text(spoil))
    assert snapshots.refresh_if_changed()
    assert snapshots.current.lists.fitting(Caller("0912345678"), NOW) == ()
    assert len(snapshots.current.lists) == 1


def test_the_log_of_changes_keeps_the_last_ones(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "KEPT", 3)
    store = ListStore(database.sessions)
    for number in range(6):
        store.add_entry(EntryDraft(BLOCK, f"091234567{number}"), "lan")
    with database.sessions() as session:
        kept = session.scalars(select(Change.pattern).order_by(Change.revision)).all()
        assert kept == ["0912345673", "0912345674", "0912345675"]
        assert revision.since(session, 4, 7) == {("list_entries", "exact", pattern) for pattern in kept}
        assert revision.since(session, 3, 7) is None


def test_many_entries_changed_at_once_are_noted_as_a_change_of_the_table(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"kind": "block", "match": "exact", "created_at": NOW, "updated_at": NOW}
    with database.sessions.begin() as session:
        session.execute(insert(ListEntry), [{**row, "pattern": f"091234567{n}"} for n in range(3)])
    with database.sessions.begin() as session:
        session.execute(update(ListEntry).values(note="một"))
    monkeypatch.setattr(revision, "MOST_KEYS", 1)
    with database.sessions.begin() as session:
        session.add_all(ListEntry(**row, pattern=pattern) for pattern in ("0162", "0163"))
    with database.sessions() as session:
        for number in (1, 2, 3):
            assert revision.since(session, number, number + 1) == {("list_entries", "", "")}
        assert revision.since(session, 4, 4) is None


def test_entries_that_share_an_end_are_held_as_one_set(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MIN_BULK", 3)
    store = ListStore(database.sessions)
    for number in range(3):
        draft = EntryDraft(BLOCK, f"091234567{number}", expires_at=NOW + timedelta(hours=1), imported="x")
        store.add_entry(draft, "lan")
    few = store.add_entry(EntryDraft(BLOCK, "0912345678", expires_at=NOW + timedelta(hours=2)), "lan")
    with database.sessions() as session:
        lists = loading.load(session, NOW)
    (one,) = lists.fitting(Caller("0912345670"), NOW)
    assert (one.id, one.expires_at, one.imported) == (None, NOW + timedelta(hours=1), True)
    assert [found.id for found in lists.fitting(Caller("0912345678"), NOW)] == [few.id]
    assert lists.fitting(Caller("0912345670"), NOW + timedelta(hours=1)) == ()
