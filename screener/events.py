"""AMI messages become values here, or are refused as what no dialplan of ours would send."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from screener import contract
from screener.ami import Message
from screener.calls import Call, Did
from screener.request_tokens import RequestTokens

_CHANNEL: Final = re.compile(r"[^/]+/(?P<name>.+?)(-[0-9a-f]{8})?(;[12])?")
_URI: Final = re.compile(r"(?:sips?|tel):(?P<user>[^@;>]*)", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NEVER_MEANT: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
"""Characters that turn the direction of what follows, so that a number reads as another one, and what
Asterisk 22 puts in place of bytes that are no UTF-8."""
_NO_TEXT: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_CHANNEL_NAME: Final = re.compile(r"[A-Za-z0-9_]+/[\x21-\x27\x2a\x2b\x2d-\x7e]{1,150}")


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
    """The dialplan says what it did with a call, on whose verdict, and the caller's whole From header."""

    uniqueid: str
    did: Did
    listener: str
    sip_from: str


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


def read(message: Message, pbx: str, tokens: RequestTokens) -> Event | None:
    """Read a UserEvent of our dialplan; None for anybody else's event.

    What carries no token of ours, is doubled or lacks a header is no event of ours: a request is then
    ``Doubtful``, for its channel can be looked up, and all else ``Forged``.
    """
    name = message["UserEvent"]
    if message.event != "UserEvent":
        return None
    if name not in _HEADERS:  # another's, or ours with a caller's name for it in front or cut off before it
        return _doubtful(message) if not name or message.repeats("UserEvent") else None
    if name == contract.DID and not message["Token"] and message["Did"] == contract.NO_TOKEN:
        return NoToken()
    believable = message.sound(_HEADERS[name]) and tokens.knows(message["Token"])
    if not believable or message["Version"] not in contract.UNDERSTOOD:
        return _doubtful(message) if name == contract.ASK else Forged()
    if name == contract.ASK:
        kept = {header: message[header] for header in contract.KEPT}
        return Ask(
            call_from_kept(
                pbx, message["Channel"], message["Uniqueid"], kept, message["Presentation"], tokens
            )
        )
    try:
        return _report(message, name, tokens)
    except ValueError:
        return Forged()


_HEADERS: Final = {
    contract.ASK: (*"Channel Uniqueid Linkedid Version Token Call Presentation".split(), *contract.KEPT),
    contract.DID: "Channel Uniqueid Version Token Call Did Listener From".split(),
    contract.WARNED: "Channel Uniqueid Version Token Call Played".split(),
    contract.END: "Channel Uniqueid Version Token Call Status Peer Seconds Cause".split(),
}


def _doubtful(message: Message) -> Doubtful | Forged:
    channel = message["Channel"]
    return Doubtful(channel) if is_channel(channel) else Forged()


def _report(message: Message, name: str, tokens: RequestTokens) -> Event:
    """Read a report. Raises ValueError where a value is not of the contract."""
    uniqueid = message["Call"]
    if name == contract.DID:
        sip_from = contract.decode(message["From"], tokens)
        return DidReport(uniqueid, Did(message["Did"]), message["Listener"], sip_from)
    if name == contract.WARNED:
        return Warned(uniqueid, message["Channel"], message["Played"])
    return End(
        uniqueid,
        trunk(contract.decode(message["Peer"], tokens)),
        whole(message["Seconds"]) if message["Seconds"] else None,
        whole(message["Cause"]),
    )


def call_from_kept(
    pbx: str,
    channel: str,
    uniqueid: str,
    kept: Mapping[str, str],
    presentation: str,
    tokens: RequestTokens,
) -> Call:
    """Return the call that the dialplan's encoded values describe (``contract.KEPT``)."""
    text = dict.fromkeys(contract.KEPT, "")
    unreadable = False
    for header, encoded in kept.items():
        try:
            text[header] = contract.decode(encoded, tokens)
        except ValueError:
            unreadable = True
    call = identified(text["Number"], text["Name"], text["Called"])
    return replace(
        call,
        pbx=pbx,
        channel=channel,
        uniqueid=uniqueid,
        trunk=trunk(channel),
        network_number=uri_user(text["Asserted"]),
        diversions=(text["Diversion"],) if text["Diversion"] else (),
        presentation=presentation,
        attestation=text["Attestation"],
        malformed=call.malformed or unreadable,
    )


def identified(number: str, name: str, called: str) -> Call:
    """Return a call of which no more is known than number and name, as received, and the called number."""
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


def is_channel(name: str) -> bool:
    """Tell whether a text can be asked about as a channel: no bracket, comma, blank or line end in it."""
    return _CHANNEL_NAME.fullmatch(name) is not None


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
