"""The settings: every key, its type, default and limits. ``screener.settings_file`` reads them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from blocklist.site import Site
from blocklist.writing import Writing
from screener.audit import key as audit_key
from screener.calls import Mode
from screener.database_url import InvalidDatabaseUrl, parse
from screener.hours import TIME_ZONE
from screener.setting_types import (
    Account,
    Called,
    Certificate,
    Context,
    DialContext,
    Extension,
    Folder,
    Forward,
    OwnNumber,
    PbxName,
    Peer,
    PolicyFile,
    Port,
    Secret,
    TimeZone,
)
from screener.web_settings import WebSettings

PREFIX = "CALL_SCREENER_"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrunkSettings(_Table):
    """What only the site knows of one trunk."""

    mode: Mode | None = None
    """Overrides the PBX's mode for calls over this trunk."""
    writes: Writing | None = None
    """What the carrier puts before the numbers of callers; read as any trunk's where not given."""
    trust_network_identity: bool = False
    """The carrier at this trunk sets P-Asserted-Identity itself and drops what callers write there."""


class PbxSettings(_Table):
    """How to reach one Asterisk and how far to go there."""

    host: Peer
    port: Port = 5038
    username: Account = "call-screener"
    secret: Secret
    doctor_username: Account = "call-screener-doctor"
    doctor_secret: Secret | None = None
    """Account that `call-screener doctor` looks round with; without it, it sees less."""
    tls: bool = False
    tls_ca: Certificate | None = None
    """CA certificate (PEM) that signed the PBX's certificate; the system's own CAs where not given."""
    mode: Mode = Mode.INLINE
    enforce: bool = False
    """False is monitor-only: decide, record and count, touch no call."""
    inbound_contexts: tuple[Context, ...] = ()
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
    call_back_context: DialContext | None = None
    """Context in which the page rings an operator's phone and then an office's number, as phones of the house
    dial them; without it nobody is rung back from the page."""

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
    def screens_inline(self) -> bool:
        """Tell whether calls over any trunk are held by the dialplan."""
        return Mode.INLINE in self._modes

    @property
    def screens_passively(self) -> bool:
        """Tell whether calls over any trunk are screened passively."""
        return Mode.PASSIVE in self._modes

    @property
    def _modes(self) -> set[Mode | None]:
        return {self.mode, *(trunk.mode for trunk in self.trunks.values())}

    def trunk(self, name: str) -> TrunkSettings:
        """Return what is known of a trunk; of an unknown one, nothing is."""
        return self.trunks.get(name, _UNKNOWN_TRUNK)


_UNKNOWN_TRUNK = TrunkSettings()


NO_TRUNKS: Final[Mapping[str, Writing]] = {}


class SiteSettings(_Table):
    """The agency's own numbers and lines."""

    own_numbers: tuple[OwnNumber, ...] = ()
    """National numbers, prefixes that end in ``*``, and ranges."""
    extensions: tuple[Extension, ...] = ()
    own_forwards: tuple[Forward, ...] = ()
    """Numbers that may forward a call of an own number back to the site."""
    exempt: tuple[Called, ...] = ()
    """Called numbers that are never screened, as the trunk delivers them."""

    def site(self, writes: Mapping[str, Writing] = NO_TRUNKS) -> Site:
        """Return the numbers in the form that judging uses; ``writes`` is ``Settings.writes``."""
        return Site(
            own_numbers=frozenset(self.own_numbers),
            extensions=frozenset(self.extensions),
            writes=writes,
        )

    def forwards(self) -> frozenset[str]:
        """Return the own forwards in national form."""
        return frozenset(self.own_forwards)


class Settings(WebSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        case_sensitive=False,
    )

    state_dir: Folder = Path("var")
    """Folder of the journal and, by default, of the SQLite database."""
    database_url: SecretStr = SecretStr("")
    """SQLAlchemy URL, which may hold a password; empty means SQLite in ``state_dir``."""
    audit_key_file: Folder | None = None
    """File with the key of the audit log, made where there is none; else ``audit.key`` in ``state_dir``."""
    policy_file: PolicyFile | None = None
    """TOML file that the policy of the first start is read from; later the database's revisions count."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    mask_numbers: bool = True
    """Log numbers with their last digits hidden."""
    time_zone: TimeZone = TIME_ZONE
    """The page's times are of this zone."""
    site: SiteSettings = Field(default_factory=SiteSettings)
    pbx: dict[PbxName, PbxSettings] = Field(default_factory=dict)

    @field_validator("database_url")
    @classmethod
    def _supported(cls, url: SecretStr) -> SecretStr:
        try:
            if url.get_secret_value():
                parse(url.get_secret_value())
        except InvalidDatabaseUrl as error:
            raise ValueError(f"{error.url}: {error.why}; {error.remedy}") from None
        return url

    @property
    def url(self) -> str:
        """Return the database's URL, password and all."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.state_dir.resolve() / 'call-screener.db'}"

    @property
    def audit_key(self) -> Path:
        """Return the file with the key of the audit log."""
        return self.audit_key_file or self.state_dir / audit_key.NAME

    @property
    def writes(self) -> dict[str, Writing]:
        """Return how trunks write numbers, by the names that ``blocklist.site.Site`` has for them."""
        named: dict[str, Writing] = {}
        alike: dict[str, set[Writing | None]] = {}
        for name, pbx in self.pbx.items():
            for endpoint, trunk in pbx.trunks.items():
                alike.setdefault(endpoint, set()).add(trunk.writes)
                if trunk.writes is not None:
                    named[f"{name}/{endpoint}"] = trunk.writes
        for endpoint, writings in alike.items():
            (one, *others) = writings
            if one is not None and not others:
                named[endpoint] = one
        return named

    def trusts(self, pbx: str, trunk: str) -> bool:
        """Tell whether the identity that the network asserts counts as the caller's, on a trunk of a PBX."""
        return pbx in self.pbx and self.pbx[pbx].trunk(trunk).trust_network_identity

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
