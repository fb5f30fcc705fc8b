"""The link to a PBX: it comes back whatever happens to it, and says what is the matter meanwhile."""

import asyncio
import logging
import random
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_manager import SECRET, USER, FakeManager, Play
from lab_fixtures import StartExchange
from listener_rig import BLOCKED, CLEAN, LOOKALIKE, Placed, listening, place, settings, until

from screener import contract, session
from screener import pbx as pbx_module
from screener.ami import LinkLost, Message
from screener.calls import Did
from screener.database import Database
from screener.health import LinkState
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.setup import LOOPBACK, Setup, free_port
from screener.metrics import Metrics
from screener.pbx import Pbx
from screener.records import Records
from screener.session import Timing
from screener.settings import PbxSettings

FAST = Timing(connect_within=0.3, answer_within=0.2, boot_within=0.4, ping_every=0.05, beat_every=0.2)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the pauses between tries too short to wait for; slow ones stay ten times as long."""
    monkeypatch.setattr(pbx_module, "PAUSES", (0.02, 0.1))
    monkeypatch.setattr(pbx_module, "SLOW_PAUSES", (0.2, 1.0))


class Link:
    """A supervised link and what it delivered."""

    def __init__(self, peer: FakeManager, timing: Timing = FAST, **changes: object) -> None:
        values = {"host": LOOPBACK, "port": peer.port, "username": USER, "secret": SECRET, **changes}
        self.metrics = Metrics()
        self.events: list[Message] = []
        self.states: list[LinkState] = []
        self.pbx = Pbx("lab", PbxSettings.model_validate(values), self.metrics, self.events.append, timing)

    @property
    def state(self) -> LinkState:
        return self.pbx.health.state

    @property
    def detail(self) -> str:
        return self.pbx.health.detail

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, {"pbx": "lab", **labels}) or 0.0

    def falls(self) -> float:
        return self.metric("call_screener_link_lost_total", cause="down")

    async def until(self, state: LinkState, within: float = 5.0) -> None:
        await until(lambda: self.state is state, f"the link to be {state}", within)


@asynccontextmanager
async def linked(link: Link) -> AsyncIterator[Link]:
    task = asyncio.create_task(link.pbx.run())
    try:
        yield link
        assert not task.done(), "the supervisor ended"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_link_comes_up_and_agrees_on_the_token() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, linked(Link(peer)) as link:
            await link.until(LinkState.UP)
            assert link.metric("call_screener_link_up") == 1
            token = peer.play.globals[contract.TOKEN]
            assert link.pbx.tokens.knows(token)
            assert not link.pbx.tokens.knows("")
            assert peer.play.globals[contract.USER] == USER
            assert peer.play.globals[contract.HOLD] == "0.3"
            login = next(action for action in peer.actions if action["Action"] == "Login")
            assert login["Events"] == "system,user"
        assert link.metric("call_screener_link_up") == 0

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_a_refused_login_is_told_as_what_it_is_and_tried_again_slowly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        async with FakeManager(Play(refuses_login=True)) as peer, linked(Link(peer)) as link:
            await link.until(LinkState.REFUSED)
            assert f"login of account '{USER}' refused: Authentication failed" in link.detail
            assert "manager.conf" in link.detail
            assert SECRET not in link.detail
            await asyncio.sleep(0.1)
            assert len(peer.actions) == 1
            await until(lambda: len(peer.actions) > 1, "a second try")
            peer.play.refuses_login = False
            await link.until(LinkState.UP)

    with caplog.at_level(logging.INFO):
        run(scenario())
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(told) == 1
    assert "link refused: login of account" in told[0]
    assert SECRET not in caplog.text


@pytest.mark.usefixtures("hasty")
def test_a_peer_that_stops_answering_is_noticed_within_the_deadline_and_reached_again() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, linked(Link(peer)) as link:
            await link.until(LinkState.UP)
            peer.play.silent = True
            started = asyncio.get_running_loop().time()
            await link.until(LinkState.SILENT)
            assert asyncio.get_running_loop().time() - started < FAST.ping_every + FAST.answer_within + 0.3
            assert "no answer within 0.2 s" in link.detail
            assert link.metric("call_screener_link_up") == 0
            peer.play.silent = False
            await link.until(LinkState.UP)
            assert link.metric("call_screener_link_lost_total", cause="silent") >= 1

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_a_peer_that_answers_but_sends_no_events_is_deaf_not_up() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(echoes=False)) as peer, linked(Link(peer)) as link:
            await link.until(LinkState.DEAF)
            assert "read = user" in link.detail
            assert link.metric("call_screener_link_up") == 0
            peer.play.echoes = True
            await link.until(LinkState.UP)
            peer.play.echoes = False
            await link.until(LinkState.DEAF)

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_an_asterisk_that_is_still_starting_is_waited_for() -> None:
    timing = Timing(0.3, 0.1, 2.0, 0.05, 5.0)

    async def scenario() -> None:
        async with FakeManager(Play(booted_after=0.6)) as peer, linked(Link(peer, timing)) as link:
            await link.until(LinkState.BOOTING)
            assert link.metric("call_screener_link_up") == 0
            await link.until(LinkState.UP)
            assert peer.logins == 1

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_an_account_that_never_hears_fully_booted_is_told_the_right_it_lacks() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(booted_after=None)) as peer, linked(Link(peer)) as link:
            await link.until(LinkState.DEAF)
            assert "read = system" in link.detail

    run(scenario())


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("banner", "said"),
    [
        (b"", "no Asterisk manager at"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0"),
        (b"\x00\xff" * 2000, "no Asterisk manager"),
        (b"\r\n\r\n", "no Asterisk manager"),
    ],
)
def test_a_peer_that_is_no_asterisk_is_told_as_such(banner: bytes, said: str) -> None:
    async def scenario() -> None:
        async with FakeManager(Play(banner=banner)) as peer, linked(Link(peer)) as link:
            await until(lambda: said in link.detail, f"{said!r} in the detail")
            assert link.state is LinkState.DOWN
            assert peer.logins == 0

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_nobody_listening_is_told_with_the_address_and_reached_once_somebody_is() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer:
            link = Link(peer)
        async with linked(link):
            await until(lambda: f"can't reach {LOOPBACK}:{peer.port}" in link.detail, "the detail")
            assert link.state is LinkState.DOWN
            async with peer:
                await link.until(LinkState.UP)

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_a_link_that_falls_is_made_again_without_help_and_sends_fail_meanwhile() -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, linked(Link(peer)) as link:
            for number in range(1, 4):
                await until(lambda: peer.logins == link.falls() + 1, "a login")
                await link.until(LinkState.UP)
                peer.hang_up()
                await until(lambda number=number: link.falls() == number, "the fall")  # type: ignore[misc]
            await peer.__aexit__()
            await until(lambda: link.state is LinkState.DOWN, "the end of the peer")
            with pytest.raises(LinkLost):
                link.pbx.send("Ping")

    run(scenario())


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("action", ["Ping", "Getvar", "Setvar", "UserEvent"])
def test_an_action_that_is_refused_ends_the_session_with_its_name_never_the_process(action: str) -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, linked(Link(peer)) as link:
            await link.until(LinkState.UP)
            peer.play.refuses.add(action)
            peer.play.globals.clear()
            await until(lambda: f"refused {action}" in link.detail, "the refusal in the detail")
            peer.play.refuses.clear()
            await link.until(LinkState.UP)

    run(scenario())


def test_a_token_set_by_another_listener_is_taken_over_and_the_old_one_still_known() -> None:
    async def scenario() -> None:
        first, second, third = "a" * 32, "b" * 32, "c" * 32
        async with FakeManager(Play(globals={contract.TOKEN: first})) as peer, linked(Link(peer)) as link:
            await link.until(LinkState.UP)
            assert link.pbx.tokens.knows(first)
            assert peer.play.globals[contract.TOKEN] == first
            peer.play.globals[contract.TOKEN] = second
            await until(lambda: link.pbx.tokens.knows(second), "the second token")
            assert link.pbx.tokens.knows(first)
            peer.play.globals[contract.TOKEN] = third
            await until(lambda: link.pbx.tokens.knows(third), "the third token")
            assert not link.pbx.tokens.knows(first)

    run(scenario())


@pytest.mark.parametrize("lost", ["", "short", "A" * 32, "a" * 32 + "\r\nX: y"])
def test_a_token_that_was_lost_or_makes_no_sense_is_set_anew_with_all_globals(lost: str) -> None:
    async def scenario() -> None:
        async with FakeManager() as peer, linked(Link(peer)) as link:
            await link.until(LinkState.UP)
            token = peer.play.globals[contract.TOKEN]
            peer.play.globals.clear()
            peer.play.globals[contract.TOKEN] = lost
            peer.say(b"Event: Reload\r\nPrivilege: system,all\r\nModule: pbx_config\r\n\r\n")
            await until(lambda: peer.play.globals[contract.TOKEN] not in {lost, token}, "a new token")
            assert peer.play.globals[contract.USER] == USER
            assert peer.play.globals[contract.HOLD] == "0.3"
            assert link.pbx.tokens.knows(peer.play.globals[contract.TOKEN])
            assert link.pbx.tokens.knows(token)

    run(scenario())


def test_calls_that_nobody_could_be_asked_about_are_taken_over_once() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(globals={contract.SKIPPED: "17"})) as peer, linked(Link(peer)) as link:
            name = "call_screener_let_through_total"
            await until(lambda: link.metric(name, cause="nobody_to_ask") == 17, "the count")
            peer.play.globals[contract.SKIPPED] = "no number"
            await asyncio.sleep(0.15)
            assert link.metric(name, cause="nobody_to_ask") == 17
            assert link.state is LinkState.UP

    run(scenario())


def test_what_the_queue_can_not_hold_is_counted_and_the_link_stays_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pbx_module, "QUEUE_SIZE", 10)

    async def scenario() -> None:
        async with FakeManager() as peer, linked(Link(peer)) as link:
            await link.until(LinkState.UP)
            peer.say(b"".join(b"Event: Hangup\r\nN: %d\r\n\r\n" % number for number in range(50)))
            dropped = "call_screener_frames_refused_total"
            await until(lambda: link.metric(dropped, why="dropped") > 0, "events to be dropped")
            await asyncio.sleep(0.2)
            assert len(link.events) + link.metric(dropped, why="dropped") == 50
            assert [event["N"] for event in link.events[:10]] == [str(number) for number in range(10)]
            assert link.state is LinkState.UP

    run(scenario())


def test_the_beat_of_another_listener_or_a_forged_one_is_not_taken_for_ours() -> None:
    async def scenario() -> None:
        async with FakeManager(Play(echoes=False)) as peer, linked(Link(peer)) as link:
            for beat in ("", "x", "0" * 16):
                peer.say(f"Event: UserEvent\r\nUserEvent: {contract.BEAT}\r\nBeat: {beat}\r\n\r\n".encode())
            await link.until(LinkState.DEAF)

    run(scenario())


@pytest.mark.parametrize(
    ("state", "pauses"),
    [
        (LinkState.DOWN, [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]),
        (LinkState.SILENT, [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]),
        (LinkState.REFUSED, [10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]),
        (LinkState.DEAF, [10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]),
    ],
)
def test_the_pause_between_tries_grows_to_its_limit(
    state: LinkState, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert schedule([state] * len(pauses), monkeypatch, lambda low, high: 1.0) == pauses


@pytest.mark.parametrize(
    ("steady", "pauses"), [(-1, [0.5, 1.0, 2.0, 0.5, 1.0]), (30, [0.5, 1.0, 2.0, 4.0, 8.0])]
)
def test_the_pause_begins_anew_after_a_link_that_was_up_for_long_only(
    steady: int, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pbx_module, "STEADY", timedelta(seconds=steady))
    down, up = LinkState.DOWN, LinkState.UP
    assert schedule([down, down, down, up, down], monkeypatch, lambda low, high: 1.0) == pauses


def test_listeners_that_lose_one_exchange_together_do_not_come_back_in_the_same_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spread = {schedule([LinkState.DOWN], monkeypatch, random.uniform)[0] for _ in range(20)}
    assert len(spread) > 10
    assert all(0.35 <= pause <= 0.65 for pause in spread)


def schedule(
    states: list[LinkState], monkeypatch: pytest.MonkeyPatch, uniform: Callable[[float, float], float]
) -> list[float]:
    """Return the pauses after sessions that ended so; UP is one that was up before it fell."""
    left, found = list(states), []

    async def open_(self: session.Session) -> str:
        if not left:
            raise asyncio.CancelledError
        if left[0] is LinkState.UP:
            return "up"
        raise session.SessionOver(left.pop(0), "x")

    async def watch(self: session.Session) -> None:
        left.pop(0)
        raise session.SessionOver(LinkState.DOWN, "fell")

    async def sleep(seconds: float) -> None:
        found.append(round(seconds, 6))

    async def scenario() -> None:
        async with FakeManager() as peer:
            link = Link(peer)
            with monkeypatch.context() as patch:
                patch.setattr(session.Session, "open", open_)
                patch.setattr(session.Session, "watch", watch)
                patch.setattr("screener.pbx.asyncio.sleep", sleep)
                patch.setattr("screener.pbx.random.uniform", uniform)
                with pytest.raises(asyncio.CancelledError):
                    await link.pbx.run()

    run(scenario())
    return found


def test_several_exchanges_are_served_side_by_side_each_with_a_token_of_its_own() -> None:
    async def scenario() -> None:
        async with FakeManager() as one, FakeManager() as two, FakeManager(Play(silent=True)) as dead:
            first, second, third = Link(one), Link(two), Link(dead)
            async with linked(first), linked(second), linked(third):
                await first.until(LinkState.UP)
                await second.until(LinkState.UP)
                await third.until(LinkState.SILENT)
                tokens = [peer.play.globals[contract.TOKEN] for peer in (one, two)]
                assert tokens[0] != tokens[1]
                assert not first.pbx.tokens.knows(tokens[1])
                one.say(b"Event: UserEvent\r\nUserEvent: X\r\n\r\n")
                await until(lambda: first.events, "the event")
                assert not second.events
                one.hang_up()
                await until(lambda: first.state is not LinkState.UP, "the fall")
                assert second.state is LinkState.UP

    run(scenario())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA of our own (``ca.pem``) and a certificate for the exchange (``manager.pem``, with its key)."""
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30")
    openssl(*new, "-subj", "/CN=our CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(*new, "-subj", "/CN=another CA", "-keyout", "other.key", "-out", "other.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pbx", "-keyout", "pbx.key", "-out", "csr")
    openssl(
        *("x509", "-req", "-in", "csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
        *("-days", "30", "-extfile", "names", "-out", "pbx.pem"),
    )
    both = (folder / "pbx.pem").read_text() + (folder / "pbx.key").read_text()
    (folder / "manager.pem").write_text(both)
    return folder


@pytest.mark.usefixtures("hasty")
def test_a_certificate_of_the_right_authority_is_believed_and_no_other(authority: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "manager.pem")

    async def scenario() -> None:
        slow = Timing(3.0, 1.0, 2.0, 0.05, 5.0)
        async with FakeManager(context=context) as peer:
            async with linked(Link(peer, slow, tls=True, tls_ca=authority / "ca.pem")) as link:
                await link.until(LinkState.UP)
            for ca in (authority / "other.pem", None):
                wrong = Link(peer, slow, tls=True, tls_ca=ca)
                async with linked(wrong):
                    await until(lambda: "certificate" in wrong.detail, "the certificate to be named")  # noqa: B023
                    assert wrong.state is LinkState.DOWN
            assert peer.logins == 1

    run(scenario())


@pytest.mark.usefixtures("hasty")
def test_a_peer_without_tls_is_never_sent_the_secret_in_the_clear(authority: Path) -> None:
    async def scenario() -> None:
        async with (
            FakeManager() as peer,
            linked(Link(peer, tls=True, tls_ca=authority / "ca.pem")) as link,
        ):
            await until(lambda: "can't reach" in link.detail or "no Asterisk" in link.detail, "the detail")
            assert link.state is LinkState.DOWN
            assert peer.actions == []

    run(scenario())


# From here on with a real Asterisk.


async def ring(exchange: Exchange, number: str = BLOCKED) -> Placed:
    return await place(exchange, lambda caller: caller.call(number, hang_up_after=0.2, cancel_after=2.0))


@pytest.mark.lab
def test_a_wrong_secret_is_refused_by_a_real_asterisk(exchange: Exchange) -> None:
    async def scenario() -> None:
        task, link = supervised(settings(exchange, secret="wrong"))
        await until(lambda: link.health.state is LinkState.REFUSED, "the refusal")
        assert "Authentication failed" in link.health.detail
        await ended(task)

    run(scenario())


def supervised(values: PbxSettings, timing: Timing | None = None) -> tuple[asyncio.Task[None], Pbx]:
    link = Pbx("lab", values, Metrics(), lambda message: None, timing)
    return asyncio.create_task(link.run()), link


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


ACCOUNTS = """
[no-user-events]
secret=secret
read=system
write=call,user
[filtered]
secret=secret
read=system,user
write=call,user
eventfilter=Event: FullyBooted
[no-system]
secret=secret
read=user
write=call,user
[no-call]
secret=secret
read=system,user
write=user
[no-beat]
secret=secret
read=system,user
write=call
"""


@pytest.mark.lab
def test_an_account_with_too_few_rights_is_told_which_one_it_lacks(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(accounts=ACCOUNTS))
    timing = Timing(answer_within=0.5, boot_within=1.0)
    lacks = {
        "no-user-events": (LinkState.DEAF, "read = user"),
        "filtered": (LinkState.DEAF, "eventfilter"),
        "no-system": (LinkState.DEAF, "read = system"),
        "no-call": (LinkState.REFUSED, "write = call"),
        "no-beat": (LinkState.DEAF, "write = user"),
    }

    async def scenario() -> None:
        for name, (state, right) in lacks.items():
            task, link = supervised(settings(exchange, username=name, secret="secret"), timing)
            await until(lambda: link.health.state is state, f"{name} to be {state}")  # noqa: B023
            assert right in link.health.detail
            await ended(task)

    run(scenario())


@pytest.mark.lab
def test_calls_are_screened_again_after_asterisk_was_restarted_without_help(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup())

    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            assert (await ring(exchange)).phone is None
            await exchange.stop()
            await until(lambda: listener.screening.pbx.health.state is LinkState.DOWN, "the fall")
            await exchange.start()
            await until(lambda: listener.screening.pbx.health.state is LinkState.UP, "the link", 20)
            await until(
                lambda: listener.metric("call_screener_link_lost_total", cause="down") >= 1, "the fall"
            )
            assert (await ring(exchange)).phone is None

    run(scenario())


@pytest.mark.lab
def test_a_real_asterisk_is_reached_over_tls(
    asterisk22: AsteriskInstall, authority: Path, tmp_path: Path
) -> None:
    workdir = tmp_path / "exchange"
    (workdir / "etc").mkdir(parents=True)
    (workdir / "etc/manager.pem").write_bytes((authority / "manager.pem").read_bytes())
    port = free_port(LOOPBACK, socket.SOCK_STREAM)
    certificate = asterisk22.inside(workdir) / "etc/manager.pem"
    lines = f"tlsenable=yes\ntlsbindaddr={LOOPBACK}:{port}\ntlscertfile={certificate}\n"

    async def scenario() -> None:
        async with Exchange(asterisk22, workdir, Setup(manager=lines)) as exchange:
            tls = settings(exchange, port=port, tls=True, tls_ca=authority / "ca.pem")
            async with listening(tls) as listener:
                assert (await ring(exchange)).phone is None
                await until(lambda: listener.reported, "the report")
                assert listener.reported[0].did is Did.BLOCK

    run(scenario())


@pytest.mark.lab
def test_two_listeners_on_one_exchange_answer_and_record_each_call_once(
    exchange: Exchange, sqlite_database: Database
) -> None:
    records = Records(sqlite_database.sessions)

    async def scenario() -> None:
        async with (
            listening(settings(exchange), listener="aaaa1111") as one,
            listening(settings(exchange), listener="bbbb2222") as two,
        ):
            both = (one, two)
            await until(lambda: know_the_same(*(each.screening.pbx for each in both)), "one token")
            for number, rings in ((CLEAN, True), (BLOCKED, False), (LOOKALIKE, True)):
                assert ((await ring(exchange, number)).phone is not None) is rings
            await until(lambda: all(len(each.outcomes) == 3 for each in both), "all outcomes")
            for each in both:
                assert len(each.decided) == 3
                assert each.screening.pbx.health.state is LinkState.UP
                assert each.metric("call_screener_frames_refused_total", why="forged") == 0
            acted = [
                report.decided is not None
                for each in both
                for report in each.reported
                if report.hold_ms is not None
            ]
            assert sorted(acted) == [False] * 3 + [True] * 3
            for each in both:
                records.apply(each.noted)
            for each in both:
                records.apply(each.noted)

    run(scenario())
    calls = records.calls().items
    assert {(call.raw_number, call.did) for call in calls} == {
        (CLEAN, "allow"),
        (BLOCKED, "block"),
        (LOOKALIKE, "warn"),
    }
    assert len(calls) == 3
    assert all(call.ended_at is not None for call in calls)


def know_the_same(*links: Pbx) -> bool:
    """Tell whether all listeners know one token."""
    tokens: list[tuple[str, ...]] = [link.tokens._known[:1] for link in links]
    return len(set(tokens)) == 1
