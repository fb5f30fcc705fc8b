"""The installation on the wire: versions, lists in memory, health, settings."""

from pydantic import Field

from api.schemas.fields import Out
from screener.health import Health


class VersionsOut(Out):
    """Versions as their makers write them."""

    program: str = Field(examples=["0.1.0"])
    python: str = Field(examples=["3.11.2"])
    database: str = Field(examples=["PostgreSQL 15.8"])


class SizesOut(Out):
    """How many of each there are in memory; of entries, those in force."""

    allow: int
    block: int
    watch: int
    official: int
    exemptions: int


class ListsOut(Out):
    """The lists that calls are judged by. ``age_seconds`` counts from when they were known to equal the
    database; null means that none were ever loaded.
    """

    sizes: SizesOut
    revision: int
    age_seconds: float | None


class SystemOut(Out):
    """The installation at one moment. ``health`` is what ``/health/ready`` tells."""

    versions: VersionsOut
    lists: ListsOut
    health: Health


class SettingOut(Out):
    """A setting as the file writes it. ``value`` is TOML, empty where nothing is set; a secret is stars."""

    key: str = Field(examples=["pbx.default.hold_ms"])
    value: str = Field(examples=["300"])
    default: bool


class SettingsOut(Out):
    """All settings in force, after file and variables."""

    items: list[SettingOut]
