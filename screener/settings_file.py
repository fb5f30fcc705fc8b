"""Reads the settings: one TOML file, overridden by ``CALL_SCREENER_*``; a wrong one stops the start."""

import os
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings.exceptions import SettingsError as UnreadableVariable

from screener.settings import PREFIX, PbxSettings, Settings
from screener.settings_problems import (
    AMI_PREFIX,
    DEFAULT_PBX,
    UNKNOWN,
    explain,
    explain_toml,
    explain_variable,
)

SYSTEM_FILE = Path("/etc/call-screener/settings.toml")
_CONFIG: Final = "CALL_SCREENER_CONFIG"
_NOT_SETTINGS = frozenset({_CONFIG, "CALL_SCREENER_TOKEN"})
_LAB_VARIABLES = frozenset({"CALL_SCREENER_LAB_CACHE", "CALL_SCREENER_LAB_STATE"})


class SettingsError(Exception):
    """Settings that can't be used. ``problems`` holds one line each: key, value and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def named(path: Path | None = None) -> Path | None:
    """Return the file that counts: ``path``, else ``$CALL_SCREENER_CONFIG``, else the system's, else None."""
    if path is not None:
        return path
    if os.environ.get(_CONFIG):
        return Path(os.environ[_CONFIG])
    try:
        return SYSTEM_FILE if SYSTEM_FILE.exists() else None
    except PermissionError:  # of its folder: reading it says so
        return SYSTEM_FILE


def load(path: Path | None = None) -> Settings:
    """Read the settings from ``path`` (TOML), ``$CALL_SCREENER_CONFIG`` or the system's file.

    Variables override the file; empty ones count as not set. Raises SettingsError, with a line for each
    problem, for an unreadable file, an unknown key or variable, and a value that can't be used.
    """
    by_variable = path is None and bool(os.environ.get(_CONFIG))
    path = named(path)
    values = _read(path, by_variable=by_variable) if path else {}
    tables = values.get("pbx")
    pbxs = frozenset(tables if isinstance(tables, dict) else ())
    _override_default_pbx(values, path)
    unknown = [name for name in sorted(os.environ) if _is_unknown(name)]
    if unknown:
        raise SettingsError([f"{name}: {UNKNOWN}" for name in unknown])
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError([explain(problem, path, pbxs) for problem in error.errors()]) from None
    except UnreadableVariable as error:
        raise SettingsError([explain_variable(str(error))]) from None


def _read(path: Path, *, by_variable: bool) -> dict[str, Any]:
    shown = f"{_CONFIG} = {path}" if by_variable else f"{path}"
    try:
        with path.open("rb") as file:
            data = file.read()
    except PermissionError as error:
        remedy = "run this as the service's user or as root, or give this user the right to read it"
        raise SettingsError([f"{shown}: {error.strerror}; {remedy}"]) from None
    except OSError as error:
        raise SettingsError([f"{shown}: {error.strerror}; check the path and its rights"]) from None
    except ValueError:
        raise SettingsError([f"{str(path)!r}: is no path; check --config and {_CONFIG}"]) from None
    try:
        # Editors on Windows begin a file with a mark. The line feed lets an error at the end name its line.
        values = tomllib.loads(data.decode("utf-8-sig") + "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"{path}: not UTF-8 (at line {line}); save the file as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: {explain_toml(str(error))}"]) from None
    except (ValueError, RecursionError):
        why = "a number has too many digits, or too many brackets stand in one another; correct it"
        raise SettingsError([f"{path}: not valid TOML: {why}"]) from None
    # pydantic-settings takes keywords of its own, such as _env_file, which are no settings of ours.
    private = [key for key in values if key.startswith("_")]
    if private:
        raise SettingsError([f"{path}: {key}: {UNKNOWN}" for key in private])
    return values


def _override_default_pbx(values: dict[str, Any], path: Path | None) -> None:
    """Let ``CALL_SCREENER_AMI_HOST`` and its like set keys of the PBX named ``default``."""
    given = {
        name.removeprefix(AMI_PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(AMI_PREFIX) and value
    }
    if not given:
        return
    unknown = sorted(given.keys() - _AMI_KEYS)
    if unknown:
        raise SettingsError([f"{AMI_PREFIX}{key.upper()}: {UNKNOWN}" for key in unknown])
    pbxs = values.setdefault("pbx", {})
    if not isinstance(pbxs, dict) or not isinstance(pbxs.setdefault(DEFAULT_PBX, {}), dict):
        raise SettingsError([f"{path}: pbx: must be tables, such as [pbx.default]"])
    for key, value in given.items():
        several = key == "inbound_contexts"
        pbxs[DEFAULT_PBX][key] = [part.strip() for part in value.split(",")] if several else value


_AMI_KEYS: Final = PbxSettings.model_fields.keys() - {"trunks"}


def _is_unknown(name: str) -> bool:
    if not name.startswith(PREFIX) or name in _NOT_SETTINGS | _LAB_VARIABLES or name.startswith(AMI_PREFIX):
        return False
    return name.removeprefix(PREFIX).lower().split("__")[0] not in Settings.model_fields
