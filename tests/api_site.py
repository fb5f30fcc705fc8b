"""The API as it runs: a real server on loopback in a thread, real stores on SQLite, a health to be set."""

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from api import csrf
from api.app import create_app
from api.cookies import NAME
from api.deps import Services
from api.server import serve
from api.times import VIETNAM
from blocklist.bulk import BulkChanges
from blocklist.exemptions import Exemptions
from blocklist.store import ListStore
from blocklist.writing import Writing
from screener.about import About
from screener.access.accounts import Accounts
from screener.access.roles import Role
from screener.access.user_sessions import csrf_of
from screener.api_tokens import ApiTokens
from screener.audit.log import AuditLog
from screener.call_exports import CallExports
from screener.call_news import CallNews
from screener.call_notes import CallNotes
from screener.calling_back import CallingBack
from screener.calls import Activity, Call, Did, Ended, Mode
from screener.database import Database
from screener.engine import decide
from screener.foresight import CallsBefore
from screener.happenings import Decided, Outcome, Reported
from screener.health import DatabaseState, Health, LinkHealth, LinkState
from screener.import_jobs import ImportJobs
from screener.metrics import Metrics
from screener.policies import Policies
from screener.records import Records
from screener.reports import Reports
from screener.settings import PbxSettings, Settings, SiteSettings, TrunkSettings
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch
from screener.tally import Tally
from screener.undo import Undo

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
WELL = Health(
    ready=True,
    causes=(),
    links=(LinkHealth("default", LinkState.UP, START, "Asterisk 20.15.0", Mode.INLINE, enforce=True),),
    database=DatabaseState.UP,
    snapshot_age_seconds=0.4,
    enforcing=True,
    journal_writable=True,
)

SETTINGS = Settings(
    state_dir=Path("state"),
    database_url=SecretStr("postgresql+psycopg://listener:url-hidden@db/screener?sslpassword=option-hidden"),
    pbx={
        "default": PbxSettings(
            host="10.0.0.5",
            secret=SecretStr("pbx-hidden-secret"),
            doctor_secret=SecretStr("doctor-hidden-secret"),
            hold_ms=250,
            trunks={"PJSIP/viettel": TrunkSettings(trust_network_identity=True)},
        )
    },
)
"""Of no part that runs here: what is shown as the settings in force."""


@dataclass
class Site:
    """A running API with what a test needs to speak to it and to change what it shows."""

    services: Services
    url: str
    token: str
    session: str
    """The token of an administrator's session."""
    health: list[Health]
    made: int = 0

    def client(self, token: str | None = None) -> httpx.Client:
        """Return a client that carries the token, and a session for pages; with an empty one neither."""
        token = self.token if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        cookies = {NAME: self.session} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, cookies=cookies, trust_env=False, timeout=20)

    def signed_in(self, role: Role, name: str = "") -> httpx.Client:
        """Return the browser of a new user, on one of our pages."""
        user = self.services.accounts.users.add(name or f"a-{role}", role)
        session = self.services.accounts.sessions.begin(user.id, "127.0.0.1", "tests")
        client = self.client("")
        client.cookies.set(NAME, session, domain="127.0.0.1")
        ours = {csrf.HEADER: csrf_of(session), "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        client.headers.update(ours)
        return client

    def ring(
        self,
        number: str = "0912345678",
        name: str = "",
        called: str = "101",
        *,
        at: datetime | None = None,
        did: Did | None = None,
        enforced: bool = True,
        ended: Ended | None = None,
    ) -> None:
        """Let a call be judged by the present lists and recorded."""
        self.made += 1
        call = Call(
            pbx="default",
            channel=f"PJSIP/trunk-{self.made:08x}",
            uniqueid=f"1763861400.{self.made}",
            called=called,
            shown_number=number,
            shown_name=name,
            raw_number=number,
            raw_name=name,
            trunk="trunk",
        )
        at = at or START + timedelta(seconds=self.made)
        self.services.snapshots.refresh_if_changed()
        verdict = decide(call, self.services.snapshots.current, Activity(), at)
        decided = Decided(at, call, verdict, decision_us=90, enforced=enforced, listener="one")
        did = did or (Did(verdict.action.value) if enforced else Did.ALLOW)
        reported = Reported(at, call.pbx, call.uniqueid, did, hold_ms=3, decided=decided)
        outcome = () if ended is None else (Outcome(call.pbx, call.uniqueid, ended),)
        self.services.records.apply([decided, reported, *outcome])

    def hang_up(self, made: int, ended: Ended) -> None:
        """Let the call that was the ``made``-th end."""
        self.services.records.apply([Outcome("default", f"1763861400.{made}", ended)])

    def monitor_only(self, detail: str = "") -> Health:
        """Return a health in which enforcing is off."""
        return replace(WELL, enforcing=False, links=(replace(WELL.links[0], detail=detail),))


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """Serve the API in a thread; give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        stop = asyncio.Event()
        started.append((asyncio.get_running_loop(), stop))
        app = create_app(services)
        await serve(app, "127.0.0.1", port, stop, on_stopping=app.state.close_streams)

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="api")
    thread.start()
    try:
        _await_port(port, thread)
        yield f"http://127.0.0.1:{port}"
    finally:
        if started:
            loop, stop = started[0]
            loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)
        assert not thread.is_alive()


def _await_port(port: int, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and thread.is_alive():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the API did not start")


@contextmanager
def site_on(database: Database) -> Iterator[Site]:
    """Serve an API on a database; it has one token, of the name ``operator``."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _site_on(database, folder)


def _jobs(database: Database, folder: str) -> ImportJobs:
    assert database.recorder is not None
    return ImportJobs(
        Path(folder), database.engine.url.render_as_string(hide_password=False), database.recorder
    )


def _exports(database: Database, folder: str) -> CallExports:
    assert database.recorder is not None
    url = database.engine.url.render_as_string(hide_password=False)
    return CallExports(Path(folder) / "exports", url, database.sessions, database.recorder)


def _await_exports(exports: CallExports) -> None:
    """Wait for the processes that write into the folder, which goes."""
    deadline = time.monotonic() + 60
    while any(one.state == "writing" for one in exports.exports()) and time.monotonic() < deadline:
        time.sleep(0.05)


def _site_on(database: Database, folder: str) -> Iterator[Site]:
    health = [WELL]
    sessions = database.sessions
    metrics = Metrics()
    site = SiteSettings(own_numbers=("02373850234",), extensions=("1*",))
    snapshots = Snapshots(sessions, site, metrics, {"hq/odd": Writing.PLUS_COUNTRY_ZERO})
    snapshots.load()
    services = Services(
        lists=ListStore(sessions),
        bulk=BulkChanges(sessions),
        undo=Undo(sessions),
        calls_before=CallsBefore(sessions, VIETNAM),
        exemptions=Exemptions(sessions),
        imports=_jobs(database, folder),
        records=Records(sessions),
        call_news=CallNews(sessions),
        call_exports=_exports(database, folder),
        tally=Tally(sessions),
        switch=EnforcingSwitch(sessions),
        policies=Policies(sessions),
        tokens=ApiTokens(sessions),
        accounts=Accounts.on(sessions),
        audit=AuditLog(sessions),
        reports=Reports(sessions),
        call_notes=CallNotes(sessions),
        snapshots=snapshots,
        metrics=metrics,
        health=lambda: health[0],
        clock=lambda: datetime.now(UTC),
        calling_back=CallingBack({}, sessions, lambda: snapshots.current),
        about=About(SETTINGS, database.engine),
        zone=VIETNAM,
    )
    token = services.tokens.create("operator", Role.ADMIN)
    with serving(services) as url:
        user = services.accounts.users.add("quản-trị", Role.ADMIN)
        session = services.accounts.sessions.begin(user.id, "127.0.0.1", "tests")
        yield Site(services, url, token, session, health)
        _await_exports(services.call_exports)
