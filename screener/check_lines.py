"""Judging many callers: one line of JSON in, one line of JSON out, in bounded memory."""

import json
import math
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
LONGEST: Final = 1 << 20
"""Bytes of a line; no caller's number and name are as long, and what is longer is not kept in memory."""
_MOST_EXACT: Final = 1e15
"""From here on numbers with a fraction have lost digits (IEEE 754)."""
_TEXTS: Final = ("number", "name", "called", "trunk")
_NOBODY: Final = Activity()


class Unanswerable(Exception):
    """A line that asks nothing that can be judged; the message says why and what to write."""


Written = Callable[[Hit | Verdict], str | None]
"""Gives the official number that a hit or verdict says is imitated, as the registry writes it."""


def answer(line: bytes, snapshot: Snapshot, written: Written) -> tuple[str, bool]:
    """Judge the call that a line describes; return the answer and whether there is a verdict in it.

    A line that can't be judged has ``error`` in its answer, the same as its reason, and no verdict.
    """
    id = None  # noqa: A001 - the field's name
    try:
        asked = _asked(line)
        id = asked.get("id")  # noqa: A001
        call = _call(asked)
    except Unanswerable as error:
        return json_line({"id": id, **_NO_VERDICT, "reason": str(error), "error": str(error)}), False
    verdict = decide(call, snapshot, _NOBODY, datetime.now(UTC))
    return json_line({"id": id, **as_fields(verdict, written)}), True


_NO_VERDICT: Final[Mapping[str, Any]] = {
    "action": None,
    "rule": None,
    "kind": None,
    "imitates": None,
    "reason": "",
    "hits": [],
}


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
    """Give the lines of a file as they come: who writes one and waits is answered. Raises OSError.

    Of a line that is longer than ``LONGEST`` no more than one byte too many is given.
    """
    rest, told = b"", False
    while chunk := os.read(fd, _CHUNK):
        first, *others = chunk.split(b"\n")
        if not told:
            rest += first
        lines = []
        if not told and (others or len(rest) > LONGEST):
            lines, rest, told = [rest[: LONGEST + 1]], b"", True
        if others:
            *whole, rest = others
            lines, told = lines + whole, False
        yield lines
    if rest:
        yield [rest]


def _finite(text: str) -> float | None:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text} is no number there")
    return None if math.isnan(value) else value


_JSON: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)
"""What RFC 8259 does not know is not repeated: ``NaN``, which tables write for an empty cell, is null."""


def _asked(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise Unanswerable(f"is longer than {LONGEST} bytes; write one call a line")
    try:
        asked = _JSON.decode(line.decode("utf-8-sig"))
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
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_EXACT:
        value = int(value)  # 912345678.0, as tables with empty cells are written
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unanswerable(f'"{field}" is neither text nor a number: {json.dumps(value)[:80]}')
    return str(value)


def json_line(fields: Mapping[str, Any]) -> str:
    """Write one line. A lone surrogate is escaped, as JSON allows."""
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
