"""SQLite's file under a running service: gone, replaced or overwritten, it is noticed and costs no record."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import call_samples
import pytest
from call_samples import decided
from database_fixtures import recording
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from blocklist.lists import Caller
from blocklist.store import ListStore
from screener.database import Database, open_database, upgrade
from screener.drain import Drain
from screener.journal import Journal
from screener.metrics import Metrics
from screener.outage import Trouble, explain
from screener.records import Records
from screener.settings import SiteSettings
from screener.snapshots import Snapshots

GONE = "file was removed or moved"
OTHER = "file was replaced by another"
NONE = "is not a database|was emptied"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


@pytest.fixture
def aside(tmp_path: Path) -> Path:
    return tmp_path / "aside.db"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal", Metrics())
    yield opened
    opened.close()


@pytest.fixture
def records(sqlite_database: Database) -> Records:
    return Records(sqlite_database.sessions)


@pytest.fixture
def drain(journal: Journal, records: Records) -> Drain:
    return Drain(journal, records, Metrics())


def record(journal: Journal, uniqueid: str) -> None:
    assert journal.append(decided(call_samples.call(uniqueid)))


def stored(records: Records) -> set[str]:
    return {call.uniqueid for call in records.calls().items}


def copy(source: Path, target: Path) -> None:
    """Copy a database as an operator does, with SQLite's own backup."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def test_while_the_file_is_moved_away_records_wait_and_are_stored_once_it_is_back(
    file: Path, aside: Path, journal: Journal, drain: Drain, records: Records
) -> None:
    record(journal, "1")
    drain.run_once()
    file.rename(aside)
    record(journal, "2")
    for _ in range(3):
        with pytest.raises(OperationalError, match=GONE):
            drain.run_once()
    assert len(journal.sealed()) == 1
    assert not file.exists()
    aside.rename(file)
    assert drain.run_once() == 1
    assert stored(records) == {"1", "2"}


@pytest.mark.parametrize("take_away", [Path.unlink, lambda file: shutil.move(file, f"{file}.old")])
def test_another_copy_put_in_its_place_gets_what_waited(
    file: Path,
    aside: Path,
    journal: Journal,
    drain: Drain,
    records: Records,
    take_away: Callable[[Path], object],
) -> None:
    record(journal, "1")
    drain.run_once()
    copy(file, aside)
    record(journal, "2, stored after the copy was made")
    drain.run_once()
    take_away(file)
    record(journal, "3")
    with pytest.raises(OperationalError, match=GONE):
        drain.run_once()
    aside.rename(file)
    assert drain.run_once() == 1
    assert stored(records) == {"1", "3"}
    with closing(sqlite3.connect(file)) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_file_replaced_at_one_stroke_is_noticed(
    file: Path, aside: Path, journal: Journal, drain: Drain, records: Records
) -> None:
    record(journal, "1")
    drain.run_once()
    copy(file, aside)
    record(journal, "2")
    aside.rename(file)
    with pytest.raises(OperationalError, match=OTHER):
        drain.run_once()
    assert drain.run_once() == 1
    assert stored(records) == {"1", "2"}
    with closing(sqlite3.connect(file)) as looking:
        assert looking.execute("SELECT count(*) FROM calls").fetchall() == [(2,)]


def test_what_was_stored_while_the_file_was_taken_away_stays_in_the_journal(
    file: Path, aside: Path, journal: Journal, drain: Drain, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = records.apply
    copy(file, aside)

    def apply_and_lose(happenings: object) -> None:
        apply(happenings)  # type: ignore[arg-type]  # handed on as it came
        file.unlink(missing_ok=True)

    monkeypatch.setattr(records, "apply", apply_and_lose)
    record(journal, "1")
    with pytest.raises(OperationalError, match=GONE):
        drain.run_once()
    monkeypatch.undo()
    aside.rename(file)
    assert drain.run_once() == 1
    assert stored(records) == {"1"}


def test_a_file_moved_without_its_wal_is_whole(
    file: Path, aside: Path, journal: Journal, drain: Drain, records: Records
) -> None:
    for n in range(5):
        record(journal, str(n))
        drain.run_once()
    assert Path(f"{file}-wal").stat().st_size
    file.rename(aside)
    with pytest.raises(OperationalError, match=GONE):
        stored(records)
    assert not Path(f"{file}-wal").stat().st_size
    with closing(sqlite3.connect(aside)) as looking:
        assert looking.execute("SELECT count(*) FROM calls").fetchall() == [(5,)]


def test_a_missing_file_is_not_made_anew_by_using_it(
    file: Path, sqlite_database: Database, records: Records
) -> None:
    sqlite_database.close()
    file.unlink()
    for _ in range(2):
        with pytest.raises(OperationalError, match=GONE):
            stored(records)
    assert not file.exists()


def test_a_connection_in_use_meanwhile_is_closed_before_another_file_is_opened(
    file: Path, aside: Path, sqlite_database: Database, records: Records
) -> None:
    copy(file, aside)
    with sqlite_database.engine.connect() as busy:
        busy.execute(text("SELECT * FROM calls"))
        aside.replace(file)
        for _ in range(2):  # two files at once would share one -shm
            with pytest.raises(OperationalError, match=OTHER):
                stored(records)
    assert stored(records) == set()


def test_lists_of_another_file_are_loaded_though_its_revision_is_the_same(
    file: Path, aside: Path, sqlite_database: Database
) -> None:
    other = open_database(f"sqlite:///{aside}", recording(aside.parent))
    upgrade(other.engine)
    for database, number in ((sqlite_database, "0912345678"), (other, "0987654321")):
        ListStore(database.sessions).add_entry(EntryDraft(EntryKind.BLOCK, number), "lan")
    other.close()
    snapshots = Snapshots(sqlite_database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    revision = snapshots.current.revision
    aside.rename(file)
    with pytest.raises(OperationalError, match=OTHER):
        snapshots.refresh_if_changed()
    assert snapshots.refresh_if_changed()
    assert not snapshots.refresh_if_changed()
    assert snapshots.current.revision == revision
    now = datetime.now(UTC)
    assert snapshots.current.lists.fitting(Caller("0987654321"), now)
    assert not snapshots.current.lists.fitting(Caller("0912345678"), now)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b"garbage" * 1000),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(bytes(100) + file.read_bytes()[100:]),
    ],
    ids=["garbage", "emptied", "header zeroed"],
)
def test_an_overwritten_file_is_noticed_and_records_wait_for_a_good_one(
    file: Path,
    aside: Path,
    journal: Journal,
    drain: Drain,
    records: Records,
    spoil: Callable[[Path], object],
) -> None:
    record(journal, "1")
    drain.run_once()
    copy(file, aside)
    with closing(
        sqlite3.connect(file)
    ) as looking:  # else the -wal, which still holds all of it, mends the file
        looking.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(file)
    record(journal, "2")
    for _ in range(2):
        with pytest.raises(OperationalError, match=NONE) as caught:
            drain.run_once()
    told = explain(open_database(f"sqlite:///{file}").engine.url, caught.value)
    assert told.trouble is Trouble.DAMAGED
    assert "from a backup" in told.remedy
    shutil.copyfile(aside, file)
    assert drain.run_once() == 1
    assert stored(records) == {"1", "2"}


def test_a_page_that_is_damaged_counts_as_a_database_that_is_away(
    file: Path, sqlite_database: Database, records: Records
) -> None:
    sqlite_database.close()
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * (file.stat().st_size - 4096))
    with pytest.raises(OperationalError, match="malformed"):
        stored(records)
