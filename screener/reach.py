"""Why a PBX can't be reached, in words, with the remedy: for the service's log and for the doctor."""

import errno
import os
import re
import socket
import ssl
from typing import Final, NamedTuple

from screener.settings import PbxSettings

TLS_PORT: Final = "as a rule 5039"
_NO_WAY: Final = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN})


class Cause(NamedTuple):
    """What is the matter, and what to do about it."""

    text: str
    remedy: str


def why(error: OSError, settings: PbxSettings) -> Cause:
    """Explain why no connection could be made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Cause(
            f"its certificate is not taken: {error.verify_message}",
            "give the CA that signed it as tls_ca, and as host a name that stands in the certificate",
        )
    if isinstance(error, ssl.SSLEOFError | ConnectionResetError):
        return Cause("it hung up at once", "check host and port, and see Asterisk's log")
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "reason", None)  # only where OpenSSL gave one
        return Cause(
            "the port speaks no TLS, but tls = true is set"
            if reason in _NO_TLS
            else f"TLS failed: {reason or error}",
            f"set tls = false for a plain port, or give the TLS port ({TLS_PORT}; tlsenable and tlsbindaddr "
            "in manager.conf)",
        )
    if isinstance(error, socket.gaierror):
        return Cause(f"there is no address for this name: {error.strerror}", "check host, and the DNS here")
    number = _number(error)
    if number == errno.ECONNREFUSED:
        keys = "tlsenable, tlsbindaddr" if settings.tls else "port, bindaddr"
        return Cause(
            "connection refused",
            "is Asterisk running, with its manager enabled "
            f"([general] of manager.conf: enabled = yes, {keys})?",
        )
    if number == errno.ETIMEDOUT or isinstance(error, TimeoutError):
        return Cause("no answer", "check host and port, and the firewall between")
    if number in _NO_WAY:
        return Cause(os.strerror(number).lower(), "check host, network and firewall")
    return Cause(error.strerror or str(error) or type(error).__name__, "check host, port and network")


_NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"})
"""What OpenSSL says of a first line in plain text; the word differs by its version."""


def _number(error: OSError) -> int:
    """Return the error's number; asyncio hides it in the text where several addresses were tried."""
    if error.errno:
        return error.errno
    found = re.search(r"\[Errno (\d+)\]", str(error))
    return int(found[1]) if found else 0
