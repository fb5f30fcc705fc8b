"""Who may ask: under which names, through whom and from where; tokens for the API, nothing for the probes."""

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


HOSTS = {
    "127.0.0.1": 200,
    "127.0.0.1:8080": 200,
    "localhost": 200,
    "LOCALHOST:80": 200,
    "[::1]": 200,
    "[::1]:8080": 200,
    "127.0.0.1.evil.example": 421,
    "evil.example": 421,
    "evil.example:8080": 421,
    "localhost.evil.example": 421,
    "localhost:": 421,
    "localhost:80a": 421,
    "127.0.0.2": 421,
    "::1": 421,
    "": 421,
}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/v1/rules", "/static/window.js"])
def test_pages_and_api_answer_under_their_own_names_alone_and_probes_under_any(site: Site, path: str) -> None:
    with site.client() as client:
        for host, status in HOSTS.items():
            answer = client.get(path, headers={"Host": host}, follow_redirects=False)
            expected = 303 if path == "/sign-in" and status == 200 else status
            assert answer.status_code == expected, host
            if status == 421:
                assert answer.headers["content-type"] == "application/problem+json"
                assert "trusted_hosts" in answer.json()["detail"]
            assert client.get("/health/live", headers={"Host": host}).status_code == 200


def test_nothing_answers_through_a_proxy_that_is_not_named(site: Site) -> None:
    with site.client() as client:
        for path in ("/", "/sign-in", "/api/v1/rules", "/health/live"):
            for header in ("Forwarded", "X-Forwarded-For", "X-Real-IP"):
                assert client.get(path, headers={header: "127.0.0.1"}).status_code == 403, (path, header)


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
def test_without_tls_it_answers_to_this_machine_alone(site: Site, peer: str, status: int) -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(app=create_app(site.services), client=(peer, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.get("/sign-in")).status_code

    assert asyncio.run(ask()) == status


@pytest.mark.parametrize("path", ["/", "/static/window.js", "/api/v1/rules", "/nowhere"])
def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(site: Site, path: str) -> None:
    with site.client() as client:
        headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
