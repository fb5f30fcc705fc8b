"""``entries import`` and ``entries export`` as processes of their own: killed, refused, beside calls."""

import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from database_fixtures import recording
from sqlalchemy import func, select
from test_cli import command, environment, typed, with_database

from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from blocklist.models import ListEntry
from blocklist.store import ListStore
from screener.calls import Action, Activity, Call
from screener.database import Database, open_database
from screener.engine import decide
from screener.metrics import Metrics
from screener.settings import SiteSettings
from screener.snapshots import Snapshots

ROWS = int(os.environ.get("IMPORT_ROWS", "20000"))
"""Rows of the import that runs beside calls; a million is what the README tells of."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with_database(tmp_path)
    return tmp_path


def database_in(folder: Path) -> Database:
    state = folder / "state"
    return open_database(f"sqlite:///{state}/call-screener.db", recording(state))


def count(folder: Path) -> int:
    database = database_in(folder)
    with database.sessions() as session:
        found = session.scalar(select(func.count()).select_from(ListEntry))
    database.close()
    return int(found or 0)


def long_list(folder: Path, rows: int, bad: str = "") -> Path:
    chosen = random.Random(rows)
    path = folder / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Số điện thoại;Phân loại;Ghi chú\n")
        for number in chosen.sample(range(10**8), rows):
            file.write(f"9{number:08d};lừa đảo;gọi tháng {number % 12 + 1}\n")
        file.write(bad)
    return path


def test_a_file_is_previewed_imported_and_told_row_by_row(folder: Path) -> None:
    (folder / "a.csv").write_text(
        "sđt;loại;stt\n912345678;chặn;1\n9,12E+08;chặn;2\n+375*;theo dõi;3\n", "utf-8-sig"
    )
    file, refused = str(folder / "a.csv"), folder / "refused.csv"
    preview = typed(folder, "entries", "import", file, "--dry-run")
    assert preview.returncode == 0
    assert "line 2: block exact 0912345678" in preview.stdout
    assert "left out: stt" in preview.stdout
    assert "the 0 that was lost in front was put back: 1 times, first in line 2 (912345678)" in preview.stdout
    assert (
        "3 rows: would be 2 new, 0 changed, 0 there already; 0 repeated in the file, 1 refused"
        in preview.stdout
    )
    assert count(folder) == 0
    nothing = typed(folder, "entries", "import", file, "--all-or-nothing")
    assert (nothing.returncode, count(folder)) == (1, 0)
    assert "nothing was put in" in nothing.stderr
    done = typed(folder, "entries", "import", file, "--refused", str(refused), "--source", "hội")
    assert (done.returncode, count(folder)) == (0, 2)
    assert "3 rows: 2 new, 0 changed" in done.stdout
    assert refused.read_text("utf-8-sig").splitlines()[1].startswith('3,"9,12E+08",has lost digits')
    again = typed(folder, "entries", "import", file, "--source", "hội")
    assert "3 rows: 0 new, 0 changed, 2 there already" in again.stdout
    assert "\x1b" not in done.stderr  # no progress bar where nobody watches


def test_refused_rows_are_not_written_over_the_file_that_is_imported(folder: Path) -> None:
    file = folder / "a.csv"
    file.write_text("number\nabc\n", "utf-8")
    ended = typed(folder, "entries", "import", str(file), "--kind", "block", "--refused", str(file))
    assert (ended.returncode, file.read_text("utf-8")) == (2, "number\nabc\n")
    assert "name another file" in " ".join(ended.stderr.replace("│", " ").split())


def test_what_is_exported_is_there_already_when_it_comes_back(folder: Path) -> None:
    database = database_in(folder)
    ListStore(database.sessions).add_entry(EntryDraft(EntryKind.ALLOW, "+84 912 345 678", note="=1+1"), "a")
    database.close()
    for name in ("out.csv", "out.xlsx"):
        written = typed(folder, "entries", "export", str(folder / name))
        assert written.stdout == f"1 entries written to {folder / name}\n"
        back = typed(folder, "entries", "import", str(folder / name))
        assert "1 rows: 0 new, 0 changed, 1 there already" in back.stdout


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (None, (), "No such file or directory; check the path"),
        ("number\n0912345678\n", (), "does not say which list is meant; give --kind"),
        ("họ tên,địa chỉ\nA,B\n", ("--kind", "block"), "has no column for the numbers"),
        ("", ("--kind", "block"), "has no rows"),
    ],
)
def test_a_file_that_can_not_be_used_is_told_with_a_remedy(
    folder: Path, content: str | None, arguments: tuple[str, ...], told: str
) -> None:
    if content is not None:
        (folder / "a.csv").write_text(content, "utf-8")
    ended = typed(folder, "entries", "import", str(folder / "a.csv"), *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith("call-screener: ")
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2])
def test_killed_in_the_middle_all_or_nothing_leaves_nothing(folder: Path, after: float) -> None:
    file = long_list(folder, 60_000)
    (folder / "few.csv").write_text("number\n0812345678\n", "utf-8")
    typed(folder, "entries", "import", str(folder / "few.csv"), "--kind", "allow")
    arguments = ("entries", "import", str(file), "--kind", "block", "--all-or-nothing")
    process = subprocess.Popen(
        command(*arguments), env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # What is put in goes to the write-ahead log first, which grows beyond what opening the database writes.
    log = folder / "state" / "call-screener.db-wal"
    while process.poll() is None and (not log.exists() or log.stat().st_size < 200_000):
        time.sleep(0.002)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    assert count(folder) in (1, 60_001)
    again = typed(folder, *arguments)
    assert again.returncode == 0
    assert count(folder) == 60_001


def test_killed_in_the_middle_in_turns_is_brought_to_its_end_by_doing_it_again(folder: Path) -> None:
    file = long_list(folder, 60_000)
    arguments = ("entries", "import", str(file), "--kind", "block")
    process = subprocess.Popen(
        command(*arguments), env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and count(folder) < 5000:
        time.sleep(0.02)
    process.kill()
    process.wait(20)
    there = count(folder)
    assert 5000 <= there < 60_000
    again = typed(folder, *arguments)
    assert f"{60_000 - there} new, 0 changed, {there} there already" in again.stdout


def test_calls_are_answered_in_time_beside_an_import(folder: Path) -> None:
    file = long_list(folder, ROWS)
    database = database_in(folder)
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    rest, beside, took = asyncio.run(_beside(folder, file, snapshots))
    for _ in range(2):
        snapshots.refresh_if_changed()
    assert snapshots.current.lists.sizes(datetime.now(UTC))[EntryKind.BLOCK] == ROWS
    with file.open(encoding="utf-8") as lines:
        first = f"0{list(islice(lines, 2))[1][:9]}"
    assert decide(_call(first), snapshots.current, Activity(), datetime.now(UTC)).action is Action.BLOCK
    database.close()
    figures = {name: (statistics.median(us), _p99(us)) for name, us in (("rest", rest), ("beside", beside))}
    sys.stdout.write(f"\n{ROWS} rows in {took:.1f} s; decisions, median and p99 in µs: {figures}\n")
    assert len(beside) > 50
    assert _p99(beside) < 150_000, "half of what the exchange waits for"


async def _beside(folder: Path, file: Path, snapshots: Snapshots) -> tuple[list[float], list[float], float]:
    """Decide 100 calls a second, at rest and while a process imports; return microseconds, and its time."""
    watch = asyncio.create_task(snapshots.run())
    try:
        rest = [await _decision(snapshots) for _ in range(200)]
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command("entries", "import", str(file), "--kind", "block", "--source", "x"),
            env=environment(folder),
            stdout=subprocess.DEVNULL,
        )
        ended = asyncio.create_task(process.wait())
        beside = []
        while not ended.done():
            beside.append(await _decision(snapshots))
        took = time.monotonic() - began
        assert await ended == 0
        beside += [await _decision(snapshots) for _ in range(100)]  # while the lists are read again
        return rest, beside, took
    finally:
        watch.cancel()


async def _decision(snapshots: Snapshots) -> float:
    await asyncio.sleep(0.01)
    began = time.perf_counter()
    decide(_call(f"09{random.randrange(10**8):08d}"), snapshots.current, Activity(), datetime.now(UTC))
    return (time.perf_counter() - began) * 1e6


def _call(number: str) -> Call:
    return Call("main", "PJSIP/trunk-1", "1.1", "1001", number, "", number, "", "trunk")


def _p99(us: list[float]) -> float:
    return statistics.quantiles(us, n=100)[98]
