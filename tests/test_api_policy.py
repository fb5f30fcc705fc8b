"""The policy over the API: rules, kinds, the whole of it, and who changed what."""

from datetime import date

import pytest
from api_site import Site

from blocklist.kinds import LookalikeKind
from screener import policy_file
from screener.calls import Action, Rule
from screener.groups import Group, Overrides, When
from screener.hours import Hours
from screener.models import PolicyRevision
from screener.policy import DEFAULT_POLICY, Policy
from screener.policy_edits import with_rule

pytest_plugins = ["api_fixtures"]

POLICY = "/api/v1/policy"
OFFICIAL = {"number": "02373725725", "organisation": "Công an tỉnh Thanh Hóa", "confirmed": True}
FULL = Policy(
    hours=Hours((((450, 690),), *[()] * 6), frozenset({date(2027, 1, 1)})),
    groups=(Group("một cửa", ("1800",), {When.CLOSED: Overrides({Rule.WITHHELD: Action.BLOCK})}),),
)


def test_the_policy_is_told_as_its_file_and_as_json(site: Site) -> None:
    with site.client() as client:
        before = client.get(POLICY).json()
        assert (before["revision"], before["at"], before["author"], before["changes"]) == (0, None, "", [])
        assert policy_file.parse(before["toml"]) == DEFAULT_POLICY
        assert before["policy"]["rules"]["withheld"] == "tag"
        assert before["policy"]["kinds"]["one_digit"] == "as_rule"
        assert before["policy"]["by_chance"] == "tag"
        assert before["policy"]["behaviour"]["many_calls"] == {"count": 30, "minutes": 10}
        assert (before["policy"]["hours"], before["policy"]["groups"]) == (None, {})
        site.services.policies.add(FULL, "lan", ["a test"], 0)
        after = client.get(POLICY).json()
    assert (after["revision"], after["author"], after["changes"]) == (1, "lan", ["a test"])
    assert policy_file.parse(after["toml"]) == FULL
    assert after["policy"]["hours"]["monday"] == ["07:30-11:30"]
    assert after["policy"]["hours"]["holidays"] == ["2027-01-01"]
    hotline = after["policy"]["groups"]["một cửa"]
    assert (hotline["numbers"], hotline["always"]) == (["1800"], None)
    assert hotline["closed"] == {"rules": {"withheld": "block"}, "kinds": {}}


def test_a_changed_rule_is_a_revision_by_the_tokens_name(site: Site) -> None:
    with site.client() as client:
        client.put("/api/v1/rules/withheld", json={"action": "warn"})
        client.put("/api/v1/kinds/neighbour", json={"action": "off"})
        client.put("/api/v1/kinds/neighbour", json={"action": "off"})  # changes nothing
        items = client.get(f"{POLICY}/history").json()["items"]
    assert [(item["revision"], item["author"], item["changes"]) for item in items] == [
        (2, "operator", ['kinds.neighbour: "tag" -> "off"']),
        (1, "operator", ['rules.withheld: "tag" -> "warn"']),
    ]


def test_history_is_given_page_by_page(site: Site) -> None:
    for number in range(5):
        policy = with_rule(DEFAULT_POLICY, Rule.WITHHELD, Action.BLOCK if number % 2 else Action.WARN)
        site.services.policies.add(policy, "lan", [f"change {number}"], number)
    with site.client() as client:
        path, seen = f"{POLICY}/history?limit=2", []
        while path:
            page = client.get(path).json()
            seen.append([item["revision"] for item in page["items"]])
            path = page["next"]
    assert seen == [[5, 4], [3, 2], [1]]


def test_kinds_are_listed_the_strongest_first_and_changed_one_by_one(site: Site) -> None:
    with site.client() as client:
        items = client.get("/api/v1/kinds").json()["items"]
        assert [item["kind"] for item in items] == [kind.value for kind in LookalikeKind]
        assert all(item["vi"] and item["en"] and item["action"] == item["default"] for item in items)
        for action in ("off", "block", "as_rule"):
            changed = client.put("/api/v1/kinds/one_digit", json={"action": action}).json()
            assert (changed["action"], changed["default"]) == (action, "as_rule")
            assert changed in client.get("/api/v1/kinds").json()["items"]


def test_a_kind_that_is_off_counts_for_the_next_check(site: Site) -> None:
    def checked() -> tuple[str, str | None]:
        site.services.snapshots.refresh_if_changed()
        answer = client.get("/api/v1/check", params={"number": "02373725726"}).json()
        return answer["action"], answer["kind"]

    with site.client() as client:
        client.post("/api/v1/officials", json=OFFICIAL)
        assert checked() == ("warn", "one_digit")
        client.put("/api/v1/kinds/one_digit", json={"action": "off"})
        assert checked() == ("tag", "neighbour")
        client.put("/api/v1/kinds/neighbour", json={"action": "off"})
        assert checked() == ("allow", None)


@pytest.mark.parametrize(("kind", "action"), [("nothing", "tag"), ("name", "deny"), ("name", None)])
def test_an_unknown_kind_or_action_is_refused_with_the_known_ones(
    site: Site, kind: str, action: str | None
) -> None:
    with site.client() as client:
        answer = client.put(f"/api/v1/kinds/{kind}", json={"action": action})
        assert client.get(POLICY).json()["revision"] == 0
    assert answer.status_code == 422
    assert "must be" in answer.json()["detail"]


@pytest.mark.parametrize("path", [POLICY, f"{POLICY}/history", "/api/v1/kinds", "/api/v1/rules"])
def test_an_unknown_parameter_is_refused_by_name(site: Site, path: str) -> None:
    with site.client() as client:
        answer = client.get(path, params={"revison": "1"})
    assert answer.status_code == 422
    assert "revison" in answer.json()["detail"]


@pytest.mark.parametrize("path", [POLICY, f"{POLICY}/history", "/api/v1/kinds"])
def test_without_a_token_nothing_is_told(site: Site, path: str) -> None:
    with site.client(token="") as client:
        assert client.get(path).status_code == 401


def test_a_policy_that_nobody_can_read_shows_the_one_in_force_and_takes_no_change(site: Site) -> None:
    with site.client() as client:
        client.put("/api/v1/rules/withheld", json={"action": "warn"})
        with site.services.policies._sessions.begin() as session:
            at = site.services.policies.present().at
            session.add(PolicyRevision(id=2, at=at, author="x", changes="", policy="a = 1"))
        assert client.get(POLICY).json()["revision"] == 1
        listed = {item["rule"]: item["action"] for item in client.get("/api/v1/rules").json()["items"]}
        assert listed["withheld"] == "warn"
        refused = client.put("/api/v1/rules/withheld", json={"action": "tag"})
    assert refused.status_code == 409
    assert "call-screener policy revert N" in refused.json()["detail"]
