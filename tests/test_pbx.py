"""The link to a peer that we play: made, watched, lost and made again."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from fake_manager import SECRET, USER, FakeManager, Play
from link_rig import FAST, Link, linked
from listener_rig import until

from screener import contract, session
from screener import pbx as pbx_module
from screener.ami import LinkLost
from screener.health import LinkState
from screener.lab.setup import LOOPBACK
from screener.session import Timing


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


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
