"""What is wrong with settings, put in one line each: where it stands, key, value and remedy."""

import os
import re
from pathlib import Path
from typing import Any, Final

from screener.settings import PREFIX

DEFAULT_PBX: Final = "default"
AMI_PREFIX: Final = f"{PREFIX}AMI_"
UNKNOWN: Final = "no such setting; remove it or see the settings table"

_MESSAGES: Final = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be tables, such as [{table}]",
    "enum": "must be {expected}",
    "extra_forbidden": UNKNOWN,
    "greater_than_equal": "is too small; the least is {ge}",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than_equal": "is too large; the most is {le}",
    "literal_error": "must be {expected}",
    "model_type": "must be a table, such as [{table}] (one pair of brackets)",
    "path_type": 'must be text in quotes, as in "text"',
    "string_too_short": "must not be empty",
    "string_type": 'must be text in quotes, as in "text"',
    "string_unicode": "must be text in UTF-8",
    "tuple_type": 'must be a list, as in ["one", "two"]',
}
"""pydantic's kinds of problem in an operator's words."""
_HIDING: Final = frozenset({"extra_forbidden", "dict_type", "model_type"})
"""Kinds whose value may be a secret that stands in a wrong place."""
_SHOWN: Final = (str, int, float)
_LONGEST: Final = 80


def explain(problem: Any, path: Path | None, pbxs: frozenset[str]) -> str:
    """Put one of pydantic's problems in a line; secrets are left out. ``pbxs`` are the PBXs of the file."""
    parts = [str(part) for part in problem["loc"] if part != "[key]"]
    if problem["type"] == "missing":
        return _missing(parts, path, pbxs)
    key = ".".join(parts)[:_LONGEST]
    words = _MESSAGES.get(problem["type"])
    if words:
        message = words.format(table=_table(parts), **problem.get("ctx", {}))
    else:
        message = problem["msg"].removeprefix("Value error, ")
    secret = problem["type"] in _HIDING or any("secret" in part or "url" in part for part in parts)
    value = "" if secret or not isinstance(problem["input"], _SHOWN) else f" = {_short(problem['input'])}"
    variable = _variable(parts)
    return f"{f'{variable} ({key})' if variable else _in(path, key)}{value}: {message}"


def explain_variable(said: str) -> str:
    """Name the variable of which pydantic says that it is no JSON."""
    field = re.search(r'field "(\w+)"', said)
    names = sorted(name for name in os.environ if field and name.startswith(PREFIX + field[1].upper()))
    return f'{", ".join(names)}: is no JSON; write lists as in ["02373850234"] and text in them in quotes'


def explain_toml(said: str) -> str:
    """Put what Python's reader says of a file that is no TOML in an operator's words."""
    what, _, place = said.partition(" (at ")
    if what == "Cannot overwrite a value":
        what = "a key is there twice; keep one of the two lines"
    elif what == "Invalid value":
        what = 'no value of TOML; text stands in quotes, as in "text"'
    elif table := re.fullmatch(r"Cannot declare \((.*)\) twice", what):
        name = ".".join(re.findall(r"'([^']*)'", table[1]))
        what = f"the table [{name}] is there twice; put its keys under one heading"
    return f"not valid TOML: {what}" + (f" (at {place}" if place else "")


def _missing(parts: list[str], path: Path | None, pbxs: frozenset[str]) -> str:
    """Tell whether the file lacks the key, or variables speak of a PBX that the file doesn't have."""
    key, name = parts[-1], parts[1]
    beginning = AMI_PREFIX if name == DEFAULT_PBX else f"{PREFIX}PBX__{name.upper()}__"
    beginnings = (beginning, f"{PREFIX}PBX__{name.upper()}__")
    given = sorted(one for one, value in os.environ.items() if value and one.upper().startswith(beginnings))
    if name in pbxs or not given:
        return f"{_in(path, '.'.join(parts))}: is missing; give it a value, or set {beginning}{key.upper()}"
    line = f"{', '.join(given)}: sets the PBX named '{name}', whose {key} is missing; "
    if pbxs:
        other = min(pbxs)
        last = given[0].upper().removeprefix(beginnings[0]).removeprefix(beginnings[1])
        line += f"for [pbx.{other}] of {path} write {PREFIX}PBX__{other.upper()}__{last}, else "
    return f"{line}set {beginning}{key.upper()} too"


def _variable(parts: list[str]) -> str:
    """Return the variable that a value came from, or nothing where it came from the file."""
    names = {name.upper(): name for name in os.environ if os.environ[name]}
    if parts[:2] == ["pbx", DEFAULT_PBX] and len(parts) > 2 and AMI_PREFIX + parts[2].upper() in names:
        return names[AMI_PREFIX + parts[2].upper()]
    tried = (PREFIX + "__".join(parts[:length]).upper() for length in range(len(parts), 0, -1))
    return next((names[name] for name in tried if name in names), "")


def _table(parts: list[str]) -> str:
    """Return an example of the heading that belongs where something else stands."""
    if parts[0] == "pbx" and len(parts) < 3:
        return f"pbx.{DEFAULT_PBX}"
    return ".".join([*parts, "ENDPOINT"] if parts[-1] == "trunks" else parts)[:_LONGEST]


def _in(path: Path | None, key: str) -> str:
    return f"{path}: {key}" if path else key


def _short(value: str | int | float) -> str:
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
