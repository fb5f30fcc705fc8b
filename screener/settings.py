"""Settings: one TOML file, overridden by ``CALL_SCREENER_*`` variables. A wrong one stops the start."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnreadableVariable

from blocklist import numbers, patterns
from blocklist.entries import Match
from blocklist.errors import InvalidPattern
from screener.calls import Mode

PREFIX = "CALL_SCREENER_"
DEFAULT_PBX = "default"
SYSTEM_FILE = Path("/etc/call-screener/settings.toml")
_NOT_SETTINGS = frozenset({"CALL_SCREENER_CONFIG", "CALL_SCREENER_TOKEN"})
_AMI_PREFIX = "CALL_SCREENER_AMI_"
_LAB_PREFIX = "CALL_SCREENER_LAB_"


class SettingsError(Exception):
    """Settings that can't be used. ``problems`` holds one line each: key, value and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _own_number(text: str) -> str:
    """Read a number or a prefix of numbers, in any written form; return its national form."""
    try:
        match, national = patterns.read(text)
    except InvalidPattern as error:
        raise ValueError(error.why) from None
    return f"{national}*" if match is Match.PREFIX else national


def _forward(text: str) -> str:
    if text.endswith(patterns.WILDCARD):
        raise ValueError("is a prefix; write each number that forwards calls, without *")
    return _own_number(text)


def _extension(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,20}\*?", text, re.ASCII):
        raise ValueError("is no extension; write its digits, as in 1001, or the first ones and *, as in 10*")
    return text


def _called(text: str) -> str:
    if not re.fullmatch(r"\+?[0-9]{1,20}", text, re.ASCII):
        raise ValueError("is no called number; write its digits as the trunk delivers them, without *")
    return text


def _pbx_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,64}", text):
        raise ValueError(
            "a PBX is named by lower-case letters, digits and hyphens, as in [pbx.main-building]"
        )
    return text


def _account(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", text):
        raise ValueError("is no account name; write letters, digits and _ . - only, at most 64")
    return text


def _readable(path: Path) -> Path:
    try:
        path.open("rb").close()
    except OSError as error:
        raise ValueError(f"{error.strerror}; check the path and its rights") from None
    return path


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
    username: Annotated[str, AfterValidator(_account)] = "call-screener"
    secret: SecretStr
    doctor_username: Annotated[str, AfterValidator(_account)] = "call-screener-doctor"
    doctor_secret: SecretStr | None = None
    """Account that `call-screener doctor` looks round with; without it, it sees less."""
    tls: bool = False
    tls_ca: Annotated[Path, AfterValidator(_readable)] | None = None
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
    warning: Literal["before_talking", "whisper"] = "before_talking"
    """Inline: play the warning between answer and talk, which the site's Dial must have our option for, or
    whisper it to the called person once the two are connected, as passive screening does."""
    answer_blocked: bool = False
    """Answer a blocked call before the notice, for carriers that don't pass early media on."""

    @field_validator("secret", "doctor_secret")
    @classmethod
    def _single_line(cls, secret: SecretStr | None) -> SecretStr | None:
        text = "none" if secret is None else secret.get_secret_value()
        if not text or not text.isprintable():
            raise ValueError("must be one line of text, at least one character")
        return secret

    @model_validator(mode="after")
    def _passive_needs_contexts(self) -> Self:
        if self.screens_passively and not self.inbound_contexts:
            raise ValueError(
                "mode 'passive' needs inbound_contexts: name the dialplan contexts of the trunks, "
                'such as inbound_contexts = ["from-trunk"]'
            )
        return self

    @model_validator(mode="after")
    def _certificate_needs_tls(self) -> Self:
        if self.tls_ca is not None and not self.tls:
            raise ValueError("tls_ca is given, but tls is not on: set tls = true, or remove tls_ca")
        return self

    @property
    def watches_calls(self) -> bool:
        """Tell whether the listener needs call events: to screen passively or to whisper a warning."""
        return self.warning == "whisper" or self.screens_passively

    @property
    def screens_passively(self) -> bool:
        """Tell whether calls over any trunk are screened passively."""
        return Mode.PASSIVE in {self.mode, *(trunk.mode for trunk in self.trunks.values())}

    def trunk(self, name: str) -> TrunkSettings:
        """Return what is known of a trunk; of an unknown one, nothing is."""
        return self.trunks.get(name, _UNKNOWN_TRUNK)


_UNKNOWN_TRUNK = TrunkSettings()


class SiteSettings(_Table):
    """The agency's own numbers and lines."""

    own_numbers: tuple[Annotated[str, AfterValidator(_own_number)], ...] = ()
    """National numbers, and prefixes that end in ``*``."""
    extensions: tuple[Annotated[str, AfterValidator(_extension)], ...] = ()
    own_forwards: tuple[Annotated[str, AfterValidator(_forward)], ...] = ()
    """Numbers that may forward a call of an own number back to the site."""
    exempt: tuple[Annotated[str, AfterValidator(_called)], ...] = ()
    """Called numbers that are never screened, as the trunk delivers them."""

    def site(self) -> numbers.Site:
        """Return the numbers in the form that judging uses."""
        return numbers.Site(
            own_numbers=frozenset(self.own_numbers),
            extensions=frozenset(self.extensions),
        )

    def forwards(self) -> frozenset[str]:
        """Return the own forwards in national form."""
        return frozenset(self.own_forwards)


class Settings(BaseSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        case_sensitive=False,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    state_dir: Path = Path("var")
    """Folder of the journal and, by default, of the SQLite database."""
    database_url: SecretStr = SecretStr("")
    """SQLAlchemy URL, which may hold a password; empty means SQLite in ``state_dir``."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    mask_numbers: bool = True
    """Log numbers with their last digits hidden."""
    site: SiteSettings = Field(default_factory=SiteSettings)
    pbx: dict[Annotated[str, AfterValidator(_pbx_name)], PbxSettings] = Field(default_factory=dict)

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
        """Return the database's URL, password and all."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.state_dir.resolve() / 'call-screener.db'}"

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
    if not name.startswith(PREFIX) or name in _NOT_SETTINGS or name.startswith((_AMI_PREFIX, _LAB_PREFIX)):
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
