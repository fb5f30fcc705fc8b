"""The buttons on a call: what each makes, says and takes back, and who has them."""

import re
from collections.abc import Iterator

import httpx
import pytest
from api_site import Site

from api.cookies import NAME
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from screener.access.roles import Role
from screener.access.user_sessions import csrf_of

pytest_plugins = ["api_fixtures"]

OWN = "02373850234"


def signed_in(site: Site, name: str, role: Role) -> httpx.Client:
    """Return a browser's client of a new user, which asks for parts of a page."""
    user = site.services.accounts.users.add(name, role)
    session = site.services.accounts.sessions.begin(user.id, "127.0.0.1", "")
    headers = {"X-CSRF-Token": csrf_of(session), "Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    return httpx.Client(base_url=site.url, cookies={NAME: session}, headers=headers, trust_env=False)


@pytest.fixture
def lan(site: Site) -> Iterator[httpx.Client]:
    """An operator at the page."""
    with signed_in(site, "lan", Role.OPERATOR) as client:
        yield client


def values(html: str) -> dict[str, str]:
    """Return what the button of a message sends."""
    (found,) = re.findall(r"hx-vals='\{(.*?)\}'", html)
    return dict(re.findall(r'"(\w+)": "(.*?)"', found))


def rule_of_next(site: Site, number: str) -> str:
    site.ring(number)
    return site.services.records.calls(limit=1).items[0].rule


def test_a_caller_is_blocked_by_one_button_and_that_is_undone(site: Site, lan: httpx.Client) -> None:
    site.ring("0912345678")
    told = lan.post("/calls/1/block")
    assert (told.status_code, told.headers["hx-trigger"]) == (200, "lists-changed")
    assert "Từ nay chặn" in told.text and "Đã thêm số 0912345678 vào danh sách chặn (mục 1)" in told.text
    assert rule_of_next(site, "0912345678") == "block_exact"
    again = lan.post("/calls/2/block")
    assert "Đã có từ trước" in again.text and "/undo" not in again.text
    undone = lan.post("/calls/1/undo", data=values(told.text))
    assert undone.status_code == 200 and "Đã hoàn tác" in undone.text
    assert rule_of_next(site, "0912345678") == "default"
    assert [(row.actor, row.change) for row in site.services.audit.page(limit=2).items] == [
        ("lan", "removed"),
        ("lan", "added"),
    ]


def test_what_somebody_changed_meanwhile_is_not_undone(site: Site, lan: httpx.Client) -> None:
    site.ring("0912345678")
    sent = values(lan.post("/calls/1/block").text)
    site.services.lists.edit_entry(1, EntryDraft(EntryKind.BLOCK, "0912345678", "của Minh"), "minh")
    refused = lan.post("/calls/1/undo", data=sent)
    assert refused.status_code == 409 and "Có người đã sửa hoặc xóa mục này" in refused.text
    assert site.services.lists.entry(1).note == "của Minh"
    site.services.lists.remove_entry(1)
    assert lan.post("/calls/1/undo", data=sent).status_code == 409


def test_allowing_a_spoof_says_first_that_it_exempts_and_of_what(site: Site, lan: httpx.Client) -> None:
    site.ring(OWN)
    asked = lan.post("/calls/1/allow")
    assert f"miễn xét số {OWN} khi gọi qua trung kế trunk của tổng đài default" in asked.text
    assert site.services.exemptions.exemptions().items == ()
    made = lan.post("/calls/1/allow", data=values(asked.text))
    assert "Từ nay được miễn xét" in made.text
    assert rule_of_next(site, OWN) == "exempt"
    assert f'Mục miễn trừ</strong> <bdi class="digits">{OWN}' in lan.get("/calls/2/now").text
    assert lan.post("/calls/1/undo", data=values(made.text)).status_code == 200
    assert rule_of_next(site, OWN) == "own_number"


def test_allowing_any_other_call_makes_an_entry_at_once(site: Site, lan: httpx.Client) -> None:
    site.ring("0912345678")
    assert "Từ nay cho qua" in lan.post("/calls/1/allow").text
    assert rule_of_next(site, "0912345678") == "allow_exact"


def test_what_would_come_to_nothing_is_refused_in_words(site: Site, lan: httpx.Client) -> None:
    site.ring("")
    for what in ("block", "allow"):
        refused = lan.post(f"/calls/1/{what}")
        assert refused.status_code == 409
        assert "Cuộc gọi không hiện số nên không có số nào để" in refused.text
        assert "Cuộc gọi vẫn được sàng lọc như trước" in refused.text


def test_a_report_waits_once_and_is_taken_back_by_who_made_it_alone(site: Site, lan: httpx.Client) -> None:
    site.ring("0912345678")
    told = lan.post("/calls/1/report")
    assert "Phản ánh 1 đang chờ xem xét" in told.text
    assert "lan gửi phản ánh" in lan.get("/calls/1").text
    assert lan.post("/calls/1/report").status_code == 409
    with signed_in(site, "minh", Role.SUPERVISOR) as minh:
        refused = minh.post("/calls/1/report/undo", data=values(told.text))
        assert refused.status_code == 403
    assert lan.post("/calls/1/report/undo", data=values(told.text)).status_code == 200
    report = site.services.reports.report(1)
    assert (report.state, report.source, report.decided_by) == ("rejected", "page", "lan")
    late = lan.post("/calls/1/report/undo", data=values(told.text))
    assert late.status_code == 409 and "Đã có người quyết định" in late.text
    assert "Phản ánh 2 đang chờ" in lan.post("/calls/1/report").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_only_looks_has_no_buttons_and_is_refused(site: Site, role: Role) -> None:
    site.ring("0912345678")
    with signed_in(site, "sảnh", role) as client:
        for path in ("/", "/calls", "/calls/1"):
            assert "hx-post" not in client.get(path).text
        for what in ("block", "allow", "report"):
            refused = client.post(f"/calls/1/{what}")
            assert refused.status_code == 403 and "Bạn không có quyền" in refused.text
    assert site.services.lists.entries().items == ()


def test_the_api_tells_how_the_caller_stands_now(site: Site) -> None:
    site.ring("0912345678")
    site.ring("")
    with site.client() as client:
        before = client.get("/api/v1/calls/1/now").json()
        assert (before["entries"], before["next"]["action"]) == ([], "allow")
        assert (before["allow"]["makes"], before["block"]["makes"]) == ("allow_entry", "block_entry")
        assert before["block"]["words"]["en"].startswith("add number 0912345678 to the block list")
        made = client.post("/api/v1/calls/1/block").json()
        site.services.snapshots.refresh_if_changed()
        after = client.get("/api/v1/calls/1/now").json()
        assert [(one["id"], one["version"]) for one in after["entries"]] == [(made["id"], made["version"])]
        assert (after["next"]["action"], after["next"]["rule"]) == ("block", "block_exact")
        withheld = client.get("/api/v1/calls/2/now").json()
        assert (
            withheld["allow"]["makes"] is None
            and "the call showed no number" in withheld["allow"]["words"]["en"]
        )
        removed = client.delete(made["path"], headers={"If-Match": f'"{made["version"]}"'})
        assert removed.status_code == 204
        assert client.get("/api/v1/calls/3/now").status_code == 404
