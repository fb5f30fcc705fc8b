"""The lists and the registry over the API."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from api_site import Site, serving

pytest_plugins = ["api_fixtures"]

ENTRIES = "/api/v1/entries"
OFFICIALS = "/api/v1/officials"


def test_an_added_entry_is_found_under_its_location_in_national_form(site: Site) -> None:
    with site.client() as client:
        added = client.post(ENTRIES, json={"kind": "block", "pattern": "+84 912 345 678", "note": "Tự xưng"})
        assert added.status_code == 201
        shown = client.get(added.headers["location"]).json()
    assert shown == added.json()
    assert shown["pattern"] == "0912345678"
    assert shown["match"] == "exact"
    assert shown["author"] == "operator"
    assert shown["created_at"].endswith("Z")


def test_a_prefix_is_written_and_shown_with_a_star(site: Site) -> None:
    with site.client() as client:
        added = client.post(ENTRIES, json={"kind": "block", "pattern": "+375*"}).json()
    assert (added["match"], added["pattern"]) == ("prefix", "+375*")


@pytest.mark.parametrize(
    ("pattern", "match", "shown", "hit", "missed"),
    [
        (
            "0912 345 000 - 0912 345 999",
            "range",
            "0912345000 - 0912345999",
            {"number": "0912345500"},
            "0912346000",
        ),
        ("0912??5678", "pattern", "0912??5678", {"number": "+84912345678"}, "0912345679"),
        ("raw:+840*", "pattern", "raw:+840*", {"number": "+840912345678"}, "+84912345678"),
        (
            "name:*siêu lừa*",
            "name",
            "name:*siêu lừa*",
            {"number": "0987654321", "name": "SIEU LUA"},
            "0987654321",
        ),
    ],
)
def test_an_entry_of_any_kind_of_pattern_is_shown_as_written_and_hits_what_it_says(
    site: Site, pattern: str, match: str, shown: str, hit: dict[str, str], missed: str
) -> None:
    with site.client() as client:
        added = client.post(ENTRIES, json={"kind": "block", "pattern": pattern}).json()
        assert (added["match"], added["pattern"]) == (match, shown)
        site.services.snapshots.refresh_if_changed()
        assert client.get("/api/v1/check", params=hit).json()["rule"] == "block_entry"
        assert client.get("/api/v1/check", params={"number": missed}).json()["rule"] != "block_entry"


def test_an_entry_may_ask_for_another_action_and_count_for_some_called_numbers_alone(site: Site) -> None:
    new = {
        "kind": "block",
        "pattern": "0912345678",
        "category": "scam",
        "action": "warn",
        "called": ["1009", "10*", "1009"],
    }
    with site.client() as client:
        added = client.post(ENTRIES, json=new).json()
        assert (added["category"], added["action"], added["imported"]) == ("scam", "warn", "")
        assert added["called"] == ["10*", "1009"]
        site.services.snapshots.refresh_if_changed()
        asked = {"number": "0912345678"}
        assert client.get("/api/v1/check", params=asked | {"called": "1001"}).json()["action"] == "warn"
        assert client.get("/api/v1/check", params=asked | {"called": "2001"}).json()["action"] == "allow"
        where = f"{ENTRIES}/{added['id']}"
        changed = client.patch(where, json={"action": None, "called": []}).json()
        assert (changed["action"], changed["called"], changed["category"]) == (None, [], "scam")
        refused = client.patch(where, json={"called": ["x"]})
    assert refused.status_code == 422
    assert "is no called number" in refused.text


def test_a_watched_number_is_let_through_and_recorded(site: Site) -> None:
    with site.client() as client:
        client.post(ENTRIES, json={"kind": "watch", "pattern": "0912345678"})
        site.services.snapshots.refresh_if_changed()
        said = client.get("/api/v1/check", params={"number": "0912345678"}).json()
    assert (said["action"], said["rule"]) == ("allow", "default")
    assert [hit["rule"] for hit in said["hits"]] == ["default", "watched"]


def test_an_official_range_and_an_office_without_a_number_are_kept_with_their_names(site: Site) -> None:
    with site.client() as client:
        many = {"number": "02373850299 - 02373850200", "organisation": "Sở Y tế"}
        assert "ends before it begins" in client.post(OFFICIALS, json=many).text
        many["number"] = "0237 3850 200 - 0237 3850 299"
        added = client.post(OFFICIALS, json=many | {"aliases": ["SYT", " "]}).json()
        assert (added["number"], added["last"], added["aliases"]) == ("02373850200", "02373850299", ["SYT"])
        noted = client.patch(f"{OFFICIALS}/{added['id']}", json={"note": "a"}).json()
        assert (noted["number"], noted["last"]) == ("02373850200", "02373850299")
        nameless = client.post(OFFICIALS, json={"organisation": "Thanh tra tỉnh"})
        assert nameless.status_code == 422
        for _ in range(2):
            named = client.post(OFFICIALS, json={"organisation": "Tỉnh", "name": "Thanh tra tỉnh Hòa Lạc"})
            assert named.status_code == 201, named.text
        site.services.snapshots.refresh_if_changed()
        said = client.get("/api/v1/check", params={"number": "02373860255"}).json()
        assert (said["kind"], said["imitates"]["organisation"]) == ("one_digit", "Sở Y tế")
        said = client.get("/api/v1/check", params={"number": "0912345678", "name": "THANH TRA TINH HOA LAC"})
    assert said.json()["rule"] == "name"


def test_a_changed_list_is_seen_by_the_next_request_and_by_the_next_check(site: Site) -> None:
    with site.client() as client:
        where = client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678"}).headers["location"]
        site.services.snapshots.refresh_if_changed()
        assert client.get("/api/v1/check", params={"number": "+84912345678"}).json()["action"] == "block"
        client.patch(where, json={"kind": "allow"})
        site.services.snapshots.refresh_if_changed()
        assert client.get("/api/v1/check", params={"number": "+84912345678"}).json()["rule"] == "allow_exact"
        assert client.delete(where).status_code == 204
        assert client.get(where).status_code == 404
        assert client.get(ENTRIES).json() == {"items": [], "next": None}


def test_a_change_keeps_what_it_does_not_name_and_null_takes_the_end_away(site: Site) -> None:
    new = {"kind": "block", "pattern": "0912345678", "note": "một", "expires_at": "2100-01-01T00:00:00+07:00"}
    with site.client() as client:
        added = client.post(ENTRIES, json=new)
        assert added.json()["expires_at"] == "2099-12-31T17:00:00Z"
        noted = client.patch(added.headers["location"], json={"note": "hai"}).json()
        assert (noted["note"], noted["expires_at"]) == ("hai", "2099-12-31T17:00:00Z")
        endless = client.patch(added.headers["location"], json={"expires_at": None}).json()
    assert (endless["note"], endless["expires_at"]) == ("hai", None)


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"kind": "block", "pattern": "abc"}, "pattern", "no telephone number"),
        ({"kind": "block", "pattern": "0912345678x"}, "pattern", "no telephone number"),
        ({"kind": "block", "pattern": "anonymous"}, "pattern", "no telephone number"),
        ({"kind": "block", "pattern": "0?*"}, "pattern", "fits too many numbers"),
        ({"kind": "allow", "pattern": "name:*công an*"}, "pattern", "anybody can write a name"),
        ({"kind": "block", "pattern": "0*"}, "pattern", "too short"),
        ({"kind": "deny", "pattern": "0912345678"}, "kind", "'allow', 'block' or 'watch'"),
        ({"kind": "block"}, "pattern", "is missing"),
        ({"kind": "block", "pattern": ""}, "pattern", "must not be empty"),
        ({"kind": "block", "pattern": "0912345678", "colour": "red"}, "colour", "no such field"),
        (
            {"kind": "block", "pattern": "0912345678", "expires_at": "2001-01-01T00:00:00Z"},
            "expires_at",
            "has passed",
        ),
        (
            {"kind": "block", "pattern": "0912345678", "expires_at": "2100-01-01T00:00:00"},
            "expires_at",
            "has no time zone",
        ),
        (
            {"kind": "block", "pattern": "0912345678", "expires_at": "9999-12-31T23:59:59-12:00"},
            "expires_at",
            "is beyond the calendar",
        ),
        (
            {"kind": "block", "pattern": "0912345678", "expires_at": "9999-01-01T00:00:00Z"},
            "expires_at",
            "is too far away; give an earlier time, or null",
        ),
        (
            {"kind": "allow", "pattern": "0912345678", "action": "block"},
            "action",
            "is for block entries",
        ),
        ({"kind": "block", "pattern": "0912345678", "note": "a\0b"}, "note", "U+0000"),
        ({"kind": "block", "pattern": "0912345678", "note": "a\u202eb"}, "note", "U+202E"),
        ({"kind": "block", "pattern": "0912345678", "note": "x" * 5001}, "note", "5000 characters at most"),
        ([], "body", "must be a JSON object"),
    ],
)
def test_an_entry_that_can_not_be_used_is_refused_by_field_value_and_remedy(
    site: Site, body: Any, field: str, message: str
) -> None:
    with site.client() as client:
        answer = client.post(ENTRIES, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert message in error["message"]
    if isinstance(body, dict) and field in body:
        assert error["value"].startswith(repr(body[field])[:20])
    assert field in answer.json()["detail"]


@pytest.mark.parametrize("field", ["kind", "pattern", "note", "source"])
def test_null_is_refused_for_a_field_that_always_has_a_value(site: Site, field: str) -> None:
    with site.client() as client:
        where = client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678"}).headers["location"]
        answer = client.patch(where, json={field: None})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["value"] == "null"


def test_the_same_number_in_another_form_is_a_conflict_that_names_the_first(site: Site) -> None:
    with site.client() as client:
        first = client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678"}).json()
        answer = client.post(ENTRIES, json={"kind": "block", "pattern": "+84912345678"})
    assert answer.status_code == 409
    assert answer.json()["existing"] == first["id"]
    assert answer.json()["type"] == "urn:problem:call-screener:already-listed"


def test_pages_of_entries_are_complete_and_stay_so_while_entries_come_and_go(site: Site) -> None:
    with site.client() as client:
        made = [
            client.post(ENTRIES, json={"kind": "block", "pattern": f"09123456{i:02d}"}).json()["id"]
            for i in range(25)
        ]
        seen: list[int] = []
        path: str | None = f"{ENTRIES}?limit=10&kind=block"
        while path:
            page = client.get(path).json()
            seen += [entry["id"] for entry in page["items"]]
            path = page["next"]
            assert path is None or "kind=block" in path
            client.post(ENTRIES, json={"kind": "block", "pattern": f"0981{len(seen):06d}"})
            client.delete(f"{ENTRIES}/{seen[-1]}")
    assert seen == sorted(made, reverse=True)


def test_entries_are_searched_by_any_form_part_or_word(site: Site) -> None:
    with site.client() as client:
        client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678", "note": "Đội kiểm tra"})
        client.post(ENTRIES, json={"kind": "allow", "pattern": "0987654321"})

        def found(**query: str) -> list[str]:
            return [entry["pattern"] for entry in client.get(ENTRIES, params=query).json()["items"]]

        assert found(search="+84 912 345 678") == ["0912345678"]
        assert found(search="3456") == ["0912345678"]
        assert found(search="ĐỘI") == ["0912345678"]
        assert found(kind="allow") == ["0987654321"]
        assert found(search="%") == []


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_page_of_an_impossible_size_is_refused(site: Site, limit: str) -> None:
    with site.client() as client:
        answer = client.get(ENTRIES, params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_an_official_number_is_added_changed_and_removed(site: Site) -> None:
    new = {"number": "0237 3725 725", "organisation": "Công an tỉnh Thanh Hóa", "last_checked": "2026-11-01"}
    with site.client() as client:
        added = client.post(OFFICIALS, json=new)
        assert added.status_code == 201
        assert added.json()["number"] == "02373725725"
        where = added.headers["location"]
        changed = client.patch(where, json={"confirmed": True, "last_checked": None}).json()
        assert (changed["confirmed"], changed["last_checked"]) == (True, None)
        assert changed["organisation"] == "Công an tỉnh Thanh Hóa"
        assert client.post(OFFICIALS, json=new).status_code == 409
        assert client.get(OFFICIALS, params={"search": "thanh hóa"}).json()["items"] == [changed]
        assert client.delete(where).status_code == 204
        assert client.delete(where).status_code == 404


def test_a_malformed_official_number_is_refused_by_the_name_of_its_field(site: Site) -> None:
    with site.client() as client:
        answer = client.post(OFFICIALS, json={"number": "công an", "organisation": "Công an"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "number"
    assert answer.json()["errors"][0]["value"] == "'công an'"


def test_each_change_leaves_a_line_with_what_was_done_and_by_whom_and_no_whole_number(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    new = {"number": "02373725725", "organisation": "Công an"}
    with caplog.at_level(logging.INFO), site.client() as client:
        entry = client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678"}).headers["location"]
        client.patch(entry, json={"kind": "allow", "note": "0912345678"})
        client.delete(entry)
        official = client.post(OFFICIALS, json=new).headers["location"]
        client.patch(official, json={"confirmed": True})
        client.delete(official)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("api.")]
    assert lines == [
        "block entry 1 (exact '091234****') added by operator",
        "allow entry 1 (exact '091234****') changed by operator: kind, note",
        "allow entry 1 (exact '091234****') removed by operator",
        "official number 1 ('0237372****') added by operator",
        "official number 1 ('0237372****') changed by operator: confirmed",
        "official number 1 ('0237372****') removed by operator",
    ]
    assert "0912345678" not in caplog.text


def test_the_line_of_a_change_has_the_whole_number_where_the_settings_say_so(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    whole = replace(site.services, mask_numbers=False)
    with caplog.at_level(logging.INFO), serving(whole) as url, site.client() as client:
        client.post(f"{url}{ENTRIES}", json={"kind": "block", "pattern": "0912345678"})
    assert "block entry 1 (exact '0912345678') added by operator" in caplog.messages
