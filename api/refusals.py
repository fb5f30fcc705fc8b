"""What the stores refuse, and a database that does not answer, told as problem documents."""

import logging
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.responses import Response

from api.etags import tag
from api.problems import Problem, answered, invalid
from blocklist.errors import (
    AlreadyListed,
    ChangedMeanwhile,
    InvalidExpiry,
    InvalidPattern,
    InvalidText,
    ListError,
    ListsUnreadable,
)
from screener.not_granted import NotGranted
from screener.outage import in_one_line
from screener.policies import PolicyMoved
from screener.policy_edits import FixedRule
from screener.reports import AlreadyDecided, AlreadyReported, NoSuchReport
from screener.undo import AlreadyUndone, NoSuchStep

log = logging.getLogger(__name__)

UNREACHABLE: Final = (OperationalError, InterfaceError, PoolTimeoutError)
"""What SQLAlchemy raises for a database that is gone, locked or overrun; its other errors are our bugs."""


def install(app: FastAPI) -> None:
    """Let ``app`` tell of refusals."""
    app.add_exception_handler(ListError, _list)
    app.add_exception_handler(FixedRule, _fixed)
    app.add_exception_handler(PolicyMoved, _moved)
    app.add_exception_handler(ListsUnreadable, _unreadable)
    app.add_exception_handler(NotGranted, _not_granted)
    app.add_exception_handler(NoSuchReport, _no_such_report)
    app.add_exception_handler(AlreadyReported, _reported)
    app.add_exception_handler(AlreadyDecided, _decided)
    app.add_exception_handler(NoSuchStep, _no_such_step)
    app.add_exception_handler(AlreadyUndone, _undone)
    for error in UNREACHABLE:
        app.add_exception_handler(error, _unreachable)


async def _list(request: Request, error: Exception) -> Response:
    match error:
        case InvalidPattern():
            # Entries call it a pattern, the registry a number.
            field = "number" if "/officials" in request.url.path else "pattern"
            problem = invalid(field, error.value, error.why)
        case InvalidExpiry():
            message = f"{error.why}; {error.remedy}, or null for an entry that stays"
            problem = invalid("expires_at", error.value.isoformat(), message)
        case InvalidText():
            problem = invalid(error.field, error.value, error.why)
        case AlreadyListed():
            problem = Problem(
                HTTPStatus.CONFLICT,
                str(error),
                kind="already-listed",
                title="Listed already",
                existing=error.existing.id,
            )
        case ChangedMeanwhile():
            problem = Problem(
                HTTPStatus.PRECONDITION_FAILED,
                str(error),
                kind="changed-meanwhile",
                title="Somebody else changed it meanwhile",
                headers={"ETag": tag(error.existing)},
                existing=error.existing.id,
            )
        case _:
            problem = Problem(HTTPStatus.NOT_FOUND, str(error))
    return answered(request, problem)


async def _fixed(request: Request, error: Exception) -> Response:
    return answered(
        request,
        Problem(HTTPStatus.CONFLICT, str(error), kind="fixed-rule", title="The rule can't be changed"),
    )


async def _unreadable(request: Request, error: Exception) -> Response:
    return answered(
        request,
        Problem(
            HTTPStatus.CONFLICT,
            str(error),
            kind="unreadable",
            title="The database holds what nobody can read",
        ),
    )


async def _not_granted(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotGranted)
    refusal = error.refusal
    words = {"vi": refusal.words.vi, "en": refusal.words.en}
    return answered(
        request,
        Problem(
            HTTPStatus.CONFLICT, str(error), kind=refusal.name, title="Nothing was made of it", words=words
        ),
    )


async def _no_such_report(request: Request, error: Exception) -> Response:
    return answered(
        request, Problem(HTTPStatus.NOT_FOUND, f"{error}; GET /api/v1/reports lists those there are")
    )


async def _reported(request: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyReported)
    return answered(
        request,
        Problem(
            HTTPStatus.CONFLICT,
            str(error),
            kind="already-reported",
            title="Reported already",
            existing=error.existing,
        ),
    )


async def _decided(request: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyDecided)
    return answered(
        request,
        Problem(
            HTTPStatus.CONFLICT,
            str(error),
            kind="already-decided",
            title="Somebody decided already",
            state=error.state,
            decided_by=error.decided_by,
        ),
    )


async def _no_such_step(request: Request, error: Exception) -> Response:
    return answered(
        request, Problem(HTTPStatus.NOT_FOUND, f"{error}; GET /api/v1/changes lists those there are")
    )


async def _undone(request: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyUndone)
    return answered(
        request,
        Problem(
            HTTPStatus.CONFLICT,
            str(error),
            kind="already-undone",
            title="Somebody undid it already",
            undone_by=error.step.undone_by,
        ),
    )


async def _moved(request: Request, error: Exception) -> Response:
    detail = "others change the policy at this moment; look at it and try again"
    return answered(
        request,
        Problem(HTTPStatus.CONFLICT, detail, kind="policy-moved", title="The policy was changed meanwhile"),
    )


async def _unreachable(request: Request, error: Exception) -> Response:
    assert isinstance(error, SQLAlchemyError)
    health = request.app.state.services.health()
    log.warning("the database failed a request: %s", in_one_line(error))
    why = f": {health.outage}" if health.outage else ""
    means = (
        "no lists could be read yet, so every call rings"
        if health.snapshot_age_seconds is None
        else "calls are screened by the lists in memory all the same"
    )
    detail = f"the database does not answer{why}. {means[0].upper()}{means[1:]}. Try again in a few seconds"
    return answered(
        request,
        Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            detail,
            kind="database-unreachable",
            title="The database does not answer",
            headers={"Retry-After": "5"},
        ),
    )
