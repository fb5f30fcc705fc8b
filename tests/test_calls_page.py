"""The log of calls and the story of one call, as pages."""

import re
from datetime import timedelta
from urllib.parse import quote

import httpx
from api_site import START, Site

from api.pages import call_filter
from api.times import VIETNAM
from blocklist.drafts import OfficialDraft
from screener.access.roles import Role
from screener.access.user_sessions import csrf_of
from screener.calls import Did, Ended

pytest_plugins = ["api_fixtures"]


def found(site: Site, query: str = "") -> list[int]:
    """Return the ids of the calls that a page of the log shows."""
    with site.client() as client:
        answer = client.get(f"/calls{query}")
    assert answer.status_code == 200
    return [int(id_) for id_ in re.findall(r'id="call-(\d+)"', answer.text)]


ASKED = [
    ("", [4, 3, 2, 1]),
    ("?number=%2B84+912+345+678", [2, 1]),
    ("?number=3456", [2, 1]),
    ("?number=345", []),
    ("?number=113", [4]),
    ("?called=205", [2]),
    ("?called=20", []),
    ("?action=block", [3]),
    ("?rule=block_exact", [3]),
    ("?rule=lookalike", []),
    ("?answered=yes", [1]),
    ("?answered=no", [2]),
    ("?pbx=default", [4, 3, 2, 1]),
    ("?pbx=other", []),
    ("?since=2026-11-23T08:31", [4, 3]),
    ("?until=2026-11-23T08:31", [2, 1]),
    ("?number=0912345678&answered=no&called=", [2]),
]
"""What is asked of the log, and the calls that fit."""


def test_the_log_shows_the_calls_that_fit_all_that_was_asked(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0987654321"})
    site.ring("0912345678", ended=Ended(START, True, "101", talk_seconds=83))
    site.ring("0912345678", called="205", ended=Ended(START, False))
    site.ring("0987654321", at=START + timedelta(minutes=1))
    site.ring("113", at=START + timedelta(minutes=2))
    assert [(query, found(site, query)) for query, _ in ASKED] == ASKED


REFUSED = [
    ("?number=xyz", "Không có chữ số nào"),
    ("?rule=nix", "Không có lựa chọn này"),
    ("?answered=1", "Không có lựa chọn này"),
    ("?since=gestern", "Ngày giờ không đúng"),
    ("?since=0001-01-01T00:00", "Ngày giờ không đúng"),
    ("?since=2026-11-23T09:00&until=2026-11-23T09:00", "Thời điểm cuối phải sau thời điểm đầu"),
    ("?called=" + "1" * 201, "Nội dung quá dài"),
]


def test_a_condition_that_can_not_be_used_is_told_at_its_field_and_nothing_is_looked_for(site: Site) -> None:
    site.ring()
    with site.client() as client:
        for query, said in REFUSED:
            html = client.get(f"/calls{query}").text
            assert said in html and "Chưa tìm" in html, query
            assert 'id="call-' not in html


def test_a_whole_number_is_looked_for_as_it_is_and_digits_as_a_part() -> None:
    def asked(number: str) -> object:
        return call_filter.read({"number": number}, VIETNAM).filters

    assert asked(" +84 912 345 678 ") == {"number": "+84 912 345 678"}
    assert asked("0912 345 67") == {"part": "091234567"}
    assert asked("0692348560") == {"number": "0692348560"}
    assert asked("2348") == {"part": "2348"}
    assert asked("234") == {"number": "234"}


def test_the_pages_of_the_log_are_complete_while_new_calls_come_and_keep_the_conditions(site: Site) -> None:
    for i in range(110):
        site.ring(at=START + timedelta(seconds=i // 3))
    site.ring("0987654321")
    seen, path = [], "/calls?number=0912345678"
    with site.client() as client:
        while path:
            html = client.get(path).text
            seen += [int(id_) for id_ in re.findall(r'id="call-(\d+)"', html)]
            link = re.search(r'href="([^"]*)" rel="next"', html)
            path = link[1].replace("&amp;", "&") if link else ""
            site.ring(at=START + timedelta(hours=1))
        assert 'href="/calls?number=0912345678"' in html
    assert len(seen) == len(set(seen)) == 110


def test_what_a_caller_wrote_is_escaped_and_made_visible_everywhere(site: Site) -> None:
    evil = '"><script>alert(1)</script>\u202e'
    site.ring(evil, evil, evil)
    site.services.call_notes.add(1, evil, "lan")
    with site.client() as client:
        for path in ("/calls", "/calls/1", "/calls?number=" + quote(evil + "1234")):
            html = client.get(path).text
            assert "<script>alert" not in html and "\u202e" not in html
            assert "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩" in html


def test_one_call_tells_its_whole_story(site: Site) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an tỉnh Thanh Hóa", confirmed=True))
    site.ring(
        "+842373725726",
        "Cong an tinh",
        ended=Ended(START + timedelta(seconds=91), True, "101", talk_seconds=83, hangup_cause=16),
    )
    site.ring("02373725726", called="205")
    with site.client() as client:
        html = client.get("/calls/1").text
    for told in (
        "+842373725726",
        "đọc là 0237 3725 726, cố định",
        "tổng đài default hỏi dịch vụ",
        "qua trung kế",
        "Gần giống số chính thức",
        "Khác một chữ số",
        "Tên hiển thị giống tên cơ quan",
        "người nghe chưa nghe lời cảnh báo",
        "23/11/2026 08:30:08",
        "nói chuyện 1:23",
        "gác máy bình thường",
        'href="/calls/2"',
        'href="/calls?number=02373725726"',
    ):
        assert told in html, told
    assert "xác minh" not in html.replace("chưa xác minh", "")


def test_what_was_played_is_told_as_far_as_it_is_known(site: Site) -> None:
    played = {
        Did.BLOCK: "thông báo từ chối, sau đó tổng đài ngắt",
        Did.ALLOW: "không phát gì",
        Did.UNKNOWN: "không rõ: tổng đài chưa báo lại",
    }
    with site.client() as client:
        for number, (did, said) in enumerate(played.items(), 1):
            site.ring(did=did)
            told = client.get(f"/calls/{number}").text
            assert f"Phát cho người gọi</dt><dd>{said}" in told


def test_a_withheld_call_has_no_others_and_a_call_that_is_not_there_is_told(site: Site) -> None:
    site.ring("")
    site.ring("")
    with site.client() as client:
        assert "không có số nên không tìm được cuộc gọi khác" in client.get("/calls/1").text
        missing = client.get("/calls/9", headers={"Accept": "text/html"})
    assert missing.status_code == 404
    assert "Không có trang này" in missing.text


def test_a_note_is_kept_under_the_name_of_who_wrote_it_and_audited(site: Site) -> None:
    site.ring()
    csrf = {"X-CSRF-Token": csrf_of(site.session), "Sec-Fetch-Site": "same-origin"}
    with site.client() as client:
        answer = client.post(
            "/calls/1/notes", data={"text": "Xưng là công an\r\n<b>đòi</b> tiền"}, headers=csrf
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/calls/1#notes")
        assert "Xưng là công an<br>&lt;b&gt;đòi&lt;/b&gt; tiền" in client.get("/calls/1").text
        assert client.post("/calls/1/notes", data={"text": ""}, headers=csrf).status_code == 422
        assert client.post("/calls/9/notes", data={"text": "x"}, headers=csrf).status_code == 404
    (kept,) = site.services.call_notes.of(1)
    assert kept.author == "quản-trị"
    assert site.services.audit.page().items[0].actor == "quản-trị"


def test_a_viewer_reads_and_is_offered_nothing_else(site: Site) -> None:
    site.ring()
    user = site.services.accounts.users.add("sảnh", Role.VIEWER)
    session = site.services.accounts.sessions.begin(user.id, "127.0.0.1", "")
    with httpx.Client(base_url=site.url, cookies={"call_screener": session}, trust_env=False) as client:
        html = client.get("/calls/1").text
    assert "Chưa có ghi chú nào" in html
    main = html[html.index("<main") : html.index("</main>")]
    assert "<button" not in main and "<form" not in main
