"""Judging many callers: one line of JSON in, one line of JSON out, in bounded memory."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from screener.calls import Activity, Call, Hit, Verdict
from screener.engine import decide
from screener.events import identified
from screener.prospect import over
from screener.snapshot import Snapshot

_CHUNK: Final = 1 << 16
_TEXTS: Final = ("number", "name", "called", "trunk")
_NOBODY: Final = Activity()


class Unanswerable(Exception):
    """A line that asks nothing that can be judged; the message says why and what to write."""


Written = Callable[[Hit | Verdict], str | None]
"""Gives the official number that a hit or verdict says is imitated, as the registry writes it."""


def answer(line: bytes, snapshot: Snapshot, written: Written) -> tuple[str, bool]:
    """Judge the call that a line describes; return the answer and whether there is a verdict in it.

    A line that can't be judged is answered with ``error`` in place of a verdict.
    """
    id = None  # noqa: A001 - the field's name
    try:
        asked = _asked(line)
        id = asked.get("id")  # noqa: A001
        call = _call(asked)
    except Unanswerable as error:
        return json_line({"id": id, "error": str(error)}), False
    verdict = decide(call, snapshot, _NOBODY, datetime.now(UTC))
    return json_line({"id": id, **as_fields(verdict, written)}), True


def as_fields(verdict: Verdict, written: Written) -> dict[str, Any]:
    """Return a verdict as the fields of an answer."""
    return {
        "action": verdict.action,
        "rule": verdict.rule,
        "kind": verdict.kind,
        "imitates": written(verdict),
        "reason": verdict.reason,
        "hits": [
            {"rule": hit.rule, "kind": hit.kind, "imitates": written(hit), "reason": hit.reason}
            for hit in verdict.hits
        ],
    }


def as_registered(found: Hit | Verdict) -> str | None:
    """Return the number that is imitated in national form, a range as its ends."""
    official = found.imitates if found.kind is not None else None
    if official is None or not official.number:
        return None
    return f"{official.number}-{official.last}" if official.last else official.number


def as_in(file: Mapping[int, str]) -> Written:
    """Return numbers as a registry file writes them; ``file`` has them by the entries' ids."""

    def written(found: Hit | Verdict) -> str | None:
        official = found.imitates if found.kind is not None else None
        return (file[official.id] or None) if official else None

    return written


def chunks(fd: int) -> Iterator[list[bytes]]:
    """Give the lines of a file as they come: who writes one and waits is answered. Raises OSError."""
    rest = b""
    while chunk := os.read(fd, _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
    if rest:
        yield [rest]


def _asked(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError as error:
        raise Unanswerable(f"is no JSON: {error}") from error
    except RecursionError:
        raise Unanswerable("is nested too deeply; write one flat object") from None
    if not isinstance(asked, dict):
        raise Unanswerable('is no JSON object; write {"number": "0912345678"}')
    return asked


def _call(asked: Mapping[str, Any]) -> Call:
    if "number" not in asked:
        raise Unanswerable('has no "number"; write one, "" where none is shown')
    texts = {field: _text(field, asked.get(field)) for field in _TEXTS}
    call = identified(texts["number"], texts["name"], texts["called"])
    return over(call, texts["trunk"]) if texts["trunk"] else call


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unanswerable(f'"{field}" is neither text nor a number: {json.dumps(value)[:80]}')
    return str(value)


def json_line(fields: Mapping[str, Any]) -> str:
    """Write one line. A lone surrogate is escaped, as JSON allows."""
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
