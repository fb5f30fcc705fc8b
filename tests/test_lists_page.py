"""The page of the lists, as HTTP: what is shown to whom, what is stored, what is said of a refusal."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from api_site import Site

from api.times import VIETNAM
from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import EntryKind, ExemptCaller
from screener.access.roles import Role
from screener.calls import Ended

pytest_plugins = ["api_fixtures"]

NEW = {"kind": "block", "pattern": "+84 912 345 678", "category": "scam", "note": "Tự xưng thanh tra"}
NOW = datetime.now(UTC)


@pytest.fixture
def operator(site: Site) -> Iterator[httpx.Client]:
    with site.signed_in(Role.OPERATOR) as client:
        yield client


def test_what_is_added_is_on_its_list_with_its_maker_and_its_calls(
    site: Site, operator: httpx.Client
) -> None:
    site.ring("0912345678", at=NOW - timedelta(days=1))
    end = {"expires_at": "2099-01-02T03:04", "called": "1001, 10*", "back": "/lists?category=scam"}
    answer = operator.post("/lists", data=NEW | end)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lists?category=scam&done=added")
    (stored,) = site.services.lists.entries().items
    assert (stored.pattern, stored.author, stored.called) == ("0912345678", "a-operator", "10* 1001")
    assert stored.expires_at == datetime(2099, 1, 2, 3, 4, tzinfo=VIETNAM)
    page = operator.get(answer.headers["location"]).text
    assert "Đã thêm." in page and "lừa đảo" in page and "1 cuộc gọi của số này trong 30 ngày" in page
    assert "a-operator" in page
    assert "Danh sách này chưa có gì" in operator.get("/lists", params={"kind": "allow"}).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pattern": "gọi sau"}, "Không đọc được đây là số hay mẫu số nào"),
        ({"expires_at": "2001-01-01T00:00"}, "phải ở tương lai"),
        ({"expires_at": "mai"}, "phải ở tương lai"),
        ({"kind": "allow", "action": "tag"}, "Chỉ mục của danh sách chặn"),
        ({"kind": "deny"}, "Hãy chọn danh sách"),
        ({"called": "lễ tân"}, "Ghi các máy lẻ được gọi"),
        ({"note": "x" * 5001}, "Ghi chú quá dài"),
    ],
)
def test_what_can_not_be_used_is_named_and_what_was_typed_stays(
    site: Site, operator: httpx.Client, typed: dict[str, str], said: str
) -> None:
    answer = operator.post("/lists", data=NEW | {"source": "<giữ lại>"} | typed)
    assert answer.status_code == 422
    assert said in answer.text and "Chưa thay đổi gì." in answer.text and 'aria-invalid="true"' in answer.text
    assert "&lt;giữ lại&gt;" in answer.text
    assert site.services.lists.entries().items == ()


def test_of_two_who_change_an_entry_at_once_the_second_is_told_and_nothing_is_lost(
    site: Site, operator: httpx.Client
) -> None:
    entry = site.services.lists.add_entry(
        EntryDraft(EntryKind.BLOCK, "0912345678", imported="list", expires_at=NOW + timedelta(days=1)), "lan"
    )
    typed = NEW | {"version": entry.version, "expires_at": f"{entry.expires_at:%Y}", "back": "/lists"}
    shown = re.search(r'name="expires_at" value="([^"]+)"', operator.get(f"/lists/{entry.id}").text)
    assert shown is not None
    typed["expires_at"] = shown[1]
    assert operator.post(f"/lists/{entry.id}", data=typed | {"note": "một"}).status_code == 303
    second = operator.post(f"/lists/{entry.id}", data=typed | {"note": "hai"})
    assert second.status_code == 422
    assert "người khác" in second.text and f'href="/lists/{entry.id}"' in second.text
    stored = site.services.lists.entry(entry.id)
    assert (stored.note, stored.imported, stored.expires_at) == ("một", "list", entry.expires_at)


def test_an_entry_in_the_form_tells_what_it_would_hit_and_warns_of_whom_one_talks_to(
    site: Site, operator: httpx.Client
) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an <tỉnh>"))
    for day in (1, 2, 3):
        at = NOW - timedelta(days=day)
        site.ring("0912345678", at=at, ended=Ended(at, answered=True, talk_seconds=90))
    told = operator.post("/lists/preview", data=NEW).text
    assert "có 3 cuộc gọi khớp mục này" in told and "Cơ quan thường nói chuyện với số 0912345678" in told
    none = operator.post("/lists/preview", data=NEW | {"pattern": "0912345679"}).text
    assert "Không có cuộc gọi nào trong 30 ngày qua" in none and "alert-warning" not in none
    official = operator.post("/lists/preview", data=NEW | {"pattern": "0237 3725 725"}).text
    assert "số chính thức của Công an &lt;tỉnh&gt;" in official
    assert "Không đọc được" in operator.post("/lists/preview", data=NEW | {"pattern": "gọi"}).text
    assert operator.post("/lists/preview", data=NEW | {"pattern": " "}).text.strip() == ""
    assert site.services.lists.entries().items == ()


def test_ticked_entries_are_removed_at_once_and_undone_with_one_press(
    site: Site, operator: httpx.Client
) -> None:
    for number in ("0912345678", "0912345679", "0912345670"):
        operator.post("/lists", data=NEW | {"pattern": number})
    page = operator.get("/lists").text
    ticked = re.findall(r'name="entry" value="([^"]+)"', page)
    assert len(ticked) == 3
    changed = int(ticked[0].partition("-")[0])
    operator.post(
        f"/lists/{changed}",
        data=NEW | {"pattern": "0912345670", "note": "khác", "version": ticked[0].partition("-")[2]},
    )
    done = operator.post("/lists/bulk", data={"do": "remove", "entry": ticked})
    assert done.headers["location"] == "/lists?done=remove&count=2&left=1"
    said = operator.get(done.headers["location"]).text
    assert "Đã xóa 2 mục." in said and "1 mục được giữ nguyên" in said
    step = re.search(r'action="(/lists/changes/\d+/undo)"', operator.get("/lists/changes").text)
    assert step is not None
    undone = operator.post(step[1])
    assert "2 mục trở lại như trước" in operator.get(undone.headers["location"]).text
    assert operator.post(step[1]).status_code == 303
    assert len(site.services.lists.entries().items) == 3
    assert operator.post("/lists/bulk", data={"do": "remove"}).headers["location"] == "/lists?done=none"
    moved = operator.post("/lists/bulk", data={"do": "move-harassment", "entry": [ticked[1]]})
    assert moved.headers["location"] == "/lists?done=move&count=1&left=0"


def test_an_exemption_is_shown_and_taken_back(site: Site, operator: httpx.Client) -> None:
    assert "Chưa có số nào được miễn trừ" in operator.get("/lists/exemptions").text
    made = site.services.exemptions.add(ExemptCaller(None, "113", "default", "<trunk>"), "lan")
    assert "&lt;trunk&gt;" in operator.get("/lists/exemptions").text
    assert operator.post(f"/lists/exemptions/{made.id}/remove", data={"version": "0"}).status_code == 412
    gone = operator.post(f"/lists/exemptions/{made.id}/remove", data={"version": made.version})
    assert "Đã bỏ miễn trừ" in operator.get(gone.headers["location"]).text
    assert site.services.exemptions.exemptions().items == ()


def test_a_viewer_reads_the_lists_and_sees_nothing_to_change_them_with(
    site: Site, operator: httpx.Client
) -> None:
    operator.post("/lists", data=NEW)
    with site.signed_in(Role.VIEWER) as viewer:
        for path in ("/lists", "/lists/exemptions", "/lists/changes"):
            page = viewer.get(path)
            assert page.status_code == 200
            main = page.text.partition("<main")[2]
            assert 'method="post"' not in main
            assert "checkbox" not in main and "/undo" not in main and "/lists/new" not in main


def test_what_a_caller_or_a_file_wrote_is_shown_escaped_with_its_hidden_characters(
    site: Site, operator: httpx.Client
) -> None:
    site.services.lists.add_entry(EntryDraft(EntryKind.BLOCK, "name:*<b>an*", "<script>"), "lan")
    page = operator.get("/lists").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert "name:*&lt;b&gt;an*" in page
