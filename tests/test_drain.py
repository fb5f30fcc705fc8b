"""The drain: every line of the journal reaches the database once, or is kept where a human finds it."""

import asyncio
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import call_samples
import pytest
from call_samples import decided, outcome, reported
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from screener import drain as drain_module
from screener import lines
from screener.calls import Did
from screener.database import Database, open_database, upgrade
from screener.drain import Drain
from screener.happenings import Decided, Happening
from screener.journal import Journal
from screener.metrics import Metrics
from screener.records import Records


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def journal(tmp_path: Path, metrics: Metrics) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal", metrics)
    yield opened
    opened.close()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database.sessions)


@pytest.fixture
def drain(journal: Journal, records: Records, metrics: Metrics) -> Drain:
    return Drain(journal, records, metrics)


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(f"call_screener_{name}", labels) or 0.0


def files(journal: Journal) -> set[str]:
    return {path.name for path in journal.folder.iterdir()} - {"current.jsonl", "lock"}


def append(journal: Journal, *happenings: Happening) -> None:
    for happening in happenings:
        assert journal.append(happening)


def test_journal_is_carried_into_the_database_and_its_segments_deleted(
    journal: Journal, drain: Drain, records: Records, metrics: Metrics
) -> None:
    verdict = decided()
    append(journal, verdict, reported(mine=verdict))
    assert sample(metrics, "journal_lag_seconds") > 0
    assert drain.run_once() == 2
    append(journal, outcome())
    assert drain.run_once() == 1
    (call,) = records.calls().items
    assert (call.did, call.answered) == ("warn", True)
    assert files(journal) == set()
    assert drain.run_once() == 0
    assert sample(metrics, "journal_lag_seconds") == 0


def test_long_segment_is_stored_in_batches(
    journal: Journal, drain: Drain, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    apply = records.apply

    def count(happenings: Sequence[Happening]) -> None:
        sizes.append(len(happenings))
        apply(happenings)

    monkeypatch.setattr(records, "apply", count)
    append(journal, *(decided(call_samples.call(str(n))) for n in range(110)))
    assert drain.run_once() == 110
    assert sizes == [50, 50, 10]


def test_segment_read_again_after_a_kill_is_stored_once(
    journal: Journal, drain: Drain, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between the commit and the segment's deletion."""
    verdict = decided()
    append(journal, verdict, reported(mine=verdict), outcome())

    def die(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", die)
    with pytest.raises(KeyboardInterrupt):
        drain.run_once()
    monkeypatch.undo()
    assert drain.run_once() == 3
    assert [(call.did, call.answered) for call in records.calls().items] == [("warn", True)]


def test_killed_process_s_last_call_is_in_the_database_after_the_next_start(
    tmp_path: Path, records: Records, metrics: Metrics
) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from call_samples import decided; from screener.journal import Journal\n"
        "from screener.metrics import Metrics\n"
        "Journal(Path(sys.argv[1]), Metrics()).append(decided()); print('ok', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    arguments = [sys.executable, "-c", program, str(tmp_path / "killed"), str(Path(__file__).parent)]
    killed = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (killed.stdout, killed.returncode) == ("ok\n", -9)
    journal = Journal(tmp_path / "killed", metrics)
    assert Drain(journal, records, metrics).run_once() == 1
    assert [call.uniqueid for call in records.calls().items] == [decided().call.uniqueid]
    journal.close()


def test_damaged_lines_are_kept_aside_and_stop_no_other(
    journal: Journal, drain: Drain, records: Records, metrics: Metrics
) -> None:
    append(journal, decided(call_samples.call("1")))
    with (journal.folder / "current.jsonl").open("ab") as file:
        file.write(b"\x00\xff no line\n\n{}\n")
    append(journal, decided(call_samples.call("2")))
    with (journal.folder / "current.jsonl").open("ab") as file:
        file.write(lines.write(decided(call_samples.call("3")))[:100])
    assert drain.run_once() == 2
    assert {call.uniqueid for call in records.calls().items} == {"1", "2"}
    damaged = (journal.folder / "damaged.jsonl").read_bytes().splitlines()
    assert damaged == [b"\x00\xff no line", b"{}", lines.write(decided(call_samples.call("3")))[:100]]
    assert sample(metrics, "journal_failures_total", stage="damaged") == 3
    assert files(journal) == {"damaged.jsonl"}


def test_poison_line_is_put_aside_and_its_batch_is_stored(
    journal: Journal, drain: Drain, records: Records, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    poison = lines.write(decided(call_samples.call("2"))).replace(b"+00:00", b"")  # a time without a zone
    append(journal, decided(call_samples.call("1")))
    with (journal.folder / "current.jsonl").open("ab") as file:
        file.write(poison)
    append(journal, decided(call_samples.call("3")), outcome(call_samples.call("3")))
    assert drain.run_once() == 3
    assert {call.uniqueid: call.answered for call in records.calls().items} == {"1": None, "3": True}
    assert (journal.folder / "refused.jsonl").read_bytes() == poison
    assert sample(metrics, "journal_failures_total", stage="refused") == 1
    assert "the database refuses a call record" in caplog.text
    assert files(journal) == {"refused.jsonl"}


@pytest.mark.parametrize("trigger", ["integrity", "limit"])
def test_line_that_postgresql_itself_refuses_is_put_aside(
    postgres_url: str, journal: Journal, metrics: Metrics, trigger: str
) -> None:
    database = open_database(postgres_url)
    upgrade(database.engine)
    code = {"integrity": "23514", "limit": "54000"}[trigger]
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NEW.uniqueid = '2' THEN RAISE 'no' USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$"
            )
        )
        connection.execute(
            text("CREATE TRIGGER refuse BEFORE INSERT ON calls FOR EACH ROW EXECUTE FUNCTION refuse()")
        )
    records = Records(database.sessions)
    append(journal, *(decided(call_samples.call(str(n))) for n in range(5)))
    assert Drain(journal, records, metrics).run_once() == 4
    assert {call.uniqueid for call in records.calls().items} == {"0", "1", "3", "4"}
    assert files(journal) == {"refused.jsonl"}
    database.close()


def test_database_that_is_away_keeps_the_lines_and_is_logged_once(
    journal: Journal,
    records: Records,
    metrics: Metrics,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(drain_module, "PAUSE_S", 0.01)
    away = threading.Event()
    away.set()

    def refuse(*_: object) -> None:
        if away.is_set():
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("the server is away"))

    event.listen(database.engine, "before_cursor_execute", refuse)
    stored: list[int] = []
    told = asyncio.Event()

    def tell() -> None:
        stored.append(threading.get_ident())
        told.set()

    drain = Drain(journal, records, metrics, on_stored=tell)

    async def scenario() -> None:
        running = asyncio.create_task(drain.run())
        append(journal, decided(call_samples.call("1")))
        await asyncio.sleep(0.2)
        append(journal, decided(call_samples.call("2")))
        await asyncio.sleep(0.1)
        assert stored == []
        assert len(journal.sealed()) == 1  # one waits, the other grows
        away.clear()
        await told.wait()
        append(journal, decided(call_samples.call("3")))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert {call.uniqueid for call in records.calls().items} == {"1", "2", "3"}
    assert set(stored) == {threading.get_ident()}
    messages = [(record.levelname, record.message) for record in caplog.records]
    assert [level for level, _ in messages] == ["ERROR", "INFO"]
    assert (
        f"the server is away; calls are screened all the same, records wait in {journal.folder}"
        in messages[0][1]
    )
    assert sample(metrics, "journal_failures_total", stage="database") >= 1


def test_server_that_does_not_answer_leaves_the_lines_in_the_journal(
    journal: Journal, metrics: Metrics
) -> None:
    database = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    append(journal, decided())
    with pytest.raises(OperationalError):
        Drain(journal, Records(database.sessions), metrics).run_once()
    assert [path.read_bytes() for path in journal.sealed()] == [lines.write(decided())]
    database.close()


def test_connections_cut_by_a_server_restart_are_made_again(
    postgres_url: str, journal: Journal, metrics: Metrics
) -> None:
    database, other = open_database(postgres_url), open_database(postgres_url)
    upgrade(database.engine)
    drain = Drain(journal, Records(database.sessions), metrics)
    append(journal, decided(call_samples.call("1")))
    assert drain.run_once() == 1
    with other.engine.begin() as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{cut} AND datname = current_database()"))
    append(journal, decided(call_samples.call("2")))
    assert drain.run_once() == 1
    database.close()
    other.close()


def test_line_that_cannot_be_put_aside_keeps_its_segment(journal: Journal, drain: Drain) -> None:
    with (journal.folder / "current.jsonl").open("ab") as file:
        file.write(b"damaged\n")
    append(journal, decided())
    (journal.folder / "damaged.jsonl").mkdir()
    with pytest.raises(IsADirectoryError):
        drain.run_once()
    (journal.folder / "damaged.jsonl").rmdir()
    assert drain.run_once() == 1
    assert (journal.folder / "damaged.jsonl").read_bytes() == b"damaged\n"


def test_segment_that_fails_half_way_puts_its_unfit_lines_aside_once(
    journal: Journal,
    drain: Drain,
    records: Records,
    metrics: Metrics,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drain_module, "BATCH", 2)
    poison = lines.write(decided(call_samples.call("1"))).replace(b"+00:00", b"")  # a time without a zone
    with (journal.folder / "current.jsonl").open("ab") as file:
        file.write(b"damaged\n" + poison)
    append(journal, *(decided(call_samples.call(str(n))) for n in range(2, 6)))
    apply = Records.apply
    away = True

    def failing(self: Records, happenings: Sequence[Happening]) -> None:
        if away and any(isinstance(one, Decided) and one.call.uniqueid == "5" for one in happenings):
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("the server is away"))
        apply(self, happenings)

    monkeypatch.setattr(Records, "apply", failing)
    for _ in range(3):
        with pytest.raises(OperationalError):
            drain.run_once()
        assert {path.suffix for path in journal.sealed()} == {".jsonl"}
        assert not {"damaged.jsonl", "refused.jsonl"} & files(journal)
    assert caplog.messages == []
    away = False
    assert drain.run_once() == 4
    assert {call.uniqueid for call in records.calls().items} == {"2", "3", "4", "5"}
    assert (journal.folder / "damaged.jsonl").read_bytes() == b"damaged\n"
    assert (journal.folder / "refused.jsonl").read_bytes() == poison
    assert [sample(metrics, "journal_failures_total", stage=name) for name in ("damaged", "refused")] == [
        1,
        1,
    ]
    assert len(caplog.messages) == 2
    assert files(journal) == {"damaged.jsonl", "refused.jsonl"}


def test_stop_stores_what_came_last(journal: Journal, drain: Drain, records: Records) -> None:
    async def scenario() -> None:
        running = asyncio.create_task(drain.run())
        await asyncio.sleep(0.05)
        append(journal, decided())
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(scenario())
    assert len(records.calls().items) == 1


def test_two_listeners_drain_into_one_database(
    tmp_path: Path, database: Database, records: Records, metrics: Metrics
) -> None:
    total = 300
    journals = [Journal(tmp_path / name, metrics) for name in ("a", "b")]
    for n in range(total):
        call = call_samples.call(str(n))
        verdicts = [decided(call, listener="a"), decided(call, listener="b", after_ms=1)]
        acted_on = n % 2
        for index, journal in enumerate(journals):
            mine = verdicts[index] if index == acted_on else None
            append(journal, verdicts[index], reported(call, mine=mine, did=Did.WARN), outcome(call))
    drains = [Drain(journal, Records(database.sessions), Metrics()) for journal in journals]
    failed: list[BaseException] = []

    def work(drain: Drain) -> None:
        try:
            drain.run_once()
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work, args=(drain,)) for drain in drains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    calls = records.calls(limit=1000).items
    assert {call.uniqueid: call.listener for call in calls} == {str(n): "ab"[n % 2] for n in range(total)}
    assert all(call.did == "warn" and call.answered for call in calls)
    for journal in journals:
        assert journal.sealed() == []
        journal.close()
