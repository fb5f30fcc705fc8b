"""The pages "System" and "Log of changes", and the same over the API: for whom, without a secret."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any

import httpx
import pytest
from api_site import SETTINGS, START, WELL, Site
from pydantic import BaseModel, SecretStr

from api.cookies import NAME
from api.pages.changes import SUBJECTS
from screener.access.roles import Role
from screener.audit.subjects import AUDITED
from screener.health import DatabaseState, LinkState
from screener.outage import Outage, Trouble
from screener.settings import PbxSettings, Settings
from screener.settings_shown import shown

pytest_plugins = ["api_fixtures"]


def get(
    site: Site, path: str, query: Mapping[str, str] | None = None, role: Role | None = None
) -> httpx.Response:
    """Ask as a browser does, signed in as somebody of a role, or as the administrator of the site."""
    session = site.session
    if role is not None:
        user = site.services.accounts.users.add(f"a-{role}-{site.made}", role)
        session, site.made = site.services.accounts.sessions.begin(user.id, "127.0.0.1", ""), site.made + 1
    with site.client("") as client:
        client.cookies.set(NAME, session, domain="127.0.0.1")
        return client.get(path, params=query or None, headers={"Accept": "text/html"})


def block(site: Site, pattern: str, **more: str) -> int:
    with site.client() as client:
        answer = client.post("/api/v1/entries", json={"kind": "block", "pattern": pattern, **more})
    assert answer.status_code == 201
    number: int = answer.json()["id"]
    return number


def test_system_tells_of_links_lists_and_versions(site: Site) -> None:
    block(site, "0912345678")
    site.services.snapshots.refresh_if_changed()
    lost = replace(WELL.links[0], pbx="chi-nhánh", state=LinkState.DOWN, detail="<no> route", enforce=False)
    site.health[0] = replace(WELL, links=(WELL.links[0], lost))
    page = get(site, "/system").text
    for told in (
        "<strong>default</strong> · Đang sàng lọc",
        "<strong>chi-nhánh</strong> · Mất kết nối",
        "&lt;no&gt; route",
        "Theo cấu hình: chỉ theo dõi.",
        "SQLite 3.",
        "Công tắc can thiệp đang bật.",
    ):
        assert told in page
    with site.client() as client:
        told = client.get("/api/v1/system").json()
    assert told["lists"]["sizes"] == {"allow": 0, "block": 1, "watch": 0, "official": 0, "exemptions": 0}
    assert told["versions"]["database"].startswith("SQLite 3.")
    assert [link["state"] for link in told["health"]["links"]] == ["up", "down"]


def test_system_is_shown_and_tells_what_to_do_while_the_database_is_away(site: Site) -> None:
    outage = Outage(Trouble.AWAY, START, "database x: refused", "start it")
    site.health[0] = replace(
        WELL, database=DatabaseState.DOWN, outage=outage, snapshot_age_seconds=None, enforcing=False
    )
    page = get(site, "/system").text
    assert "Cuộc gọi không được sàng lọc: chưa đọc được danh sách từ 23/11/2026 08:30:00." in page
    assert "Mọi cuộc gọi đều đổ chuông" in page and "database x: refused; start it" in page
    assert "Chưa đọc được danh sách: mọi cuộc gọi đều đổ chuông." in page


def test_system_without_an_exchange_says_what_to_do_next(site: Site) -> None:
    site.health[0] = replace(WELL, links=())
    assert "[pbx.default]" in get(site, "/system").text


def _secrets(model: BaseModel) -> list[str]:
    """Every secret in settings, whatever table it is in."""
    found = []
    for name in type(model).model_fields:
        value: Any = getattr(model, name)
        parts = value.values() if isinstance(value, dict) else [value]
        for part in parts:
            if isinstance(part, SecretStr):
                found.append(part.get_secret_value())
            elif isinstance(part, BaseModel):
                found += _secrets(part)
    return [secret for secret in found if secret]


@pytest.mark.parametrize("role", Role)
def test_settings_are_for_whom_the_roles_say_and_hold_no_secret(site: Site, role: Role) -> None:
    page, api = get(site, "/system", role=role), get(site, "/api/v1/settings", role=role)
    may = role in {Role.ADMIN, Role.AUDITOR}
    assert ("pbx.default.hold_ms" in page.text, api.status_code) == ((True, 200) if may else (False, 403))
    secrets = _secrets(SETTINGS)
    assert len(secrets) == 3
    for secret in (*secrets, "url-hidden", "option-hidden"):
        assert secret not in page.text and secret not in api.text
    for link in ('href="/users"', 'href="/tokens"', 'href="/audit"'):
        assert (link in page.text.partition("<main")[2]) is may


def test_settings_are_written_as_the_file_has_them_and_what_the_site_set_is_marked(site: Site) -> None:
    told = {
        one["key"]: (one["value"], one["default"]) for one in get(site, "/api/v1/settings").json()["items"]
    }
    assert told["pbx.default.hold_ms"] == ("250", False)
    assert told["pbx.default.port"] == ("5038", True)
    assert told["pbx.default.secret"] == ('"**********"', False)
    assert told['pbx.default.trunks."PJSIP/viettel".trust_network_identity'] == ("true", False)
    assert told["policy_file"] == ("", True)
    assert told["site.own_numbers"] == ("[]", True)
    assert told["database_url"] == ('"postgresql+psycopg://listener:***@db/screener?sslpassword=***"', False)


def test_without_a_database_url_the_file_that_is_used_is_told() -> None:
    (told,) = (one for one in shown(Settings()) if one.key == "database_url")
    assert told.value.startswith('"sqlite:////') and told.value.endswith('/var/call-screener.db"')
    assert told.default


def test_a_setting_named_for_a_secret_is_of_the_type_that_hides() -> None:
    for model in (Settings, PbxSettings):
        for name, field in model.model_fields.items():
            assert ("secret" in name or "password" in name) <= ("SecretStr" in str(field.annotation)), name


def test_the_log_tells_who_did_what_from_where_and_what_differs(site: Site) -> None:
    entry = block(site, "0912345678", note="<b>tự xưng</b>")
    with site.client() as client:
        assert client.patch(f"/api/v1/entries/{entry}", json={"note": "khác"}).status_code == 200
    page = get(site, "/audit").text
    for told in (
        "Mục trong danh sách – đã sửa</strong>: <bdi>0912345678</bdi>",
        "<bdi>operator</bdi></a> (chương trình dùng mã truy cập, 127.0.0.1)",
        "<del>&lt;b&gt;tự xưng&lt;/b&gt;</del> → <ins>khác</ins>",
    ):
        assert told in page
    assert page.index("đã sửa</strong>") < page.index("đã thêm</strong>")
    changed = page.partition('id="change-')[2].partition("</li>")[0]
    assert "<dt>note</dt>" in changed and "<dt>pattern</dt>" not in changed


def test_the_log_is_filtered_by_what_and_whom_and_day_and_the_file_holds_the_same(site: Site) -> None:
    first, second = block(site, "0912345678"), block(site, "0987654321")
    today = site.services.clock().astimezone(site.services.zone).date().isoformat()

    def numbers(**query: str) -> list[str]:
        page = get(site, "/audit", query).text
        link = unescape(page.partition('<a class="btn" href="')[2].partition('"')[0])
        table = list(csv.DictReader(io.StringIO(get(site, link).content.decode("utf-8-sig"))))
        assert page.count('id="change-') == len(table)
        return sorted(row["label"] for row in table if row["subject"] == "entry")

    both = ["0912345678", "0987654321"]
    assert numbers() == numbers(subject="entry") == numbers(since=today, until=today) == both
    assert numbers(actor="operator") == both
    assert numbers(subject="entry", key=str(first)) == ["0912345678"]
    assert numbers(subject="entry", key=str(second), change="removed") == []
    assert numbers(actor="opera") == numbers(since="2100-01-01") == numbers(until="2020-01-01") == []


def test_the_log_goes_on_page_by_page_with_the_same_filter(site: Site) -> None:
    for number in range(52):
        block(site, f"09123456{number:02}")
    first = get(site, "/audit", {"subject": "entry"}).text
    older = unescape(first.partition('<a class="btn" href="/audit?subject')[2].partition('"')[0])
    second = get(site, f"/audit?subject{older}").text
    assert (first.count('id="change-'), second.count('id="change-')) == (50, 2)
    assert "<bdi>0912345600</bdi>" in second and "Mới nhất" in second and "Cũ hơn" not in second


@pytest.mark.parametrize("day", ["gestern", "2026-02-30", "9999-12-31", "0001-01-01"])
def test_what_is_no_day_is_refused_in_words(site: Site, day: str) -> None:
    for field in ("since", "until"):
        answer = get(site, "/audit", {field: day})
        possible = (day, field) in {("9999-12-31", "since"), ("0001-01-01", "until")}
        assert answer.status_code == (200 if possible else 422), field
        assert possible or "Ngày này không có trong lịch" in answer.text


def test_an_empty_log_and_an_empty_find_say_what_to_do(site: Site) -> None:
    assert "Hãy chọn ngày khác" in get(site, "/audit", {"actor": "nobody\u202e"}).text


def test_everything_that_is_audited_has_a_word() -> None:
    assert {subject.name for subject in AUDITED.values()} | {"call"} == set(SUBJECTS)
