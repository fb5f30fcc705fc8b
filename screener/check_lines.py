"""Judging many callers: one line of JSON in, one line of JSON out, in bounded memory."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from screener.calls import Activity, Call, Hit, Verdict
from screener.engine import decide
from screener.events import identified
from screener.snapshot import Snapshot

_CHUNK: Final = 1 << 16
_TEXTS: Final = ("number", "name", "called", "trunk")
_NOBODY: Final = Activity()


class Unanswerable(Exception):
    """A line that asks nothing that can be judged; the message says why and what to write."""


Written = Callable[[Hit | Verdict], str | None]
"""Gives the official number that a hit or verdict says is imitated, as the registry writes it."""


def answers(lines: Iterable[bytes], snapshot: Snapshot, written: Written) -> Iterator[str]:
    """Judge one line after the other; each gives one line, a bad one with ``error`` in place of a verdict."""
    for line in lines:
        if line.strip():
            yield answer(line, snapshot, written)


def answer(line: bytes, snapshot: Snapshot, written: Written) -> str:
    """Judge the call that a line of JSON describes."""
    id = None  # noqa: A001 - the field's name
    try:
        asked = _asked(line)
        id = asked.get("id")  # noqa: A001
        call = _call(asked)
    except Unanswerable as error:
        return _json({"id": id, "error": str(error)})
    return _json({"id": id, **judged(call, snapshot, written)})


def judged(call: Call, snapshot: Snapshot, written: Written) -> dict[str, Any]:
    """Return the verdict on a call as the fields of an answer."""
    verdict = decide(call, snapshot, _NOBODY, datetime.now(UTC))
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
    return identified(texts["number"], texts["name"], texts["called"], texts["trunk"])


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unanswerable(f'"{field}" is neither text nor a number: {json.dumps(value)[:80]}')
    return str(value)


def _json(fields: Mapping[str, Any]) -> str:
    """Write one line. A lone surrogate is escaped, as JSON allows."""
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
