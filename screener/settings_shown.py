"""The settings in force as people may see them: each key as the file writes it, never a secret."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import make_url

from screener.outage import shown as without_password
from screener.settings import Settings

_BARE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_DATABASE: Final = "database_url"
_HIDDEN: Final = "***"


@dataclass(frozen=True, slots=True)
class SettingShown:
    """One setting. ``value`` is written as in TOML, empty where nothing is set, stars where it is a secret.

    ``default``: it is what it would be without file and variables.
    """

    key: str
    value: str
    default: bool


def shown(settings: Settings) -> tuple[SettingShown, ...]:
    """Return all settings, in the order in which they are defined; secrets have type ``SecretStr``."""
    # pydantic writes a secret as stars.
    changed = dict(_flat("", settings.model_dump(mode="json", exclude_defaults=True)))
    found = []
    for key, value in _flat("", settings.model_dump(mode="json")):
        told = _database(settings) if key == _DATABASE else value
        found.append(SettingShown(key, _written(told), key not in changed))
    return tuple(found)


def _database(settings: Settings) -> str:
    """Return the URL of the database, without password, and without its options' values: one may be one."""
    url = make_url(settings.url)
    options = "&".join(f"{name}={_HIDDEN}" for name in url.query)
    return without_password(url.set(query={})) + (f"?{options}" if options else "")


def _flat(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = above + (name if name and _BARE.issuperset(name) else json.dumps(name, ensure_ascii=False))
        if isinstance(value, dict):
            yield from _flat(f"{key}.", value)
        else:
            yield key, value


def _written(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
