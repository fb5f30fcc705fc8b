"""Builds every part of the service once, hands each what it needs, and runs them until told to stop."""

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.app import create_app
from api.arrival import Reach
from api.deps import Services
from api.server import serve
from blocklist.bulk import BulkChanges
from blocklist.exemptions import Exemptions
from blocklist.seed import seed
from blocklist.store import ListStore
from screener import policy_seed, warning
from screener.about import About
from screener.access.accounts import Accounts
from screener.access.acting import act_as
from screener.access.actor import Actor
from screener.activity import Recent
from screener.api_tokens import ApiTokens
from screener.audit import heads
from screener.audit.heads import Heads
from screener.audit.key import AuditKeyUnusable, KeyFile
from screener.audit.log import AuditLog
from screener.audit.recorder import Recorder
from screener.behaviour_blocks import BehaviourBlocks
from screener.call_exports import CallExports
from screener.call_news import CallNews
from screener.call_notes import CallNotes
from screener.calling_back import CallingBack
from screener.database import Database, open_database, upgrade
from screener.drain import Drain
from screener.foresight import CallsBefore
from screener.health import DatabaseState, Health, assess
from screener.import_jobs import ImportJobs
from screener.journal import Journal
from screener.metrics import Metrics
from screener.outage import DatabaseUnreachable, explained
from screener.paths import dialplan_dir
from screener.policies import Policies
from screener.records import Records
from screener.reports import Reports
from screener.roll_call import RollCall
from screener.screening import Screening
from screener.settings import Settings
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch
from screener.tally import Tally
from screener.undo import Undo

log = logging.getLogger(__name__)

THREAD_TURN: Final = 0.0005
"""Seconds that a thread may keep the interpreter while the calls' loop waits for it: storing 6,000 calls made
the loop up to 7 ms late at Python's 5 ms, and 2.4 ms (95 %) at this."""
DATABASE_PAUSE: Final = 3.0
"""Seconds between two tries to reach a database that is away at the start."""
DATABASE_FRESH: Final = 10.0
"""Seconds since the last answer after which the database counts as down."""


class Service:
    """All parts of one process.

    Raises DatabaseProblem, JournalUnusable, AuditKeyUnusable and OSError for what can't be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        recorder = Recorder(KeyFile(settings.audit_key), Actor.system("call-screener"))
        self.audit_key = recorder.key
        try:
            self.audit_key.signer()
        except AuditKeyUnusable as error:
            if not error.full:
                raise
            log.error("%s. Until then no list and no setting can be changed.", error)
        self.database: Database = open_database(settings.url, recorder)
        sessions = self.database.sessions
        self.journal = Journal(settings.state_dir / "journal", self.metrics)
        self.records = Records(sessions, settings.site.site(settings.writes))
        self.drain = Drain(self.journal, self.records, self.metrics)
        self.audit_heads = Heads(settings.state_dir / heads.NAME, sessions)
        self.policies = Policies(sessions)
        self.snapshots = Snapshots(sessions, settings.site, self.metrics, settings.writes)
        self.accounts = Accounts.on(sessions, settings.session_ends)
        lists = ListStore(sessions)
        self.behaviour_blocks = BehaviourBlocks(lists, lambda: self.snapshots.current, self.metrics)
        listener = secrets.token_hex(4)
        recent = Recent()
        phrases = warning.read_phrases(dialplan_dir() / "prompts" / "sequences.toml")
        self.screenings = [
            Screening(
                name,
                pbx,
                lambda: self.snapshots.current,
                self.journal.append,
                phrases,
                self.metrics,
                listener,
                recent,
                mask_numbers=settings.mask_numbers,
                served=self.behaviour_blocks.consider,
            )
            for name, pbx in settings.pbx.items()
        ]
        self.roll_calls = [
            RollCall(screening.pbx, self.records, self.journal.append) for screening in self.screenings
        ]
        self.app = create_app(
            Services(
                lists=lists,
                bulk=BulkChanges(sessions),
                undo=Undo(sessions),
                calls_before=CallsBefore(sessions, ZoneInfo(settings.time_zone)),
                exemptions=Exemptions(sessions),
                imports=ImportJobs(settings.state_dir.absolute() / "imports", settings.url, recorder),
                records=self.records,
                call_news=CallNews(sessions),
                call_exports=CallExports(
                    settings.state_dir.absolute() / "exports", settings.url, sessions, recorder
                ),
                tally=Tally(sessions),
                switch=EnforcingSwitch(sessions),
                policies=self.policies,
                tokens=ApiTokens(sessions),
                accounts=self.accounts,
                reach=Reach(settings.trusted_hosts, settings.trusted_proxies),
                audit=AuditLog(sessions),
                reports=Reports(sessions),
                call_notes=CallNotes(sessions),
                snapshots=self.snapshots,
                metrics=self.metrics,
                health=self.health,
                clock=lambda: datetime.now(UTC),
                calling_back=CallingBack(
                    {screening.pbx.name: screening.pbx for screening in self.screenings},
                    sessions,
                    lambda: self.snapshots.current,
                ),
                about=About(settings, self.database.engine),
                zone=ZoneInfo(settings.time_zone),
                mask_numbers=settings.mask_numbers,
                trusts=settings.trusts,
            )
        )

    def health(self) -> Health:
        """Return what works and what does not."""
        age, outage = self.snapshots.age, self.snapshots.outage
        down = outage or age is None or age > DATABASE_FRESH
        return assess(
            links=tuple(screening.pbx.health for screening in self.screenings),
            database=DatabaseState.DOWN if down else DatabaseState.UP,
            snapshot_age_seconds=age,
            enforcing=self.snapshots.current.enforcing,
            journal_writable=self.journal.writable,
            outage=outage,
        )

    async def run(self, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Serve calls, page and API until ``stop`` is set.

        Raises what a part died of: a program that supervises us starts us again. A link or a database that is
        away is waited for.
        """
        sys.setswitchinterval(THREAD_TURN)
        loaded = await self._prepare()
        # What is there now stays. A full collection of it holds the event loop, and the calls, for 35 ms.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            parts = [tasks.create_task(screening.pbx.run()) for screening in self.screenings]
            parts.append(tasks.create_task(self._keep_records(loaded)))
            await serve(
                self.app,
                self.settings.host,
                self.settings.port,
                stop,
                on_ready,
                self.settings.tls,
                on_stopping=self.app.state.close_streams,
            )
            log.info("stopping: calls ring unscreened from now on")
            for part in parts:
                part.cancel()

    def close(self) -> None:
        """Let go of journal and database."""
        if self.snapshots.outage is None:  # else the stop would wait for a database that is away
            self.audit_heads.write()
        self.journal.close()
        self.database.close()

    def _tell_lists(self) -> None:
        """Log what calls are judged by from now on."""
        sizes = (
            self.metrics.registry.get_sample_value("call_screener_list_entries", {"list": name}) or 0
            for name in ("block", "allow", "official")
        )
        enforcing = self.snapshots.current.enforcing
        log.log(
            logging.INFO if enforcing else logging.WARNING,
            "lists in force: %d to block, %d to allow, %d official numbers; %s",
            *sizes,
            "the switch is on" if enforcing else "the switch is off: every call rings",
        )

    async def _prepare(self) -> bool:
        """Bring the tables up to date and load the lists; False where the database is away.

        Raises InvalidPolicy for a policy file that the first start would have to read.
        """
        try:
            await asyncio.to_thread(self._open_tables)
        except DatabaseUnreachable as error:
            log.error("%s. Every call rings, whoever calls, until the lists can be read.", error)
            self.snapshots.outage = error.outage(datetime.now(UTC))
            return False
        return True

    async def _try_again(self) -> bool:
        """Try what failed at the start; what is the matter may have become something else."""
        before = self.snapshots.outage
        assert before is not None
        try:
            await asyncio.to_thread(self._open_tables)
        except DatabaseUnreachable as error:
            self.snapshots.outage = error.outage(before.since)
            if error.trouble is not before.trouble:
                log.error("%s. Every call rings, whoever calls, until the lists can be read.", error)
            return False
        self.snapshots.outage = None
        log.info("the database is there")
        return True

    def _open_tables(self) -> None:
        upgrade(self.database.engine)
        with explained(self.database.engine), act_as(Actor.system("installation")):
            seed(self.database.sessions)
            policy_seed.seed(self.policies, self.settings.policy_file)
            self.snapshots.load()
            heads.compare_key(self.database.sessions, self.audit_key.signer(), self.settings.audit_key)
        self._tell_lists()
        self._invite_first()

    def _invite_first(self) -> None:
        """Where nobody can sign in yet, print the link by which the first administrator is made."""
        with explained(self.database.engine):
            token = self.accounts.links.first_admin()
        if token:
            log.warning(
                "nobody can sign in yet. Within an hour, make the first administrator at %swelcome/%s or by "
                "'call-screener user add NAME --role admin'",
                self.settings.page,
                token,
            )

    async def _keep_records(self, loaded: bool) -> None:
        """Watch the lists and store the calls, as soon as the database is there."""
        while not loaded:
            await asyncio.sleep(DATABASE_PAUSE)
            await asyncio.to_thread(self.journal.settle)
            loaded = await self._try_again()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.audit_heads.run())
            tasks.create_task(self.snapshots.run(on_changed=self._tell_lists))
            tasks.create_task(self.drain.run())
            tasks.create_task(self.behaviour_blocks.run())
            for roll_call in self.roll_calls:
                tasks.create_task(roll_call.run())


@contextlib.asynccontextmanager
async def stop_signals() -> AsyncIterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
