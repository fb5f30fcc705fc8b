"""Signing in at the page of a running service: cookies, other sites, the end of sessions, and each page."""

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pyotp
import pytest
from api_site import Site
from sqlalchemy import update

from api.app import create_app
from api.cookies import NAME, SECURE_NAME
from api.pages.own_path import own_path
from screener.access.roles import Role
from screener.access.tables import UserSession
from screener.database import Database

pytest_plugins = ["api_fixtures"]

PASSWORD = "bốn từ cho mật khẩu"
OTHER = "năm từ khác cho mật khẩu"


class Visitor:
    """A browser, as far as requests go: it says where it is, keeps cookies and sends forms back."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.client = httpx.Client(base_url=site.url, trust_env=False, timeout=20)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, headers={"Accept": "text/html", "Sec-Fetch-Site": "none"})

    def post(self, path: str, csrf: str | None = None, **fields: str) -> httpx.Response:
        """Send a form of ours, with the token of the page unless another is given."""
        if csrf is None:
            csrf = self.csrf()
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data={**fields, "csrf": csrf}, headers=headers)

    def csrf(self) -> str:
        """Return what the forms carry."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/account").text)
        return found[1] if found else ""

    def sign_in(self, name: str = "lan", password: str = PASSWORD, path: str = "/sign-in") -> httpx.Response:
        return self.post(path, "", name=name, password=password)

    @property
    def token(self) -> str:
        """The token that the browser holds."""
        return self.client.cookies.get(NAME) or ""


@pytest.fixture
def visit(site: Site) -> Iterator[Callable[[], Visitor]]:
    """Open a browser; there is a user ``lan``, who is an operator."""
    site.services.accounts.users.add("lan", Role.OPERATOR, PASSWORD, "101")
    visitors: list[Visitor] = []

    def opened() -> Visitor:
        visitors.append(Visitor(site))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.client.close()


@pytest.fixture
def visitor(visit: Callable[[], Visitor]) -> Visitor:
    return visit()


Visit = Callable[[], Visitor]


@pytest.mark.parametrize("path", ["/", "/account", "/users", "/tokens"])
def test_a_page_sends_who_is_not_signed_in_to_the_sign_in_and_back(visitor: Visitor, path: str) -> None:
    sent = visitor.get(path)
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/sign-in?back={path}"
    assert "Đăng nhập" in visitor.get(sent.headers["location"]).text
    back = visitor.sign_in(path=sent.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, path)


def test_a_token_of_the_api_opens_no_page_and_a_session_opens_the_api(visitor: Visitor) -> None:
    bearer = {"Authorization": f"Bearer {visitor.site.token}"}
    assert visitor.client.get("/", headers=bearer).status_code == 303
    assert visitor.client.get("/api/v1/entries").status_code == 401
    visitor.sign_in()
    assert visitor.client.get("/api/v1/entries").status_code == 200


def test_a_part_of_a_page_takes_the_page_to_the_sign_in(visitor: Visitor) -> None:
    part = visitor.client.get("/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in")
    stream = visitor.client.get("/now/events/vi", headers={"Accept": "text/event-stream"})
    assert (stream.status_code, stream.text) == (401, "")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor) -> None:
    cookie = visitor.sign_in().headers["set-cookie"]
    assert re.fullmatch(rf"{NAME}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=lax", cookie)


def test_over_tls_the_cookie_is_bound_to_this_host_and_to_tls(visit: Visit, site: Site) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_app(site.services), client=("127.0.0.1", 40000))
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
            form = {"name": "lan", "password": PASSWORD}
            return await client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})

    answer = asyncio.run(ask())
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(rf"{SECURE_NAME}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)


def test_signing_in_gives_another_token_whatever_the_browser_brought(visitor: Visitor, site: Site) -> None:
    visitor.client.cookies.set(NAME, "planted-by-somebody", domain="127.0.0.1")
    visitor.sign_in()
    first = visitor.token
    assert first != "planted-by-somebody"
    assert site.services.accounts.sessions.find("planted-by-somebody") is None
    visitor.sign_in()
    assert visitor.token != first
    assert site.services.accounts.sessions.find(first) is None


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\n", "evil"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(visitor: Visitor, back: str) -> None:
    answer = visitor.client.post(
        "/sign-in",
        params={"back": back},
        data={"name": "lan", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.headers["location"] == "/" == own_path(back)


@pytest.mark.parametrize(
    ("name", "password"), [("lan", "sai mật khẩu rồi"), ("nobody", PASSWORD), ("lan", ""), ("", "")]
)
def test_who_fails_is_not_told_what_was_wrong(visitor: Visitor, name: str, password: str) -> None:
    answer = visitor.sign_in(name, password)
    assert answer.status_code == 403
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert password not in answer.text or not password
    assert not visitor.token


def test_too_many_tries_are_told_with_the_time_and_a_user_can_be_unlocked(visit: Visit, site: Site) -> None:
    visitor = visit()
    for _ in range(3):
        visitor.sign_in(password="sai")
    locked = visitor.sign_in()
    assert locked.status_code == 429
    assert locked.headers["retry-after"] == "1"
    assert "Hãy đợi 1 giây" in locked.text
    site.services.accounts.tries.unlock("lan")
    assert visitor.sign_in().status_code == 303


CROSS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", CROSS)
def test_another_sites_page_does_nothing_in_the_name_of_who_is_signed_in(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    visitor.sign_in()
    csrf = visitor.csrf()
    answer = visitor.client.post(
        "/api/v1/entries",
        json={"kind": "block", "pattern": "0912345678"},
        headers={**headers, "X-CSRF-Token": csrf},
    )
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:problem:call-screener:cross-site"
    form = visitor.client.post("/account/extension", data={"extension": "999", "csrf": csrf}, headers=headers)
    assert form.status_code == 403
    assert visitor.site.services.accounts.users.find("lan").extension == "101"
    assert visitor.client.post("/sign-out", headers=headers).status_code == 403
    assert visitor.get("/account").status_code == 200
    assert visitor.site.services.lists.entries().items == ()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "own"}])
@pytest.mark.parametrize("csrf", ["right", "", "0" * 64, "ă"])
def test_a_session_acts_with_its_own_token_alone(
    visitor: Visitor, headers: dict[str, str], csrf: str
) -> None:
    visitor.sign_in()
    token = visitor.csrf() if csrf == "right" else csrf
    headers = {name: value.replace("own", visitor.site.url) for name, value in headers.items()}
    answer = visitor.client.post(
        "/api/v1/entries",
        json={"kind": "block", "pattern": "0912345678"},
        headers=[*((k.encode(), v.encode()) for k, v in headers.items()), (b"X-CSRF-Token", token.encode())],
    )
    assert answer.status_code == (201 if csrf == "right" else 403)
    entries = visitor.site.services.lists.entries().items
    assert [entry.author for entry in entries] == (["lan"] if csrf == "right" else [])


def test_a_viewer_is_refused_in_words_and_sees_no_way_to_it(visitor: Visitor, site: Site) -> None:
    site.services.accounts.users.set_role("lan", Role.VIEWER)
    visitor.sign_in()
    assert 'href="/users"' not in visitor.get("/").text
    refused = visitor.get("/users")
    assert refused.status_code == 403
    assert "Bạn không có quyền mở trang này" in refused.text
    made = visitor.post("/users", name="minh", role="admin")
    assert made.status_code == 403
    assert [user.name for user in site.services.accounts.users.list()] == ["lan", "quản-trị"]


def test_an_auditor_sees_users_and_tokens_and_can_change_none(visitor: Visitor, site: Site) -> None:
    site.services.accounts.users.set_role("lan", Role.AUDITOR)
    visitor.sign_in()
    for path in ("/users", "/tokens"):
        page = visitor.get(path)
        assert page.status_code == 200
        assert page.text.count('method="post"') == visitor.get("/").text.count('method="post"')
    for path, fields in (
        ("/users/remove", {"name": "quản-trị"}),
        ("/users/role", {"name": "lan", "role": "admin"}),
        ("/users/invite", {"name": "quản-trị"}),
        ("/tokens", {"name": "x", "role": "admin"}),
        ("/tokens/revoke", {"name": "operator"}),
    ):
        assert visitor.post(path, **fields).status_code == 403, path


def test_a_password_is_changed_by_who_knows_it_and_ends_all_other_sessions(visit: Visit) -> None:
    here, there = visit(), visit()
    here.sign_in()
    there.sign_in()
    for old, new, again, said in (
        ("sai mật khẩu", OTHER, OTHER, "Đó không phải mật khẩu của bạn"),
        (PASSWORD, OTHER, PASSWORD, "Hai mật khẩu khác nhau"),
        (PASSWORD, "ngắn", "ngắn", "Hãy dùng ít nhất 12 ký tự"),
    ):
        answer = here.post("/account/password", old=old, new=new, again=again)
        assert answer.status_code == 422
        assert said in answer.text
    before = here.token
    assert here.post("/account/password", old=PASSWORD, new=OTHER, again=OTHER).status_code == 303
    assert here.token != before
    assert "Mật khẩu đã được đổi" in here.get("/account?done=password").text
    assert there.get("/account").status_code == 303
    assert there.sign_in(password=PASSWORD).status_code == 403
    assert there.sign_in(password=OTHER).status_code == 303


def test_signing_out_ends_the_session_itself(visitor: Visitor) -> None:
    visitor.sign_in()
    token = visitor.token
    assert visitor.post("/sign-out").headers["location"] == "/sign-in"
    assert not visitor.token
    assert visitor.site.services.accounts.sessions.find(token) is None


def test_another_browser_is_signed_out_from_here_and_nobody_elses(visit: Visit, site: Site) -> None:
    here, there = visit(), visit()
    here.sign_in()
    there.sign_in()
    found = re.findall(r"/account/sessions/(\d+)/end", here.get("/account").text)
    assert len(found) == 1
    assert here.post(f"/account/sessions/{found[0]}/end").status_code == 303
    assert there.get("/account").status_code == 303
    admins = site.services.accounts.sessions.of(site.services.accounts.users.find("quản-trị").id)
    here.post(f"/account/sessions/{admins[0].id}/end")
    assert site.services.accounts.sessions.find(site.session)


def test_a_second_factor_is_switched_on_asked_for_and_switched_off(visitor: Visitor, site: Site) -> None:
    visitor.sign_in()
    page = visitor.get("/account").text
    assert '<div class="qr"><svg ' in page
    assert "style=" not in page
    secret = re.findall(r'name="secret" value="([A-Z2-7]{32})"', page)[0]
    totp = pyotp.TOTP(secret)
    wrong = visitor.post("/account/second-factor", secret=secret, code="000000", old=PASSWORD)
    assert wrong.status_code == 422
    assert f'value="{secret}"' in wrong.text  # the picture that was read still counts
    codes = visitor.post("/account/second-factor", secret=secret, code=totp.now(), old=PASSWORD)
    recovery = re.findall(r"<code>([a-z2-7-]{19})</code>", codes.text)
    assert len(recovery) == 10
    visitor.post("/sign-out")
    half = visitor.sign_in()
    assert half.headers["location"] == "/sign-in?back=/"
    for path in ("/", "/account", "/api/v1/entries"):
        assert visitor.get(path).status_code in {303, 401}
    assert visitor.post("/account/extension", "", extension="999").status_code == 303
    assert site.services.accounts.users.find("lan").extension == "101"
    assert "Mã trên điện thoại của bạn" in visitor.get("/sign-in").text
    assert visitor.post("/sign-in/code", "", code="000000").status_code == 403
    before = visitor.token
    assert visitor.post("/sign-in/code", "", code=recovery[0]).headers["location"] == "/"
    assert visitor.token != before
    assert "Còn 9 mã dự phòng" in visitor.get("/account").text
    assert visitor.post("/account/second-factor/off", old="sai").status_code == 422
    assert visitor.post("/account/second-factor/off", old=PASSWORD).status_code == 303
    assert not site.services.accounts.users.find("lan").second_factor


@pytest.fixture
def admin(visit: Visit, site: Site) -> Visitor:
    """An administrator's browser."""
    opened = visit()
    opened.client.cookies.set(NAME, site.session, domain="127.0.0.1")
    return opened


def test_an_administrator_makes_a_user_who_chooses_the_password_by_a_link(
    admin: Visitor, visit: Visit, site: Site
) -> None:
    made = admin.post("/users", name="Hạnh", role="supervisor", extension="102")
    (link,) = re.findall(r'id="link">(\S+)</code>', made.text)
    assert link.startswith(f"{site.url}/welcome/")
    path, guest = link.removeprefix(site.url), visit()
    page = guest.get(path)
    assert page.status_code == 200
    assert "Bạn đăng nhập bằng tên Hạnh" in page.text
    weak = guest.post(path, "", password="ngắn", again="ngắn")
    assert (weak.status_code, "ít nhất 12 ký tự" in weak.text) == (422, True)
    assert guest.post(path, "", password=PASSWORD, again=PASSWORD).headers["location"] == "/"
    assert guest.get("/account").status_code == 200
    for answer in (guest.get(path), guest.post(path, "", password=OTHER, again=OTHER)):
        assert answer.status_code == 410
        assert "Liên kết không còn hiệu lực" in answer.text
    assert site.services.accounts.users.find("hạnh").role is Role.SUPERVISOR


def test_an_administrator_changes_unlocks_and_removes_users_and_stays_one(admin: Visitor, site: Site) -> None:
    users = site.services.accounts.users
    assert "Đã đổi vai trò" in admin.get(
        admin.post("/users/role", name="lan", role="viewer").headers["location"]
    ).text  # fmt: skip
    assert users.find("lan").role is Role.VIEWER
    for path, fields in (
        ("/users/role", {"name": "quản-trị", "role": "viewer"}),
        ("/users/remove", {"name": "quản-trị"}),
    ):
        refused = admin.post(path, **fields)
        assert (refused.status_code, "quản trị viên duy nhất" in refused.text) == (422, True)
    for _ in range(3):
        site.services.accounts.tries.begin("lan", "192.0.2.7")
    admin.post("/users/unlock", name="lan")
    assert site.services.accounts.tries.begin("lan", "192.0.2.8") == 0
    assert admin.post("/users", name="lan", role="viewer").status_code == 422
    admin.post("/users/remove", name="lan")
    assert [user.name for user in users.list()] == ["quản-trị"]
    assert admin.post("/users/remove", name="lan").status_code == 422


def test_an_administrator_makes_and_revokes_tokens(admin: Visitor, site: Site) -> None:
    made = admin.post("/tokens", name="<b>màn hình</b>", role="viewer", last_day="2999-12-31")
    (token,) = re.findall(r'id="token">(cs_\S+)</code>', made.text)
    assert "<b>màn" not in made.text
    assert site.services.tokens.verify(token) == ("<b>màn hình</b>", Role.VIEWER)
    page = admin.get("/tokens").text
    assert token not in page
    assert "hết hạn 01/01/3000 00:00:00" in " ".join(page.split())
    assert admin.post("/tokens", name="cũ", role="viewer", last_day="2020-01-01").status_code == 422
    assert admin.post("/tokens", name="không hạn", role="viewer", last_day="").status_code == 200
    admin.post("/tokens/revoke", name="<b>màn hình</b>")
    assert site.services.tokens.verify(token) is None


def test_an_open_page_keeps_no_session_open_and_ends_with_it(
    visitor: Visitor, site: Site, sqlite_database: Database
) -> None:
    visitor.sign_in()
    long_ago = site.services.clock() - timedelta(hours=3)
    with sqlite_database.sessions.begin() as session:
        session.execute(update(UserSession).values(seen_at=long_ago))
    with visitor.client.stream("GET", "/now/events/vi") as stream:
        assert stream.status_code == 200
    (seen,) = site.services.accounts.sessions.of(site.services.accounts.users.find("lan").id)
    assert seen.seen_at == long_ago
    visitor.get("/")
    (seen,) = site.services.accounts.sessions.of(site.services.accounts.users.find("lan").id)
    assert seen.seen_at > long_ago


def test_without_a_database_who_was_signed_in_still_sees_and_changes_nothing(
    visitor: Visitor, site: Site, sqlite_database: Database
) -> None:
    visitor.sign_in()
    csrf = visitor.csrf()
    assert visitor.get("/").status_code == 200
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE user_sessions RENAME TO gone")
    try:
        assert visitor.get("/").status_code == 200
        assert visitor.post("/account/extension", csrf, extension="999").status_code == 503
        stranger = httpx.get(f"{site.url}/", cookies={NAME: "x" * 43}, headers={"Accept": "text/html"})
        assert stranger.status_code == 503
        assert "không truy cập được cơ sở dữ liệu" in stranger.text
    finally:
        with sqlite_database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO user_sessions")
