"""The page of reports, as HTTP: the queue, the decision that is made once, what each role may do."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from api_site import Site

from blocklist.drafts import OfficialDraft
from blocklist.entries import EntryKind
from screener.access.roles import Role
from screener.reports import Reported, Source, State

pytest_plugins = ["api_fixtures"]

REPORTED = {"number": "0912 345 678", "called": "101", "rang_at": "2026-11-23T08:00", "note": "<đòi tiền>"}


@pytest.fixture
def supervisor(site: Site) -> Iterator[httpx.Client]:
    with site.signed_in(Role.SUPERVISOR, "lan") as client:
        yield client


def reported(site: Site, number: str = "0912345678", call_id: int | None = None) -> int:
    told = Reported(number, Source.API, "", call_id, number, "CONG\u202e AN")
    return site.services.reports.add(told, "x").id


def test_an_operator_reports_and_it_waits(site: Site) -> None:
    with site.signed_in(Role.OPERATOR) as operator:
        made = operator.post("/reports", data=REPORTED)
        assert (made.status_code, made.headers["location"]) == (303, "/reports/1?done=reported")
        page = operator.get(made.headers["location"]).text
        listed = operator.get("/reports").text
        assert operator.post("/reports/1/confirm", data={"category": "scam"}).status_code == 403
        assert operator.post("/reports/1/reject").status_code == 403
    assert "Đã gửi phản ánh" in page and "23/11/2026 08:00:00" in page and "&lt;đòi tiền&gt;" in page
    assert "Xác nhận phản ánh" not in page and "Người giám sát sẽ quyết định" in page
    assert 'id="report-1"' in listed and "Chờ xử lý (1)" in listed
    report = site.services.reports.report(1)
    assert (report.number, report.source, report.reported_by) == ("0912345678", "page", "a-operator")
    assert report.rang_at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", [{"number": "không rõ"}, {"number": ""}, {"rang_at": "sáng nay"}, {"note": "x" * 5001}]
)
def test_what_can_not_be_used_is_told_and_what_was_typed_stays(
    site: Site, supervisor: httpx.Client, typed: dict[str, str]
) -> None:
    answer = supervisor.post("/reports", data=REPORTED | typed)
    assert answer.status_code == 422
    assert "Chưa ghi phản ánh" in answer.text and 'value="101"' in answer.text
    assert site.services.reports.waiting() == 0


def test_confirming_blocks_with_the_category_and_tells_who_decided(
    site: Site, supervisor: httpx.Client
) -> None:
    id = reported(site)  # noqa: A001
    done = supervisor.post(
        f"/reports/{id}/confirm", data={"category": "scam", "block": "true", "note": "gọi ba lần"}
    )
    assert done.headers["location"] == f"/reports/{id}?done=blocked"
    page = supervisor.get(done.headers["location"]).text
    assert "Số này đã ở trong danh sách chặn" in page and "lan xác nhận" in page and "gọi ba lần" in page
    (entry,) = site.services.lists.entries().items
    assert (entry.kind, entry.pattern, entry.category, entry.author) == ("block", "0912345678", "scam", "lan")
    assert "Chờ xử lý (0)" in supervisor.get("/reports").text
    assert 'id="report-1"' in supervisor.get("/reports?decided=true").text


def test_without_the_mark_nobody_is_blocked_and_a_rejected_one_neither(
    site: Site, supervisor: httpx.Client
) -> None:
    first, second = reported(site), reported(site, "0987654321")
    kept = supervisor.post(f"/reports/{first}/confirm", data={"category": "other"})
    assert kept.headers["location"].endswith("done=confirmed")
    assert supervisor.post(f"/reports/{second}/reject").headers["location"].endswith("done=rejected")
    assert site.services.lists.entries().items == ()
    states = [site.services.reports.report(id_).state for id_ in (first, second)]
    assert states == [State.CONFIRMED, State.REJECTED]


def test_of_two_who_decide_the_second_is_told_by_whom_and_nothing_of_theirs_is_done(
    site: Site, supervisor: httpx.Client
) -> None:
    id = reported(site)  # noqa: A001
    assert "Xác nhận phản ánh" in supervisor.get(f"/reports/{id}").text
    with site.signed_in(Role.SUPERVISOR, "minh") as other:
        other.post(f"/reports/{id}/reject", data={"note": "người nhà"})
    late = supervisor.post(f"/reports/{id}/confirm", data={"category": "scam", "block": "true"})
    assert late.status_code == 409
    assert (
        "Đã có người quyết định trước" in late.text and "minh bác" in late.text and "người nhà" in late.text
    )
    assert "Xác nhận phản ánh" not in late.text
    assert site.services.lists.entries().items == ()
    assert supervisor.post(f"/reports/{id}/answer", data={"text": "còn nữa"}).status_code == 409


def test_a_block_that_would_do_nothing_is_refused_with_its_reason_and_the_choice_stays(
    site: Site, supervisor: httpx.Client
) -> None:
    site.ring("02373850234")  # the site's own number
    id = reported(site, "02373850234", call_id=1)  # noqa: A001
    refused = supervisor.post(
        f"/reports/{id}/confirm", data={"category": "scam", "block": "true", "note": "giả số ta"}
    )
    assert refused.status_code == 409
    assert "Đây là số của chính cơ quan" in refused.text and "giả số ta</textarea>" in refused.text
    assert '<option value="scam" selected>' in refused.text
    assert site.services.reports.waiting() == 1
    assert supervisor.post(f"/reports/{id}/confirm", data={"category": "scam"}).status_code == 303


def test_a_call_without_a_number_is_confirmed_and_nothing_is_blocked(
    site: Site, supervisor: httpx.Client
) -> None:
    id = reported(site, "")  # noqa: A001
    assert 'name="block"' not in supervisor.get(f"/reports/{id}").text
    refused = supervisor.post(f"/reports/{id}/confirm", data={"category": "scam", "block": "true"})
    assert refused.status_code == 409 and "không hiện số nào để chặn" in refused.text
    assert supervisor.post(f"/reports/{id}/confirm", data={"category": "scam"}).status_code == 303


def test_that_a_number_is_official_is_told_before_it_is_blocked(site: Site, supervisor: httpx.Client) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an tỉnh Thanh Hóa"))
    official, other = reported(site, "02373725725"), reported(site)
    told = {id_: supervisor.get(f"/reports/{id_}").text for id_ in (official, other)}
    assert "là số chính thức của Công an tỉnh Thanh Hóa" in told[official]
    assert 'name="block" value="true">' in told[official]
    assert "Trước khi chặn" not in told[other] and 'name="block" value="true" checked>' in told[other]


def test_a_question_is_answered_by_who_reported(site: Site, supervisor: httpx.Client) -> None:
    id = reported(site)  # noqa: A001
    assert supervisor.post(f"/reports/{id}/ask", data={"text": "  "}).status_code == 422
    supervisor.post(f"/reports/{id}/ask", data={"text": "Xưng tên gì?"})
    with site.signed_in(Role.OPERATOR) as operator:
        assert "Chờ trả lời" in operator.get("/reports").text
        assert operator.post(f"/reports/{id}/ask", data={"text": "?"}).status_code == 403
        answered = operator.post(f"/reports/{id}/answer", data={"text": "<Nam>"})
        page = operator.get(answered.headers["location"]).text
    assert "Xưng tên gì?" in page and "&lt;Nam&gt;" in page
    assert site.services.reports.report(id).state == State.OPEN


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_may_only_look_sees_the_queue_and_no_button(site: Site, role: Role) -> None:
    id = reported(site)  # noqa: A001
    with site.signed_in(role) as client:
        pages = client.get("/reports").text + client.get(f"/reports/{id}").text
        assert pages.count("CONG⟨U+202E⟩ AN") == 2
        for path in ("/reports", f"/reports/{id}/answer", f"/reports/{id}/reject"):
            assert client.post(path, data={"text": "x"}).status_code == 403
    assert re.findall(r'action="(/reports[^"]*)"', pages) == ["/reports"]  # the search
    assert "/reports/new" not in pages


def test_the_queue_is_searched_by_number_and_paged(site: Site, supervisor: httpx.Client) -> None:
    for line in range(60):
        reported(site, f"09123456{line:02d}")
    first = supervisor.get("/reports").text
    (link,) = re.findall(r'href="(/reports\?[^"]*after=[^"]*)"', first)
    second = supervisor.get(link.replace("&amp;", "&")).text
    assert (first.count('id="report-'), second.count('id="report-')) == (50, 10)
    found = supervisor.get("/reports", params={"number": "+84 912 345 607", "decided": "false"}).text
    assert re.findall(r'id="report-(\d+)"', found) == ["8"]
    assert "Không có phản ánh nào về số này" in supervisor.get("/reports?number=0999999999").text
    assert site.services.lists.entries(kind=EntryKind.BLOCK).items == ()
