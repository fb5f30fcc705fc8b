"""What the values of settings must look like: each type reads one sort of value, or says what to write."""

import ipaddress
import re
import ssl
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from blocklist import patterns
from blocklist.errors import InvalidPattern, InvalidText

SAMPLE_SECRET: Final = "CHANGE-ME"  # noqa: S105 - what must not be one
"""How the secrets of the sample files begin; anybody can read them."""
_LONGEST_SECRET: Final = 900
"""Bytes. Asterisk throws a line of more than 1,024 away, and writes it into its log."""


def _own_number(text: str) -> str:
    """Read a number, a prefix or a range of numbers, in any written form; return its national form."""
    try:
        return patterns.numbers(text)
    except (InvalidPattern, InvalidText) as error:
        raise ValueError(error.why) from None


def _forward(text: str) -> str:
    if text.endswith(patterns.WILDCARD):
        raise ValueError("is a prefix; write each number that forwards calls, without *")
    number = _own_number(text)
    if "-" in number:
        raise ValueError("is a range; write each number that forwards calls")
    return number


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


def _peer(text: str) -> str:
    try:
        encoded = text.encode("idna").decode("ascii")  # as connecting does
    except UnicodeError:
        encoded = ""
    if re.fullmatch(r"[A-Za-z0-9._-]+", encoded):
        return text
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        raise ValueError(
            "is no host; write a name or an address alone, as in 192.0.2.10 (the port has a key of its own)"
        ) from None
    return text


def _account(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", text):
        raise ValueError("is no account name; write letters, digits and _ . - only, at most 64")
    return text


def _secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not text or not text.isprintable():
        raise ValueError("must be one line of text, at least one character; write it, or remove the line")
    if len(text.encode()) > _LONGEST_SECRET:
        raise ValueError(f"is longer than Asterisk reads; take one of at most {_LONGEST_SECRET} bytes")
    if text.upper().startswith(SAMPLE_SECRET):
        raise ValueError(
            "is still the sample's, which anybody can read; put a long random one here and in the PBX's "
            "manager.conf ('openssl rand -hex 24' makes one), then 'manager reload' there"
        )
    return secret


def _port(value: Any) -> Any:
    if isinstance(value, bool):  # which pydantic takes for 0 and 1
        raise ValueError("must be a whole number")
    return value


def _context(text: str) -> str:
    if not re.fullmatch(r"[^\s\[\],;]{1,79}", text):
        raise ValueError('is no dialplan context; write its name without brackets, as in "from-trunk"')
    return text


def _dial_context(text: str) -> str:
    """Refuse what would end the name of a channel ``Local/1001@CONTEXT/n``."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,79}", text):
        raise ValueError(
            "is no dialplan context to dial in; write its name, of letters, digits, _ . and -, as in "
            '"from-internal"'
        )
    return text


def _folder(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("is no path; write one as in /var/lib/call-screener")
    return path


def _path_text(value: Any) -> Any:
    if value == "":  # which would mean the folder that the program happens to be started in
        raise ValueError("must not be empty; write a path, or remove the line")
    return value


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # what zoneinfo raises, after what kind of nonsense
        raise ValueError(
            "is no time zone that this machine knows; write one as in Asia/Ho_Chi_Minh"
        ) from None
    return text


def _certificate(path: Path) -> Path:
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise ValueError("holds no certificate; give the CA's certificate in PEM form") from None
    except OSError as error:
        raise ValueError(f"{error.strerror}; check the path and its rights") from None
    except ValueError:
        raise ValueError("is no path; write one as in /etc/call-screener/pbx-ca.pem") from None
    return path


def _host_name(text: str) -> str:
    name = text.lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", name):
        raise ValueError("is no host name; write it as browsers do, without https:// and port")
    return name


def _proxy(text: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            "is neither an address nor a network; write one as in 192.0.2.10 or 10.1.0.0/24"
        ) from None
    if network.prefixlen == 0:
        raise ValueError("would trust everybody to say who they are; name the proxy's own address")
    return str(network)


def _pem(path: Path) -> Path:
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise ValueError(f"{error.strerror}; check the path and its rights") from None
    except ValueError:
        raise ValueError("is no path; write one as in /etc/call-screener/tls.pem") from None


OwnNumber = Annotated[str, AfterValidator(_own_number)]
Forward = Annotated[str, AfterValidator(_forward)]
Extension = Annotated[str, AfterValidator(_extension)]
Called = Annotated[str, AfterValidator(_called)]
PbxName = Annotated[str, AfterValidator(_pbx_name)]
Peer = Annotated[str, Field(min_length=1), AfterValidator(_peer)]
Account = Annotated[str, AfterValidator(_account)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Port = Annotated[int, BeforeValidator(_port), Field(ge=1, le=65535)]
Context = Annotated[str, AfterValidator(_context)]
DialContext = Annotated[str, AfterValidator(_dial_context)]
Folder = Annotated[Path, BeforeValidator(_path_text), AfterValidator(_folder)]
HostName = Annotated[str, AfterValidator(_host_name)]
Proxy = Annotated[str, AfterValidator(_proxy)]
PemFile = Annotated[Path, BeforeValidator(_path_text), AfterValidator(_pem)]
PolicyFile = Annotated[Path, BeforeValidator(_path_text), AfterValidator(_folder)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Certificate = Annotated[Path, BeforeValidator(_path_text), AfterValidator(_certificate)]
