"""Changes of the lists, undone: each kind of them, and what somebody changed in between."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from api_site import Site, site_on
from sqlalchemy import update

from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from screener.access.acting import act_as
from screener.access.actor import Actor, How
from screener.access.roles import Role
from screener.database import Database
from screener.undo_tables import UndoRow, UndoStep

pytest_plugins = ["api_fixtures"]

ENTRIES, CHANGES = "/api/v1/entries", "/api/v1/changes"
NEW: dict[str, Any] = {
    "kind": "block",
    "pattern": "0912345678",
    "note": "một",
    "expires_at": "2099-01-01T00:00:00Z",
}


def _last(client: httpx.Client) -> dict[str, Any]:
    change: dict[str, Any] = client.get(CHANGES).json()["items"][0]
    return change


def _undo(client: httpx.Client) -> dict[str, Any]:
    """Undo the last change that was not."""
    ids = [one["id"] for one in client.get(CHANGES).json()["items"] if one["undone_at"] is None]
    answer = client.post(f"{CHANGES}/{ids[0]}/undo")
    assert answer.status_code == 200, answer.text
    undone: dict[str, Any] = answer.json()
    return undone


def _patterns(client: httpx.Client) -> list[str]:
    return sorted(entry["pattern"] for entry in client.get(ENTRIES).json()["items"])


def _import(client: httpx.Client, text: str) -> None:
    asked = {"kind": "block", "source": "do-not-call"}
    headers = {"Content-Type": "text/csv"}
    started = client.post(f"{ENTRIES}/import", params=asked, content=text.encode(), headers=headers)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state = client.get(started.headers["location"]).json()
        if state["state"] in {"done", "failed"}:
            assert state["put_in"], state
            return
        time.sleep(0.05)
    raise AssertionError("the import did not end")


def test_added_changed_and_removed_entries_are_put_back_one_change_after_the_other(
    database: Database,
) -> None:
    with site_on(database) as site, site.client() as client:
        where = client.post(ENTRIES, json=NEW).headers["location"]
        added = client.get(where).json()
        assert client.patch(where, json={"note": "hai", "pattern": "0912345679"}).status_code == 200
        assert client.delete(where).status_code == 204
        removed = _last(client)
        assert (removed["what"], removed["kind"], removed["label"]) == ("removed", "block", "0912345679")
        assert (removed["by"], removed["count"], removed["undone_at"]) == ("operator", 1, None)
        undone = _undo(client)
        assert (undone["restored"], undone["stayed"], undone["undone_by"]) == (1, [], "operator")
        assert client.get(where).json()["note"] == "hai"
        _undo(client)
        assert client.get(where).json() == added
        assert _last(client)["undone_at"] is not None
        assert len(client.get(CHANGES).json()["items"]) == 3
        _undo(client)
        assert _patterns(client) == []
        assert [one["change"] for one in client.get("/api/v1/audit").json()["items"][:2]] == [
            "undone",
            "removed",
        ]


def test_what_somebody_changed_since_stays_and_is_told(site: Site) -> None:
    with site.client() as client:
        where = client.post(ENTRIES, json=NEW).headers["location"]
        adding = _last(client)["id"]
        client.patch(where, json={"note": "hai"})
        changing = _last(client)["id"]
        stayed = client.post(f"{CHANGES}/{adding}/undo").json()
        assert (stayed["restored"], stayed["stayed"][0]["why"]) == (0, "changed")
        assert stayed["stayed"][0]["pattern"] == "0912345678"
        assert "đã có người sửa" in stayed["stayed"][0]["words"]["vi"]
        assert client.get(f"{CHANGES}/{adding}").json() == stayed
        again = client.post(f"{CHANGES}/{adding}/undo")
        assert (again.status_code, again.json()["undone_by"]) == (409, "operator")
        client.delete(where)
        removing = _last(client)["id"]
        assert client.post(f"{CHANGES}/{changing}/undo").json()["stayed"][0]["why"] == "removed"
        client.post(ENTRIES, json=NEW)
        assert client.post(f"{CHANGES}/{removing}/undo").json()["stayed"][0]["why"] == "listed"
        assert client.get(where).json()["note"] == "một"


def test_an_entry_that_took_a_removed_ones_place_is_left_alone_when_that_comes_back(site: Site) -> None:
    with site.client() as client:
        client.delete(client.post(ENTRIES, json=NEW).headers["location"])
        removing = _last(client)["id"]
        client.post(ENTRIES, json=NEW | {"pattern": "0987654321"})  # has the same id in SQLite
        assert client.post(f"{CHANGES}/{removing}/undo").json()["restored"] == 1
        assert _patterns(client) == ["0912345678", "0987654321"]


def test_many_entries_are_changed_at_once_as_shown_and_undone_at_once(database: Database) -> None:
    with site_on(database) as site, site.client() as client:
        made = [client.post(ENTRIES, json=NEW | {"pattern": f"091234567{n}"}).json() for n in range(4)]
        client.patch(f"{ENTRIES}/{made[0]['id']}", json={"note": "mới"})
        before = client.get(ENTRIES).json()
        chosen = [{"id": one["id"], "version": one["version"]} for one in made]
        asked = {"do": "move", "category": "scam", "entries": [*chosen, {"id": 999}]}
        moved = client.post(f"{ENTRIES}/bulk", json=asked).json()
        ids = [one["id"] for one in made]
        assert moved == {"done": ids[1:], "missing": [999], "changed_meanwhile": ids[:1]}
        found = client.get(ENTRIES, params={"category": "scam"}).json()["items"]
        assert sorted(one["id"] for one in found) == ids[1:]
        client.post(f"{ENTRIES}/bulk", json={"do": "end", "entries": [{"id": id} for id in ids[1:]]})  # noqa: A001
        assert len(client.get(ENTRIES, params={"expiry": "expired"}).json()["items"]) == 3
        client.post(f"{ENTRIES}/bulk", json={"do": "remove", "entries": [{"id": id} for id in ids]})  # noqa: A001
        assert _patterns(client) == []
        last = _last(client)
        assert (last["what"], last["count"]) == ("removed", 4)
        for restored in (4, 3, 3):
            assert _undo(client)["restored"] == restored
        assert client.get(ENTRIES).json() == before


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"do": "move"}, "category is for 'move'"),
        ({"do": "remove", "category": "scam"}, "category is for 'move'"),
        ({"do": "remove", "expires_at": "2099-01-01T00:00:00Z"}, "expires_at is for 'end'"),
        ({"do": "end", "expires_at": "2001-01-01T00:00:00Z"}, "has passed"),
    ],
)
def test_what_does_not_go_together_is_refused_for_many_entries(
    site: Site, asked: dict[str, str], field: str
) -> None:
    with site.client() as client:
        answer = client.post(f"{ENTRIES}/bulk", json=asked | {"entries": [{"id": 1}]})
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


def test_an_import_is_undone_but_for_the_entries_that_somebody_has_changed_since(database: Database) -> None:
    with site_on(database) as site, site.client() as client:
        _import(client, "number,note\n0912345001,cũ\n")
        _import(client, "number,note\n" + "".join(f"0912345{n:03},mới\n" for n in range(1, 5)))
        last = _last(client)
        assert (last["what"], last["label"], last["count"]) == ("imported", "do-not-call", 4)
        entries = {one["pattern"]: one["id"] for one in client.get(ENTRIES).json()["items"]}
        client.patch(f"{ENTRIES}/{entries['0912345004']}", json={"note": "của tôi"})
        undone = client.post(f"{CHANGES}/{last['id']}/undo").json()
        assert undone["restored"] == 3
        assert [(one["pattern"], one["why"]) for one in undone["stayed"]] == [("0912345004", "changed")]
        left = {one["pattern"]: one["note"] for one in client.get(ENTRIES).json()["items"]}
        assert left == {"0912345001": "cũ", "0912345004": "của tôi"}


def test_more_entries_than_one_transaction_holds_are_all_put_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screener.undo._CHUNK", 3)
    with site.client() as client:
        _import(client, "number\n" + "".join(f"0912345{n:03}\n" for n in range(7)))
        assert _undo(client)["restored"] == 7
        assert _patterns(client) == []


def test_after_a_day_nothing_is_offered_and_what_was_kept_is_forgotten(site: Site) -> None:
    sessions = site.services.undo._sessions
    with site.client() as client:
        client.post(ENTRIES, json=NEW)
        change = _last(client)
        with sessions.begin() as session:
            session.execute(update(UndoStep).values(at=datetime.now(UTC) - timedelta(days=1, seconds=1)))
        assert client.get(CHANGES).json()["items"] == []
        assert client.post(f"{CHANGES}/{change['id']}/undo").status_code == 404
        client.post(ENTRIES, json=NEW | {"pattern": "0987654321"})
    with sessions() as session:
        assert session.query(UndoRow).count() == session.query(UndoStep).count() == 1


def test_what_the_service_or_a_command_does_is_not_offered_for_undoing(site: Site) -> None:
    lists = site.services.lists
    lists.add_entry(EntryDraft(EntryKind.BLOCK, "0912345678"), "behaviour")
    with act_as(Actor.typing()):
        lists.add_entry(EntryDraft(EntryKind.BLOCK, "0912345679"), "root")
    assert site.services.undo.steps().items == ()
    with act_as(Actor("lan", Role.OPERATOR, How.USER)):
        lists.add_entry(EntryDraft(EntryKind.BLOCK, "0912345670"), "lan")
    assert [step.by for step in site.services.undo.steps().items] == ["lan"]
