"""Calls in a real Chromium: found, understood, blocked and taken back, by whoever uses the page."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from api_site import START, Site
from playwright.sync_api import Page, expect
from test_page_browser import AXE, LONG, browser, open_page

from screener.calls import Ended

__all__ = ["browser", "open_page"]

pytest_plugins = ["api_fixtures"]


def test_a_call_is_found_blocked_and_taken_back_without_a_reload(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    page = open_page(1280, 900)
    site.ring("0912345678", at=datetime.now(UTC))
    row = page.locator("#call-1")
    expect(row).to_contain_text("0912345678", timeout=6000)
    row.get_by_role("button", name="Chặn").click()
    told = page.locator("#toasts .toast")
    expect(told).to_contain_text("Đã thêm số 0912345678 vào danh sách chặn")
    expect(told).to_be_focused()
    site.ring("0912345678", at=datetime.now(UTC))
    expect(page.locator("#call-2")).to_contain_text("Đã chặn, máy lẻ không đổ chuông", timeout=6000)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(told.get_by_role("button", name="Hoàn tác")).to_be_focused()
    page.keyboard.press("Enter")
    expect(told).to_contain_text("Mọi thứ trở lại như trước")
    expect(told).to_be_focused()
    told.get_by_role("button", name="Đóng").press("Enter")
    expect(told).to_have_count(0)
    expect(row.get_by_role("button", name="Chặn")).to_be_focused()
    page.get_by_role("link", name="Cuộc gọi", exact=True).click()
    page.get_by_label("Số gọi đến").fill("3456")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cuộc gọi có 3456")).to_be_visible()
    page.locator("#call-2 a.call-when").click()
    expect(page.locator("#standing")).to_contain_text("Không có mục danh sách hay mục miễn trừ nào khớp")
    page.get_by_role("button", name="Cho phép").click()
    expect(page.locator("#standing")).to_contain_text("Danh sách tin cậy 0912345678", timeout=6000)


@pytest.mark.parametrize(("width", "look"), [(375, "dark"), (1280, "light")])
def test_the_pages_of_calls_keep_nobody_out_and_nothing_scrolls_sideways(
    site: Site, open_page: Callable[[int, int], Page], width: int, look: str
) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
    ended = Ended(START, True, "101", talk_seconds=5, hangup_cause=16)
    site.ring("02373725726", "Cong an tinh", ended=ended)
    site.ring("9" * 100, LONG, LONG)
    with site.client() as client:
        assert client.post("/api/v1/calls/1/block").status_code == 201
    site.services.snapshots.refresh_if_changed()
    page = open_page(width, 900)
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    for path in ("/calls?rule=lookalike", "/calls?since=x", "/calls/1", "/calls/2"):
        page.goto(f"{site.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(results => results.violations)")
        grave = [one for one in found if one["impact"] in {"serious", "critical"}]
        assert not [(path, one["id"], one["nodes"][0]["html"]) for one in grave]
