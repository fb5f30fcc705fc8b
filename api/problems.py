"""Every error of the API as a problem document (RFC 9457), in words that name field, value and remedy."""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.headers import SECURITY
from api.methods import methods

MEDIA_TYPE: Final = "application/problem+json"
_LONGEST_VALUE: Final = 80
_SCHEMA: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:problem:call-screener:invalid", "about:blank"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and how to mend it, in one sentence."},
        "errors": {
            "type": "array",
            "description": "With 422: one item for each field.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "value": {"type": "string", "description": "As it was read, cut where long."},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


class Problem(Exception):
    """An error that the client is told of. ``kind`` ends the problem's type URI; empty is ``about:blank``."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        kind: str = "",
        title: str = "",
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.title = title or status.phrase
        self.headers = dict(headers or {})
        self.more = more


class ProblemResponse(Response):
    """A problem document. A lone surrogate in a refused value is escaped, as JSON allows."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem) -> None:
        document = {
            "type": f"urn:problem:call-screener:{problem.kind}" if problem.kind else "about:blank",
            "title": problem.title,
            "status": problem.status.value,
            "detail": problem.detail,
            **problem.more,
        }
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
        super().__init__(body, problem.status.value, problem.headers)


def show(value: object) -> str:
    """Write a refused value so that a message can hold it: quoted, escaped, cut."""
    text = "null" if value is None else repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def invalid(field: str, value: object, message: str) -> Problem:
    """Return the 422 for one field that a store refuses."""
    return _unprocessable([{"field": field, "value": show(value), "message": message}])


def _unprocessable(errors: Sequence[Mapping[str, str]]) -> Problem:
    told = "; ".join(
        f"{error['field']}{' = ' + error['value'] if 'value' in error else ''}: {error['message']}"
        for error in errors
    )
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        told,
        kind="invalid",
        title="The request holds values that can't be used",
        errors=list(errors),
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI text for endpoints that answer with these errors."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
        for status in statuses
    }


Answer = Callable[[Request, Problem], Response]
"""Puts a problem into the form that its reader can use."""


def install(app: FastAPI, answer: Answer) -> None:
    """Let ``app`` answer every error, in the form that ``answer`` gives it."""
    app.state.answer = answer
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def answered(request: Request, problem: Problem) -> Response:
    """Return what ``request`` is told of a problem."""
    answer: Answer = request.app.state.answer
    return answer(request, problem)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answered(request, error)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answered(request, _unprocessable([_explain(problem) for problem in error.errors()]))


def _explain(problem: Mapping[str, Any]) -> dict[str, str]:
    place, *path = problem["loc"]
    context = problem.get("ctx", {})
    field = ".".join(str(part) for part in path) or str(place)
    match problem["type"]:
        case "missing":
            return {"field": field, "message": "is missing; give it a value"}
        case "json_invalid":
            return {"field": "body", "message": f"not valid JSON: {context.get('error', 'unreadable')}"}
        case known if known in _WORDS:
            message = _WORDS[known].format_map(context)
        case _:
            message = str(problem["msg"]).removeprefix("Value error, ")
    return {"field": field, "value": show(problem["input"]), "message": message}


_NO_TIME: Final = "is no time; write it as in 2027-12-31T17:00:00Z"
_WORDS: Final = {
    "extra_forbidden": "no such field; remove it",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "timezone_aware": "has no time zone; end it with Z or an offset such as +07:00",
    "string_unicode": "is not valid Unicode: it holds half of a surrogate pair",
    "model_attributes_type": "must be a JSON object, sent as Content-Type: application/json",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "string_type": "must be text, in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long; it takes {max_length} characters at most",
    "too_short": "must not be empty",
    "too_long": "holds too many items; it takes {max_length} at most",
    "greater_than_equal": "is too small; the least is {ge}",
    "less_than_equal": "is too large; the most is {le}",
    "datetime_type": _NO_TIME,
    "datetime_parsing": _NO_TIME,
    "datetime_from_date_parsing": _NO_TIME,
    "time_as_number": "is a number, and no time or day; write it as in 2027-12-31T17:00:00Z or 2027-12-31",
}
"""Pydantic's kinds of error in our words."""


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, detail, headers = HTTPStatus(error.status_code), error.detail, error.headers
    if status is HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}"
    elif status is HTTPStatus.BAD_REQUEST:
        detail = "the body can't be read; send JSON in UTF-8"
    elif status is HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(methods(request.app, request.url.path)) or _sorted(
            (headers or {}).get("Allow", "")
        )
        headers = {"Allow": allowed}
        detail = f"{request.method} can't be used on {request.url.path}; it takes {allowed}"
    return answered(request, Problem(status, detail, headers=headers))


def _sorted(allowed: str) -> str:
    """Put methods in one order: Starlette's is that of a set."""
    return ", ".join(sorted(allowed.split(", ")))


async def _bug(request: Request, error: Exception) -> Response:
    """Answer for a fault of ours. The server logs the traceback; the client learns none of it."""
    detail = "the service failed to answer; its log says why. Calls are not affected"
    # Answered outside of all middleware, which would have added the headers.
    headers = {**SECURITY, "Cache-Control": "no-store"}
    return answered(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, headers=headers))
