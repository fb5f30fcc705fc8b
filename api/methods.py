"""The methods that a path of the API takes, as its description has them."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.routing import compile_path


def methods(app: FastAPI, path: str) -> list[str]:
    """Return all methods of a path: Starlette names those of one route only. Empty: none of the API's."""
    paths = app.openapi()["paths"]
    # A path of its own comes before those that it fits by chance: entries/import is no entry.
    fits = [path] if path in paths else (one for one in paths if compile_path(one)[0].match(path))
    return sorted({method.upper() for one in fits for method in paths[one]})


def known_method(request: Request) -> None:
    """Refuse a method that a path of its own does not take. Raises HTTPException (405).

    It would be taken for one on the path with an id in this place.
    """
    path = request.url.path
    if path in request.app.openapi()["paths"] and request.method not in methods(request.app, path):
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED)
