"""The link over TLS: to whom the secret is sent, and to whom not."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from fake_manager import FakeManager
from link_rig import Link, linked
from listener_rig import BLOCKED, Placed, listening, place, settings, until

from screener.calls import Did
from screener.health import LinkState
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.setup import LOOPBACK, Setup, free_port
from screener.session import Timing


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


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


async def ring(exchange: Exchange, number: str = BLOCKED) -> Placed:
    return await place(exchange, lambda caller: caller.call(number, hang_up_after=0.2, cancel_after=2.0))


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
