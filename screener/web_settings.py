"""The settings of the page and the API: where they are served, to whom, and how long a session lasts."""

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from screener.access.user_sessions import Ends
from screener.setting_types import HostName, PemFile, Port, Proxy

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class WebSettings(BaseSettings):
    """How page and API are reached; ``host`` is judged by what stands before it."""

    tls_certificate: PemFile | None = None
    """Their certificate, and behind it those that lead to its authority (PEM)."""
    tls_key: PemFile | None = Field(default=None, validate_default=True)
    trusted_hosts: tuple[HostName, ...] = ()
    """Names that they go by, beside the address that is listened on."""
    trusted_proxies: tuple[Proxy, ...] = ()
    """Addresses and networks of proxies whose word counts for who asks, and how safely."""
    host: str = "127.0.0.1"
    port: Port = 8080
    session_idle_minutes: int = Field(default=240, ge=5, le=1440)
    """Who does nothing at the page for so long has to sign in again."""
    session_hours: int = Field(default=12, ge=1, le=168)
    """After so long everybody has."""

    @property
    def tls(self) -> tuple[Path, Path] | None:
        """Return certificate and key; None without TLS."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return self.tls_certificate, self.tls_key

    @property
    def session_ends(self) -> Ends:
        """Return when sessions end by themselves."""
        return Ends(timedelta(minutes=self.session_idle_minutes), timedelta(hours=self.session_hours))

    @property
    def page(self) -> str:
        """Return the address to open in a browser, as far as it is known here."""
        scheme = "https" if self.tls or self.trusted_proxies else "http"
        if self.trusted_hosts and scheme == "https":
            port = "" if self.trusted_proxies else f":{self.port}"
            return f"https://{self.trusted_hosts[0]}{port}/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}/"

    @field_validator("tls_key")
    @classmethod
    def _belongs_to_certificate(cls, key: Path | None, info: ValidationInfo) -> Path | None:
        certificate = info.data.get("tls_certificate")
        if "tls_certificate" not in info.data:  # which is named for what is wrong with it
            return key
        if key is None or certificate is None:
            if key is not certificate:
                missing = "tls_key" if key is None else "tls_certificate"
                raise ValueError(f"{missing} is missing; name both tls_certificate and tls_key, or neither")
            return key
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
        except ssl.SSLError:
            raise ValueError(
                f"does not go with {certificate}; give the key that this certificate was made for, both in "
                "PEM form, the key without a password"
            ) from None
        return key

    @field_validator("host")
    @classmethod
    def _safe_from_elsewhere(cls, host: str, info: ValidationInfo) -> str:
        given = info.data
        named_already = {"tls_certificate", "tls_key", "trusted_proxies"} - given.keys()
        if host in _LOOPBACK or named_already or given["trusted_proxies"]:
            return host
        if given["tls_certificate"] is None or given["tls_key"] is None:
            raise ValueError(
                "whoever listens on the network would read passwords: set tls_certificate and tls_key "
                "(deploy/README.md has a recipe that needs no internet), or trusted_proxies where a proxy "
                "ends TLS; or use 127.0.0.1 and an SSH tunnel"
            )
        return host
