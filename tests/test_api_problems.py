"""Every error is a problem document that says what is wrong and gives nothing away."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

import httpx
import pytest
from api_site import Site, serving
from sqlalchemy.exc import OperationalError

from screener.records import Records

pytest_plugins = ["api_fixtures"]

JSON = {"Content-Type": "application/json"}


class _Failing(Records):
    """Records behind which something goes wrong."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def calls(self, **_: Any) -> NoReturn:
        raise self._error


def _problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert {"type", "title", "detail"} <= document.keys()
    return document


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/v1", "/api/v1/nowhere", "/api/v1/entries/", "/static/no.css"]
)
def test_an_unknown_path_is_named(site: Site, path: str) -> None:
    with site.client() as client:
        assert path in _problem(client.get(path), 404)["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/v1/entries", "GET, POST"),
        ("POST", "/api/v1/entries/1", "DELETE, GET, PATCH"),
        ("DELETE", "/api/v1/enforcing", "GET, PUT"),
        ("POST", "/api/v1/rules", "GET"),
        ("DELETE", "/api/v1/check", "GET, POST"),
        ("POST", "/", "GET, HEAD"),
        ("PATCH", "/api/v1/entries/import", "POST"),
        ("DELETE", "/api/v1/officials/import", "POST"),
    ],
)
def test_a_method_that_can_not_be_used_is_answered_with_those_that_can(
    site: Site, method: str, path: str, allow: str
) -> None:
    with site.client() as client:
        answer = client.request(method, path)
    assert allow in _problem(answer, 405)["detail"]
    assert answer.headers["allow"] == allow


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff", b'{"kind": "block", "pattern": NaN', b"[" * 3000, b'{"pattern": "\\ud800"}']
)
def test_a_body_that_is_no_json_for_an_entry_is_refused(site: Site, body: bytes) -> None:
    with site.client() as client:
        answer = client.post("/api/v1/entries", content=body, headers=JSON)
    assert answer.status_code in {400, 422}
    _problem(answer, answer.status_code)


def test_a_body_of_more_than_one_mebibyte_is_refused_by_its_announced_length(site: Site) -> None:
    with site.client() as client:
        answer = client.post("/api/v1/entries", content=b" " * ((1 << 20) + 1), headers=JSON)
    assert "1 MiB" in _problem(answer, 413)["detail"]


def test_a_body_that_does_not_announce_its_length_is_counted(site: Site) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(17):
            yield b" " * (1 << 16)

    with site.client() as client:
        answer = client.post("/api/v1/entries", content=chunks(), headers=JSON)
    assert "1 MiB" in _problem(answer, 413)["detail"]


def test_a_body_just_within_the_limit_is_read(site: Site) -> None:
    body = b'{"kind": "block", "pattern": "0912345678"}'
    with site.client() as client:
        answer = client.post("/api/v1/entries", content=body.ljust(1 << 20), headers=JSON)
    assert answer.status_code == 201


def test_a_bug_is_answered_without_its_insides_and_logged_with_them(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    services = replace(site.services, records=_Failing(RuntimeError("the secret inside")))
    with serving(services) as url, site.client() as client:
        answer = client.get(f"{url}/api/v1/calls")
    document = _problem(answer, 500)
    assert "secret" not in str(document)
    assert "log" in document["detail"]
    assert "the secret inside" in caplog.text


def test_a_database_that_is_gone_is_503_and_the_page_says_what_it_means(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    gone = OperationalError("SELECT secret", {}, Exception("server closed the connection"))
    services = replace(site.services, records=_Failing(gone))
    with serving(services) as url, site.client() as client:
        answer = client.get(f"{url}/api/v1/calls")
        page = client.get(f"{url}/")
    assert "SELECT" not in str(_problem(answer, 503))
    assert answer.headers["retry-after"] == "5"
    assert "server closed the connection" in caplog.text
    assert page.status_code == 200
    assert "Không truy cập được cơ sở dữ liệu" in page.text
    assert "Không đọc được danh sách cuộc gọi" in page.text


def test_the_description_documents_every_error_as_a_problem(site: Site) -> None:
    with site.client() as client:
        description = client.get("/api/v1/openapi.json").json()
    assert set(description["components"]["securitySchemes"]) == {"HTTPBearer", "APIKeyCookie"}
    for path, item in description["paths"].items():
        for operation in item.values():
            assert operation["summary"] and operation["tags"], path
            if not path.startswith("/api/v1/"):
                continue
            assert operation["security"] == [{"HTTPBearer": []}, {"APIKeyCookie": []}]
            assert {"401", "422", "500"} <= operation["responses"].keys()
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("GET", "/api/v1/calls", "limit, number, part, called"),
        ("GET", "/api/v1/entries", "limit, search, after, kind"),
        ("GET", "/api/v1/officials", "limit, search, after"),
        ("GET", "/api/v1/check", "number, name, called"),
        ("GET", "/api/v1/rules", "none is known here"),
        ("GET", "/api/v1/entries/1", "none is known here"),
        ("DELETE", "/api/v1/entries/1", "none is known here"),
        ("PUT", "/api/v1/enforcing", "none is known here"),
    ],
)
def test_a_parameter_that_nobody_reads_is_refused_with_the_known_ones(
    site: Site, method: str, path: str, known: str
) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"})
        answer = client.request(method, path, params={"numbre": "0912345678"})
        (error,) = _problem(answer, 422)["errors"]
        assert (error["field"], error["value"]) == ("numbre", "'0912345678'")
        assert "no such parameter; remove it" in error["message"]
        assert known in error["message"]
        assert client.get("/api/v1/entries/1").status_code == 200
        assert client.get("/api/v1/enforcing").json()["on"] is True


def test_a_parameter_that_is_given_twice_is_refused_for_one_of_them_would_not_count(site: Site) -> None:
    with site.client() as client:
        for path in ("calls?action=warn&action=tag", "check?number=113&number=0912345678"):
            (error,) = _problem(client.get(f"/api/v1/{path}"), 422)["errors"]
            assert error["message"] == "is given more than once; ask for one value at a time"
        assert error["value"] == "'113, 0912345678'"


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "message"),
    [
        ("POST", "entries", "[]", "body", "must be a JSON object, sent as"),
        ("POST", "entries", "null", "body", "must be a JSON object, sent as"),
        ("POST", "entries", '{"kind": "block", "pattern": ""}', "pattern", "must not be empty"),
        ("POST", "entries", '{"kind": "block", "pattern": 5}', "pattern", "must be text, in quotes"),
        (
            "POST",
            "entries",
            '{"kind": "block", "pattern": "113", "expires_at": "soon"}',
            "expires_at",
            "is no time",
        ),
        (
            "POST",
            "entries",
            '{"kind": "block", "pattern": "113", "expires_at": []}',
            "expires_at",
            "is no time",
        ),
        ("PUT", "enforcing", '{"on": "false"}', "on", "must be true or false"),
        ("GET", "calls?limit=0", "", "limit", "is too small; the least is 1"),
        ("GET", "calls?limit=1000", "", "limit", "is too large; the most is 200"),
        ("GET", "calls?since=0.5", "", "since", "is a number, and no time or day; write it as in"),
        ("GET", "audit?until=9999-12-31T23:59:59-07:00", "", "until", "is beyond the calendar"),
        ("GET", "audit?until=1700000000", "", "until", "is a number, and no time or day"),
        (
            "POST",
            "reports",
            '{"number": "0912345678", "rang_at": "0001-01-01T00:00:00+07:00"}',
            "rang_at",
            "is beyond the calendar",
        ),
        ("POST", "officials", '{"organisation": "A", "last_checked": 5}', "last_checked", "is a number"),
        ("GET", "calls?limit=ten", "", "limit", "must be a whole number"),
        ("GET", "calls?since=today", "", "since", "is no time; write it as in 2027-12-31T17:00:00Z"),
        ("GET", f"check?number={'1' * 201}", "", "number", "is too long; it takes 200 characters at most"),
        ("GET", "entries/0", "", "id", "is too small; the least is 1"),
    ],
)
def test_a_value_that_can_not_be_used_is_refused_with_what_would_do(
    site: Site, method: str, path: str, body: str, field: str, message: str
) -> None:
    with site.client() as client:
        answer = client.request(method, f"/api/v1/{path}", content=body, headers=JSON)
    (error,) = _problem(answer, 422)["errors"]
    assert (error["field"], error["message"][: len(message)]) == (field, message)


def test_a_body_that_is_not_sent_as_json_is_told_so(site: Site) -> None:
    with site.client() as client:
        headers = {"Content-Type": "text/plain"}
        answer = client.post("/api/v1/entries", content='{"kind": "block"}', headers=headers)
    assert "sent as Content-Type: application/json" in _problem(answer, 422)["detail"]


def test_who_has_no_token_learns_no_parameters(site: Site) -> None:
    with site.client(token="") as client:
        assert client.get("/api/v1/calls", params={"numbre": "1"}).status_code == 401
