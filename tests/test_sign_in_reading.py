"""All can read the pages of sign-in and users: axe-core finds nothing serious, none scrolls sideways."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_site import Site
from playwright.sync_api import Browser, Page
from test_page_browser import browser

from api.cookies import NAME
from screener.access.roles import Role

pytest_plugins = ["api_fixtures"]
__all__ = ["browser"]

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
SERIOUS = """async () => (await axe.run()).violations
    .filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => [found.id, found.nodes.map(node => node.html)])"""


@pytest.fixture(params=[(375, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A telephone in the dark, a desk in the light and in the dark; scripts of tests are let in."""
    width, look = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    context.add_cookies([{"name": "look", "value": look, "url": site.url}])
    yield context.new_page()
    context.close()


def test_everybody_can_read_the_pages_of_sign_in_and_users(site: Site, page: Page) -> None:
    accounts = site.services.accounts
    accounts.users.add("lan", Role.OPERATOR, extension="101")
    link = accounts.links.invite("lan")
    code = accounts.sessions.begin(accounts.users.find("lan").id, "127.0.0.1", "", half=True)
    wrong = {}
    for path, session in (
        ("/sign-in", ""),
        (f"/welcome/{link}", ""),
        ("/welcome/over", ""),
        ("/sign-in", code),
        ("/account", site.session),
        ("/users", site.session),
        ("/tokens", site.session),
    ):
        page.context.clear_cookies(name=NAME)
        if session:
            page.context.add_cookies([{"name": NAME, "value": session, "url": site.url}])
        page.goto(site.url + path)
        for closed in page.locator("summary").all():
            closed.click()
        page.evaluate(AXE)
        if found := page.evaluate(SERIOUS):
            wrong[path, bool(session)] = found
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert wrong == {}
