"""TLS: the recipe of deploy/README.md makes what browsers trust, and from afar nothing goes without."""

import asyncio
import re
import shlex
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from api_site import Site
from fastapi import FastAPI

from api.app import create_app
from api.arrival import Arrival, Reach
from api.server import serve
from screener import running, settings_file
from screener.lab.setup import free_port
from screener.running import NoService
from screener.settings import Settings

pytest_plugins = ["api_fixtures"]

RECIPE = (Path(__file__).parents[1] / "deploy/README.md").read_text()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the recipe was followed, for an address of this machine."""
    folder = tmp_path_factory.mktemp("tls")
    (commands,) = re.findall(r"```sh\n(NAME=.*?)```", RECIPE, re.DOTALL)
    followed = commands.replace("192.168.1.10", "127.0.0.1")
    done = subprocess.run(["sh", "-euc", followed], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@asynccontextmanager
async def _served(app: FastAPI, made: Path) -> AsyncIterator[int]:
    """Serve with what the recipe made; give the port."""
    port, stop = free_port("127.0.0.1", socket.SOCK_STREAM), asyncio.Event()
    listening = asyncio.Event()
    tls = made / "tls.pem", made / "tls.key"
    server = asyncio.create_task(serve(app, "127.0.0.1", port, stop, listening.set, tls))
    await listening.wait()
    try:
        yield port
    finally:
        stop.set()
        await server


async def _get(app: FastAPI, made: Path, authority: Path | None) -> httpx.Response:
    context = ssl.create_default_context(cafile=authority)
    async with _served(app, made) as port, httpx.AsyncClient(verify=context, trust_env=False) as client:
        return await client.get(f"https://127.0.0.1:{port}/health/live")


def test_the_recipe_makes_a_certificate_that_its_authority_vouches_for(site: Site, made: Path) -> None:
    app = create_app(site.services)
    answer = asyncio.run(_get(app, made, made / "ca.pem"))
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(_get(app, made, None))


def test_doctor_asks_a_service_over_tls_and_takes_no_other_certificate(
    site: Site, made: Path, tmp_path: Path
) -> None:
    def settings(port: int, folder: Path) -> Settings:
        return Settings(port=port, tls_certificate=folder / "tls.pem", tls_key=folder / "tls.key")

    (tmp_path / "tls.key").write_bytes((made / "tls.key").read_bytes())
    subprocess.run(
        shlex.split("openssl req -x509 -key tls.key -subj /CN=other -out tls.pem"), cwd=tmp_path, check=True
    )

    async def ask(folder: Path) -> bool:
        async with _served(create_app(site.services), made) as port:
            return (await asyncio.to_thread(running.ask, settings(port, folder))).ready

    assert asyncio.run(ask(made))
    with pytest.raises(NoService):
        asyncio.run(ask(tmp_path))


def test_the_recipes_authority_can_not_vouch_for_another_name(made: Path) -> None:
    said = subprocess.run(
        ["openssl", "x509", "-in", "ca.pem", "-noout", "-text"],
        cwd=made, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "X509v3 Name Constraints: critical" in said
    assert "DNS:calls.example.lan" in said


def test_the_recipes_settings_are_taken(made: Path, tmp_path: Path) -> None:
    (lines,) = re.findall(r"```toml\n(host = .*?)```", RECIPE, re.DOTALL)
    path = tmp_path / "settings.toml"
    path.write_text(lines.replace("/etc/call-screener", str(made)))
    loaded = settings_file.load(path)
    assert loaded.tls == (made / "tls.pem", made / "tls.key")
    assert loaded.page == "https://calls.example.lan:8443/"
    with pytest.raises(NoService, match="none runs here"):
        running.ask(loaded.model_copy(update={"host": "127.0.0.1"}))


@pytest.mark.parametrize(
    ("peer", "headers", "scheme", "status"),
    [
        ("127.0.0.1", {"host": "localhost:8080"}, "http", 200),
        ("127.0.0.1", {"host": "calls.example"}, "http", 403),  # a proxy on this machine that says nothing
        ("127.0.0.1", {"host": "evil.example"}, "http", 421),
        ("192.0.2.7", {"host": "localhost"}, "http", 403),
        ("192.0.2.7", {"host": "calls.example"}, "http", 403),
        ("192.0.2.7", {"host": "calls.example"}, "https", 200),
        ("192.0.2.7", {"host": "CALLS.example:8443"}, "https", 200),
        ("192.0.2.7", {"host": "203.0.113.1"}, "https", 200),  # the address that is listened on
        ("192.0.2.7", {"host": "203.0.113.2"}, "https", 421),
        ("192.0.2.7", {"host": "evil.example"}, "https", 421),
        ("192.0.2.7", {"host": "calls.example", "x-forwarded-for": "127.0.0.1"}, "https", 403),
        ("10.1.0.5", {"host": "calls.example", "x-forwarded-for": "192.0.2.7"}, "http", 403),
        (
            "10.1.0.5",
            {"host": "calls.example", "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"},
            "http",
            200,
        ),
        (
            "10.2.0.5",
            {"host": "calls.example", "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"},
            "http",
            403,
        ),
    ],
)
def test_a_request_is_looked_at_only_as_safe_and_under_a_name_of_ours(
    peer: str, headers: dict[str, str], scheme: str, status: int
) -> None:
    app = FastAPI()

    @app.get("/")
    async def page() -> str:
        return "here"

    reach = Reach(trusted_hosts=("calls.example",), trusted_proxies=("10.1.0.0/24",))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Arrival(app, reach), client=(peer, 40000))
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://203.0.113.1") as client:
            return await client.get("/", headers=headers)

    answer = asyncio.run(ask())
    assert answer.status_code == status, answer.text
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
@pytest.mark.parametrize(("peer", "token", "status"), [
    ("127.0.0.1", False, 200), ("192.0.2.7", False, 401), ("192.0.2.7", True, 200),
])  # fmt: skip
def test_what_probes_tell_is_for_this_machine_or_for_who_has_a_token(
    site: Site, path: str, peer: str, token: bool, status: int
) -> None:
    headers = {"Authorization": f"Bearer {site.token}"} if token else {}

    async def ask() -> int:
        transport = httpx.ASGITransport(app=create_app(site.services), client=(peer, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
            return (await client.get(path, headers=headers)).status_code

    assert asyncio.run(ask()) == status
