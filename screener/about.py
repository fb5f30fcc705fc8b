"""What this installation is: the versions of what it stands on, and the settings in force."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from sqlalchemy import Engine

from screener.settings import Settings
from screener.settings_shown import SettingShown, shown

PROGRAM: Final = version("call-screener")
_DATABASES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions as their makers write them. ``database`` has its name alone until it has answered once."""

    program: str
    python: str
    database: str


class About:
    """Versions and settings of one process."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings: tuple[SettingShown, ...] = shown(settings)
        self._engine = engine

    @property
    def versions(self) -> Versions:
        """Return the versions; nobody is asked for them."""
        dialect = self._engine.dialect
        known = getattr(dialect, "server_version_info", None) or ()
        name = _DATABASES.get(dialect.name, dialect.name)
        release = ".".join(str(part) for part in known)
        return Versions(PROGRAM, platform.python_version(), f"{name} {release}".strip())
