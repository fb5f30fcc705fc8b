"""AMI messages become values here, or are refused as what no dialplan of ours would send."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from screener import contract
from screener.ami import Message
from screener.calls import Call, Did

_CHANNEL: Final = re.compile(r"[^/]+/(?P<name>.+?)(-[0-9a-f]{8})?(;[12])?")
_URI: Final = re.compile(r"(?:sips?|tel):(?P<user>[^@;>]*)", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NEVER_MEANT: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
"""Characters that turn the direction of what follows, so that a number reads as another one, and what
Asterisk 22 puts in place of bytes that are no UTF-8."""
_NO_TEXT: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ENCODED: Final = re.compile(r"[A-Za-z0-9%._~+*!')-]*")


@dataclass(frozen=True, slots=True)
class Ask:
    """The dialplan asks about a call that it holds."""

    call: Call


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A request that can't be believed as it stands; its channel is looked up."""

    channel: str


@dataclass(frozen=True, slots=True)
class DidReport:
    """The dialplan says what it did with a call, on whose verdict."""

    uniqueid: str
    did: Did
    listener: str


@dataclass(frozen=True, slots=True)
class Warned:
    """The dialplan says that the called person on ``channel`` heard the warning: whole, cut or whispered."""

    uniqueid: str
    channel: str
    played: str


@dataclass(frozen=True, slots=True)
class End:
    """The dialplan says how a call ended. ``seconds`` of talk is None where the call was not answered."""

    uniqueid: str
    peer: str
    seconds: int | None
    cause: int


@dataclass(frozen=True, slots=True)
class NoToken:
    """A call went on unasked because the PBX had no token."""


@dataclass(frozen=True, slots=True)
class Forged:
    """An event in our name that is not the dialplan's."""


Event = Ask | Doubtful | DidReport | Warned | End | NoToken | Forged


def read(message: Message, pbx: str, knows: Callable[[str], bool]) -> Event | None:
    """Read a UserEvent of our dialplan; None for anybody else's event.

    ``knows`` tells whether a token is ours. What carries none, is doubled or lacks a header is no event of
    ours: a request is then ``Doubtful``, for its channel can be looked up, and all else ``Forged``.
    """
    name = message["UserEvent"]
    if message.event != "UserEvent":
        return None
    if name not in _HEADERS:  # another's, or ours with a caller's name for it in front or cut off before it
        return Doubtful(message["Channel"]) if not name or message.repeats("UserEvent") else None
    if name == contract.DID and not message["Token"] and message["Did"] == Did.NO_TOKEN:
        return NoToken()
    believable = message.sound(_HEADERS[name]) and knows(message["Token"])
    if not believable or message["Version"] not in contract.UNDERSTOOD:
        return Doubtful(message["Channel"]) if name == contract.ASK else Forged()
    if name == contract.ASK:
        return Ask(_call(message, pbx))
    return _report(message, name)


_HEADERS: Final = {
    contract.ASK: (
        "Channel Uniqueid Linkedid Version Token Call Called Number Name From Asserted Diversion Presentation"
    ).split(),
    contract.DID: "Channel Uniqueid Version Token Call Did Listener".split(),
    contract.WARNED: "Channel Uniqueid Version Token Call Played".split(),
    contract.END: "Channel Uniqueid Version Token Call Status Peer Seconds Cause".split(),
}


def _report(message: Message, name: str) -> Event:
    uniqueid = message["Call"]
    if name == contract.DID:
        try:
            return DidReport(uniqueid, Did(message["Did"]), message["Listener"])
        except ValueError:
            return Forged()
    if name == contract.WARNED:
        return Warned(uniqueid, message["Channel"], message["Played"])
    return End(
        uniqueid,
        trunk(contract.decode(message["Peer"])),
        whole(message["Seconds"]) if message["Seconds"] else None,
        whole(message["Cause"]),
    )


def _call(message: Message, pbx: str) -> Call:
    kept = {name: message[header] for name, header in _KEPT_HEADERS.items()}
    return call_from_kept(pbx, message["Channel"], message["Uniqueid"], kept, message["Presentation"])


_KEPT_HEADERS: Final = {
    contract.CALLED: "Called",
    contract.NUMBER: "Number",
    contract.NAME: "Name",
    contract.FROM: "From",
    contract.ASSERTED: "Asserted",
    contract.DIVERSION: "Diversion",
    contract.ATTESTATION: "Attestation",
}


def call_from_kept(
    pbx: str, channel: str, uniqueid: str, kept: dict[str, str], presentation: str = ""
) -> Call:
    """Return the call that the dialplan's encoded variables describe (``contract.KEPT``)."""
    safe = {name: value if _ENCODED.fullmatch(value) else "" for name, value in kept.items()}
    text = {name: contract.decode(safe.get(name, "")) for name in contract.KEPT}
    number, name = text[contract.NUMBER], text[contract.NAME]
    diversion = text[contract.DIVERSION]
    return Call(
        pbx=pbx,
        channel=channel,
        uniqueid=uniqueid,
        called=text[contract.CALLED],
        shown_number=shown_number(number),
        shown_name=shown_name(name),
        raw_number=number,
        raw_name=name,
        sip_from=text[contract.FROM],
        trunk=trunk(channel),
        network_number=uri_user(text[contract.ASSERTED]),
        diversions=(diversion,) if diversion else (),
        presentation=presentation,
        attestation=text[contract.ATTESTATION],
        malformed=is_malformed(number) or is_malformed(name) or safe != kept,
    )


def imagined(number: str, name: str, called: str) -> Call:
    """Return the call that an exchange would tell of, had somebody called with this number and name."""
    return Call(
        pbx="",
        channel="",
        uniqueid="",
        called=called,
        shown_number=shown_number(number),
        shown_name=shown_name(name),
        raw_number=number,
        raw_name=name,
        malformed=is_malformed(number) or is_malformed(name),
    )


def trunk(channel: str) -> str:
    """Return the trunk or extension in a channel's name: ``viettel`` for ``PJSIP/viettel-0000001a``."""
    match = _CHANNEL.fullmatch(channel)
    return match["name"] if match else ""


def uri_user(header: str) -> str:
    """Return the user part of the first SIP or tel URI in a header, decoded (RFC 3261, section 19.1).

    A display name in front, which may be the caller's, is no URI whatever it holds.
    """
    match = _URI.search(_QUOTED.sub("", header))
    return unquote(match["user"], errors="surrogateescape") if match else ""


def is_malformed(text: str) -> bool:
    """Tell whether a caller's text holds control characters, other line ends or bytes that are no text."""
    return any(unicodedata.category(char) in _NO_TEXT or char in _NEVER_MEANT for char in text)


def shown_number(number: str) -> str:
    """Return what the dialplan's cleaning leaves of a number (``call-screener-clean``)."""
    return "".join(char for char in number if char.isascii() and (char.isalnum() or char in "-+*#._"))


def shown_name(name: str) -> str:
    """Return what the dialplan's cleaning leaves of a name."""
    kept = (char for char in name if ord(char) >= 32 and ord(char) != 127 and char != ":")
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_undecoded(char) else char for char in kept)


def _is_undecoded(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


def whole(text: str) -> int:
    """Return a count that an event tells; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
