"""Journal lines: a happening as one line of JSON, and back.

A line is plain ASCII and ends with a line feed; it opens with its version and the kind of happening. Reading
gives back what was written, with one exception: a high and a low surrogate that stand side by side become the
one character that they mean.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from screener.happenings import Decided, Happening, Missed, Outcome, Reported

VERSION: Final = 1
_KINDS: Final[dict[str, type[Happening]]] = {
    "decided": Decided,
    "reported": Reported,
    "outcome": Outcome,
    "missed": Missed,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


class DamagedLine(Exception):
    """A line that holds no happening, or one of a later version."""


def write(happening: Happening) -> bytes:
    """Write a happening down. Raises TypeError or ValueError for a value that no happening holds."""
    line = {"v": VERSION, "kind": _NAMES[type(happening)], "it": happening}
    return _encode(line).encode("ascii") + b"\n"


def read(line: bytes) -> Happening:
    """Read a line. Raises DamagedLine. Keys that are not known are left out: a later version wrote them."""
    try:
        outer = json.loads(line)
        if outer["v"] != VERSION:
            raise DamagedLine(f"version {outer['v']!r} is not {VERSION}")
        kind: Any = _KINDS[outer["kind"]]
        happening: Happening = _reader(kind)(outer["it"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedLine(f"{type(error).__name__}: {error}") from error
    return happening


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into what it knows."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _field_names(type(value))}
    raise TypeError(f"{type(value).__name__} can't be written to the journal")


_encode: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_plain).encode


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return a function that turns plain values into those that the type hint asks for."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {UnionType, Union}:
        return _optional(_reader(next(argument for argument in arguments if argument is not NoneType)))
    if origin is tuple:
        return _tuple(_reader(arguments[0]))
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint)
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return _scalar(hint)


def _optional(reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else reader(value)


def _tuple(reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
    check = _scalar(list)
    return lambda values: tuple(reader(value) for value in check(values))


def _dataclass(kind: type[Any]) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = [(field.name, _reader(hints[field.name])) for field in fields(kind)]
    return lambda values: kind(**{name: reader(values[name]) for name, reader in readers if name in values})


def _scalar(kind: type[Any]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"a {type(value).__name__} stands where {kind.__name__} belongs")
        return value

    return check
