"""The page "Check a number", and many numbers at once over the API: the same answers as the command gives."""

import pytest
from api_site import Site

from api import csrf
from api.checking import LONGEST, MOST
from screener.access.user_sessions import csrf_of

pytest_plugins = ["api_fixtures"]

OFFICIAL = {
    "organisation": "Công an tỉnh Thanh Hóa",
    "number": "02373725725",
    "source": "https://congan.thanhhoa.gov.vn",
    "confirmed": True,
}
HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def check(site: Site, numbers: str, status: int = 200, language: str = "vi", **more: str) -> str:
    """Send the form as a browser does; return the page."""
    with site.client() as client:
        client.cookies.set("language", language)
        form = {"numbers": numbers, csrf.FIELD: csrf_of(site.session), **more}
        answer = client.post("/check", data=form, headers=HERE)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.fixture
def lists(site: Site) -> Site:
    """A site with an office and a blocked number."""
    with site.client() as client:
        assert client.post("/api/v1/officials", json=OFFICIAL).status_code == 201
        entry = {"kind": "block", "pattern": "0987654321", "called": ["1001"]}
        assert client.post("/api/v1/entries", json=entry).status_code == 201
    site.services.snapshots.refresh_if_changed()
    return site


def test_a_lookalike_is_told_with_its_differing_digit_marked_and_what_would_happen(lists: Site) -> None:
    page = check(lists, "0237 3725 726")
    for told in (
        "đọc là 0237 3725 726",
        "Gần giống số của Công an tỉnh Thanh Hóa (02373725725)",
        "0237372572<mark>6</mark>",
        "0237372572<mark>5</mark>",
        "máy sẽ đổ chuông và người nghe được cảnh báo",
        "Quy tắc: Gần giống số chính thức",
    ):
        assert told in page
    assert "0237 3725 726</textarea>" in page


def test_the_official_number_itself_is_let_through_and_called_unverified(lists: Site) -> None:
    page = check(lists, "02373725725")
    assert "Cho qua" in page and "chưa xác minh" in page
    assert "<mark>" not in page


def test_several_numbers_are_told_apart_and_counted(lists: Site) -> None:
    asked = "0912345678\r\n\r\n tel:+84-987-654-321;ext=1 ,anonymous; 02373725726"
    page = check(lists, asked, called="1001")
    assert page.count('<li class="call call-') == 4
    assert "Chặn: <strong>1</strong> · Cảnh báo: <strong>1</strong> · Gắn nhãn: <strong>1</strong>" in page
    assert check(lists, "0987654321", called="1002").count("call-allow") == 1


def test_name_and_trunk_count_and_english_is_english(site: Site) -> None:
    assert "call-warn" in check(site, "0912345678", name="CONG AN TINH")
    assert "call-allow" in check(site, "+840912345678", trunk="hq/odd")
    page = check(site, "+840912345678", trunk="branch/odd", language="en")
    assert "call-tag" in page and "a 0 too many after 84" in page and "Check a number" in page


def test_any_text_is_judged_and_shown_escaped_with_what_hides_in_it(site: Site) -> None:
    page = check(site, "<b>09\u202e12</b>", name="<i>x</i>")
    assert "&lt;b&gt;09⟨U+202E⟩12&lt;/b&gt;" in page
    assert "<b>09" not in page and "<i>x" not in page


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (" \r\n, ", "Hãy nhập ít nhất một số"),
        ("0\n" * (MOST + 1), "Nhiều số quá, chưa kiểm tra số nào"),
        ("9" * (LONGEST + 1), "Có dòng dài hơn mọi số điện thoại"),
    ],
)
def test_what_is_no_question_is_answered_with_what_to_write(site: Site, numbers: str, said: str) -> None:
    page = check(site, numbers, status=422)
    assert said in page and 'id="answers"' not in page


def test_as_many_and_as_long_as_allowed_is_answered(site: Site) -> None:
    assert check(site, f"{'9' * LONGEST}\n" + "0\n" * (MOST - 1)).count('<li class="call ') == MOST


def test_the_api_checks_many_in_their_order_and_refuses_too_many_by_name(lists: Site) -> None:
    with lists.client() as client:
        asked = {"numbers": ["0987654321", "", "02373725726"], "called": "1001"}
        answer = client.post("/api/v1/check", json=asked)
        one = client.get("/api/v1/check", params={"number": "02373725726", "called": "1001"})
        many = client.post("/api/v1/check", json={"numbers": ["0"] * (MOST + 1)})
        none = client.post("/api/v1/check", json={"numbers": []})
    items = answer.json()["items"]
    assert [item["rule"] for item in items] == ["block_exact", "withheld", "lookalike"]
    assert items[2] == one.json()
    assert (many.status_code, none.status_code) == (422, 422)
    assert f"holds too many items; it takes {MOST} at most" in many.json()["detail"]
    assert "numbers = []: must not be empty" in none.json()["detail"]
