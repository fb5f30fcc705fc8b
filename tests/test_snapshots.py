"""Snapshots: what calls are judged by follows the database, and outlives its failures."""

import asyncio
import logging
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from database_fixtures import OPENED
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import EntryKind
from blocklist.errors import ListsUnreadable
from blocklist.lists import Caller
from blocklist.numbers import normalise
from blocklist.store import ListStore
from screener.calls import Action, Rule
from screener.database import Database
from screener.metrics import Metrics
from screener.models import PolicyRevision
from screener.policies import Policies
from screener.policy import DEFAULT_ACTIONS
from screener.policy_edits import with_rule
from screener.settings import SiteSettings
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch

SITE = SiteSettings(
    own_numbers=("+842373850234",), extensions=("1*",), own_forwards=("0912345678",), exempt=("199",)
)
BLOCK, ALLOW = EntryKind.BLOCK, EntryKind.ALLOW
NOW = datetime.now(UTC)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def snapshots(database: Database, metrics: Metrics) -> Snapshots:
    return Snapshots(database.sessions, SITE, metrics)


def sample(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"call_screener_{name}", labels)


def test_snapshot_holds_lists_registry_site_policy_and_switch(
    snapshots: Snapshots, database: Database, metrics: Metrics
) -> None:
    store = ListStore(database.sessions)
    store.add_entry(EntryDraft(BLOCK, "0987 654 321", expires_at=NOW + timedelta(hours=1)), "lan")
    store.add_entry(EntryDraft(BLOCK, "0162*"), "lan")
    store.add_entry(EntryDraft(ALLOW, "0987654322"), "lan")
    store.add_official(OfficialDraft("113", "Công an", receives_only=True))
    Policies(database.sessions).edit(lambda policy: with_rule(policy, Rule.WITHHELD, Action.BLOCK), "lan")
    snapshots.load()
    current = snapshots.current
    (exact,) = current.lists.fitting(Caller("0987654321"), NOW)
    assert (exact.kind, exact.expires_at) == (BLOCK, NOW + timedelta(hours=1))
    assert current.lists.fitting(Caller("0987654321"), NOW + timedelta(hours=2)) == ()
    assert [entry.kind for entry in current.lists.fitting(Caller("01623456789"), NOW)] == [BLOCK]
    assert [entry.kind for entry in current.lists.fitting(Caller("0987654322"), NOW)] == [ALLOW]
    official = current.officials.exact("113")
    assert official is not None
    assert (official.organisation, official.receives_only, official.confirmed) == ("Công an", True, False)
    assert current.policy.actions == dict(DEFAULT_ACTIONS) | {Rule.WITHHELD: Action.BLOCK}
    assert (current.site.own_numbers, current.site.extensions) == (
        frozenset({"02373850234"}),
        frozenset({"1*"}),
    )
    assert (current.own_forwards, current.exempt) == (frozenset({"0912345678"}), frozenset({"199"}))
    assert current.enforcing
    sizes = [sample(metrics, "list_entries", list=name) for name in ("block", "allow", "official")]
    assert sizes == [2, 1, 1]
    assert sample(metrics, "enforcing") == 1


def test_expired_entries_are_left_out(snapshots: Snapshots, database: Database) -> None:
    earlier = ListStore(database.sessions, lambda: NOW - timedelta(hours=2))
    earlier.add_entry(EntryDraft(BLOCK, "0987654321", expires_at=NOW - timedelta(hours=1)), "lan")
    snapshots.load()
    assert len(snapshots.current.lists) == 0


def test_expired_entry_leaves_the_count_without_a_change_of_the_lists(
    snapshots: Snapshots, database: Database, metrics: Metrics
) -> None:
    store = ListStore(database.sessions)
    soon = datetime.now(UTC) + timedelta(seconds=0.5)
    store.add_entry(EntryDraft(BLOCK, "0987654321", expires_at=soon), "lan")
    store.add_entry(EntryDraft(BLOCK, "0987654322", expires_at=soon + timedelta(hours=1)), "lan")
    store.add_entry(EntryDraft(BLOCK, "0987654323"), "lan")
    snapshots.load()
    assert sample(metrics, "list_entries", list="block") == 3
    time.sleep(0.6)
    assert not snapshots.refresh_if_changed()
    assert not snapshots.refresh_if_changed()
    assert sample(metrics, "list_entries", list="block") == 2


def test_of_two_imitated_numbers_the_confirmed_one_is_named_then_the_older(
    snapshots: Snapshots, database: Database
) -> None:
    store = ListStore(database.sessions)
    store.add_official(OfficialDraft("02373725725", "an older one"))
    store.add_official(OfficialDraft("02373725727", "a confirmed one", confirmed=True))
    store.add_official(OfficialDraft("02373725728", "a younger confirmed one", confirmed=True))
    for _ in range(2):
        snapshots.load()
        found = snapshots.current.officials.find(normalise("02373725726"))
        assert found[0].official.organisation == "a confirmed one"


def test_before_the_first_load_the_site_is_known_and_nothing_is_listed_or_enforced(
    snapshots: Snapshots, metrics: Metrics
) -> None:
    assert snapshots.current.site.owns("02373850234")
    assert len(snapshots.current.lists) == 0
    assert not snapshots.current.enforcing
    assert sample(metrics, "enforcing") == 0


def test_lists_are_read_anew_only_after_a_change(
    snapshots: Snapshots, database: Database, metrics: Metrics
) -> None:
    snapshots.load()
    first = snapshots.current
    assert not snapshots.refresh_if_changed()
    assert snapshots.current is first
    EnforcingSwitch(database.sessions).set(False, "lan")
    assert snapshots.refresh_if_changed()
    assert not snapshots.current.enforcing
    assert sample(metrics, "enforcing") == 0
    assert not snapshots.refresh_if_changed()


def test_database_restored_from_an_older_copy_is_read_anew(snapshots: Snapshots, database: Database) -> None:
    ListStore(database.sessions).add_entry(EntryDraft(BLOCK, "0987654321"), "lan")
    snapshots.load()
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM list_entries"))
        connection.execute(text("UPDATE revision SET number = 1"))
    assert snapshots.refresh_if_changed()
    assert len(snapshots.current.lists) == 0


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "UPDATE list_entries SET kind = 'maybe'",
            "table 'list_entries', row 1: 'maybe' is not a valid EntryKind",
        ),
    ],
)
def test_row_that_nobody_understands_stops_the_load_and_is_named(
    snapshots: Snapshots, database: Database, statement: str, message: str
) -> None:
    ListStore(database.sessions).add_entry(EntryDraft(BLOCK, "0987654321"), "lan")
    with database.engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(ListsUnreadable, match=message):
        snapshots.load()


def test_policy_that_cannot_be_read_keeps_the_one_before_and_lists_are_in_force_all_the_same(
    snapshots: Snapshots, database: Database
) -> None:
    policies = Policies(database.sessions)
    policies.edit(lambda policy: with_rule(policy, Rule.WITHHELD, Action.BLOCK), "lan")
    snapshots.load()
    with database.sessions.begin() as session:
        session.add(
            PolicyRevision(id=2, at=NOW, author="x", changes="", policy='[rules]\nwithheld = "explode"')
        )
    ListStore(database.sessions).add_entry(EntryDraft(BLOCK, "0987654321"), "lan")
    for _ in range(2):  # as long as it stands there
        with pytest.raises(
            ListsUnreadable, match=r"'policy_revisions', row 2: rules.withheld = \"explode\".*policy revert N"
        ):
            snapshots.refresh_if_changed()
        assert snapshots.current.policy.actions[Rule.WITHHELD] is Action.BLOCK
        assert len(snapshots.current.lists) == 1
    snapshots.load()  # as at a start
    assert snapshots.current.policy.actions[Rule.WITHHELD] is Action.BLOCK
    with pytest.raises(ListsUnreadable):
        policies.edit(lambda policy: with_rule(policy, Rule.WITHHELD, Action.WARN), "lan")
    policies.add(policies.revision(1).policy, "lan", ["as revision 1"], 2)
    assert snapshots.refresh_if_changed()
    assert not snapshots.refresh_if_changed()


def test_policy_changed_by_another_process_is_in_force_at_the_next_look(
    snapshots: Snapshots, database: Database, tmp_path: Path
) -> None:
    snapshots.load()
    program = (
        f"{OPENED}from screener.policies import Policies\n"
        "from screener.policy_edits import with_rule; from screener.calls import Action, Rule\n"
        "Policies(database.sessions).edit(\n"
        "    lambda policy: with_rule(policy, Rule.WITHHELD, Action.WARN), 'lan')"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", program, url, str(tmp_path)], check=True)
    assert snapshots.refresh_if_changed()
    assert snapshots.current.policy.actions[Rule.WITHHELD] is Action.WARN


def test_failing_database_keeps_the_old_lists_and_is_logged_once(
    snapshots: Snapshots, database: Database, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store = ListStore(database.sessions)
    store.add_entry(EntryDraft(BLOCK, "0987654321"), "lan")
    snapshots.load()
    store.add_entry(EntryDraft(BLOCK, "0987654322"), "lan")
    checked = sample(metrics, "lists_checked_timestamp_seconds")

    def refuse(*_: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("the server is away"))

    async def scenario() -> None:
        changed = asyncio.Event()
        event.listen(database.engine, "before_cursor_execute", refuse)
        running = asyncio.create_task(snapshots.run(0.01, on_changed=changed.set))
        await asyncio.sleep(0.2)
        assert len(snapshots.current.lists) == 1
        assert sample(metrics, "lists_checked_timestamp_seconds") == checked
        event.remove(database.engine, "before_cursor_execute", refuse)
        await changed.wait()
        assert len(snapshots.current.lists) == 2
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(asyncio.wait_for(scenario(), 20))
    said = [record for record in caplog.records if record.name == "screener.snapshots"]
    assert [record.levelname for record in said] == ["ERROR", "INFO"]
    assert "the server is away" in caplog.text


def test_change_by_another_process_is_seen_within_about_a_second(
    snapshots: Snapshots, database: Database, empty_url: str, tmp_path: Path
) -> None:
    program = (
        f"{OPENED}import time; from blocklist.drafts import EntryDraft\n"
        "from blocklist.entries import EntryKind; from blocklist.store import ListStore\n"
        "store = ListStore(database.sessions)\n"
        "store.add_entry(EntryDraft(EntryKind.BLOCK, '0987654321'), 'lan')\n"
        "print(time.time()); database.close()"
    )
    snapshots.load()

    async def scenario() -> float:
        changed = asyncio.Event()
        running = asyncio.create_task(snapshots.run(on_changed=changed.set))
        written = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", program, empty_url, str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
        )
        await changed.wait()
        seen = time.time()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return seen - float(written.stdout)

    took = asyncio.run(asyncio.wait_for(scenario(), 60))
    assert [entry.kind for entry in snapshots.current.lists.fitting(Caller("0987654321"), NOW)] == [BLOCK]
    assert took < 10, "about a second on a machine at rest"
