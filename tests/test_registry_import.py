"""Official numbers from a file by the page: tried, shown, put in once; the file of a dry run over the API."""

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from api_site import Site
from test_api_imports import CSV, ended

from api import csrf
from screener.access.roles import Role

pytest_plugins = ["api_fixtures"]

FILE = "cơ quan,số điện thoại,STT\n<b>Công an</b>,0237 3725 725,1\nThanh tra,967291212,2\nX,=1+1,3\n"


@pytest.fixture
def supervisor(site: Site) -> Iterator[httpx.Client]:
    with site.signed_in(Role.SUPERVISOR, "lan") as client:
        yield client


def sent(client: httpx.Client, file: str, **fields: str) -> httpx.Response:
    return client.post("/officials/import", files={"file": ("sổ.csv", file.encode())}, data=fields)


def seen(client: httpx.Client, path: str) -> str:
    """Follow an import to its end; return the page."""
    deadline = time.monotonic() + 60
    while 'hx-trigger="every 1s"' in (page := client.get(path).raise_for_status().text):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return page


def test_a_file_is_shown_before_it_is_put_in_and_goes_in_once(site: Site, supervisor: httpx.Client) -> None:
    path = sent(supervisor, FILE, source="Công văn 1").headers["location"]
    shown = seen(supervisor, path)
    assert "Chưa thay đổi gì: đây là những gì sẽ xảy ra" in shown
    assert "&lt;b&gt;Công an&lt;/b&gt;" in shown and "<bdi>STT</bdi>" in shown and "=1+1" in shown
    assert site.services.lists.officials().items == ()
    put = supervisor.post(path)
    assert put.status_code == 303
    assert "Đã nhập tệp vào sổ số chính thức" in seen(supervisor, put.headers["location"])
    stored = {(one.number, one.source) for one in site.services.lists.officials().items}
    assert stored == {("02373725725", "Công văn 1"), ("0967291212", "Công văn 1")}
    assert supervisor.post(path).status_code == 409
    assert "Tệp không còn được giữ" in seen(supervisor, path)


def test_one_refused_row_keeps_the_whole_file_out_where_that_was_chosen(
    site: Site, supervisor: httpx.Client
) -> None:
    path = sent(supervisor, FILE, all_or_nothing="true").headers["location"]
    seen(supervisor, path)
    failed = seen(supervisor, supervisor.post(path).headers["location"])
    assert "Không nhập được tệp" in failed and "correct the refused rows" in failed
    assert site.services.lists.officials().items == ()


def test_what_is_no_table_and_no_file_at_all_are_told(supervisor: httpx.Client) -> None:
    assert "Chưa chọn tệp, hoặc tệp trống" in sent(supervisor, "").text
    assert sent(supervisor, "").status_code == 422
    nothing = seen(supervisor, sent(supervisor, "số\n113\n").headers["location"])
    assert "Không nhập được tệp" in nothing and "has no column for the offices" in nothing


def test_the_usual_reasons_are_told_in_the_readers_language_and_values_stay_as_they_are(
    supervisor: httpx.Client,
) -> None:
    numbers = (
        "9.12E+08",
        "912345678.5",
        "1/2/2026",
        "=1+1",
        "#N/A!",
        "0912345678; 0987654321",
        "0162*",
        "gọi",
    )
    rows = [f'X,"{number}",' for number in numbers]
    rows += [",,x", ",113,", "X,114,mai", '<i>"%(x)s,115,', "Y,912345678,", "Z,987654321.0,"]
    told = seen(
        supervisor, sent(supervisor, "\n".join(["cơ quan,số,ngày kiểm tra", *rows])).headers["location"]
    )
    table = told[told.index("Các dòng bị từ chối") :]
    assert table.count("<tr>") == 1 + len(numbers) + 3
    assert re.findall(r'<span lang="en">([^<]*)</span>', told) == []
    assert "đã thêm lại số 0 bị mất ở đầu" in told and "&lt;i&gt;" in told


def test_who_may_not_change_the_registry_imports_nothing_and_a_foreign_form_neither(site: Site) -> None:
    with site.signed_in(Role.OPERATOR) as operator:
        assert sent(operator, FILE).status_code == 403
        assert operator.get("/officials/import").status_code == 403
        assert "/officials/import" not in operator.get("/officials").text
    with site.signed_in(Role.SUPERVISOR) as supervisor:
        del supervisor.headers[csrf.HEADER]
        assert sent(supervisor, FILE, csrf="guessed").status_code == 403


def tried(client: httpx.Client, file: str) -> dict[str, Any]:
    query: dict[str, str | bool] = {"dry_run": True}
    return ended(
        client, client.post("/api/v1/officials/import", content=file.encode(), headers=CSV, params=query)
    )


def test_only_the_last_dry_runs_file_is_kept_and_only_for_what_it_holds(site: Site) -> None:
    with site.client() as client:
        first, second = tried(client, FILE), tried(client, FILE)
        assert (second["subject"], second["kept"], second["put_in"]) == ("officials", True, False)
        gone = client.post(f"/api/v1/officials/import/{first['id']}")
        assert (gone.status_code, gone.json()["type"]) == (409, "urn:problem:call-screener:nothing-kept")
        assert client.post(f"/api/v1/entries/import/{second['id']}").status_code == 404
        assert client.post("/api/v1/officials/import/0123456789abcdef").status_code == 404
        put = ended(client, client.post(f"/api/v1/officials/import/{second['id']}"))
        assert (put["put_in"], put["new"], put["kept"]) == (True, 2, False)
        again = client.post(f"/api/v1/officials/import/{put['id']}")
        assert (again.status_code, again.json()["type"]) == (409, "urn:problem:call-screener:nothing-kept")
