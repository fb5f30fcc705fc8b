"""Settings: one TOML file, overridden by ``CALL_SCREENER_*`` variables. A wrong one stops the start."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from blocklist import numbers
from screener.calls import Mode

PREFIX = "CALL_SCREENER_"
DEFAULT_PBX = "default"
SYSTEM_FILE = Path("/etc/call-screener/settings.toml")
_NOT_SETTINGS = frozenset({"CALL_SCREENER_CONFIG", "CALL_SCREENER_TOKEN"})
_AMI_PREFIX = "CALL_SCREENER_AMI_"
_LAB_PREFIX = "CALL_SCREENER_LAB_"

Pattern = Annotated[str, Field(pattern=r"^\+?[0-9]{1,20}\*?$")]


class SettingsError(Exception):
    """Settings that can't be used. ``problems`` holds one line each: key, value and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrunkSettings(_Table):
    """What only the site knows of one trunk."""

    mode: Mode | None = None
    """Overrides the PBX's mode for calls over this trunk."""
    trust_network_identity: bool = False
    """The carrier at this trunk sets P-Asserted-Identity itself and drops what callers write there."""


class PbxSettings(_Table):
    """How to reach one Asterisk and how far to go there."""

    host: str = Field(min_length=1)
    port: int = Field(default=5038, ge=1, le=65535)
    username: str = Field(default="call-screener", pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    secret: SecretStr
    tls: bool = False
    tls_ca: Path | None = None
    """CA certificate (PEM) that signed the PBX's certificate; the system's own CAs where not given."""
    mode: Mode = Mode.INLINE
    enforce: bool = False
    """False is monitor-only: decide, record and count, touch no call."""
    inbound_contexts: tuple[str, ...] = ()
    """Passive mode: the dialplan contexts in which calls from outside arrive."""
    trunks: dict[str, TrunkSettings] = Field(default_factory=dict)
    hold_ms: int = Field(default=300, ge=20, le=2000)
    """How long the dialplan holds a call for the verdict, in milliseconds."""
    display: Literal["vietnamese", "ascii"] = "vietnamese"
    answer_blocked: bool = False
    """Answer a blocked call before the notice, for carriers that don't pass early media on."""

    @field_validator("secret")
    @classmethod
    def _single_line(cls, secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        if not text or not text.isprintable():
            raise ValueError("must be one line of text, at least one character")
        return secret

    @model_validator(mode="after")
    def _passive_needs_contexts(self) -> Self:
        if self.watches_calls and not self.inbound_contexts:
            raise ValueError(
                "mode 'passive' needs inbound_contexts: name the dialplan contexts of the trunks, "
                'such as inbound_contexts = ["from-trunk"]'
            )
        return self

    @property
    def watches_calls(self) -> bool:
        """Tell whether calls over any trunk are screened passively, which needs call events."""
        return Mode.PASSIVE in {self.mode, *(trunk.mode for trunk in self.trunks.values())}

    def trunk(self, name: str) -> TrunkSettings:
        """Return what is known of a trunk; of an unknown one, nothing is."""
        return self.trunks.get(name, _UNKNOWN_TRUNK)


_UNKNOWN_TRUNK = TrunkSettings()


class SiteSettings(_Table):
    """The agency's own numbers and lines."""

    own_numbers: tuple[Pattern, ...] = ()
    extensions: tuple[Pattern, ...] = ()
    own_forwards: tuple[Pattern, ...] = ()
    exempt: tuple[Pattern, ...] = ()

    def site(self) -> numbers.Site:
        """Return the numbers in the form that judging uses."""
        return numbers.Site(
            own_numbers=frozenset(_national(pattern) for pattern in self.own_numbers),
            extensions=frozenset(self.extensions),
        )

    def forwards(self) -> frozenset[str]:
        """Return the own forwards in national form."""
        return frozenset(_national(pattern) for pattern in self.own_forwards)


def _national(pattern: str) -> str:
    if pattern.endswith("*"):
        return pattern
    return numbers.normalise(pattern).national


class Settings(BaseSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, case_sensitive=False
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    state_dir: Path = Path("var")
    """Folder of the journal and, by default, of the SQLite database."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in ``state_dir``."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    mask_numbers: bool = True
    """Log numbers with their last digits hidden."""
    site: SiteSettings = Field(default_factory=SiteSettings)
    pbx: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")], PbxSettings] = Field(default_factory=dict)

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        if host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError(
                "the page has no sign-in yet, so it listens on loopback only: use 127.0.0.1 "
                "and reach it from elsewhere through an SSH tunnel"
            )
        return host

    @property
    def url(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{self.state_dir.resolve() / 'call-screener.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override the file, which comes in as keyword arguments."""
        return (env_settings, init_settings)


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``path`` (TOML), ``$CALL_SCREENER_CONFIG`` or the system's file.

    Raises SettingsError, with a line for each problem, for an unreadable file, an unknown key or variable,
    and a value that can't be used.
    """
    environ = os.environ if environ is None else environ
    if path is None and environ.get("CALL_SCREENER_CONFIG"):
        path = Path(environ["CALL_SCREENER_CONFIG"])
    elif path is None and SYSTEM_FILE.exists():
        path = SYSTEM_FILE
    values = _read(path) if path else {}
    _override_default_pbx(values, environ)
    unknown = [name for name in sorted(environ) if _is_unknown(name)]
    if unknown:
        raise SettingsError(
            [f"{name}: no such setting; remove it or see the settings table" for name in unknown]
        )
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError([_explain(problem, path) for problem in error.errors()]) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror}; check the path and its rights"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: not valid TOML: {error}"]) from None


def _override_default_pbx(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Let ``CALL_SCREENER_AMI_HOST`` and its like set keys of the PBX named ``default``."""
    given = {
        name.removeprefix(_AMI_PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(_AMI_PREFIX)
    }
    if not given:
        return
    unknown = sorted(given.keys() - PbxSettings.model_fields.keys())
    if unknown:
        raise SettingsError([f"{_AMI_PREFIX}{key.upper()}: a PBX has no setting '{key}'" for key in unknown])
    pbxs = values.setdefault("pbx", {})
    if not isinstance(pbxs, dict) or not isinstance(pbxs.setdefault(DEFAULT_PBX, {}), dict):
        raise SettingsError(["pbx: must be tables, such as [pbx.default]"])
    for key, value in given.items():
        pbxs[DEFAULT_PBX][key] = value.split(",") if key == "inbound_contexts" else value


def _is_unknown(name: str) -> bool:
    if not name.startswith(PREFIX) or name in _NOT_SETTINGS or name.startswith((_AMI_PREFIX, _LAB_PREFIX)):
        return False
    return name.removeprefix(PREFIX).lower().split("__")[0] not in Settings.model_fields


def _explain(problem: Any, path: Path | None) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "settings"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "no such setting; remove it or see the settings table"
    elif problem["type"] == "missing":
        message = "is missing; give it a value"
    where = f"{path}: " if path else ""
    secret = "secret" in key or problem["type"] in {"missing", "extra_forbidden"}
    value = "" if secret or isinstance(problem["input"], dict) else f" = {problem['input']!r}"
    return f"{where}{key}{value}: {message}"
