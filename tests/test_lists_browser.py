"""The lists in a real Chromium: adding with what it would hit, removing, undoing; and what axe finds."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from api_site import Site
from playwright.sync_api import Page, expect
from test_page_browser import AXE, browser, open_page

from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import EntryKind, ExemptCaller
from screener.calls import Ended

__all__ = ["browser", "open_page"]

pytest_plugins = ["api_fixtures"]

PICTURES = os.environ.get("LISTS_PICTURES")
"""A folder for screenshots to be looked at."""


def test_a_number_is_added_with_what_it_would_hit_removed_with_others_and_put_back(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    site.services.lists.add_entry(EntryDraft(EntryKind.BLOCK, "0162*"), "lan")
    at = datetime.now(UTC) - timedelta(days=1)
    site.ring("0912345678", at=at, ended=Ended(at, answered=True, talk_seconds=5))
    page = open_page(1280, 900)
    page.get_by_role("link", name="Danh sách", exact=True).click()
    page.get_by_role("link", name="Thêm").click()
    page.get_by_label("Số hoặc mẫu số").press_sequentially("+84 912 345 678")
    expect(page.locator("#foresight")).to_contain_text("có 1 cuộc gọi khớp mục này, trong đó 1 cuộc")
    page.get_by_role("button", name="Lưu").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã thêm")
    expect(page.locator(".entry").first).to_contain_text("1 cuộc gọi của số này")
    page.get_by_role("searchbox").press_sequentially("345678")
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("checkbox").check()
    page.get_by_label("Với các mục đã đánh dấu").select_option("remove")
    page.get_by_role("button", name="Thực hiện").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã xóa 1 mục")
    page.get_by_role("status").first.get_by_role("link", name="Hoàn tác").click()
    page.get_by_role("button", name="Hoàn tác").first.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("1 mục trở lại như trước")
    assert sorted(entry.pattern for entry in site.services.lists.entries().items) == ["0162", "0912345678"]


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    long, lists = "X" * 200, site.services.lists
    lists.add_official(OfficialDraft("02373725725", "Công an tỉnh"))
    with site.client() as client:
        new = {"kind": "block", "pattern": "0237 3725 725", "note": long, "source": long, "category": "scam"}
        client.post(
            "/api/v1/entries", json=new | {"action": "warn", "called": ["1001", "10*"]}
        ).raise_for_status()
        client.post("/api/v1/entries", json=new | {"pattern": f"name:*{'ba ' * 12}*"}).raise_for_status()
    site.services.exemptions.add(ExemptCaller(None, "113", "default", "t" * 150), "lan")
    site.ring("02373725725", at=datetime.now(UTC) - timedelta(days=1))
    page = open_page(375, 900)
    for width, look, path in (
        (375, "dark", "/lists"),
        (1280, "light", "/lists"),
        (375, "light", "/lists/1"),
        (1280, "dark", "/lists/1"),
        (375, "dark", "/lists/exemptions"),
        (375, "light", "/lists/changes"),
        (1280, "dark", "/lists/changes"),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        page.goto(f"{site.url}{path}")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", look)
        if path == "/lists/1":
            expect(page.locator("#foresight")).to_contain_text("số chính thức của Công an tỉnh")
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{width}-{look}{path.replace('/', '-')}.png", full_page=True)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(results => results.violations)")
        grave = [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}
        ]
        assert not grave, path
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
