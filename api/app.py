"""Builds the HTTP application: the pages, the API, the probes."""

from pathlib import Path
from typing import Final

from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from api import (
    audit,
    bulk,
    call_exports,
    call_notes,
    calling_back,
    calls,
    changes,
    check,
    enforcing,
    entries,
    events,
    exemptions,
    imports,
    kinds,
    officials,
    policy,
    preview,
    probes,
    problems,
    refusals,
    reports,
    rules,
    standing,
    system,
    wishes,
)
from api.arrival import Arrival
from api.asking import SignInNeeded, needs
from api.bodies import BodyLimit
from api.call_events import CallEvents
from api.deps import Services
from api.headers import SecurityHeaders
from api.methods import known_method
from api.pages import (
    account,
    audit_log,
    call,
    call_acts,
    call_back,
    checks,
    choices,
    errors,
    lists,
    lists_beside,
    now,
    registry,
    registry_import,
    sign_in,
    system_page,
    tokens,
    users,
    welcome,
)
from api.pages import call_exports as exports_page
from api.pages import calls as calls_page
from api.pages import reports as reports_page
from api.parameters import known_parameters
from screener.access.roles import Permission

STATIC: Final = Path(__file__).parent / "static"
_ABOUT: Final = """
Lists, calls and rules of the call screener. Every request under `/api/v1` carries a token:
`Authorization: Bearer TOKEN`. Errors are problem documents (RFC 9457). Times are UTC, ISO 8601.
"""
_TAGS: Final = [
    {"name": "entries", "description": "The allow list and the block list."},
    {"name": "changes", "description": "What was changed in the lists within a day, to be undone."},
    {
        "name": "exemptions",
        "description": "Own and receive-only numbers that one trunk may show; made by allowing a call.",
    },
    {"name": "officials", "description": "The registry of official numbers, which impersonators imitate."},
    {"name": "calls", "description": "Calls that were screened."},
    {"name": "reports", "description": "Suspicious calls that were reported, and what was decided."},
    {"name": "check", "description": "What would happen to a number, and why."},
    {"name": "rules", "description": "The rules in their order, and what each asks for."},
    {"name": "kinds", "description": "The kinds of lookalike, and what each asks for."},
    {
        "name": "policy",
        "description": "Rules, kinds, thresholds, groups and hours together; who changed them.",
    },
    {"name": "enforcing", "description": "The one switch between enforcing and monitor-only."},
    {"name": "audit", "description": "The log of who changed what: append-only, and chained."},
    {"name": "system", "description": "Links, lists in memory, versions, and the settings in force."},
    {"name": "probes", "description": "For supervisors and Prometheus; no token needed on this machine."},
]


def create_app(services: Services) -> FastAPI:
    """Return the application on top of ``services``; it keeps nothing of its own."""
    # No interactive documentation: FastAPI's pages load scripts from another site.
    app = FastAPI(
        title="Call screener",
        version="1",
        description=_ABOUT,
        openapi_tags=_TAGS,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    problems.install(app, errors.answer)
    refusals.install(app)
    app.add_exception_handler(SignInNeeded, sign_in.sign_in_needed)
    app.state.hashing = CapacityLimiter(sign_in.HASHING)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Arrival, reach=services.reach)
    app.include_router(_api())
    app.include_router(probes.router)
    of_state = (checks, system_page, audit_log)
    for page in (
        now,
        calls_page,
        exports_page,
        call,
        call_acts,
        call_back,
        reports_page,
        lists_beside,
        lists,
        registry_import,
        registry,
        choices,
        sign_in,
        welcome,
        account,
        users,
        tokens,
        *of_state,
    ):
        app.include_router(_with_head(page.router))
    app.state.now = now.live(services)
    app.state.call_events = CallEvents(services.call_news, services.clock)

    def close_streams() -> None:
        app.state.now.close()
        app.state.call_events.close()

    app.state.close_streams = close_streams
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _with_head(pages: APIRouter) -> APIRouter:
    """Let pages answer HEAD as they answer GET (RFC 9110, section 9.3.2); the server leaves the body out."""
    for route in pages.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    return pages


def _api() -> APIRouter:
    api = APIRouter(
        prefix="/api/v1",
        dependencies=[needs(Permission.SEE), Depends(known_method), Depends(known_parameters)],
        responses=problems.documented(400, 401, 403, 413, 421, 422, 500, 503),
    )
    listed = (imports, bulk, preview, entries, changes, exemptions, officials)
    of_calls = (events, call_exports, calls, calling_back, wishes, standing, call_notes, reports)
    for resource in (*listed, *of_calls, check, rules, kinds, policy, enforcing, audit, system):
        api.include_router(resource.router)
    return api
