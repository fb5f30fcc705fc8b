"""Letting through and blocking from the log of calls: the button does what it says, and says what it did."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from api_site import Site, serving
from sqlalchemy import update

from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import EntryKind, Override
from blocklist.models import ListEntry
from screener.happenings import Decided, Happening

pytest_plugins = ["api_fixtures"]

OWN = "02373850234"
CALLS, EXEMPTIONS = "/api/v1/calls", "/api/v1/exemptions"


def latest(client: httpx.Client) -> dict[str, object]:
    call: dict[str, object] = client.get(CALLS, params={"limit": 1}).json()["items"][0]
    return call


def press(client: httpx.Client, what: str, **body: str) -> httpx.Response:
    """Press a button on the latest call."""
    return client.post(f"{CALLS}/{latest(client)['id']}/{what}", json=body or None)


def test_allowing_a_forged_own_number_exempts_it_on_that_trunk_and_says_so(site: Site) -> None:
    site.ring("+842373850234")
    with site.client() as client:
        assert latest(client)["rule"] == "own_number"
        answer = press(client, "allow", note="Chi nhánh gọi về qua SIM")
        assert (answer.status_code, answer.headers["location"]) == (201, f"{EXEMPTIONS}/1")
        made = answer.json()
        assert made["words"]["vi"] == (
            f"Đã miễn số {OWN} khi gọi qua trung kế trunk của tổng đài default (mục miễn trừ 1): cuộc gọi "
            "như vậy được cho qua. Cũng số đó qua trung kế khác, và mọi số khác, vẫn bị xét như trước."
        )
        assert made["words"]["en"].startswith(f"Number {OWN} is exempt on trunk trunk of PBX default (exemp")
        assert {key: made[key] for key in ("made", "id", "path", "new", "number", "pbx", "trunk")} == {
            "made": "exemption", "id": 1, "path": f"{EXEMPTIONS}/1", "new": True,
            "number": OWN, "pbx": "default", "trunk": "trunk",
        }  # fmt: skip
        assert (made["next"]["action"], made["next"]["rule"]) == ("allow", "exempt")
        assert client.get("/api/v1/entries").json()["items"] == []
        site.ring(OWN)
        call = latest(client)
        assert (call["action"], call["rule"]) == ("allow", "exempt")
        reason = f"Số {OWN} gọi qua trung kế trunk được miễn (mục miễn trừ 1): Chi nhánh gọi về qua SIM."
        assert call["reason"] == made["next"]["reason"] == reason
        # of the call that got through by it as of the one before: it is there already
        for id_ in (call["id"], 1):
            again = client.post(f"{CALLS}/{id_}/allow")
            assert (again.status_code, again.json()["id"], again.json()["new"]) == (200, 1, False)
            assert again.json()["words"]["vi"].startswith(f"Số {OWN} đã được miễn từ trước")


def test_an_exemption_is_shown_and_taken_back(site: Site) -> None:
    site.services.lists.add_official(OfficialDraft("5656", "Cục An toàn thông tin", receives_only=True))
    with site.client() as client:
        for number in (OWN, "5656"):
            site.ring(number)
            press(client, "allow")
        page = client.get(EXEMPTIONS, params={"limit": 1}).json()
        (newest,) = page["items"]
        assert (newest["number"], newest["trunk"], newest["author"]) == ("5656", "trunk", "operator")
        assert newest["note"].startswith("operator cho phép theo cuộc gọi 2, 23/11/2026 08:30:0")
        assert client.get(page["next"]).json()["items"] == [client.get(f"{EXEMPTIONS}/1").json()]
        assert client.delete(f"{EXEMPTIONS}/1").status_code == 204
        assert client.delete(f"{EXEMPTIONS}/1").status_code == 404
        assert client.get(f"{EXEMPTIONS}/1").status_code == 404
        site.ring(OWN)
        assert latest(client)["rule"] == "own_number"
        site.ring("5656")
        assert latest(client)["rule"] == "exempt"


@pytest.mark.parametrize(
    ("number", "name", "rule"),
    [
        ("0912345678", "", "block_exact"),
        ("0987654321", "Thanh tra Bo", "block_entry"),
        ("02373725726", "", "lookalike"),
        ("01201234567", "", "implausible"),
        ("0911222333", "", "default"),
    ],
)
def test_allowing_any_other_call_makes_an_entry_for_exactly_its_number(
    site: Site, number: str, name: str, rule: str
) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an tỉnh Thanh Hóa", confirmed=True))
    for pattern in ("0912345678", "name:*thanh tra*"):
        site.services.lists.add_entry(EntryDraft(EntryKind.BLOCK, pattern), "lan")
    site.ring(number, name)
    with site.client() as client:
        assert latest(client)["rule"] == rule
        answer = press(client, "allow")
        made = answer.json()
        assert (answer.status_code, made["made"], made["number"]) == (201, "allow_entry", number)
        assert (made["pbx"], made["trunk"]) == (None, None)
        assert made["words"]["vi"].startswith(f"Đã thêm số {number} vào danh sách tin cậy (mục 3)")
        assert "trung kế nào, được cho qua." in made["words"]["vi"]
        entry = client.get(answer.headers["location"]).json()
        assert (entry["kind"], entry["match"], entry["pattern"]) == ("allow", "exact", number)
        assert (entry["author"], entry["source"]) == ("operator", "cuộc gọi 1")
        assert entry["remarks"] == made["remarks"]
        assert bool(made["remarks"]) is (rule in {"block_exact", "lookalike", "implausible"})
        site.ring(number, name)
        assert latest(client)["rule"] == "allow_exact"
        assert press(client, "allow").status_code == 200
        assert client.get(EXEMPTIONS).json()["items"] == []


def test_blocking_a_call_makes_an_entry_with_its_remarks(site: Site) -> None:
    site.services.lists.add_official(OfficialDraft("02373725725", "Công an tỉnh Thanh Hóa"))
    with site.client() as client:
        for number, remark in (
            ("0912345678", None),
            ("02373725725", "là số chính thức của Công an tỉnh Thanh Hóa"),
        ):
            site.ring(number)
            answer = press(client, "block", note="tự xưng thanh tra")
            made = answer.json()
            assert (answer.status_code, made["made"], made["number"]) == (201, "block_entry", number)
            assert [remark in one for one in made["remarks"]] == ([True] if remark else [])
            assert (made["next"]["action"], made["next"]["rule"]) == ("block", "block_exact")
            assert made["next"]["effect"]["en"] == "the call would be blocked: no phone rings"
            assert client.get(made["path"]).json()["note"] == "tự xưng thanh tra"
            site.ring(number)
            assert latest(client)["action"] == "block"
            assert press(client, "block").json()["new"] is False


@pytest.mark.parametrize(
    ("what", "number", "kind", "part"),
    [
        ("allow", "anonymous", "no-number", "withheld thành allow"),
        ("allow", "Cong An", "no-number", "malformed thành allow"),
        ("block", "", "no-number", "withheld thành block"),
        ("block", OWN, "own-number", "own_number thành block"),
        ("block", "5656", "receives-only", "receives_only thành block"),
        ("block", "0987654321", "goes-before", "xóa mục tin cậy"),
        ("allow", "0912\x00345678", "no-number", "không lưu được"),
        ("block", "0912\ud834345678", "no-number", "không lưu được"),
    ],
)
def test_what_would_come_to_nothing_is_refused_with_what_to_do_instead(
    site: Site, what: str, number: str, kind: str, part: str
) -> None:
    site.services.lists.add_official(OfficialDraft("5656", "Cục An toàn thông tin", receives_only=True))
    site.services.lists.add_entry(EntryDraft(EntryKind.ALLOW, "0987654321"), "lan")
    site.ring(number)
    with site.client() as client:
        answer = press(client, what)
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (409, f"urn:problem:call-screener:{kind}")
        assert part in problem["words"]["vi"]
        assert problem["detail"] == problem["words"]["en"]
        assert len(client.get("/api/v1/entries").json()["items"]) == 1
        assert client.get(EXEMPTIONS).json()["items"] == []


def test_an_exempt_number_is_not_blocked_before_its_exemption_is_removed(site: Site) -> None:
    site.ring(OWN)
    with site.client() as client:
        press(client, "allow")
        site.ring(OWN)
        refused = press(client, "block").json()
        assert refused["type"].endswith(":goes-before")
        assert "mục miễn trừ 1" in refused["words"]["vi"]


def test_an_entry_that_has_expired_counts_again_and_one_that_will_says_until_when(site: Site) -> None:
    store = site.services.lists
    soon = datetime.now(UTC) + timedelta(days=1)
    entry = store.add_entry(EntryDraft(EntryKind.ALLOW, "0912345678", note="cũ", expires_at=soon), "lan")
    site.ring("0912345678")
    with site.client() as client:
        there = press(client, "allow").json()
        assert (there["id"], there["new"]) == (entry.id, False)
        assert f", đến {soon + timedelta(hours=7):%d/%m/%Y %H:%M:%S}." in there["words"]["vi"]
        past = datetime.now(UTC) - timedelta(days=1)
        with site.services.lists._sessions.begin() as session:
            session.execute(update(ListEntry).values(expires_at=past))
        site.ring("0912345678")
        assert latest(client)["rule"] == "default"
        renewed = press(client, "allow")
        assert (renewed.status_code, renewed.json()["id"], renewed.json()["new"]) == (200, entry.id, False)
        assert "đã hết hạn, nay có hiệu lực trở lại" in renewed.json()["words"]["vi"]
        assert renewed.json()["next"]["rule"] == "allow_exact"
        shown = client.get(renewed.json()["path"]).json()
        assert (shown["expires_at"], shown["note"], shown["author"]) == (None, "cũ", "operator")
        site.ring("0912345678")
        assert latest(client)["rule"] == "allow_exact"


def test_a_block_entry_with_an_action_of_its_own_is_told_as_what_it_does(site: Site) -> None:
    draft = EntryDraft(EntryKind.BLOCK, "0912345678", action=Override.TAG)
    site.services.lists.add_entry(draft, "lan")
    site.ring("0912345678")
    with site.client() as client:
        there = press(client, "block").json()
        assert there["words"]["en"].endswith("over any trunk, are tagged.")
        assert there["next"]["action"] == "tag"


def test_on_a_trunk_that_is_trusted_the_number_of_the_network_is_allowed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = site.services.records.apply

    def asserted(happenings: list[Happening]) -> None:
        for one in happenings:
            if isinstance(one, Decided):
                apply([replace(one, call=replace(one.call, network_number="+84911222333"))])

    monkeypatch.setattr(site.services.records, "apply", asserted)
    site.ring("0987654321")
    trusting = replace(site.services, trusts=lambda pbx, trunk: (pbx, trunk) == ("default", "trunk"))
    with site.client() as client, serving(trusting) as url:
        assert client.post(f"{url}{CALLS}/1/allow").json()["number"] == "0911222333"
        assert client.post(f"{CALLS}/1/allow").json()["number"] == "0987654321"


def test_the_button_pressed_by_many_at_once_makes_one_of_it(site: Site) -> None:
    site.ring(OWN)
    with ThreadPoolExecutor(6) as pool, site.client() as client:
        answers = list(pool.map(lambda _: client.post(f"{CALLS}/1/allow"), range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert {answer.json()["id"] for answer in answers} == {1}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{CALLS}/2/allow", {}, 404),
        (f"{CALLS}/2/block", {}, 404),
        (f"{CALLS}/x/allow", {}, 422),
        (f"{CALLS}/1/allow", {"note": "x" * 201}, 422),
        (f"{CALLS}/1/allow", {"note": "a\0b"}, 422),
        (f"{CALLS}/1/allow", {"notes": "x"}, 422),
        (f"{CALLS}/1/allow?trunk=x", {}, 422),
    ],
)
def test_what_can_not_be_read_makes_nothing(site: Site, path: str, body: dict[str, str], status: int) -> None:
    site.ring(OWN)
    with site.client() as client:
        answer = client.post(path, json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert client.get(EXEMPTIONS).json()["items"] == []
    with site.client("") as nobody:
        assert nobody.post(path.replace("2", "1"), json=body).status_code == 401


def test_each_wish_leaves_a_line_with_who_asked_and_no_whole_number(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.ring(OWN)
    site.ring("0912345678")
    with caplog.at_level(logging.INFO), site.client() as client:
        for path in ("1/allow", "1/allow", "2/block", "2/block"):
            client.post(f"{CALLS}/{path}")
        client.delete(f"{EXEMPTIONS}/1")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("api.")] == [
        "exemption 1 ('0237385****' on trunk 'trunk' of PBX default) added by operator for call 1",
        "block entry 1 (exact '091234****') added by operator",
        "exemption 1 ('0237385****' on trunk 'trunk' of PBX default) removed by operator",
    ]
    assert OWN not in caplog.text


def test_check_tells_of_an_exemption_where_pbx_and_trunk_are_given(site: Site) -> None:
    site.ring(OWN)
    with site.client() as client:
        press(client, "allow")
        site.services.snapshots.refresh_if_changed()
        for trunk, rule in (
            ("default/trunk", "exempt"),
            ("default/other", "own_number"),
            ("hq/trunk", "own_number"),
            ("trunk", "own_number"),
        ):
            query = {"number": OWN, "trunk": trunk}
            assert client.get("/api/v1/check", params=query).json()["rule"] == rule
