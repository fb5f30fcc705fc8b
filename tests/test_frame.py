"""The frame of all pages: language and look as they were chosen, and errors that people can read."""

import re

import httpx
import pytest
from api_site import Site

pytest_plugins = ["api_fixtures"]
PAGE = {"Accept": "text/html,*/*;q=0.8"}


def _get(site: Site, path: str = "/", **headers: str) -> httpx.Response:
    """Ask signed in; the cookie of a choice comes along with the session's."""
    with site.client() as client:
        name, _, value = headers.pop("Cookie", "").partition("=")
        if name:
            client.cookies.set(name, value)
        return client.get(path, headers={**PAGE, **headers})


@pytest.mark.parametrize(
    ("cookie", "language", "said"),
    [("", "vi", "Hiện tại"), ("language=en", "en", "Latest calls"), ("language=xx", "vi", "Hiện tại")],
)
def test_the_page_is_in_vietnamese_unless_english_was_chosen(
    site: Site, cookie: str, language: str, said: str
) -> None:
    html = _get(site, Cookie=cookie).text
    assert f'<html lang="{language}"' in html
    assert said in html


def test_the_english_page_holds_no_vietnamese_but_names_and_reasons(site: Site) -> None:
    site.ring("02373725726")
    html = _get(site, Cookie="language=en").text
    told = re.sub(r'<(\w+)[^>]*\blang="vi"[^>]*>.*?</\1>', "", html, flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", " ", told).replace("quản-trị", "")
    assert not re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", words, re.IGNORECASE)


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("", ""), ("look=dark", ' data-bs-theme="dark"'), ("look=system", "")]
)
def test_light_or_dark_is_the_machines_unless_one_was_chosen(site: Site, cookie: str, attribute: str) -> None:
    assert f'<html lang="vi"{attribute}>' in _get(site, Cookie=cookie).text


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/calls?number=0912", "/calls?number=0912"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
    ],
)
def test_a_choice_is_kept_and_leads_back_to_a_page_of_ours(site: Site, back: str, to: str) -> None:
    with site.client() as client:
        answer = client.post("/choices", params={"language": "en", "look": "dark", "back": back})
        assert answer.status_code == 303
        assert answer.headers["location"] == to
        html = client.get("/").text
    assert '<html lang="en" data-bs-theme="dark">' in html
    cookies = answer.headers.get_list("set-cookie")
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in cookies)


def test_an_error_is_told_in_the_frame_with_what_it_means_for_calls(site: Site) -> None:
    answer = _get(site, "/nowhere")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text
    assert "Cuộc gọi không bị ảnh hưởng" in answer.text
    assert "there is nothing at /nowhere" in answer.text
    english = _get(site, "/nowhere", Cookie="language=en").text
    assert "There is no such page" in english and "Calls are not affected" in english


def test_what_is_wrong_with_a_choice_is_told_as_a_page(site: Site) -> None:
    with site.client(token="") as client:
        answer = client.post("/choices?look=pink", headers=PAGE)
    assert answer.status_code == 422
    assert "<html" in answer.text and "look" in answer.text


def test_a_part_of_a_page_that_fails_is_told_in_a_corner_of_it(site: Site) -> None:
    answer = _get(site, "/<b>nowhere", **{"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'class="toast' in answer.text and "&lt;b&gt;nowhere" in answer.text


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/static/nowhere"])
def test_programs_get_problem_documents_whatever_they_accept(site: Site, path: str) -> None:
    with site.client() as client:
        answer = client.get(path, headers=PAGE)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_fault_of_ours_is_told_as_a_page_that_may_load_nothing_from_elsewhere(site: Site) -> None:
    site.health.clear()
    answer = _get(site)
    assert answer.status_code == 500
    assert "Trang bị lỗi" in answer.text and "IndexError" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
