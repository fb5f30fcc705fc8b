"""The way in, in a real Chromium at a real service: from the link in the terminal to a user of one's own."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from test_page_browser import browser

from screener.lab.program import Program

__all__ = ["browser"]

PASSWORD = "bốn từ cho mật khẩu"
OTHER = "năm từ khác cho mật khẩu"
FORGERY = """
<form method="post" action="{url}/users">
<input name="name" value="evil"><input name="role" value="admin">
</form>
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Program]:
    """A service at its first start, with a PBX that nobody answers for."""
    program = Program(
        tmp_path, {"CALL_SCREENER_AMI_HOST": "127.0.0.1", "CALL_SCREENER_AMI_SECRET": "nobody-there"}
    )
    program.start()
    yield program
    program.kill()


def link(program: Program) -> str:
    """Return the link that the service prints as soon as it can be opened."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = re.search(r"administrator at (http://\S+/welcome/\S+)", program.said())
        if found and "page and API: " in program.said():
            return found[1]
        time.sleep(0.1)
    raise AssertionError(program.said())


class Visitors:
    """Browsers of several people; whatever one complains of is kept."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def page(self) -> Page:
        """Open somebody else's browser."""
        context = self.browser.new_context()
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        return page


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Visitors]:
    opened = Visitors(browser)
    yield opened
    for context in opened.contexts:
        context.close()
    refusals = ("status of 403", "status of 422", "status of 429", "status of 410")
    assert not [said for said in opened.complaints if not any(expected in said for expected in refusals)]


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def choose(page: Page, password: str) -> None:
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_label("Nhập lại mật khẩu").fill(password)
    page.get_by_role("button", name="Lưu và đăng nhập").click()


def test_the_first_administrator_comes_in_by_the_link_and_lets_others_in(
    service: Program, visitors: Visitors, tmp_path: Path
) -> None:
    first = link(service)
    admin = visitors.page()
    admin.goto(service.url)
    expect(admin).to_have_url(f"{service.url}/sign-in?back=/")
    admin.goto(first)
    admin.get_by_label("Tên đăng nhập").fill("lan")
    choose(admin, "ngắn quá")
    assert admin.locator("input#password:invalid").count() == 1  # the browser tells, nothing is sent
    choose(admin, "lanlanlanlanlan")
    expect(admin.get_by_role("alert")).to_contain_text("Mật khẩu này không dùng được")
    choose(admin, PASSWORD)
    expect(admin.get_by_role("heading", level=1)).to_have_text("Hiện tại")

    stranger = visitors.page()
    stranger.goto(first)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Liên kết không còn hiệu lực")

    admin.get_by_role("link", name="Người dùng").click()
    admin.get_by_label("Tên đăng nhập").fill("minh")
    admin.get_by_label("Vai trò", exact=True).last.select_option("viewer")
    admin.get_by_role("button", name="Thêm").click()
    invitation = admin.locator("#link").inner_text()

    guest = visitors.page()
    guest.goto(invitation)
    choose(guest, OTHER)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Hiện tại")
    expect(guest.get_by_role("link", name="Người dùng")).to_have_count(0)
    guest.goto(f"{service.url}/users")
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Bạn không có quyền mở trang này")
    guest.get_by_role("button", name="Đăng xuất").click()
    sign_in(guest, "minh", "sai mật khẩu rồi")
    expect(guest.get_by_role("alert")).to_have_text("Tên đăng nhập hoặc mật khẩu không đúng.")
    sign_in(guest, "minh", OTHER)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Hiện tại")

    # Another site's form is sent with the cookie where the browser allows it, and does nothing.
    forgery = tmp_path / "forgery.html"
    forgery.write_text(FORGERY.format(url=service.url))
    evil = admin.context.new_page()
    evil.goto(forgery.as_uri())
    evil.evaluate("document.forms[0].submit()")
    expect(evil.get_by_role("heading", level=1)).not_to_have_text("Người dùng")
    admin.goto(f"{service.url}/users")
    expect(admin.get_by_role("main")).to_contain_text("minh")
    expect(admin.get_by_role("main")).not_to_contain_text("evil")

    # A change of the role ends the session of who is at the page; the open page says so by going away.
    guest.goto(service.url)
    admin.locator("summary").last.click()
    admin.locator("form[action='/users/role']").last.get_by_role("combobox").select_option("operator")
    admin.locator("form[action='/users/role']").last.get_by_role("button").click()
    expect(admin.get_by_role("status").first).to_contain_text("Đã đổi vai trò của minh")
    guest.reload()
    expect(guest).to_have_url(f"{service.url}/sign-in?back=/")


def test_a_second_factor_by_the_picture_and_a_recovery_code(service: Program, visitors: Visitors) -> None:
    page = visitors.page()
    page.goto(link(service))
    page.get_by_label("Tên đăng nhập").fill("lan")
    choose(page, PASSWORD)
    page.get_by_role("link", name="lan").click()
    expect(page.locator(".qr svg")).to_be_visible()
    page.get_by_text("Ứng dụng không quét được hình?").click()
    secret = page.locator("details code").inner_text()
    page.get_by_label("Sáu chữ số mà ứng dụng hiện ra").fill(pyotp.TOTP(secret).now())
    page.locator("#factor-old").fill(PASSWORD)
    page.get_by_role("button", name="Từ nay hỏi mã khi đăng nhập").click()
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="Tôi đã cất các mã").click()
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, "lan", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã trên điện thoại của bạn")
    page.goto(service.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã trên điện thoại của bạn")
    page.get_by_label("Sáu chữ số").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hiện tại")
