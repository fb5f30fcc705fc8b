"""Who may use which route: every route of page and API is in the table, and answers each role as it says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from api_site import Site
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api import csrf
from api.app import create_app
from api.asking import Needs
from api.cookies import NAME
from screener.access.roles import Permission, Role
from screener.access.user_sessions import csrf_of

pytest_plugins = ["api_fixtures"]

OPEN = "open to everybody"
HALF = "for who gave the right password and has a second factor"
TABLE = {
    "GET /api/v1/openapi.json": OPEN,
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /metrics": OPEN,
    "POST /choices": OPEN,
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "POST /sign-in/code": HALF,
    "POST /sign-out": OPEN,
    "GET /welcome/{token}": OPEN,
    "POST /welcome/{token}": OPEN,
    "GET /": "see",
    "GET /now/events/{language}": "see",
    "GET /calls": "see",
    "GET /calls/exports": "see",
    "POST /calls/export": "see",
    "GET /calls/{id}": "see",
    "GET /calls/{id}/now": "see",
    "POST /calls/{id}/block": "lists",
    "POST /calls/{id}/allow": "lists",
    "POST /calls/{id}/undo": "lists",
    "POST /calls/{id}/report": "report",
    "POST /calls/{id}/report/undo": "report",
    "POST /calls/{id}/notes": "report",
    "POST /calls/{id}/call-back": "report",
    "GET /check": "see",
    "POST /check": "see",
    "GET /system": "see",
    "GET /audit": "see audit",
    "GET /account": "see",
    "POST /account/password": "see",
    "POST /account/extension": "see",
    "POST /account/second-factor": "see",
    "POST /account/second-factor/off": "see",
    "POST /account/sessions/{session_id}/end": "see",
    "GET /reports": "see",
    "GET /reports/new": "report",
    "POST /reports": "report",
    "GET /reports/{id}": "see",
    "POST /reports/{id}/confirm": "review",
    "POST /reports/{id}/reject": "review",
    "POST /reports/{id}/ask": "review",
    "POST /reports/{id}/answer": "report",
    "GET /officials": "see",
    "GET /officials/new": "registry",
    "POST /officials": "registry",
    "GET /officials/import": "registry",
    "POST /officials/import": "registry",
    "GET /officials/import/{id}": "registry",
    "POST /officials/import/{id}": "registry",
    "GET /officials/{id}": "registry",
    "POST /officials/{id}": "registry",
    "POST /officials/{id}/confirm": "registry",
    "POST /officials/{id}/remove": "registry",
    "GET /users": "see settings",
    "POST /users": "users",
    "POST /users/invite": "users",
    "POST /users/role": "users",
    "POST /users/unlock": "users",
    "POST /users/second-factor/off": "users",
    "POST /users/remove": "users",
    "GET /tokens": "see settings",
    "POST /tokens": "users",
    "POST /tokens/revoke": "users",
    "GET /api/v1/entries": "see",
    "POST /api/v1/entries": "lists",
    "GET /api/v1/entries/{id}": "see",
    "PATCH /api/v1/entries/{id}": "lists",
    "DELETE /api/v1/entries/{id}": "lists",
    "POST /api/v1/entries/import": "lists",
    "POST /api/v1/officials/import": "registry",
    "POST /api/v1/entries/import/{id}": "lists",
    "POST /api/v1/officials/import/{id}": "registry",
    "GET /api/v1/imports/{id}": "see",
    "GET /api/v1/imports/{id}/refused": "see",
    "POST /api/v1/entries/bulk": "lists",
    "POST /api/v1/entries/preview": "lists",
    "GET /api/v1/entries/export": "see",
    "GET /api/v1/changes": "see",
    "GET /api/v1/changes/{id}": "see",
    "POST /api/v1/changes/{id}/undo": "lists",
    "GET /lists": "see",
    "POST /lists": "lists",
    "GET /lists/new": "lists",
    "POST /lists/preview": "lists",
    "POST /lists/bulk": "lists",
    "GET /lists/exemptions": "see",
    "POST /lists/exemptions/{id}/remove": "lists",
    "GET /lists/changes": "see",
    "POST /lists/changes/{id}/undo": "lists",
    "GET /lists/{id}": "lists",
    "POST /lists/{id}": "lists",
    "POST /lists/{id}/remove": "lists",
    "GET /api/v1/exemptions": "see",
    "GET /api/v1/exemptions/{id}": "see",
    "DELETE /api/v1/exemptions/{id}": "lists",
    "GET /api/v1/officials": "see",
    "POST /api/v1/officials": "registry",
    "GET /api/v1/officials/export": "see",
    "GET /api/v1/officials/{id}": "see",
    "PATCH /api/v1/officials/{id}": "registry",
    "DELETE /api/v1/officials/{id}": "registry",
    "POST /api/v1/officials/{id}/confirm": "registry",
    "GET /api/v1/events": "see",
    "GET /api/v1/calls": "see",
    "GET /api/v1/calls/{id}": "see",
    "POST /api/v1/calls/{id}/allow": "lists",
    "POST /api/v1/calls/{id}/block": "lists",
    "GET /api/v1/check": "see",
    "POST /api/v1/check": "see",
    "GET /api/v1/rules": "see",
    "PUT /api/v1/rules/{rule}": "rules",
    "GET /api/v1/kinds": "see",
    "PUT /api/v1/kinds/{kind}": "rules",
    "GET /api/v1/policy": "see",
    "GET /api/v1/policy/history": "see",
    "GET /api/v1/enforcing": "see",
    "PUT /api/v1/enforcing": "switch",
    "GET /api/v1/calls/{id}/now": "see",
    "POST /api/v1/calls/export": "see",
    "GET /api/v1/exports": "see",
    "GET /api/v1/exports/{id}": "see",
    "GET /api/v1/exports/{id}/file": "see",
    "GET /api/v1/calls/{id}/notes": "see",
    "POST /api/v1/calls/{id}/notes": "report",
    "POST /api/v1/calls/{id}/call-back": "report",
    "GET /api/v1/reports": "see",
    "POST /api/v1/reports": "report",
    "GET /api/v1/reports/{id}": "see",
    "POST /api/v1/reports/{id}/confirm": "review",
    "POST /api/v1/reports/{id}/reject": "review",
    "POST /api/v1/reports/{id}/withdraw": "report",
    "POST /api/v1/reports/{id}/ask": "review",
    "POST /api/v1/reports/{id}/answer": "report",
    "GET /api/v1/system": "see",
    "GET /api/v1/settings": "see settings",
    "GET /api/v1/audit": "see audit",
    "GET /api/v1/audit/export": "see audit",
    "GET /api/v1/audit/{id}": "see audit",
}
IDS = {
    "{id}": "999999",
    "{session_id}": "999999",
    "{rule}": "withheld",
    "{kind}": "neighbour",
    "{language}": "vi",
}


def _routes(app: FastAPI) -> Iterator[tuple[str, set[Permission]]]:
    """Every route with the permissions that it asks for."""
    for route in iter_route_contexts(app.routes):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            dependant = getattr(route, "dependant", None)
            asked = [dependency.call for dependency in dependant.dependencies] if dependant else []
            yield (
                f"{method} {route.path}",
                {need.permission for need in asked if isinstance(need, Needs)},
            )


def test_every_route_is_in_the_table_and_asks_for_what_stands_there(site: Site) -> None:
    routes = dict(_routes(create_app(site.services)))
    assert sorted(routes) == sorted(TABLE)
    for route, permissions in routes.items():
        beyond = permissions - {Permission.SEE} or permissions
        assert {permission.value for permission in beyond} == ({TABLE[route]} - {OPEN, HALF}), route


@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(site: Site, role: Role) -> None:
    token = site.services.tokens.create(f"a {role}", role)
    user = site.services.accounts.users.add(role.value, role)
    session = site.services.accounts.sessions.begin(user.id, "127.0.0.1", "")
    ours = {csrf.HEADER: csrf_of(session), "Sec-Fetch-Site": "same-origin"}
    wrong = []
    with site.client("") as by_session, site.client("") as by_token:
        by_session.cookies.set(NAME, session, domain="127.0.0.1")
        by_session.headers.update(ours)
        by_token.headers["Authorization"] = f"Bearer {token}"
        for route in sorted(TABLE, key=lambda route: route == "POST /sign-out"):
            may = TABLE[route] in {OPEN, HALF} or role.may(Permission(TABLE[route]))
            clients = [by_session, by_token] if " /api/" in route else [by_session]
            wrong += [route for client in clients if _asked(client, route).refused is may]
    assert wrong == []


def test_who_is_nobody_gets_what_is_open_alone(site: Site) -> None:
    with site.client("") as client:
        opened = {route for route in TABLE if not _asked(client, route).sent_away}
    assert opened == {route for route, permission in TABLE.items() if permission == OPEN}


def test_who_is_refused_is_told_the_role_and_what_it_lacks(site: Site) -> None:
    token = site.services.tokens.create("màn hình sảnh", Role.VIEWER)
    with site.client(token) as client:
        answer = client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"})
    assert answer.status_code == httpx.codes.FORBIDDEN
    assert answer.json()["type"] == "urn:problem:call-screener:not-allowed"
    assert (
        "token 'màn hình sảnh' has the role viewer, which may not do this (lists)" in answer.json()["detail"]
    )
    assert site.services.lists.entries().items == ()


@dataclass(frozen=True)
class Answer:
    """Whether the role was refused, and whether nobody was told anything but to sign in."""

    refused: bool
    sent_away: bool


def _asked(client: httpx.Client, route: str) -> Answer:
    method, path = route.split(" ")
    for name, value in IDS.items():
        path = path.replace(name, value)
    with client.stream(method, path) as answer:
        problem = answer.headers.get("content-type") == "application/problem+json"
        kind = json.loads(answer.read())["type"] if problem else ""
        away = answer.headers.get("location", "").startswith("/sign-in?")
        return Answer(kind.endswith(":not-allowed"), away or answer.status_code == httpx.codes.UNAUTHORIZED)
