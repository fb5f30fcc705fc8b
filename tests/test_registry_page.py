"""The page of official numbers, as HTTP: what is shown to whom, what is stored, what is said of a refusal."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from api_site import Site

from api.times import VIETNAM
from blocklist.drafts import OfficialDraft
from screener.access.roles import Role

pytest_plugins = ["api_fixtures"]

OFFICE = {"organisation": "Công an tỉnh Thanh Hóa", "number": "0237 3725 725", "aliases": "CA TINH\nCATH"}


@pytest.fixture
def supervisor(site: Site) -> Iterator[httpx.Client]:
    with site.signed_in(Role.SUPERVISOR) as client:
        yield client


def test_what_is_added_is_in_the_registry_and_in_the_list(site: Site, supervisor: httpx.Client) -> None:
    answer = supervisor.post("/officials", data=OFFICE | {"back": "/officials?search=a", "confirmed": "true"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/officials?search=a&done=added")
    (stored,) = site.services.lists.officials().items
    assert (stored.number, stored.organisation, stored.aliases, stored.confirmed) == (
        "02373725725",
        "Công an tỉnh Thanh Hóa",
        ["CA TINH", "CATH"],
        True,
    )
    page = supervisor.get("/officials", params={"done": "added"}).text
    assert "Đã thêm số chính thức" in page and "<bdi>CATH</bdi>" in page
    assert "Cần xác nhận</span>" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "gọi sau"}, "Đây không phải số điện thoại hay dải số"),
        ({"organisation": "  "}, "Hãy ghi tên cơ quan"),
        ({"organisation": "Công an\u202e"}, "Hãy ghi tên cơ quan"),
        ({"number": ""}, "Khi không có số thì cần tên hiển thị"),
        ({"aliases": "A|B"}, "Ghi mỗi tên khác trên một dòng"),
        ({"source": "x" * 501}, "Nguồn quá dài"),
        ({"note": "x" * 5001}, "Ghi chú quá dài"),
        ({"last_checked": "hôm qua"}, "Đây không phải một ngày"),
    ],
)
def test_what_can_not_be_used_is_named_and_what_was_typed_stays(
    site: Site, supervisor: httpx.Client, typed: dict[str, str], said: str
) -> None:
    answer = supervisor.post("/officials", data=OFFICE | {"note": "<giữ lại>"} | typed)
    assert answer.status_code == 422
    assert said in answer.text and "Chưa thay đổi gì." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ("&lt;giữ lại&gt;" in answer.text) is ("note" not in typed)
    assert site.services.lists.officials().items == ()


def test_a_number_that_is_there_leads_to_it(site: Site, supervisor: httpx.Client) -> None:
    there = site.services.lists.add_official(OfficialDraft("02373725725", "Công an"))
    answer = supervisor.post("/officials", data=OFFICE)
    assert answer.status_code == 422
    assert f'href="/officials/{there.id}"' in answer.text


def test_an_entry_is_changed_and_removed(site: Site, supervisor: httpx.Client) -> None:
    made = site.services.lists.add_official(OfficialDraft("02373725725", "Công an", aliases=("CA", "CATH")))
    form = supervisor.get(f"/officials/{made.id}").text
    assert "CA\nCATH</textarea>" in form
    kept = {
        "back": "/officials",
        "version": made.version,
        "number": "02373725725",
        "organisation": "Công an tỉnh",
        "aliases": "CA",
    }
    assert supervisor.post(f"/officials/{made.id}", data=kept).headers["location"] == "/officials?done=saved"
    assert site.services.lists.official(made.id).aliases == ["CA"]
    late = supervisor.post(f"/officials/{made.id}", data=kept | {"note": "<giữ lại>"})
    assert late.status_code == 422
    assert "Có người khác vừa sửa mục này." in late.text and "&lt;giữ lại&gt;" in late.text
    assert supervisor.post(f"/officials/{made.id}/remove", data={"version": made.version}).status_code == 412
    version = {"version": site.services.lists.official(made.id).version}
    gone = supervisor.post(f"/officials/{made.id}/remove", data=version)
    assert gone.headers["location"] == "/officials?done=removed"
    assert supervisor.get(f"/officials/{made.id}").status_code == 404


def test_confirming_sets_the_day_and_the_row_alone_is_sent_to_the_list(
    site: Site, supervisor: httpx.Client
) -> None:
    made = [
        site.services.lists.add_official(OfficialDraft(number, "Công an"))
        for number in ("02373725725", "0692348560")
    ]
    assert "Còn 2 số chính thức cần xác nhận" in supervisor.get("/officials").text
    part = {"HX-Request": "true"}
    path = f"/officials/{made[0].id}/confirm"
    late = supervisor.post(path, headers=part, data={"version": "0"}).text
    assert "Có người khác vừa sửa mục này." in late and "Cần xác nhận" in late
    row = supervisor.post(path, headers=part, data={"version": made[0].version}).text
    assert row.lstrip().startswith(f'<li class="list-group-item official" id="official-{made[0].id}"')
    assert 'hx-swap-oob="beforeend:#toasts"' in row and "<html" not in row
    without = supervisor.post(
        f"/officials/{made[1].id}/confirm",
        params={"back": "/officials?confirmed=false"},
        data={"version": made[1].version},
    )
    assert without.status_code == 303, without.text
    assert without.headers["location"] == "/officials?confirmed=false&done=confirmed"
    today = datetime.now(UTC).astimezone(VIETNAM).date()
    assert {(one.confirmed, one.last_checked) for one in site.services.lists.officials().items} == {
        (True, today)
    }
    assert "Mọi số chính thức đều đã xác nhận" in supervisor.get("/officials?confirmed=false").text


def test_only_those_to_be_confirmed_are_listed_where_they_are_asked_for(
    site: Site, supervisor: httpx.Client
) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an", confirmed=True))
    site.services.lists.add_official(OfficialDraft("0967291212", "Thanh tra Sở Y tế"))
    shown = {
        asked: re.findall(
            r'id="official-(\d+)"', supervisor.get(f"/officials?search=&confirmed={asked}").text
        )
        for asked in ("", "false", "true")
    }
    assert shown == {"": ["2", "1"], "false": ["2"], "true": ["1"]}
    with site.client() as client:
        items = client.get("/api/v1/officials", params={"confirmed": False}).json()["items"]
    assert [one["id"] for one in items] == [2]


def test_pages_of_a_long_registry_keep_what_was_searched(site: Site, supervisor: httpx.Client) -> None:
    for line in range(60):
        site.services.lists.add_official(OfficialDraft(f"023737257{line:02d}", "Công an & tỉnh"))
    first = supervisor.get("/officials", params={"search": "02373725", "confirmed": "false"}).text
    (link,) = re.findall(r'href="(/officials\?[^"]*after=[^"]*)"', first)
    second = supervisor.get(link.replace("&amp;", "&")).text
    assert (first.count('id="official-'), second.count('id="official-')) == (50, 10)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.AUDITOR])
def test_who_may_not_change_the_registry_sees_it_without_buttons(site: Site, role: Role) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "<b>Công an</b>\u202e"))
    with site.signed_in(role) as client:
        page = client.get("/officials").text
        assert client.get("/officials/1").status_code == 403
        assert client.post("/officials", data=OFFICE).status_code == 403
    assert "&lt;b&gt;Công an&lt;/b&gt;⟨U+202E⟩" in page
    assert "/officials/1" not in page and "/officials/new" not in page


def test_an_empty_registry_says_what_to_do(supervisor: httpx.Client) -> None:
    assert "Hãy thêm công an, thanh tra" in supervisor.get("/officials").text
    assert "Không có số chính thức nào khớp “x”" in supervisor.get("/officials?search=x").text


def test_the_export_comes_back_by_the_import_and_runs_nothing(site: Site, supervisor: httpx.Client) -> None:
    site.services.lists.add_official(OfficialDraft("0692348560", "=1+1", aliases=("A", "B")))
    answer = supervisor.get("/api/v1/officials/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="official-numbers.csv"'
    head, row, *rest = answer.text.removeprefix("\ufeff").splitlines()
    assert head.startswith("organisation,number,") or "number" in head
    assert "'=1+1" in row and "0692348560" in row and "A|B" in row and rest == []
