"""Check a number, the state of the system and the log of changes, in a real Chromium."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pytest
from api_site import WELL, Site
from playwright.sync_api import Page, expect
from test_page_browser import AXE, LONG, browser, open_page

from screener.health import LinkState
from screener.outage import Outage, Trouble

__all__ = ["browser", "open_page"]
pytest_plugins = ["api_fixtures"]


def test_a_pasted_list_is_checked_by_keyboard_and_the_answers_are_gone_to(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
    site.services.snapshots.refresh_if_changed()
    page = open_page(375, 700)
    page.goto(f"{site.url}/check")
    page.get_by_label("Số điện thoại, như máy hiển thị").fill("0237 3725 726\n0912345678")
    page.get_by_role("button", name="Kiểm tra").press("Enter")
    expect(page.locator("#answers li")).to_have_count(2)
    expect(page.locator("#answers mark")).to_have_text(["6", "5"])
    expect(page.get_by_role("heading", name="Nếu số này gọi đến bây giờ")).to_be_in_viewport()
    expect(page.get_by_label("Số điện thoại, như máy hiển thị")).to_have_value("0237 3725 726\n0912345678")


def test_the_log_is_filtered_and_saved_as_a_file(site: Site, open_page: Callable[[int, int], Page]) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"})
    page = open_page(1280, 900)
    page.get_by_role("link", name="Nhật ký thay đổi").click()
    page.get_by_label("Cái gì").select_option("mục trong danh sách")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator("li[id^=change-]")).to_have_count(1)
    page.get_by_text("Trước và sau").click()
    expect(page.locator(".before-after")).to_contain_text("0912345678")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Lưu thành CSV").click()
    lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2 and "0912345678" in lines[1]


@pytest.mark.parametrize(("width", "look"), [(375, "dark"), (1280, "light")])
def test_these_pages_keep_nobody_out_and_scroll_no_way_but_down(
    site: Site, open_page: Callable[[int, int], Page], width: int, look: Literal["light", "dark"]
) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an " + LONG})
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678", "note": LONG})
    site.services.snapshots.refresh_if_changed()
    lost = replace(WELL.links[0], state=LinkState.DOWN, detail=LONG)
    outage = Outage(Trouble.AWAY, lost.since, "database x: away", "look at it")
    site.health[0] = replace(WELL, links=(WELL.links[0], lost), outage=outage, snapshot_age_seconds=400)
    page = open_page(width, 900)
    page.emulate_media(color_scheme=look)
    for path in ("/check", "/system", "/audit"):
        page.goto(site.url + path)
        if path == "/check":
            page.locator("#numbers").fill(f"02373725726\n{LONG}")
            page.get_by_role("button", name="Kiểm tra").click()
            expect(page.locator("#answers li")).to_have_count(2)
        for details in page.get_by_text("Trước và sau").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(results => results.violations)")
        grave = [one for one in found if one["impact"] in {"serious", "critical"}]
        assert not [(path, one["id"], one["nodes"][0]["html"]) for one in grave]
