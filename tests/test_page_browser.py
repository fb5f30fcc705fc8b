"""The page in a real Chromium: it keeps itself true, and fits a telephone."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from api_site import START, WELL, Site
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.cookies import NAME
from screener.calls import Ended

pytest_plugins = ["api_fixtures"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG = "X" * 200
AXE = Path(__file__).parent / "vendor/axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[[int, int], Page]]:
    """Open the page in a window of a width and height; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(width: int, height: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        context.add_cookies([{"name": NAME, "value": site.session, "url": site.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(site.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    broken = ("ERR_CONNECTION_REFUSED", "[object Event]")  # htmx says the latter of a stream that broke
    assert not [said for said in complaints if not any(word in said for word in broken)]


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


def test_a_new_call_appears_without_reloading(site: Site, open_page: Callable[[int, int], Page]) -> None:
    page = open_page(1280, 900)
    expect(page.locator("#calls .empty")).to_be_visible()
    page.evaluate("window.notReloaded = true")
    site.ring("0912345678")
    expect(page.locator("#call-1")).to_contain_text("0912345678", timeout=6000)
    site.ring("0987654321", "<b>Công an</b>\u202e")
    expect(page.locator("#call-2")).to_contain_text("<b>Công an</b>⟨U+202E⟩", timeout=6000)
    assert page.locator("#calls li").first.get_attribute("id") == "call-2"
    assert page.evaluate("window.notReloaded") is True


def test_a_call_that_ends_is_told_in_its_row_and_the_other_rows_stay(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    site.ring("0912345678")
    site.ring("0987654321")
    page = open_page(1280, 900)
    page.evaluate("window.row = document.getElementById('call-1')")
    expect(page.locator("#call-2")).to_contain_text("Chưa kết thúc")
    site.hang_up(2, Ended(START, True, "101", talk_seconds=83))
    expect(page.locator("#call-2")).to_contain_text("nói chuyện 1:23", timeout=6000)
    assert page.evaluate("window.row === document.getElementById('call-1')") is True
    assert page.locator("#calls li").count() == 2


def test_new_calls_do_not_move_what_is_being_read(site: Site, open_page: Callable[[int, int], Page]) -> None:
    for _ in range(50):
        site.ring()
    page = open_page(1280, 700)
    page.locator("#call-20").scroll_into_view_if_needed()
    before = _top(page, "#call-20")
    site.ring("0987654321")
    expect(page.locator("#call-51")).to_be_attached(timeout=6000)
    assert abs(_top(page, "#call-20") - before) < 2
    assert page.locator("#calls li").count() == 50


def test_a_banner_appears_and_goes_with_its_cause(site: Site, open_page: Callable[[int, int], Page]) -> None:
    page = open_page(1280, 900)
    banner = page.locator("#state .banner")
    expect(banner).to_have_count(0)
    site.health[0] = site.monitor_only()
    expect(banner).to_contain_text("Đang ở chế độ chỉ theo dõi", timeout=6000)
    site.health[0] = WELL
    expect(banner).to_have_count(0, timeout=6000)


def test_the_page_says_when_it_can_not_be_updated(site: Site, open_page: Callable[[int, int], Page]) -> None:
    page = open_page(1280, 900)
    expect(page.locator("#state .banner")).to_have_count(0)
    site.health.clear()  # what the page shows can't be made any more: its stream ends
    expect(page.locator("#lost")).to_contain_text("Trang không cập nhật được", timeout=6000)
    site.health.append(site.monitor_only())
    expect(page.locator("#lost")).to_be_hidden(timeout=10000)
    expect(page.locator("#state .banner")).to_have_count(1)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_that_keeps_people_from_using_the_page(
    site: Site, open_page: Callable[[int, int], Page], width: int, look: Literal["light", "dark"]
) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
    site.ring("02373725726", "Công an", at=datetime.now(UTC))
    site.ring("anonymous", at=datetime.now(UTC))
    site.ring("0912345678", at=datetime.now(UTC), ended=Ended(START, True, "101", talk_seconds=5))
    site.health[0] = site.monitor_only(detail="Asterisk 22")
    page = open_page(width, 900)
    page.emulate_media(color_scheme=look)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", look)
    expect(page.locator("#calls mark")).to_have_count(2)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(results => results.violations)")
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert not [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in grave]


def test_a_choice_of_language_and_look_is_kept(site: Site, open_page: Callable[[int, int], Page]) -> None:
    page = open_page(1280, 900)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Latest calls")).to_be_visible()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html[lang=en][data-bs-theme=dark]")).to_be_visible()
    site.ring("0912345678")
    expect(page.locator("#call-1")).to_contain_text("To extension 101", timeout=6000)


def test_the_menu_of_a_small_screen_opens_by_keyboard(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    page = open_page(375, 800)
    expect(page.get_by_role("link", name="Hiện tại")).to_be_hidden()
    page.get_by_role("button", name="Trình đơn").press("Enter")
    expect(page.get_by_role("link", name="Hiện tại")).to_be_visible()


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_nothing_scrolls_sideways_whatever_callers_write(
    site: Site, open_page: Callable[[int, int], Page], width: int
) -> None:
    site.ring("0912345678")
    site.ring("9" * 100, LONG, LONG)
    site.ring("", "\u202e" * 100, "\t" * 50)
    site.health[0] = site.monitor_only(detail=LONG)
    page = open_page(width, 800)
    expect(page.locator("#call-3")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("getComputedStyle(document.body).overflowX") == "visible"
