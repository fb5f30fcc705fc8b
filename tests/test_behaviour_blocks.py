"""Callers who ring as campaigns do are put on the block list for some time, and never at a call's cost."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from call_samples import TEXTS, call, decided
from hypothesis import given
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from blocklist.drafts import EntryDraft
from blocklist.entries import Entry, EntryKind, Match
from blocklist.lists import Lists
from blocklist.models import ListEntry
from blocklist.site import Site
from blocklist.store import ListStore
from blocklist.writing import Writing
from screener.activity import Recent
from screener.ami import Message
from screener.behaviour_blocks import AUTHOR, WAITING, BehaviourBlocks
from screener.calls import Action, Rule
from screener.database import Database
from screener.happenings import Decided
from screener.metrics import Metrics
from screener.policies import Policies
from screener.policy import Behaviour, Policy, Threshold
from screener.screening import Screening
from screener.settings import PbxSettings, SiteSettings
from screener.snapshot import Snapshot
from screener.snapshots import Snapshots

NUMBER = "0912345678"
PHRASES = {"notice-blocked": ("call-screener/notice-blocked-1",)}
LIMITS = Behaviour(many_calls=Threshold(3, 10), block_minutes=60)
SNAPSHOT = Snapshot(policy=Policy(behaviour=LIMITS))


def caught(number: str = NUMBER, rule: Rule = Rule.MANY_CALLS, *, enforced: bool = True) -> Decided:
    of = decided(call(number=number))
    verdict = replace(of.verdict, action=Action.TAG, rule=rule, reason="Số này đã gọi 30 cuộc.", kind=None)
    return replace(of, verdict=verdict, enforced=enforced)


class Service:
    """What the service does with verdicts, with a clock to be set."""

    def __init__(self, database: Database, runner: asyncio.Runner, snapshot: Snapshot = SNAPSHOT) -> None:
        self.now = datetime.now(UTC)
        self.runner = runner
        self.store = ListStore(database.sessions, lambda: self.now)
        self.metrics = Metrics()
        self.blocks = BehaviourBlocks(self.store, lambda: snapshot, self.metrics, lambda: self.now)

    def take(self, *verdicts: Decided) -> list[ListEntry]:
        """Let these verdicts be taken note of and put on the list; return the list."""

        async def scenario() -> None:
            for verdict in verdicts:
                self.blocks.consider(verdict)
            running = asyncio.create_task(self.blocks.run())
            await self.blocks.settled()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        self.runner.run(scenario())
        return list(self.store.entries().items)

    def counted(self, rule: Rule = Rule.MANY_CALLS) -> float:
        name = "call_screener_behaviour_blocks_total"
        return self.metrics.registry.get_sample_value(name, {"rule": rule.value}) or 0


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_a_caller_on_whom_a_rule_of_behaviour_decided_is_blocked_for_so_long(
    database: Database, runner: asyncio.Runner
) -> None:
    service = Service(database, runner)
    (entry,) = service.take(caught("+84 912 345 678"))
    assert (entry.kind, entry.pattern, entry.author) == ("block", NUMBER, AUTHOR)
    assert (entry.source, entry.note) == ("many_calls", "Số này đã gọi 30 cuộc.")
    assert entry.expires_at == service.now + timedelta(minutes=60)
    assert service.counted() == 1


@pytest.mark.parametrize("rule", ["many_extensions", "many_calls", "many_of_prefix", "many_short_calls"])
def test_each_rule_of_behaviour_puts_its_caller_on_the_list(
    sqlite_database: Database, runner: asyncio.Runner, rule: str
) -> None:
    service = Service(sqlite_database, runner)
    (entry,) = service.take(caught(rule=Rule(rule)))
    assert entry.source == rule
    assert service.counted(Rule(rule)) == 1


@pytest.mark.parametrize("rule", [rule for rule in Rule if not rule.startswith("many_")])
def test_no_other_rule_does(sqlite_database: Database, runner: asyncio.Runner, rule: Rule) -> None:
    assert Service(sqlite_database, runner).take(caught(rule=rule)) == []


def test_nobody_is_blocked_where_the_policy_does_not_say_so_or_nothing_is_enforced(
    sqlite_database: Database,
    runner: asyncio.Runner,
) -> None:
    assert Service(sqlite_database, runner, Snapshot()).take(caught()) == []
    assert Service(sqlite_database, runner).take(caught(enforced=False)) == []


@pytest.mark.parametrize("number", ["", "anonymous", "Công an"])
def test_a_caller_without_a_number_is_nobody_who_could_be_blocked(
    sqlite_database: Database, runner: asyncio.Runner, number: str
) -> None:
    assert Service(sqlite_database, runner).take(caught(number)) == []


def test_the_number_is_listed_as_it_is_read_over_its_trunk(
    sqlite_database: Database, runner: asyncio.Runner
) -> None:
    site = Site(writes={"default/trunk": Writing.BARE})
    service = Service(sqlite_database, runner, replace(SNAPSHOT, site=site))
    assert [entry.pattern for entry in service.take(caught("69234856"))] == ["069234856"]


def test_nobody_is_listed_twice_while_the_entry_is_in_force_and_again_after_it(
    database: Database, runner: asyncio.Runner
) -> None:
    service = Service(database, runner)
    (first,) = service.take(caught(), caught(), caught("+84912345678"))
    service.now += timedelta(minutes=59)
    (still,) = service.take(caught())
    assert (still.id, still.expires_at) == (first.id, first.expires_at)
    assert service.counted() == 1
    service.now += timedelta(minutes=2)
    (again,) = service.take(caught(rule=Rule.MANY_EXTENSIONS))
    assert (again.source, again.expires_at) == ("many_extensions", service.now + timedelta(minutes=60))
    assert service.counted(Rule.MANY_EXTENSIONS) == 1


def test_another_process_that_listed_the_caller_first_is_left_alone(
    sqlite_database: Database, runner: asyncio.Runner
) -> None:
    (first,) = Service(sqlite_database, runner).take(caught())
    other = Service(sqlite_database, runner)
    (entry,) = other.take(caught())
    assert (entry.id, entry.expires_at) == (first.id, first.expires_at)
    assert other.counted() == 0


def test_an_entry_that_somebody_removed_is_not_put_back_before_its_time(
    sqlite_database: Database, runner: asyncio.Runner
) -> None:
    service = Service(sqlite_database, runner)
    (entry,) = service.take(caught())
    service.store.remove_entry(entry.id)
    assert service.take(caught()) == []
    service.now += timedelta(minutes=61)
    assert len(service.take(caught())) == 1


def test_an_operators_entry_stays_as_it_is_and_what_it_said_is_kept_after_its_end(
    sqlite_database: Database,
    runner: asyncio.Runner,
) -> None:
    service = Service(sqlite_database, runner)
    kept = service.store.add_entry(EntryDraft(EntryKind.BLOCK, NUMBER, note="tự xưng thanh tra"), "lan")
    (entry,) = service.take(caught())
    assert (entry.id, entry.author, entry.note) == (kept.id, "lan", "tự xưng thanh tra")
    assert service.counted() == 0
    ending = EntryDraft(
        EntryKind.BLOCK, NUMBER, "tự xưng thanh tra", expires_at=service.now + timedelta(hours=1)
    )
    service.store.edit_entry(kept.id, ending, "lan")
    service.now += timedelta(hours=2)
    (entry,) = service.take(caught())
    assert entry.author == AUTHOR
    assert entry.note == "Số này đã gọi 30 cuộc.\ntự xưng thanh tra"


def test_a_database_that_fails_costs_the_entry_alone_and_the_next_call_tries_again(
    sqlite_database: Database, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(sqlite_database, runner)
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE list_entries RENAME TO elsewhere"))
    with pytest.raises(Exception, match="list_entries"):
        service.take(caught())  # the list can't be looked at either
    assert "could not be listed" in caplog.text
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO list_entries"))
    assert len(service.take(caught())) == 1


def test_more_callers_than_can_wait_are_let_go(sqlite_database: Database, runner: asyncio.Runner) -> None:
    service = Service(sqlite_database, runner)
    many = [caught(f"0912{number:06}") for number in range(WAITING + 5)]
    for verdict in many:
        service.blocks.consider(verdict)
    assert len(service.take()) == 50  # a page of them
    assert service.counted() == WAITING
    service.take(many[-1])  # who was let go is caught by the next call
    assert service.counted() == WAITING + 1


@given(TEXTS)
def test_no_number_that_a_caller_may_send_makes_it_raise(number: str) -> None:
    blocks = BehaviourBlocks(
        ListStore(sessionmaker()),
        lambda: SNAPSHOT,
        Metrics(),
    )
    blocks.consider(caught(number))


def test_a_campaign_is_blocked_from_the_call_after_the_one_that_gave_it_away(
    sqlite_database: Database,
) -> None:
    sessions = sqlite_database.sessions
    Policies(sessions).add(SNAPSHOT.policy, "lan", ["a test"], 0)
    snapshots = Snapshots(sessions, SiteSettings(), Metrics())
    snapshots.load()
    blocks = BehaviourBlocks(ListStore(sessions), lambda: snapshots.current, Metrics())
    verdicts: list[str] = []
    sent: list[str] = []

    def served(decided: Decided) -> None:
        assert len(sent) == len(verdicts) + 1, "the exchange was not served first"
        blocks.consider(decided)
        verdicts.append(decided.verdict.rule)

    pbx = PbxSettings(host="127.0.0.1", secret=SecretStr("a long one"), enforce=True)
    screening = Screening(
        "main",
        pbx,
        lambda: snapshots.current,
        lambda _: True,
        PHRASES,
        Metrics(),
        "aa",
        Recent(),
        served=served,
    )

    def send(action: str, *_: tuple[str, str]) -> "asyncio.Future[Message]":
        sent.append(action)
        return asyncio.get_running_loop().create_future()

    async def scenario() -> None:
        running = asyncio.create_task(blocks.run())
        for number in range(5):
            screening.screen(call(f"1.{number}", NUMBER), time.perf_counter())
            await blocks.settled()
            snapshots.refresh_if_changed()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening.pbx, "send", send)
        asyncio.run(scenario())
    assert verdicts == ["default", "default", "many_calls", "block_exact", "block_exact"]


@pytest.mark.parametrize(("allowed", "rule"), [(True, Rule.DEFAULT), (False, Rule.MANY_OF_PREFIX)])
def test_a_call_centre_on_the_allow_list_makes_no_campaign_of_its_neighbours(
    runner: asyncio.Runner, allowed: bool, rule: Rule
) -> None:
    entry = Entry(1, EntryKind.ALLOW, Match.PREFIX, "09123450")
    snapshot = Snapshot(
        policy=Policy(behaviour=Behaviour(many_of_prefix=Threshold(3, 5))),
        lists=Lists([entry] if allowed else []),
    )
    pbx = PbxSettings(host="pbx.example", secret=SecretStr("x"), enforce=True)
    told: list[Decided] = []
    screening = Screening(
        "main", pbx, lambda: snapshot, lambda _: True, PHRASES, Metrics(), "aa", Recent(), served=told.append
    )

    async def scenario() -> None:
        for last in ("001", "002", "003", "789"):
            screening.tell(screening.decide(call(last, f"0912345{last}"), time.perf_counter()))

    runner.run(scenario())
    assert told[-1].verdict.rule is rule
