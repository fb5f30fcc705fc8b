"""The page as HTML: what callers wrote is shown, never obeyed, and nothing is said that is not known."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from api_site import START, WELL, Site, serving

from api.pages import unscreened
from api.times import local
from screener import screening, words
from screener.access.accounts import Accounts
from screener.api_tokens import ApiTokens
from screener.calls import Did, Ended
from screener.database import open_database
from screener.health import DatabaseState, Health, LinkState
from screener.outage import Outage, Trouble
from screener.records import Records
from screener.switch import EnforcingSwitch

pytest_plugins = ["api_fixtures"]

GONE = Outage(Trouble.GONE, START, "database sqlite:////x.db: its file was removed", "put /x.db back")
UNREAD = replace(
    WELL, database=DatabaseState.DOWN, snapshot_age_seconds=None, enforcing=False, ready=False, outage=GONE
)
"""A service that started while its database was away."""


def _page(site: Site, language: str = "vi") -> str:
    with site.client() as client:
        client.cookies.set("language", language)
        answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def test_what_a_caller_wrote_is_escaped(site: Site) -> None:
    site.ring("<b>1</b>", "<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>")
    html = _page(site)
    assert "<script>alert" not in html and "<b>1" not in html and "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;b&gt;1&lt;/b&gt;" in html


def test_characters_that_hide_or_turn_text_around_are_made_visible(site: Site) -> None:
    site.ring("0912345678", "Công an\u202e\u200b\ufeff\x07")
    html = _page(site)
    assert "Công an⟨U+202E⟩⟨U+200B⟩⟨U+FEFF⟩⟨U+0007⟩" in html
    assert not set("\u202e\u200b\ufeff\x07") & set(html)


def test_the_page_holds_no_inline_script_or_style_and_nothing_from_elsewhere(site: Site) -> None:
    site.ring()
    html = _page(site)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html)
    assert len(scripts) == html.count("<script") > 3
    assert all(
        re.fullmatch(r' src="/static/[\w./-]+"( defer)?', given) and not held for given, held in scripts
    )
    links = {link for link in re.findall(r"(?:src|href)=\"([^\"]*)\"", html) if not link.startswith("#")}
    assert all(re.match("/(?!/)", link) for link in links)
    with site.client() as client:
        for link in links:
            assert client.get(link).status_code == 200


def test_times_are_shown_as_vietnamese_offices_write_them(site: Site) -> None:
    site.ring(at=START.replace(hour=17, minute=5))
    assert "24/11/2026 00:05:00" in _page(site)


def test_a_lookalike_names_who_is_imitated(site: Site) -> None:
    with site.client() as client:
        client.post(
            "/api/v1/officials", json={"number": "02373725725", "organisation": "Công an <Thanh Hóa>"}
        )
    site.ring("02373725726")
    html = _page(site)
    assert "Gần giống số của Công an &lt;Thanh Hóa&gt; (02373725725)" in html
    assert "người nghe chưa nghe lời cảnh báo" in html


def test_a_name_that_imitates_names_the_office_and_does_not_say_that_its_number_is_shown(site: Site) -> None:
    with site.client() as client:
        client.post(
            "/api/v1/officials", json={"number": "02373725725", "organisation": "Công an tỉnh Hòa Lạc"}
        )
    site.ring("0912345678", "CONG AN TINH HOA LAC")
    html = _page(site)
    assert "Tên giống tên của Công an tỉnh Hòa Lạc (02373725725)" in html
    assert "Hiển thị số" not in html


def test_a_call_that_shows_an_official_number_is_called_unverified(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
    site.ring("02373725725")
    html = _page(site)
    assert "Hiển thị số của Công an (02373725725), chưa xác minh" in html
    english = _page(site, "en")
    assert "Shows the number of Công an (02373725725), unverified" in english
    assert not re.search(r"(?<!chưa )xác minh|(?<!un)verified", html + english)


@pytest.mark.parametrize(
    ("did", "enforced", "said"),
    [
        (Did.BLOCK, True, "Đã chặn, máy lẻ không đổ chuông"),
        (Did.ALLOW, False, "Chỉ theo dõi: lẽ ra đã chặn"),
        (Did.UNKNOWN, False, "Chỉ theo dõi: lẽ ra đã chặn"),
        (Did.UNKNOWN, True, "Tổng đài chưa báo lại"),
        (Did.TIMEOUT, True, "máy lẻ vẫn đổ chuông"),
        (Did.ALLOW, True, "Đã cho qua (kết luận: chặn)"),
    ],
)
def test_what_is_said_to_have_happened_is_what_the_exchange_did(
    site: Site, did: Did, enforced: bool, said: str
) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"})
    site.ring(did=did, enforced=enforced)
    assert said in _page(site)


def test_the_outcome_is_told_once_it_is_known(site: Site) -> None:
    site.ring()
    assert "Chưa kết thúc" in _page(site)
    site.ring(ended=Ended(START, True, "205", talk_seconds=605))
    assert "205 nghe máy, nói chuyện 10:05" in _page(site)


def test_the_page_holds_the_latest_fifty_calls(site: Site) -> None:
    for _ in range(55):
        site.ring()
    rows = re.findall(r'id="call-(\d+)"', _page(site))
    assert [int(row) for row in rows] == list(range(55, 5, -1))


def test_without_calls_the_page_says_what_to_do_next(site: Site) -> None:
    assert "Hãy gọi thử từ bên ngoài" in _page(site)
    site.health[0] = replace(WELL, links=())
    assert "[pbx.default]" in _page(site)


@pytest.mark.parametrize(
    ("health", "said", "means"),
    [
        (
            replace(WELL, links=(replace(WELL.links[0], state=LinkState.REFUSED),)),
            "Tổng đài default: từ chối tài khoản của dịch vụ từ 23/11/2026 08:30:00.",
            "cuộc gọi không được sàng lọc",
        ),
        (replace(WELL, enforcing=False), "Đang ở chế độ chỉ theo dõi.", "không cuộc gọi nào bị chặn"),
        (
            replace(WELL, database=DatabaseState.DOWN),
            "Không truy cập được cơ sở dữ liệu.",
            "vẫn được sàng lọc theo danh sách trong bộ nhớ",
        ),
        (
            replace(WELL, database=DatabaseState.DOWN, journal_writable=False),
            "Cuộc gọi chỉ được giữ trong bộ nhớ.",
            "báo ngay người quản trị",
        ),
        (replace(WELL, journal_writable=False), "Không ghi được nhật ký cuộc gọi.", "mất nếu dịch vụ dừng"),
        (
            replace(WELL, database=DatabaseState.DOWN, outage=GONE, snapshot_age_seconds=720.0),
            "Không truy cập được cơ sở dữ liệu từ 23/11/2026 08:30:00.",
            "hãy đặt lại tệp vào chỗ cũ",
        ),
        (
            replace(WELL, outage=replace(GONE, trouble=Trouble.ROW), database=DatabaseState.DOWN),
            "Không đọc được danh sách mới từ 23/11/2026 08:30:00.",
            "theo danh sách trước đó",
        ),
        (
            replace(UNREAD, journal_writable=False),
            "Cuộc gọi không được sàng lọc: chưa đọc được danh sách từ 23/11/2026 08:30:00.",
            "bản ghi chỉ ở trong bộ nhớ",
        ),
        (
            replace(WELL, links=(replace(WELL.links[0], enforce=False),)),
            "Tổng đài default: chỉ theo dõi.",
            "đặt enforce = true trong tệp cấu hình",
        ),
        (replace(WELL, snapshot_age_seconds=720.0), "12 phút trước", "danh sách cũ"),
    ],
)
def test_what_does_not_work_is_told_with_what_it_means_for_calls(
    site: Site, health: Health, said: str, means: str
) -> None:
    assert 'class="banner' not in _page(site)
    site.health[0] = health
    html = _page(site)
    assert html.count('class="banner') == 1
    assert said in html and means in html


def test_a_link_that_is_down_and_monitor_only_has_one_banner(site: Site) -> None:
    site.health[0] = replace(WELL, links=(replace(WELL.links[0], state=LinkState.DOWN, enforce=False),))
    html = _page(site)
    assert html.count('class="banner') == 1
    assert "mất kết nối" in html


def test_the_banner_says_who_switched_enforcing_off_since_when_and_how_to_put_it_back(site: Site) -> None:
    site.services.switch.set(False, "trực <b>ban</b>")
    site.health[0] = site.monitor_only()
    html = _page(site)
    at = local(site.services.switch.state().changed_at)
    assert f"Người tắt: trực &lt;b&gt;ban&lt;/b&gt;, lúc {at}." in html
    assert "call-screener enforce on" in html


def test_nobody_is_said_to_have_switched_off_what_could_not_be_read_yet(site: Site) -> None:
    site.health[0] = replace(WELL, enforcing=False, snapshot_age_seconds=None)
    html = _page(site)
    assert "chưa đọc được danh sách" in html
    assert "Người tắt" not in html and "enforce on" not in html


@pytest.mark.parametrize(
    ("health", "look", "said"),
    [
        (WELL, "up", "Đang sàng lọc"),
        (replace(WELL, enforcing=False), "idle", "Chỉ theo dõi"),
        (replace(WELL, links=(replace(WELL.links[0], enforce=False),)), "idle", "Chỉ theo dõi"),
        (replace(WELL, links=(replace(WELL.links[0], state=LinkState.SILENT),)), "bad", "Không phản hồi"),
    ],
)
def test_a_link_looks_well_only_where_verdicts_are_enforced(
    site: Site, health: Health, look: str, said: str
) -> None:
    site.health[0] = health
    html = _page(site)
    assert re.findall(r'class="link link-(\w+)"', html) == [look]
    card = html[html.index('class="link ') :]
    assert said in card


@pytest.mark.parametrize("state", [state for state in LinkState if state is not LinkState.UP])
def test_a_link_that_is_not_up_says_what_to_do_before_any_technical_word(
    site: Site, state: LinkState
) -> None:
    site.health[0] = replace(WELL, links=(replace(WELL.links[0], state=state, detail="EOF <jargon>"),))
    html = _page(site)
    card = html[html.index('class="link link-bad"') :]
    assert card.index(words.LINK_REMEDIES[state].vi) < card.index("Chi tiết kỹ thuật")
    assert "EOF &lt;jargon&gt;" in card


@pytest.mark.parametrize(
    ("shown", "national"),
    [("+84 2373725726", "02373725726"), ("02373.725.726", "02373725726"), ("0912345678", ""), ("", "")],
)
def test_the_number_as_it_is_compared_stands_beside_the_shown_one_where_they_differ(
    site: Site, shown: str, national: str
) -> None:
    site.ring(shown)
    rows = _page(site).partition('id="calls"')[2]
    assert re.findall(r'tức là <bdi class="digits">([^<]*)</bdi>', rows) == [national] * bool(national)


def test_a_blocked_caller_who_resembles_an_office_is_told_as_both(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "02373725726"})
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0237*"})
    site.ring("02373725726")
    html = _page(site)
    assert '<span class="verdict">Chặn</span>' in html
    assert html.partition('id="calls"')[2].count("Gần giống số của Công an (02373725725)") == 1
    assert "Cũng khớp: Đầu số có trong danh sách chặn" in html


def test_calls_that_rang_unscreened_are_told_with_their_number_and_cause(site: Site) -> None:
    counted = site.services.metrics.let_through
    counted.labels("caller_gone", "default").inc()
    assert "sàng lọc đầy đủ" not in _page(site)
    counted.labels("nobody_to_ask", "north").inc(3)
    counted.labels("nobody_to_ask", "south").inc(4)
    counted.labels("timeout", "north").inc()
    html = _page(site)
    assert re.findall(r"<li><strong>(\d+)</strong> cuộc gọi: (\S+ \S+)", html) == [
        ("7", "tổng đài"),
        ("1", "không có"),
    ]
    assert local(site.services.metrics.since) in html


def test_every_cause_that_is_counted_has_its_words() -> None:
    sources = [path.read_text() for path in Path(screening.__file__).parent.glob("*.py")]
    counted = {cause for text in sources for cause in re.findall(r"let_through\(\"(\w+)\"\)", text)}
    labelled = {cause for text in sources for cause in re.findall(r"let_through\.labels\(\"(\w+)\"", text)}
    fell_short = {Did.TIMEOUT.value, Did.UNREADABLE.value, "refused"}
    gone = {"caller_gone"}  # nobody's failure: the caller hung up first
    assert {*counted, *labelled, *fell_short} - gone == set(unscreened.CAUSES)


def test_a_start_without_lists_is_told_in_one_story(site: Site) -> None:
    site.health[0] = UNREAD
    html = _page(site)
    assert html.count('class="banner') == 1
    assert "Cuộc gọi không được sàng lọc" in html and "Mọi cuộc gọi đều đổ chuông" in html
    assert "/x.db" in html
    assert "chưa sàng lọc: chưa đọc được danh sách" in html and 'class="link link-bad"' in html
    for untrue in ("chỉ theo dõi", "Đang sàng lọc", "danh sách trong bộ nhớ", "Monitor-only", "Screening"):
        assert untrue not in html


def test_a_damaged_file_at_the_start_is_told_on_page_and_api_without_a_traceback(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "garbage.db").write_bytes(b"garbage" * 1000)
    database = open_database(f"sqlite:///{tmp_path / 'garbage.db'}")
    records, tokens = Records(database.sessions), ApiTokens(database.sessions)
    services = replace(
        site.services,
        records=records,
        tokens=tokens,
        accounts=Accounts.on(database.sessions),
        switch=EnforcingSwitch(database.sessions),
        health=lambda: UNREAD,
    )
    with serving(services) as url, site.client() as client:
        page = client.get(f"{url}/", headers={"Accept": "text/html"})
        answer = client.get(f"{url}/api/v1/calls")
    database.close()
    assert (page.status_code, answer.status_code) == (503, 503)
    for told in ("không truy cập được cơ sở dữ liệu", "Cuộc gọi vẫn đổ chuông", "put /x.db back"):
        assert told in page.text
    assert "put /x.db back. No lists could be read yet, so every call rings" in answer.json()["detail"]
    assert "file is not a database" in caplog.text
    assert "Traceback" not in caplog.text and "sqlalche.me" not in caplog.text


def test_a_number_that_imitates_in_two_ways_is_said_to_imitate_once(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
    site.ring("02373725726")
    rows = _page(site).partition('id="calls"')[2]
    assert rows.count("Gần giống số của Công an (02373725725)") == 1
    assert "0237372572<mark>6</mark>" in rows and "0237372572<mark>5</mark>" in rows
    assert "Chữ số khác nhau: 6 ở số gọi đến, 5 ở số chính thức." in rows
