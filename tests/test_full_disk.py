"""A file system that is really full: what waits, what is stored all the same, and what is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SURROUNDINGS = """\
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from call_samples import call, decided
from screener import lines
from screener.database import open_database, upgrade
from screener.drain import Drain
from screener.journal import Journal
from screener.metrics import Metrics
from screener.records import Records

disk, elsewhere = Path(sys.argv[1]), Path(sys.argv[3])
metrics = Metrics()

def fill():
    with (disk / "fill").open("ab", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass

def free():
    (disk / "fill").unlink()

def append(*numbers):
    for number in numbers:
        assert journal.append(decided(call(str(number))))

def counted(stage):
    return metrics.registry.get_sample_value("call_screener_journal_failures_total", {"stage": stage}) or 0

def drain(folder):
    database = open_database(f"sqlite:///{folder}/calls.db")
    upgrade(database.engine)
    records = Records(database.sessions)
    stored = lambda: sorted(int(one.uniqueid) for one in records.calls(limit=200).items)
    return Drain(journal, records, metrics), stored

journal = Journal(disk / "journal", metrics)
"""


def on_a_small_disk(tmp_path: Path, program: str) -> None:
    """Run a program with a file system of 4 MiB, in a mount namespace that ends with it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    unshare = ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",))]
    mount = 'mount -t tmpfs -o size=4m none "$1"; exec "$0" -c "$4" "$1" "$2" "$3"'
    here = str(Path(__file__).parent)
    arguments = [sys.executable, str(disk), here, str(tmp_path), SURROUNDINGS + program]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        reason = "mounts need root, or a kernel that gives users namespaces of their own"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [*unshare, "sh", "-ec", mount, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert str(disk) not in Path("/proc/mounts").read_text()


def test_a_disk_that_is_full_for_a_while_loses_no_record_and_keeps_their_order(tmp_path: Path) -> None:
    on_a_small_disk(
        tmp_path,
        """
append(*range(3))
fill()
append(*range(3, 150))
held = journal.held
assert held, "the disk was not full"
for _ in range(3):
    try:
        journal.seal()
        raise SystemExit("the disk was not full")
    except OSError:
        pass
assert not journal.writable
append(150)
free()
assert journal.seal() and journal.writable and not journal.held
append(151)
journal.seal()
found = [lines.read(line) for path in journal.sealed() for line in path.read_bytes().splitlines() if line]
assert [one.call.uniqueid for one in found] == [str(n) for n in range(152)]
assert (counted("append"), counted("lost")) == (held + 1, 0)
""",
    )


def test_records_go_from_memory_into_a_database_on_another_disk(tmp_path: Path) -> None:
    on_a_small_disk(
        tmp_path,
        """
drain, stored = drain(elsewhere)
append(0)
fill()
append(*range(1, 120))
assert journal.held
assert drain.run_once() == 120
assert stored() == list(range(120))
assert not journal.held and not journal.writable
fill()  # what the stored segment left
append(120)
assert drain.run_once() == 1
assert stored() == list(range(121)) and not journal.writable
free()
append(121)
assert drain.run_once() + drain.run_once() == 1
assert journal.writable
append(122)
assert drain.run_once() == 1
assert stored() == list(range(123)) and counted("lost") == 0
""",
    )


def test_records_wait_in_memory_while_the_database_is_on_the_full_disk_too(tmp_path: Path) -> None:
    on_a_small_disk(
        tmp_path,
        """
from sqlalchemy.exc import OperationalError
from screener.outage import Trouble, explain
from sqlalchemy import make_url

drain, stored = drain(disk)
append(0)
assert drain.run_once() == 1
fill()
append(*range(1, 30))
for _ in range(3):
    try:
        drain.run_once()
        raise SystemExit("the disk was not full")
    except OperationalError as error:
        told = explain(make_url("sqlite:////calls.db"), error)
        assert told.trouble is Trouble.FULL, error
        assert told.remedy == "free space on the disk of /calls.db"
assert journal.held
free()
assert drain.run_once() + drain.run_once() == 29
assert stored() == list(range(30)) and counted("lost") == 0
""",
    )


def test_what_waited_in_memory_is_on_the_disk_as_soon_as_it_has_room_though_the_database_is_away(
    tmp_path: Path,
) -> None:
    on_a_small_disk(
        tmp_path,
        """
from sqlalchemy.exc import OperationalError

drain, stored = drain(elsewhere)
away = lambda: (elsewhere / "calls.db").rename(elsewhere / "away.db")
append(0)
assert drain.run_once() == 1
away()
append(1)
for number in range(2):
    try:
        drain.run_once()
        raise SystemExit("the database was there")
    except OperationalError:
        pass
    if not number:
        fill()
        append(*range(2, 30))
        assert journal.held, "the disk was not full"
        free()
assert journal.writable and not journal.held
written = [line for path in (disk / "journal").glob("*.jsonl") for line in path.read_bytes().splitlines()]
assert sorted(int(lines.read(line).call.uniqueid) for line in written if line) == list(range(1, 30))
assert counted("lost") == 0
""",
    )


def test_what_waited_in_memory_is_written_at_the_end_where_the_disk_has_room_again(tmp_path: Path) -> None:
    on_a_small_disk(
        tmp_path,
        """
append(0)
fill()
append(*range(1, 30))
assert journal.held, "the disk was not full"
free()
journal.close()
again = Journal(disk / "journal", metrics)
found = [lines.read(line) for path in again.sealed() for line in path.read_bytes().splitlines() if line]
assert [one.call.uniqueid for one in found] == [str(number) for number in range(30)]
assert counted("lost") == 0
""",
    )


def test_what_a_full_disk_takes_not_even_at_the_end_is_counted_as_lost_and_told(tmp_path: Path) -> None:
    on_a_small_disk(
        tmp_path,
        """
import logging

logging.basicConfig(filename=elsewhere / "log")
fill()
append(*range(30))
held = journal.held
assert held, "the disk was not full"
journal.close()
assert counted("lost") == held
assert f"records are lost ({held} lines): the service stops" in (elsewhere / "log").read_text()
""",
    )


def test_the_doctor_tells_of_a_disk_that_is_full_or_nearly(tmp_path: Path) -> None:
    on_a_small_disk(
        tmp_path,
        """
from screener.doctor import database, state_folder

drain(disk)
url = f"sqlite:///{disk}/calls.db"
for finding in (*state_folder(disk), *database(url)):
    told = str(finding)
    assert (told.startswith("warn") and "MB are free; free space" in told) or "answers" in told, told
fill()
(finding,) = state_folder(disk)
assert str(finding).startswith("FAIL"), finding
assert f"is full: No space left on device; free space on the disk of {disk}" in str(finding), finding
assert [str(finding)[:4] for finding in database(url)] == ["FAIL", "ok  "]
""",
    )


def test_a_switch_that_a_full_disk_does_not_take_ends_in_one_line_that_says_what_helps(
    tmp_path: Path,
) -> None:
    on_a_small_disk(
        tmp_path,
        """
import subprocess

drain(disk)
fill()
variables = {name: value for name, value in os.environ.items() if not name.startswith("CALL_SCREENER_")}
variables |= {"CALL_SCREENER_CONFIG": "/dev/null", "CALL_SCREENER_DATABASE_URL": f"sqlite:///{disk}/calls.db"}
command = [sys.executable, "-m", "screener", "enforce", "off"]
done = subprocess.run(command, env=variables, capture_output=True, text=True)
assert (done.returncode, done.stdout, done.stderr.count("\\n")) == (1, "", 1), done
assert f"database or disk is full; free space on the disk of {disk}/calls.db" in done.stderr, done
assert "not switched: to stop all enforcing now, stop the service, and every call rings" in done.stderr, done
""",
    )
