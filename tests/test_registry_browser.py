"""Official numbers and reports in a real Chromium: the main way, by keyboard too, and what axe finds."""

from collections.abc import Callable
from pathlib import Path

from api_site import Site
from playwright.sync_api import Page, expect
from test_page_browser import AXE, browser, open_page

from blocklist.drafts import OfficialDraft

__all__ = ["browser", "open_page"]

pytest_plugins = ["api_fixtures"]


def test_a_number_is_added_found_and_confirmed(site: Site, open_page: Callable[[int, int], Page]) -> None:
    site.services.lists.add_official(OfficialDraft("0692348560", "Trực ban hình sự", confirmed=True))
    page = open_page(1280, 900)
    page.get_by_role("link", name="Số chính thức").click()
    page.get_by_role("link", name="Thêm").click()
    page.get_by_role("textbox", name="Cơ quan*").fill("Công an tỉnh Thanh Hóa")
    page.get_by_label("Số hoặc dải số").fill("+84 237 3725 725")
    page.get_by_role("button", name="Lưu").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã thêm số chính thức")

    page.get_by_role("searchbox").press_sequentially("37257")
    expect(page.locator(".official")).to_have_count(1)
    expect(page).to_have_url(f"{site.url}/officials?search=37257&confirmed=")
    page.evaluate("window.notReloaded = true")
    page.get_by_role("button", name="Xác nhận").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Công an tỉnh Thanh Hóa")
    expect(page.locator(".official")).not_to_contain_text("Cần xác nhận")
    expect(page.locator(".official").get_by_role("link", name="Thay đổi")).to_be_focused()
    assert page.evaluate("window.notReloaded") is True
    assert site.services.lists.unconfirmed_officials() == 0


def test_a_file_is_looked_at_and_put_in(
    site: Site, open_page: Callable[[int, int], Page], tmp_path: Path
) -> None:
    file = tmp_path / "sổ.csv"
    file.write_text("cơ quan,số điện thoại\nCông an tỉnh,02373725725\nX,không rõ\n", "utf-8")
    page = open_page(375, 800)
    page.goto(f"{site.url}/officials")
    page.get_by_role("link", name="Nhập tệp").click()
    page.get_by_label("Tệp CSV hoặc XLSX").set_input_files(file)
    page.get_by_role("button", name="Xem thử tệp").press("Enter")
    expect(page.locator("#import")).to_contain_text("Chưa thay đổi gì", timeout=30_000)
    expect(page.locator("#import")).to_contain_text("không rõ")
    assert _grave(page) == []
    page.get_by_role("button", name="Nhập vào sổ").press("Enter")
    expect(page.locator("#import")).to_contain_text("Đã nhập tệp vào sổ số chính thức", timeout=30_000)
    assert [one.number for one in site.services.lists.officials().items] == ["02373725725"]


def test_a_report_is_decided(site: Site, open_page: Callable[[int, int], Page]) -> None:
    site.ring("0912345678", "CONG AN")
    with site.client() as client:
        client.post("/api/v1/reports", json={"call": 1, "note": "đòi tiền"}).raise_for_status()
    page = open_page(1280, 900)
    page.get_by_role("link", name="Phản ánh").click()
    page.get_by_role("link", name="Xem và quyết định").click()
    page.get_by_label("Người gọi làm gì").select_option("scam")
    expect(page.get_by_label("Đưa số này vào danh sách chặn")).to_be_checked()
    page.get_by_role("button", name="Xác nhận phản ánh").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Số này đã ở trong danh sách chặn")


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    site: Site, open_page: Callable[[int, int], Page]
) -> None:
    site.services.lists.add_official(OfficialDraft("0692348560", "X" * 300, aliases=("Y" * 300,)))
    page = open_page(375, 900)
    site.ring("0912345678", "Z" * 300)
    with site.client() as client:
        for report in ({"call": 1, "note": "W" * 300}, {"number": "0692348560"}):
            client.post("/api/v1/reports", json=report).raise_for_status()
    for look, path in (
        ("light", "/officials"),
        ("dark", "/officials"),
        ("light", "/officials/1"),
        ("dark", "/reports"),
        ("dark", "/reports/1"),
        ("light", "/reports/2"),
    ):
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        page.goto(f"{site.url}{path}")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", look)
        assert _grave(page) == []


def _grave(page: Page) -> list[tuple[str, str]]:
    """What axe finds that keeps people from using the page, and whether it scrolls sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(results => results.violations)")
    grave = [
        (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return grave if wide == 375 else [*grave, ("width", str(wide))]
