"""Every route and every command that writes leaves exactly one row of the audit log, and the right one."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from api_site import Site, site_on
from sqlalchemy import select
from test_api_imports import ended
from test_cli import typed, with_database
from typer.core import TyperGroup

from blocklist.models import ListEntry
from screener import trail
from screener.access.accounts import Accounts
from screener.access.actor import Actor
from screener.access.roles import Role
from screener.api_tokens import ApiTokens
from screener.audit.key import KeyFile
from screener.audit.models import AuditRow
from screener.audit.recorder import Recorder
from screener.audit.subjects import AUDITED
from screener.cli import app
from screener.database import Database, open_database
from screener.switch import EnforcingSwitch

pytest_plugins = ["api_fixtures"]

ENTRY = {"kind": "block", "pattern": "0912345678"}
OFFICIAL = {"number": "02373725725", "organisation": "Công an tỉnh"}
OWN = "02373850234"
REPORT = {"number": "0912345678"}


def _made(client: httpx.Client, path: str, body: dict[str, Any]) -> str:
    """Make something and return its path."""
    return str(client.post(f"/api/v1/{path}", json=body).raise_for_status().headers["location"])


@dataclass(frozen=True)
class Write:
    """A request that writes, after what must be there for it; and the row that it leaves."""

    subject: str
    change: str
    label: str
    request: Callable[[Site, httpx.Client], httpx.Response]
    before: Callable[[Site, httpx.Client], object] = lambda site, client: None
    beside: tuple[tuple[str, str], ...] = ()
    """Further rows, of what is changed with it."""


def _allowed(site: Site, client: httpx.Client) -> None:
    site.ring(OWN)
    client.post("/api/v1/calls/1/allow").raise_for_status()


def _put_in(client: httpx.Client, what: str, file: str) -> httpx.Response:
    """Try a file, then put it in."""
    tried = client.post(
        f"/api/v1/{what}/import",
        content=file.encode(),
        headers={"Content-Type": "text/csv"},
        params={"dry_run": True},
    )
    return client.post(f"/api/v1/{what}/import/{ended(client, tried)['id']}")


def _rung(number: str) -> Callable[[Site, httpx.Client], object]:
    return lambda site, client: site.ring(number)


WRITES: dict[str, Write] = {
    "POST /api/v1/entries": Write(
        "entry", "added", "0912345678", lambda site, it: it.post("/api/v1/entries", json=ENTRY)
    ),
    "PATCH /api/v1/entries/{id}": Write(
        "entry",
        "changed",
        "0912345678",
        lambda site, it: it.patch("/api/v1/entries/1", json={"note": "x"}),
        lambda site, it: _made(it, "entries", ENTRY),
    ),
    "DELETE /api/v1/entries/{id}": Write(
        "entry",
        "removed",
        "0912345678",
        lambda site, it: it.delete("/api/v1/entries/1"),
        lambda site, it: _made(it, "entries", ENTRY),
    ),
    "POST /api/v1/entries/import": Write(
        "entry",
        "imported",
        "upload",
        lambda site, it: it.post(
            "/api/v1/entries/import",
            content=b"kind,number\nblock,0912345678\nblock,x\n",
            headers={"Content-Type": "text/csv"},
        ),
    ),
    "POST /api/v1/officials/import": Write(
        "official",
        "imported",
        "upload",
        lambda site, it: it.post(
            "/api/v1/officials/import",
            content="organisation,number\nCông an,02373725725\nX,x\n".encode(),
            headers={"Content-Type": "text/csv"},
        ),
    ),
    "POST /api/v1/entries/import/{id}": Write(
        "entry",
        "imported",
        "upload",
        lambda site, it: _put_in(it, "entries", "kind,number\nblock,0912345678\n"),
    ),
    "POST /api/v1/officials/import/{id}": Write(
        "official",
        "imported",
        "upload",
        lambda site, it: _put_in(it, "officials", "organisation,number\nCông an,02373725725\n"),
    ),
    "POST /api/v1/entries/bulk": Write(
        "entry",
        "removed",
        "0912345678",
        lambda site, it: it.post("/api/v1/entries/bulk", json={"do": "remove", "entries": [{"id": 1}]}),
        lambda site, it: _made(it, "entries", ENTRY),
    ),
    "POST /api/v1/changes/{id}/undo": Write(
        "entry",
        "removed",
        "0912345678",
        lambda site, it: it.post("/api/v1/changes/1/undo"),
        lambda site, it: _made(it, "entries", ENTRY),
        beside=(("entry", "undone"),),
    ),
    "POST /api/v1/officials": Write(
        "official", "added", "02373725725", lambda site, it: it.post("/api/v1/officials", json=OFFICIAL)
    ),
    "PATCH /api/v1/officials/{id}": Write(
        "official",
        "changed",
        "02373725725",
        lambda site, it: it.patch("/api/v1/officials/1", json={"note": "x"}),
        lambda site, it: _made(it, "officials", OFFICIAL),
    ),
    "DELETE /api/v1/officials/{id}": Write(
        "official",
        "removed",
        "02373725725",
        lambda site, it: it.delete("/api/v1/officials/1"),
        lambda site, it: _made(it, "officials", OFFICIAL),
    ),
    "POST /api/v1/officials/{id}/confirm": Write(
        "official",
        "changed",
        "02373725725",
        lambda site, it: it.post("/api/v1/officials/1/confirm", json={}),
        lambda site, it: _made(it, "officials", OFFICIAL),
    ),
    "POST /api/v1/calls/{id}/allow": Write(
        "exemption", "added", OWN, lambda site, it: it.post("/api/v1/calls/1/allow"), _rung(OWN)
    ),
    "POST /api/v1/calls/{id}/block": Write(
        "entry", "added", "0912345678", lambda site, it: it.post("/api/v1/calls/1/block"), _rung("0912345678")
    ),
    "DELETE /api/v1/exemptions/{id}": Write(
        "exemption",
        "removed",
        OWN,
        lambda site, it: it.delete("/api/v1/exemptions/1"),
        _allowed,
    ),
    "POST /api/v1/calls/{id}/notes": Write(
        "call note",
        "added",
        "x",
        lambda site, it: it.post("/api/v1/calls/1/notes", json={"text": "x"}),
        _rung("0912345678"),
    ),
    "POST /api/v1/reports": Write(
        "report", "added", "0912345678", lambda site, it: it.post("/api/v1/reports", json=REPORT)
    ),
    "POST /api/v1/reports/{id}/confirm": Write(
        "report",
        "changed",
        "0912345678",
        lambda site, it: it.post("/api/v1/reports/1/confirm", json={"category": "scam"}),
        lambda site, it: _made(it, "reports", REPORT),
        beside=(("entry", "added"),),
    ),
    "POST /api/v1/reports/{id}/reject": Write(
        "report",
        "changed",
        "0912345678",
        lambda site, it: it.post("/api/v1/reports/1/reject", json={}),
        lambda site, it: _made(it, "reports", REPORT),
    ),
    "POST /api/v1/calls/export": Write(
        "calls",
        "exported",
        "calls.csv",
        lambda site, it: it.post("/api/v1/calls/export", json={"format": "csv", "number": "0912345678"}),
    ),
    "POST /api/v1/reports/{id}/withdraw": Write(
        "report",
        "changed",
        "0912345678",
        lambda site, it: it.post("/api/v1/reports/1/withdraw"),
        lambda site, it: _made(it, "reports", REPORT),
    ),
    "POST /api/v1/reports/{id}/ask": Write(
        "report",
        "changed",
        "0912345678",
        lambda site, it: it.post("/api/v1/reports/1/ask", json={"text": "?"}),
        lambda site, it: _made(it, "reports", REPORT),
        beside=(("report note", "added"),),
    ),
    "POST /api/v1/reports/{id}/answer": Write(
        "report note",
        "added",
        "x",
        lambda site, it: it.post("/api/v1/reports/1/answer", json={"text": "x"}),
        lambda site, it: _made(it, "reports", REPORT),
    ),
    "PUT /api/v1/rules/{rule}": Write(
        "policy", "added", "1", lambda site, it: it.put("/api/v1/rules/withheld", json={"action": "warn"})
    ),
    "PUT /api/v1/kinds/{kind}": Write(
        "policy", "added", "1", lambda site, it: it.put("/api/v1/kinds/neighbour", json={"action": "off"})
    ),
    "PUT /api/v1/enforcing": Write(
        "enforcing", "changed", "operator", lambda site, it: it.put("/api/v1/enforcing", json={"on": False})
    ),
}

CHANGING_NOTHING = {"POST /api/v1/check", "POST /api/v1/entries/preview"}
"""What is asked by POST, because it is long or nobody's to keep in an address log."""
ELSEWHERE = {"POST /api/v1/calls/{id}/call-back"}
"""What needs an exchange: ``test_calling_back`` looks at its row."""


def rows(database: Database) -> list[AuditRow]:
    with database.sessions() as session:
        return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))


@pytest.mark.parametrize("route", sorted(WRITES))
def test_a_request_that_writes_leaves_one_row_in_the_name_of_who_asks(
    sqlite_database: Database, route: str
) -> None:
    write = WRITES[route]
    with site_on(sqlite_database) as site, site.client() as client:
        write.before(site, client)
        there = len(rows(sqlite_database))
        answer = write.request(site, client).raise_for_status()
        if answer.status_code == 202:
            ended(client, answer)
    added = rows(sqlite_database)[there:]
    (row,) = (row for row in added if (row.subject, row.change) not in write.beside)
    assert len(added) == 1 + len(write.beside)
    assert len({(row.actor, row.at) for row in added}) == 1
    assert (row.subject, row.change, row.label) == (write.subject, write.change, write.label)
    assert (row.actor, row.how, row.origin) == ("operator", "token", "127.0.0.1")
    assert (row.before is None) == (write.change in {"added", "imported", "exported"})
    assert (row.after is None) == (write.change == "removed")
    if write.change not in {"imported", "exported"}:
        assert told(sqlite_database) == stored(sqlite_database)


def told(database: Database) -> dict[tuple[str, str], Any]:
    """What there is, as the log tells it from its first row on."""
    found: dict[tuple[str, str], Any] = {}
    for row in rows(database):
        if row.change == "undone":
            continue  # says why the rows beside it were written
        if row.after is None:
            del found[row.subject, row.key]
        else:
            found[row.subject, row.key] = json.loads(row.after)
    return found


def stored(database: Database) -> dict[tuple[str, str], Any]:
    """What there is, as the tables have it; the switch as it is installed was put there by nobody."""
    found: dict[tuple[str, str], Any] = {}
    with database.engine.connect() as connection:
        for model, subject in AUDITED.items():
            (primary,) = model.__table__.primary_key
            for row in connection.execute(select(*model.__table__.columns)).mappings():
                if row.get("changed_by") != "installation":
                    found[subject.name, str(row[primary.name])] = subject.values(row)
    return found


def test_every_route_that_may_write_is_in_the_table(site: Site) -> None:
    with site.client() as client:
        paths = client.get("/api/v1/openapi.json").json()["paths"]
    writing = {
        f"{method.upper()} {path}" for path, item in paths.items() for method in item if method != "get"
    }
    assert writing == set(WRITES) | CHANGING_NOTHING | ELSEWHERE


def test_the_log_is_read_filtered_and_page_by_page(site: Site) -> None:
    with site.client() as client:
        for pattern in ("0912345678", "0912345679", "+375*"):
            _made(client, "entries", {"kind": "block", "pattern": pattern})
        client.delete("/api/v1/entries/2").raise_for_status()
        page = client.get("/api/v1/audit", params={"subject": "entry", "limit": 3}).json()
        assert [(row["change"], row["label"]) for row in page["items"]] == [
            ("removed", "0912345679"),
            ("added", "+375"),
            ("added", "0912345679"),
        ]
        assert page["items"][0]["before"]["pattern"] == "0912345679"
        assert page["items"][0]["after"] is None
        (last,) = client.get(page["next"]).json()["items"]
        assert (last["label"], last["actor"], last["origin"]) == ("0912345678", "operator", "127.0.0.1")
        assert client.get(f"/api/v1/audit/{last['id']}").json() == last
        assert client.get("/api/v1/audit/999").status_code == 404
        of_one = client.get("/api/v1/audit", params={"subject": "entry", "key": "2"}).json()["items"]
        assert [row["change"] for row in of_one] == ["removed", "added"]
        assert client.get("/api/v1/audit", params={"actor": "nobody"}).json()["items"] == []
        assert client.get("/api/v1/audit", params={"until": last["at"], "subject": "entry"}).json() == {
            "items": [],
            "next": None,
        }


def test_the_table_runs_nothing_in_a_spreadsheet(site: Site) -> None:
    with site.client() as client:
        _made(client, "entries", ENTRY | {"pattern": "+375*", "note": '=HYPERLINK("http://x")'})
        answer = client.get("/api/v1/audit/export", params={"subject": "entry"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    cells = dict(zip(head, row, strict=True))
    assert cells["label"] == "'+375"
    assert cells["after"].startswith("{")
    assert json.loads(cells["after"])["note"] == '=HYPERLINK("http://x")'


READING = {
    "run", "check", "doctor", "replay", "token list", "user list", "policy export",
    "policy history", "entries export",
    "officials export",
    "calls export", "site learn", "audit list", "audit export", "audit verify",
}  # fmt: skip
"""Commands that change nothing that the log covers; the service's own changes are other tests'."""

COMMANDS: list[tuple[list[str], str, str, str]] = [
    (["enforce", "off"], "enforcing", "changed", trail.user()),
    (["token", "create", "reception"], "token", "added", "reception"),
    (["token", "revoke", "reception"], "token", "removed", "reception"),
    (["user", "add", "lan", "--role", "admin"], "user", "added", "lan"),
    (["user", "add", "minh"], "user", "added", "minh"),
    (["user", "set-role", "minh", "viewer"], "user", "changed", "minh"),
    (["user", "unlock", "minh"], "user", "unlocked", "minh"),
    (["user", "set-password", "minh"], "user", "changed", "minh"),
    (["user", "remove", "minh"], "user", "removed", "minh"),
    (["policy", "import", "{folder}/policy.toml"], "policy", "added", "1"),
    (["policy", "import", "{folder}/other.toml"], "policy", "added", "2"),
    (["policy", "revert", "1"], "policy", "added", "3"),
    (["officials", "import", "{folder}/registry.csv"], "official", "imported", "registry.csv"),
    (["entries", "import", "{folder}/list.csv"], "entry", "imported", "list.csv"),
]
"""One after the other, with the row that each leaves."""


def test_each_command_that_writes_leaves_one_row_in_the_name_of_who_types(tmp_path: Path) -> None:
    with_database(tmp_path)
    (tmp_path / "policy.toml").write_text('[rules]\nwithheld = "warn"\n')
    (tmp_path / "other.toml").write_text('[rules]\nwithheld = "allow"\n')
    (tmp_path / "list.csv").write_text("kind,number\nblock,0912345678\nblock,0912345679\nblock,x\n")
    (tmp_path / "registry.csv").write_text("organisation,number\nCông an,02373725726\n", "utf-8")
    locked = open_database(f"sqlite:///{tmp_path}/state/call-screener.db")
    Accounts.on(locked.sessions).tries.begin("minh", "192.0.2.7")
    locked.close()
    for line, *_ in COMMANDS:
        done = typed(
            tmp_path, *(word.format(folder=tmp_path) for word in line), stdin="bốn từ cho mật khẩu\n"
        )
        assert done.returncode == 0, done.stderr
    database = open_database(f"sqlite:///{tmp_path}/state/call-screener.db")
    found = rows(database)
    database.close()
    assert [(row.subject, row.change, row.label) for row in found] == [tuple(row) for _, *row in COMMANDS]
    assert {(row.actor, row.how, row.origin) for row in found} == {
        (trail.user(), "command", f"terminal user {trail.user()}")
    }
    after = json.loads(found[-1].after or "")
    assert (after["file"], after["new"], after["refused"], after["rows"]) == ("list.csv", 2, 1, 3)
    assert len(after["sha256"]) == 64
    whole = typed(tmp_path, "audit", "verify")
    assert (whole.returncode, whole.stdout) == (0, f"{len(COMMANDS)} rows: the log is whole\n")


def test_every_command_is_said_to_write_or_not() -> None:
    def names(command: Any, *above: str) -> list[str]:
        if isinstance(command, TyperGroup):
            return [name for one, sub in command.commands.items() for name in names(sub, *above, one)]
        return [" ".join(above)]

    there = {name for name in names(typer.main.get_command(app)) if not name.startswith("lab ")}
    writing = {name for name in there for line, *_ in COMMANDS if " ".join(line).startswith(name)}
    assert there == READING | writing
    assert not READING & writing


def test_what_verify_list_and_export_say_on_the_command_line(tmp_path: Path) -> None:
    with_database(tmp_path)
    url = f"sqlite:///{tmp_path}/state/call-screener.db"
    typing = Recorder(KeyFile(tmp_path / "state" / "audit.key"), Actor.typing())
    database = open_database(url, typing)
    ApiTokens(database.sessions).create("reception", Role.OPERATOR)
    EnforcingSwitch(database.sessions).set(False, "lan")
    listed = typed(tmp_path, "audit", "list", "--what", "token").stdout
    assert listed.startswith("1  ")
    assert f"token added: reception  by {trail.user()} (command, terminal user {trail.user()})" in listed
    assert "enforcing" not in listed
    assert typed(tmp_path, "audit", "export", str(tmp_path / "log.csv")).stdout.startswith("2 rows written")
    assert "reception" in (tmp_path / "log.csv").read_text("utf-8-sig")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_log_no_update")
        connection.exec_driver_sql("UPDATE audit_log SET label = 'x' WHERE id = 1")
    database.close()
    broken = typed(tmp_path, "audit", "verify")
    assert broken.returncode == 1
    assert broken.stdout == "row 1 was changed, or put in by somebody without the key\n2 rows: NOT whole\n"
    (tmp_path / "state" / "audit.key").rename(tmp_path / "kept.key")
    lost = typed(tmp_path, "audit", "verify")
    assert lost.returncode == 1
    assert "2 rows were written with key" in lost.stdout
    assert "--key FILE" in lost.stdout
    again = typed(tmp_path, "audit", "verify", "--key", str(tmp_path / "kept.key"))
    assert again.stdout == broken.stdout


def test_an_import_in_turns_is_noted_with_its_beginning_and_its_end(tmp_path: Path) -> None:
    with_database(tmp_path)
    path = tmp_path / "long.csv"
    path.write_text("kind,number\n" + "".join(f"block,09{number:08d}\n" for number in range(3000)))
    for _ in range(2):  # the second time there is nothing to put in
        assert typed(tmp_path, "entries", "import", str(path)).returncode == 0
    database = open_database(f"sqlite:///{tmp_path}/state/call-screener.db")
    found = rows(database)
    with database.sessions() as session:
        assert len(session.scalars(select(ListEntry.id)).all()) == 3000
    database.close()
    assert [(row.change, row.label) for row in found] == [
        ("import begun", "long.csv"),
        ("import ended", "long.csv"),
    ]
    begun, after = (json.loads(row.after or "") for row in found)
    assert (begun["rows"], after["new"], after["changed"], after["same"]) == (3000, 3000, 0, 0)
    assert begun["sha256"] == after["sha256"]
