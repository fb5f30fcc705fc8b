"""The journal: nothing that was written is lost, and writing never troubles a call."""

import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import call_samples
import pytest
from call_samples import decided, outcome, reported
from hypothesis import HealthCheck, given, settings

from screener import held_lines, lines
from screener.happenings import Happening
from screener.journal import Journal
from screener.journal_lock import JournalUnusable
from screener.lines import DamagedLine
from screener.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def journal(tmp_path: Path, metrics: Metrics) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal", metrics)
    yield opened
    opened.close()


def failures(metrics: Metrics, stage: str = "append") -> float:
    labels = {"stage": stage}
    return metrics.registry.get_sample_value("call_screener_journal_failures_total", labels) or 0.0


def happenings_in(path: Path) -> list[Happening]:
    return [lines.read(line) for line in path.read_bytes().split(b"\n") if line]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(call_samples.HAPPENINGS)
def test_any_happening_comes_back_from_its_line_exactly(happening: Happening) -> None:
    line = lines.write(happening)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert lines.read(line) == happening


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\x00\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"v":1,"kind":"decided"}',
        b'{"v":1,"kind":"decided","it":{}}',
        b'{"v":1,"kind":"dreamt","it":{}}',
        b'{"v":1,"kind":[],"it":{}}',
        b"[" * 100_000,
        lines.write(decided())[:-20],
        lines.write(decided()).replace(b'{"v":1,', b'{"v":2,'),
        lines.write(decided()).replace(b'"decision_us":120', b'"decision_us":"120"'),
        lines.write(decided()).replace(b'"enforced":true', b'"enforced":1'),
        lines.write(decided()).replace(b'"action":"warn"', b'"action":"explode"'),
        lines.write(decided()).replace(b'"at":"2026', b'"at":"26'),
        lines.write(decided()).replace(b'"diversions":[]', b'"diversions":{}'),
        lines.write(decided()).replace(b'"diversions":[]', b'"diversions":"0912"'),
    ],
)
def test_line_that_holds_no_happening_is_told_apart(line: bytes) -> None:
    with pytest.raises(DamagedLine):
        lines.read(line)


def test_line_with_a_later_version_s_field_is_read_and_a_missing_one_takes_its_default() -> None:
    outer = json.loads(lines.write(decided()))
    outer["it"]["call"] |= {"colour": "red"}
    del outer["it"]["call"]["attestation"]
    assert lines.read(json.dumps(outer).encode()) == decided()


def test_lines_are_sealed_in_order_and_left_ones_found_at_the_next_start(
    tmp_path: Path, metrics: Metrics
) -> None:
    folder = tmp_path / "journal"
    journal = Journal(folder, metrics)
    assert not journal.seal()
    assert journal.append(decided())
    assert journal.seal()
    assert journal.append(reported())
    assert journal.seal()
    assert journal.append(outcome())
    journal.close()
    later = Journal(folder, metrics)
    assert [happenings_in(path) for path in later.sealed()] == [[decided()], [reported()], [outcome()]]
    assert later.append(decided(listener="b"))
    assert later.seal()
    assert happenings_in(later.sealed()[-1]) == [decided(listener="b")]
    later.close()


def test_segments_keep_their_order_when_the_clock_steps_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(decided())
    journal.seal()
    monkeypatch.setattr(time, "time_ns", lambda: 1)
    journal.append(reported())
    journal.seal()
    assert [happenings_in(path) for path in journal.sealed()] == [[decided()], [reported()]]


def test_killed_process_s_last_call_is_found_at_the_next_start(tmp_path: Path, metrics: Metrics) -> None:
    program = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from call_samples import decided; from screener.journal import Journal\n"
        "from screener.metrics import Metrics\n"
        "journal = Journal(Path(sys.argv[1]), Metrics())\n"
        "print('ok' if journal.append(decided()) else 'failed', flush=True); time.sleep(60)"
    )
    arguments = [sys.executable, "-c", program, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ok\n"
        with pytest.raises(JournalUnusable):
            Journal(tmp_path, metrics)
        process.send_signal(signal.SIGKILL)
    journal = Journal(tmp_path, metrics)
    assert [happenings_in(path) for path in journal.sealed()] == [[decided()]]
    journal.close()


def test_second_journal_on_one_folder_is_refused_with_the_remedy(journal: Journal, metrics: Metrics) -> None:
    with pytest.raises(
        JournalUnusable, match=rf"process {os.getpid()} writes it; if that is .*give each process a state_dir"
    ) as caught:
        Journal(journal.folder, metrics)
    assert str(journal.folder) in str(caught.value)
    assert journal.append(decided())


def test_folder_that_cannot_be_made_stops_the_start(tmp_path: Path, metrics: Metrics) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnusable, match="Not a directory; give the service's user"):
        Journal(tmp_path / "file" / "journal", metrics)


def test_full_disk_never_raises_and_is_counted_and_logged_once_and_its_lines_wait(
    journal: Journal, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    own, journal._fd = journal._fd, full
    for n in range(3):
        assert journal.append(decided(call_samples.call(str(n))))
    assert (failures(metrics), failures(metrics, "lost"), journal.held) == (3, 0, 3)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert os.strerror(errno.ENOSPC) in caplog.text
    assert "wait in memory (10000 lines at most), and are lost if the service stops" in caplog.text
    assert journal.oldest() is not None
    os.close(own)
    assert journal.seal()  # begins a new segment, with space again
    assert journal.append(reported())
    journal.seal()
    found = [h for path in journal.sealed() for h in happenings_in(path)]
    assert found == [*(decided(call_samples.call(str(n))) for n in range(3)), reported()]


def test_disk_that_stays_full_is_told_until_it_takes_lines_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "write", refuse)
    assert journal.append(decided())
    for _ in range(3):
        with pytest.raises(OSError, match="no space"):
            journal.seal()
        assert not journal.writable
        assert not any(happenings_in(path) for path in journal.sealed())
    monkeypatch.undo()
    assert journal.seal()
    assert journal.writable
    assert journal.append(reported())
    journal.seal()
    assert [h for path in journal.sealed() for h in happenings_in(path)] == [decided(), reported()]


def test_memory_for_lines_that_wait_has_its_limit_and_what_is_dropped_is_counted(
    journal: Journal, metrics: Metrics, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(held_lines, "AT_MOST", 250)
    full = os.open("/dev/full", os.O_WRONLY)
    own, journal._fd = journal._fd, full
    os.close(own)
    kept = [journal.append(decided(call_samples.call(str(n)))) for n in range(253)]
    assert kept == [True] * 250 + [False] * 3
    assert failures(metrics, "lost") == 3
    assert "records are lost (1 lines): 250 wait in memory already" in caplog.text
    assert journal.seal()
    journal.seal()
    assert journal.writable
    found = [json.loads(line) for path in journal.sealed() for line in path.read_bytes().split(b"\n") if line]
    assert [line["it"]["call"]["uniqueid"] for line in found] == [str(n) for n in range(250)]


def test_closed_journal_never_raises(tmp_path: Path, metrics: Metrics) -> None:
    journal = Journal(tmp_path, metrics)
    journal.close()
    assert not journal.append(decided())
    assert failures(metrics) == 1
    assert not journal.seal()
    journal.close()


def test_value_that_no_line_can_hold_never_raises(journal: Journal, metrics: Metrics) -> None:
    assert not journal.append(decided(call_samples.call(number=b"0912")))  # type: ignore[arg-type]
    assert not journal.append("call")  # type: ignore[arg-type]
    assert failures(metrics) == 2


def test_line_cut_short_by_a_full_disk_spoils_no_other(
    journal: Journal, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    assert journal.append(decided())
    monkeypatch.setattr(os, "write", lambda fd, line: write(fd, line[:50]))
    assert journal.append(outcome())
    assert (journal.folder / "current.jsonl").read_bytes() == lines.write(decided())
    monkeypatch.undo()
    assert journal.append(reported())
    journal.seal()
    journal.seal()
    assert [h for path in journal.sealed() for h in happenings_in(path)] == [
        decided(),
        outcome(),
        reported(),
    ]
    assert failures(metrics) == 2


def test_removed_folder_is_made_again(journal: Journal, metrics: Metrics) -> None:
    journal.append(decided())
    for path in journal.folder.iterdir():
        path.unlink()
    journal.folder.rmdir()
    assert journal.oldest() is not None
    assert journal.append(decided())
    assert journal.seal()
    assert failures(metrics, "seal") == 1
    assert journal.append(reported())
    journal.seal()
    assert [happenings_in(path) for path in journal.sealed()] == [[decided(), decided()], [reported()]]


def test_a_removed_folder_says_what_is_lost_and_is_locked_again(
    journal: Journal, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        journal.append(decided())
        journal.seal()
    first, *rest = journal.sealed()
    journal.discard(first)
    journal.append(reported())
    shutil.rmtree(journal.folder)
    assert journal.sealed() == []
    assert journal.seal()
    assert "The 1 lines of the segment in use were still open and are written again" in caplog.text
    assert f"{len(rest)} segments that waited for the database are lost: restore them" in caplog.text
    with pytest.raises(JournalUnusable):
        Journal(journal.folder, metrics)


def test_segment_still_written_to_is_never_handed_out(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails between renaming the old segment and opening the new one."""
    journal.append(decided())
    monkeypatch.setattr(os, "open", _fail)
    with pytest.raises(OSError, match="no inode"):
        journal.seal()
    assert journal.sealed() == []
    assert journal.append(reported())
    monkeypatch.undo()
    assert journal.seal()
    assert [happenings_in(path) for path in journal.sealed()] == [[decided(), reported()]]


def _fail(*_: object) -> int:
    raise OSError(errno.ENOSPC, "no inode")


def test_sealing_while_another_thread_writes_loses_nothing(journal: Journal) -> None:
    total = 3000
    done = threading.Event()

    def write() -> None:
        for n in range(total):
            assert journal.append(decided(call_samples.call(str(n))))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        journal.seal()
    writer.join()
    journal.seal()
    found = [line for path in journal.sealed() for line in path.read_bytes().splitlines()]
    assert [json.loads(line)["it"]["call"]["uniqueid"] for line in found] == [str(n) for n in range(total)]


def test_age_of_the_oldest_line_is_known(journal: Journal) -> None:
    assert journal.oldest() is None
    before = time.time()
    journal.append(decided())
    for _ in range(2):
        oldest = journal.oldest()
        assert oldest is not None
        assert before <= oldest <= time.time()
        journal.seal()


def test_writing_a_line_is_cheap(journal: Journal) -> None:
    """About 25 microseconds on a small machine; the bound is loose for busy ones."""
    took = []
    for _ in range(2000):
        begun = time.perf_counter()
        journal.append(decided())
        took.append(time.perf_counter() - begun)
    assert sorted(took)[1000] < 0.001
