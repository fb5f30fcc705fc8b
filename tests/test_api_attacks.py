"""What somebody with a token tries who wants more than the API gives: other files, other people's fields."""

import httpx
import pytest
from api_site import Site

pytest_plugins = ["api_fixtures"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/imports/%2e%2e",
        "/api/v1/imports/%2e",
        "/api/v1/imports/%2e%2e/refused",
        "/api/v1/imports/a%00b/refused",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%5capp.py",
        "/static//etc/passwd",
    ],
)
def test_no_path_leads_out_of_its_folder(site: Site, path: str) -> None:
    with site.client() as client:
        assert client.get(path).status_code == httpx.codes.NOT_FOUND
        assert client.get("/static/window.css").status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("entries/1", "author", "somebody else"),
        ("entries/1", "imported", "circular"),
        ("entries/1", "id", 2),
        ("entries/1", "version", "0"),
        ("officials/1", "created_at", "2020-01-01T00:00:00Z"),
        ("officials/1", "role", "admin"),
    ],
)
def test_what_the_service_writes_itself_is_nobodys_to_set(
    site: Site, path: str, field: str, value: object
) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"})
        client.post("/api/v1/officials", json={"organisation": "Công an", "number": "02373725725"})
        before = client.get(f"/api/v1/{path}").json()
        answer = client.patch(f"/api/v1/{path}", json={"note": "x", field: value})
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert answer.json()["errors"][0]["field"] == field
        assert client.get(f"/api/v1/{path}").json() == before
        assert client.patch(f"/api/v1/{path}", json={"note": "x"}).json()["note"] == "x"
