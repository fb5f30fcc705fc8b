"""Who may ask for what: tokens for the API, this machine alone for the page, nothing for the probes."""

import asyncio

import httpx
import pytest
from api_site import Site

from api.app import create_app

pytest_plugins = ["api_fixtures"]

API_PATHS = [
    "entries",
    "entries/1",
    "officials",
    "exemptions",
    "calls",
    "calls/1",
    "check?number=1",
    "rules",
    "enforcing",
]


@pytest.mark.parametrize("path", API_PATHS)
def test_without_a_token_the_api_answers_401_and_says_which_header_to_send(site: Site, path: str) -> None:
    with site.client(token="") as client:
        answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in answer.json()["detail"]


@pytest.mark.parametrize("token", ["wrong", "cs_" + "x" * 43, "ă", "x" * 5000])
def test_a_wrong_token_is_refused_as_invalid(site: Site, token: str) -> None:
    with site.client(token="") as client:
        answer = client.get("/api/v1/entries", headers=[(b"Authorization", f"Bearer {token}".encode())])
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_revoked_token_is_refused_at_once(site: Site) -> None:
    with site.client() as client:
        assert client.get("/api/v1/entries").status_code == 200
        site.services.tokens.revoke("operator")
        assert client.get("/api/v1/entries").status_code == 401


def test_another_scheme_than_bearer_counts_as_no_token(site: Site) -> None:
    with site.client(token="") as client:
        answer = client.get("/api/v1/entries", auth=("operator", site.token))
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/api/v1/openapi.json"])
def test_probes_and_the_description_need_no_token(site: Site, path: str) -> None:
    with site.client(token="") as client:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("[::1]", 200),
        ("[::1]:8080", 200),
        ("127.0.0.1.evil.example", 421),
        ("evil.example", 421),
        ("evil.example:8080", 421),
        ("localhost.evil.example", 421),
        ("localhost:", 421),
        ("localhost:80a", 421),
        ("127.0.0.2", 421),
        ("::1", 421),
        ("", 421),
    ],
)
@pytest.mark.parametrize("path", ["/", "/now/events/vi"])
def test_the_page_answers_only_under_the_names_of_this_machine(
    site: Site, path: str, host: str, status: int
) -> None:
    with site.client(token="") as client, client.stream("GET", path, headers={"Host": host}) as answer:
        if status == 421:
            answer.read()
    assert answer.status_code == status
    if status == 421:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "trusted_hosts" in answer.json()["detail"]
        assert site.token not in answer.text


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
def test_the_page_does_not_answer_through_a_proxy(site: Site, header: str) -> None:
    with site.client(token="") as client:
        assert client.get("/", headers={header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.8.8", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.7", 403),
        ("::ffff:192.0.2.7", 403),
        ("2001:db8::1", 403),
    ],
)
def test_the_page_answers_only_to_clients_on_this_machine(site: Site, peer: str, status: int) -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(app=create_app(site.services), client=(peer, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.get("/")).status_code

    assert asyncio.run(ask()) == status


@pytest.mark.parametrize(
    ("host", "status"),
    [("hub.example", 421), ("127.0.0.1.evil.example", 421), ("localhost:8080", 200), ("127.0.0.1", 200)],
)
def test_the_api_answers_under_its_own_names_alone(site: Site, host: str, status: int) -> None:
    with site.client() as client:
        assert client.get("/api/v1/rules", headers={"Host": host}).status_code == status
        assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/static/window.js", "/api/v1/rules", "/nowhere"])
def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(site: Site, path: str) -> None:
    with site.client() as client:
        headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
