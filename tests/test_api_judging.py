"""What would happen to a number, and the rules and the switch that decide it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from api_site import WELL, Site

from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.site import Site as OwnSite
from screener import engine
from screener.calls import Activity, Call
from screener.snapshot import Snapshot

pytest_plugins = ["api_fixtures"]

CHECK = "/api/v1/check"
OFFICIAL = {"number": "02373725725", "organisation": "Công an tỉnh Thanh Hóa", "confirmed": True}

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
EVERY_RULE_FITS = Snapshot(
    lists=Lists(
        Entry(1, kind, match, pattern)
        for kind in EntryKind
        for match, pattern in ((Match.EXACT, "0987654321"), (Match.PREFIX, "0987"), (Match.PATTERN, "09?7*"))
    ),
    officials=Lookalikes([OfficialNumber(1, "0987654321", "O", receives_only=True)]),
    site=OwnSite(own_numbers=frozenset({"0987654321", "0987654322", "09876543220"})),
    exempt=frozenset({"1001"}),
)


def test_check_tells_verdict_reason_and_who_is_imitated(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json=OFFICIAL)
        site.services.snapshots.refresh_if_changed()
        answer = client.get(CHECK, params={"number": "0237 3725 726", "called": "101"}).json()
    assert (answer["action"], answer["rule"], answer["kind"]) == ("warn", "lookalike", "one_digit")
    assert answer["imitates"]["organisation"] == "Công an tỉnh Thanh Hóa"
    assert "gần giống" in answer["reason"]
    assert [hit["kind"] for hit in answer["hits"]] == ["one_digit", "neighbour"]
    assert answer["number"]["national"] == "02373725726"
    assert answer["words"] == {"vi": "Cảnh báo", "en": "Warn"}
    assert answer["enforcing"] is True


def test_check_of_an_official_number_never_says_that_it_is_verified(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json=OFFICIAL)
        site.services.snapshots.refresh_if_changed()
        answer = client.get(CHECK, params={"number": "02373725725"})
    assert answer.json()["rule"] == "default"
    assert "chưa xác minh" in answer.json()["reason"]
    assert "đã xác minh" not in answer.text.lower()


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"number": ""}, "withheld"),
        ({"number": "anonymous"}, "withheld"),
        ({"number": "02373850234"}, "own_number"),
        ({"number": "101"}, "own_number"),
        ({"number": "0912345678"}, "default"),
        ({"number": "0912345678", "name": "a\r\nb"}, "malformed"),
        ({"number": "0912345678", "network_number": "0987654321"}, "block_exact"),
        ({"number": "0911111111", "network_number": "0987654321"}, "block_exact"),
        ({"number": "x" * 200}, "malformed"),
        ({"number": "💥"}, "malformed"),
        ({"number": "０９８７６５４３２１"}, "block_exact"),
        ({"number": "+840912345678", "trunk": "hq/odd"}, "default"),
        ({"number": "+840912345678", "trunk": "branch/odd"}, "implausible"),
    ],
)
def test_check_takes_any_text_that_may_be_shown(site: Site, query: dict[str, str], rule: str) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0987654321"})
        site.services.snapshots.refresh_if_changed()
        answer = client.get(CHECK, params=query)
    assert answer.status_code == 200
    assert answer.json()["rule"] == rule


def test_check_says_how_a_number_is_read_over_its_trunk(site: Site) -> None:
    with site.client() as client:
        over = [
            client.get(CHECK, params={"number": "+840912345678", "trunk": trunk}).json()["number"]["oddities"]
            for trunk in ("hq/odd", "")
        ]
    assert over == [[], ["trunk_zero_after_country_code"]]


def test_check_without_a_number_says_what_is_missing(site: Site) -> None:
    with site.client() as client:
        answer = client.get(CHECK)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "number: is missing; give it a value"


def test_the_switch_is_turned_by_the_tokens_name_and_check_follows(site: Site) -> None:
    with site.client() as client:
        assert client.get("/api/v1/enforcing").json()["on"] is True
        off = client.put("/api/v1/enforcing", json={"on": False}).json()
        assert (off["on"], off["changed_by"]) == (False, "operator")
        assert client.get("/api/v1/enforcing").json() == off
        site.services.snapshots.refresh_if_changed()
        assert client.get(CHECK, params={"number": "0912345678"}).json()["enforcing"] is False


def test_a_switch_that_stands_there_already_is_told_with_since_when_and_by_whom(site: Site) -> None:
    with site.client() as client:
        first = client.put("/api/v1/enforcing", json={"on": True})
    assert first.status_code == 200
    assert (first.json()["on"], first.json()["changed_by"]) == (True, "installation")


def test_check_tells_how_the_number_was_read_and_that_it_would_ring_all_the_same(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"})
        site.services.snapshots.refresh_if_changed()

        def asked() -> dict[str, Any]:
            answer: dict[str, Any] = client.get(CHECK, params={"number": "+84 912 345 678"}).json()
            return answer

        assert asked()["read"]["vi"] == "đọc là 0912 345 678, di động (+84912345678)"
        assert asked()["effect"]["vi"] == "cuộc gọi sẽ bị chặn, máy không đổ chuông"
        assert asked()["monitor_only"] == []
        site.health[0] = replace(WELL, links=(replace(WELL.links[0], enforce=False),))
        assert asked()["monitor_only"] == ["default"]
        assert "tổng đài default chỉ theo dõi" in asked()["effect"]["vi"]
        client.put("/api/v1/enforcing", json={"on": False})
        site.services.snapshots.refresh_if_changed()
        assert asked()["action"] == "block"
        assert "chế độ thực thi đang tắt nên máy vẫn đổ chuông" in asked()["effect"]["vi"]


@pytest.mark.parametrize("body", [{}, {"on": "no"}, {"on": 0}, {"on": None}, {"on": True, "off": 1}, [False]])
def test_the_switch_takes_true_and_false_and_nothing_that_looks_like_it(site: Site, body: object) -> None:
    with site.client() as client:
        assert client.put("/api/v1/enforcing", json=body).status_code == 422
        assert client.get("/api/v1/enforcing").json()["on"] is True


def test_rules_are_listed_in_the_order_in_which_they_are_asked(site: Site) -> None:
    with site.client() as client:
        items = client.get("/api/v1/rules").json()["items"]
    assert [item["rule"] for item in items] == [
        "exempt",
        "own_number",
        "receives_only",
        "allow_exact",
        "block_exact",
        "allow_prefix",
        "block_prefix",
        "allow_entry",
        "block_entry",
        "lookalike",
        "name",
        "many_extensions",
        "many_calls",
        "many_of_prefix",
        "many_short_calls",
        "malformed",
        "implausible",
        "withheld",
        "watched",
        "default",
    ]
    assert all(item["vi"] and item["en"] for item in items)


def test_the_order_that_is_listed_is_the_order_of_judgement(site: Site) -> None:
    with site.client() as client:
        listed = [item["rule"] for item in client.get("/api/v1/rules").json()["items"]]
    seen = {"default"}
    # An official number is no lookalike, no campaign and possible: it takes several calls to fit all.
    for number in ("0987654321", "0987654322", "09876543220"):
        call = Call("p", "c", "1.1", "1001", number, "CONG AN", presentation="prohib", malformed=True)
        hits = engine.decide(call, EVERY_RULE_FITS, Activity(99, 99, 99, 99), NOW).hits
        rules = [hit.rule for hit in hits]
        assert rules == sorted(rules, key=listed.index)
        seen |= set(rules)
    assert seen == set(listed)


def test_a_changed_rule_counts_for_the_next_check(site: Site) -> None:
    with site.client() as client:
        changed = client.put("/api/v1/rules/withheld", json={"action": "block"}).json()
        assert (changed["action"], changed["default"]) == ("block", "tag")
        again = client.put("/api/v1/rules/withheld", json={"action": "warn"}).json()
        assert again in client.get("/api/v1/rules").json()["items"]
        site.services.snapshots.refresh_if_changed()
        assert client.get(CHECK, params={"number": ""}).json()["action"] == "warn"


@pytest.mark.parametrize("rule", ["exempt", "allow_exact", "allow_prefix", "allow_entry", "watched"])
def test_a_rule_that_means_what_its_name_says_can_not_be_changed(site: Site, rule: str) -> None:
    with site.client() as client:
        before = client.get("/api/v1/rules").json()
        answer = client.put(f"/api/v1/rules/{rule}", json={"action": "block"})
        assert client.get("/api/v1/rules").json() == before
    assert answer.status_code == 409
    assert f"'{rule}' is always 'allow'" in answer.json()["detail"]
    assert "lookalike" in answer.json()["detail"]


@pytest.mark.parametrize(("rule", "action"), [("nothing", "block"), ("withheld", "deny"), ("withheld", None)])
def test_an_unknown_rule_or_action_is_refused_with_the_known_ones(
    site: Site, rule: str, action: str | None
) -> None:
    with site.client() as client:
        answer = client.put(f"/api/v1/rules/{rule}", json={"action": action})
    assert answer.status_code == 422
    assert "must be" in answer.json()["detail"]


def test_the_default_may_tag_but_never_block(site: Site) -> None:
    with site.client() as client:
        assert client.put("/api/v1/rules/default", json={"action": "tag"}).json()["action"] == "tag"
        refused = client.put("/api/v1/rules/default", json={"action": "block"})
    assert refused.status_code == 409
    assert "no phone would ring" in refused.json()["detail"]
