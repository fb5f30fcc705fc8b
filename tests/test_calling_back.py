"""Ringing an office back: whom and when not, what the exchange is told, and a real exchange that does it."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from api_site import Site, serving
from fake_manager import FakeManager, Play
from lab_fixtures import StartExchange
from link_rig import Link, linked
from listener_rig import settings, until

from api import csrf
from api.app import create_app
from api.cookies import NAME
from screener.access.roles import Role
from screener.access.user_sessions import csrf_of
from screener.audit.log import Wanted
from screener.calling_back import PACE_SECONDS, PER_PBX, PER_USER, CallingBack, NotCalledBack, Why
from screener.health import LinkState
from screener.lab.install import AsteriskInstall
from screener.lab.setup import Setup
from screener.metrics import Metrics
from screener.models import CallRecord
from screener.pbx import Pbx
from screener.snapshot import Snapshot

pytest_plugins = ["api_fixtures", "lab_fixtures"]

OFFICE = {"organisation": "Công an tỉnh Thanh Hóa", "number": "02373725725", "confirmed": True, "source": "s"}
CONTEXT = "from-internal"
DIALPLAN = """
[from-internal]
exten => 1001,1,Set(GLOBAL(RUNG)=${GLOBAL(RUNG)}+1001)
 same => n,Answer()
 same => n,Wait(5)
exten => _0X.,1,Set(GLOBAL(RUNG)=${GLOBAL(RUNG)}+${EXTEN}-as-${CALLERID(num)})
 same => n,Answer()
 same => n,Wait(1)
"""


@pytest.fixture
def imitated(site: Site) -> Iterator[Site]:
    """A site with a call that imitates an office, and one that imitates nobody."""
    with site.client() as client:
        assert client.post("/api/v1/officials", json=OFFICE).status_code == 201
    site.ring("02373725726")
    site.ring("0912345678")
    yield site


def record(site: Site, id: int = 1) -> CallRecord:  # noqa: A002 - the column's name
    call = site.services.records.call(id)
    assert call is not None
    return call


def over(site: Site, link: object, clock: SimpleNamespace | None = None) -> CallingBack:
    """Return what rings back over a link, as the PBX of the site's calls."""
    sessions = site.services.lists._sessions
    now = clock or SimpleNamespace(seconds=0.0)
    return CallingBack(
        {"default": cast(Pbx, link)}, sessions, lambda: site.services.snapshots.current, lambda: now.seconds
    )


def why(calling: CallingBack, call: CallRecord, extension: str = "1001") -> Why:
    with pytest.raises(NotCalledBack) as refused:
        asyncio.run(calling.place(call, extension, "lan"))
    return refused.value.why


def down() -> Pbx:
    """A link that was never up."""
    return Link(cast(FakeManager, SimpleNamespace(port=1)), call_back_context=CONTEXT).pbx


def test_the_exchange_is_told_once_whom_to_ring_and_the_log_has_it(imitated: Site) -> None:
    async def scenario() -> list[dict[str, str]]:
        async with FakeManager() as peer, linked(Link(peer, call_back_context=CONTEXT)) as link:
            await link.until(LinkState.UP)
            office = await over(imitated, link.pbx).place(record(imitated), "1001", "lan")
            assert office.number == "02373725725"
            return [action for action in peer.actions if action["Action"] == "Originate"]

    (told,) = asyncio.run(scenario())
    del told["ActionID"]
    assert told == {
        "Action": "Originate",
        "Channel": "Local/1001@from-internal/n",
        "Context": "from-internal",
        "Exten": "02373725725",
        "Priority": "1",
        "CallerID": "<1001>",
        "Timeout": "30000",
        "Async": "true",
    }
    (row,) = imitated.services.audit.page(Wanted(subject="call")).items
    assert (row.change, row.key, row.label) == ("called back", "1", "02373725725")


def test_what_the_exchange_refuses_or_does_not_answer_is_told(
    imitated: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> list[Why]:
        found = []
        async with (
            FakeManager(Play(refuses={"Originate"})) as peer,
            linked(Link(peer, call_back_context=CONTEXT)) as link,
        ):
            await link.until(LinkState.UP)
            calling = over(imitated, link.pbx)
            for _ in range(2):
                with pytest.raises(NotCalledBack) as refused:
                    await calling.place(record(imitated), "1001", "lan")
                found.append(refused.value.why)
                peer.hang_up()
                peer.play.refuses_login = True
                await link.until(LinkState.REFUSED)
        return found

    with caplog.at_level(logging.ERROR):
        assert asyncio.run(scenario()) == [Why.REFUSED, Why.NO_LINK]
    assert "give the account write = originate" in caplog.text


def test_nobody_is_rung_without_the_setting_or_the_exchange(imitated: Site) -> None:
    off = Link(cast(FakeManager, SimpleNamespace(port=1))).pbx
    assert why(over(imitated, off), record(imitated)) is Why.OFF
    assert why(CallingBack({}, imitated.services.lists._sessions, Snapshot), record(imitated)) is Why.OFF
    assert why(over(imitated, down()), record(imitated)) is Why.NO_LINK


@pytest.mark.parametrize(
    "extension", ["", "1001\r\nAction: Command", "1001@other", "1001/n&Local/1", "१००१", "1" * 21, "10 01"]
)
def test_what_is_no_extension_is_not_rung(imitated: Site, extension: str) -> None:
    assert why(over(imitated, down()), record(imitated), extension) is Why.NO_EXTENSION


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"number": "02373725728"}, Why.NOT_REGISTERED),
        ({"confirmed": False}, Why.UNCONFIRMED),
        ({"number": "02373725725-02373725729"}, Why.NO_LINE),
        ({"organisation": "Công an tỉnh"}, None),
    ],
)
def test_only_a_confirmed_line_that_is_registered_now_is_rung(
    imitated: Site, change: dict[str, object], reason: Why | None
) -> None:
    with imitated.client() as client:
        assert client.patch("/api/v1/officials/1", json=change).status_code == 200
    imitated.services.snapshots.refresh_if_changed()
    calling = over(imitated, down())
    assert why(calling, record(imitated)) is (reason or Why.NO_LINK)
    assert (calling.offered(record(imitated)) is None) is bool(reason)


def test_a_call_that_imitates_nobody_and_a_short_number_are_not_rung(imitated: Site) -> None:
    with imitated.client() as client:
        short = {"organisation": "Công an", "number": "5656", "receives_only": True, "confirmed": True}
        assert client.post("/api/v1/officials", json={**short, "source": "s"}).status_code == 201
    imitated.ring("5656")
    calling = over(imitated, down())
    assert why(calling, record(imitated, 2)) is Why.NO_OFFICE
    assert record(imitated, 3).imitates == "5656"
    assert why(calling, record(imitated, 3)) is Why.NO_LINE


def test_only_so_many_are_rung_within_a_minute_by_one_and_by_all(imitated: Site) -> None:
    clock = SimpleNamespace(seconds=0.0)

    async def scenario() -> list[str]:
        told = []
        async with FakeManager() as peer, linked(Link(peer, call_back_context=CONTEXT)) as link:
            await link.until(LinkState.UP)
            calling = over(imitated, link.pbx, clock)

            async def tried(who: str) -> str:
                try:
                    await calling.place(record(imitated), "1001", who)
                except NotCalledBack as error:
                    return error.why
                return "rung"

            told += [await tried("lan") for _ in range(PER_USER + 1)]
            told += [await tried(f"user{number}") for number in range(PER_PBX - PER_USER + 1)]
            clock.seconds = PACE_SECONDS
            told.append(await tried("lan"))
        return told

    often = Why.TOO_OFTEN.value
    rung = ["rung"]
    assert asyncio.run(scenario()) == [*rung * PER_USER, often, *rung * (PER_PBX - PER_USER), often, *rung]


def test_the_page_offers_it_to_whom_may_where_there_is_somebody_to_ring(imitated: Site) -> None:
    services = imitated.services
    with_link = replace(services, calling_back=over(imitated, down()))
    viewer = services.accounts.users.add("người-xem", Role.VIEWER)
    sessions = {
        "admin": imitated.session,
        "viewer": services.accounts.sessions.begin(viewer.id, "127.0.0.1", ""),
    }
    offer = 'action="/calls/{}/call-back"'
    with serving(with_link) as url, imitated.client("") as client:
        for who, session in sessions.items():
            client.cookies.set(NAME, session, domain="127.0.0.1")
            one, two = (client.get(f"{url}/calls/{number}").text for number in (1, 2))
            assert (offer.format(1) in one, offer.format(2) in two) == (who == "admin", False)
        client.cookies.set(NAME, imitated.session, domain="127.0.0.1")
        off = client.get(f"{imitated.url}/calls/1").text
        assert offer.format(1) not in off
        form = {csrf.FIELD: csrf_of(imitated.session)}
        told = client.post(f"{url}/calls/1/call-back", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert told.status_code == 409
    assert "Chưa có máy lẻ của bạn" in told.text


def test_over_the_api_a_token_has_no_extension_and_is_told_so(imitated: Site) -> None:
    with_link = replace(imitated.services, calling_back=over(imitated, down()))
    with serving(with_link) as url, imitated.client() as client:
        off = client.post("/api/v1/calls/1/call-back")
        none = client.post(f"{url}/api/v1/calls/1/call-back")
    assert (off.status_code, off.json()["why"]) == (409, "off")
    assert (none.status_code, none.json()["why"]) == (409, "no_extension")
    assert "A token has none" in none.json()["detail"]


@pytest.mark.lab
def test_a_real_exchange_rings_the_operator_and_then_the_office(
    imitated: Site, asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(dialplan=DIALPLAN))
    user = imitated.services.accounts.users.add("lan", Role.OPERATOR, extension="1001")
    session = imitated.services.accounts.sessions.begin(user.id, "127.0.0.1", "")

    async def rung() -> str:
        shown = await exchange.cli("dialplan show globals")
        return next((line.strip() for line in shown.splitlines() if "RUNG=" in line), "")

    async def scenario() -> tuple[int, str]:
        link = Pbx("default", settings(exchange, call_back_context=CONTEXT), Metrics(), lambda _: None)
        task = asyncio.create_task(link.run())
        await until(lambda: link.health.state is LinkState.UP, "the link")
        app = create_app(replace(imitated.services, calling_back=over(imitated, link)))
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 40000))
        headers = {csrf.HEADER: csrf_of(session), "Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", cookies={NAME: session}, headers=headers
        ) as client:
            answer = await client.post("/calls/1/call-back")
        deadline = asyncio.get_running_loop().time() + 15
        while "02373725725" not in await rung() and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.2)  # the exchange makes it true
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return answer.status_code, await rung()

    status, told = asyncio.run(scenario())
    assert status == 303
    assert told == "RUNG=+1001+02373725725-as-1001"
