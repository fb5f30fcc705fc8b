"""A request with a parameter that nobody reads is refused: a filter that is misspelt would filter nothing.

So is one that gives a parameter twice, of which one would be read.
"""

from fastapi import Request
from starlette.routing import compile_path

from api.problems import invalid


def known_parameters(request: Request) -> None:
    """Refuse unknown and repeated query parameters. Raises Problem (422).

    Not a coroutine: the description takes long.
    """
    if not (given := request.query_params.keys()):
        return
    known = _known(request)
    takes = f"known here: {', '.join(known)}" if known else "none is known here"
    for name in given:
        if name not in known:
            raise invalid(name, request.query_params[name], f"no such parameter; remove it ({takes})")
        if len(values := request.query_params.getlist(name)) > 1:
            raise invalid(name, ", ".join(values), "is given more than once; ask for one value at a time")


def _known(request: Request) -> list[str]:
    """Return the query parameters that the description of the API names for the endpoint."""
    paths, path = request.app.openapi()["paths"], request.url.path
    fits = (item for template, item in paths.items() if compile_path(template)[0].match(path))
    item = paths.get(path) or next(fits, None) or {}
    endpoint = item.get(request.method.lower(), {})
    return [one["name"] for one in endpoint.get("parameters", ()) if one["in"] == "query"]
