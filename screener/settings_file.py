"""Reads the settings: one TOML file, overridden by ``CALL_SCREENER_*``; a wrong one stops the start."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings.exceptions import SettingsError as UnreadableVariable

from screener.settings import PREFIX, PbxSettings, Settings

DEFAULT_PBX = "default"
SYSTEM_FILE = Path("/etc/call-screener/settings.toml")
_NOT_SETTINGS = frozenset({"CALL_SCREENER_CONFIG", "CALL_SCREENER_TOKEN"})
_AMI_PREFIX = "CALL_SCREENER_AMI_"
_LAB_VARIABLES = frozenset({"CALL_SCREENER_LAB_CACHE", "CALL_SCREENER_LAB_STATE"})


class SettingsError(Exception):
    """Settings that can't be used. ``problems`` holds one line each: key, value and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path | None = None) -> Settings:
    """Read the settings from ``path`` (TOML), ``$CALL_SCREENER_CONFIG`` or the system's file.

    Variables override the file; empty ones count as not set. Raises SettingsError, with a line for each
    problem, for an unreadable file, an unknown key or variable, and a value that can't be used.
    """
    if path is None and os.environ.get("CALL_SCREENER_CONFIG"):
        path = Path(os.environ["CALL_SCREENER_CONFIG"])
    elif path is None and SYSTEM_FILE.exists():
        path = SYSTEM_FILE
    values = _read(path) if path else {}
    _override_default_pbx(values)
    unknown = [name for name in sorted(os.environ) if _is_unknown(name)]
    if unknown:
        raise SettingsError([f"{name}: {_UNKNOWN}" for name in unknown])
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError([_explain(problem, path) for problem in error.errors()]) from None
    except UnreadableVariable as error:
        raise SettingsError([_explain_variable(str(error))]) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror}; check the path and its rights"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: not valid TOML: {error}"]) from None
    # pydantic-settings takes keywords of its own, such as _env_file, which are no settings of ours.
    private = [key for key in values if key.startswith("_")]
    if private:
        raise SettingsError([f"{path}: {key}: {_UNKNOWN}" for key in private])
    return values


def _override_default_pbx(values: dict[str, Any]) -> None:
    """Let ``CALL_SCREENER_AMI_HOST`` and its like set keys of the PBX named ``default``."""
    given = {
        name.removeprefix(_AMI_PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(_AMI_PREFIX) and value
    }
    if not given:
        return
    unknown = sorted(given.keys() - _AMI_KEYS)
    if unknown:
        raise SettingsError([f"{_AMI_PREFIX}{key.upper()}: {_UNKNOWN}" for key in unknown])
    pbxs = values.setdefault("pbx", {})
    if not isinstance(pbxs, dict) or not isinstance(pbxs.setdefault(DEFAULT_PBX, {}), dict):
        raise SettingsError(["pbx: must be tables, such as [pbx.default]"])
    for key, value in given.items():
        several = key == "inbound_contexts"
        pbxs[DEFAULT_PBX][key] = [part.strip() for part in value.split(",")] if several else value


_AMI_KEYS: Final = PbxSettings.model_fields.keys() - {"trunks"}


def _is_unknown(name: str) -> bool:
    if not name.startswith(PREFIX) or name in _NOT_SETTINGS | _LAB_VARIABLES or name.startswith(_AMI_PREFIX):
        return False
    return name.removeprefix(PREFIX).lower().split("__")[0] not in Settings.model_fields


_UNKNOWN: Final = "no such setting; remove it or see the settings table"
_MESSAGES: Final = {
    "extra_forbidden": _UNKNOWN,
    "missing": "is missing; give it a value",
    "string_type": 'must be text in quotes, as in "text"',
    "string_too_short": "must not be empty",
    "tuple_type": 'must be a list, as in ["one", "two"]',
    "dict_type": "must be tables, such as [pbx.default]",
    "model_type": "must be a table, such as [pbx.default] (one pair of brackets)",
}
"""pydantic's kinds of problem for which there are better words than its own."""
_SHOWN: Final = (str, int, float)


def _explain(problem: Any, path: Path | None) -> str:
    """Put one problem in a line: where it stands, key, value and remedy. Secrets are left out."""
    parts = [str(part) for part in problem["loc"] if part != "[key]"]
    message = _MESSAGES.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    secret = problem["type"] in _MESSAGES or any("secret" in part for part in parts)
    value = f" = {problem['input']!r}" if isinstance(problem["input"], _SHOWN) and not secret else ""
    key = ".".join(parts)
    in_file = f"{path}: {key}" if path else key
    variable = _variable(parts)
    return f"{f'{variable} ({key})' if variable else in_file}{value}: {message}"


def _variable(parts: list[str]) -> str:
    """Return the variable that a value came from, or nothing where it came from the file."""
    names = {name.upper(): name for name in os.environ if os.environ[name]}
    if parts[:2] == ["pbx", DEFAULT_PBX] and len(parts) > 2 and _AMI_PREFIX + parts[2].upper() in names:
        return names[_AMI_PREFIX + parts[2].upper()]
    tried = (PREFIX + "__".join(parts[:length]).upper() for length in range(len(parts), 0, -1))
    return next((names[name] for name in tried if name in names), "")


def _explain_variable(said: str) -> str:
    field = re.search(r'field "(\w+)"', said)
    names = sorted(name for name in os.environ if field and name.startswith(PREFIX + field[1].upper()))
    return f'{", ".join(names)}: is no JSON; write lists as in ["02373850234"] and text in them in quotes'
