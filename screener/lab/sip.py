"""SIP messages (RFC 3261) for the lab's own callers and phones.

They are our own because the tests need arbitrary bytes in headers and recordings on both sides of a
call; SIPp stays the independent load generator. Nothing here is meant for a network.
"""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote

_MARKS = "-_.!~*'()"  # RFC 3261 25.1: unreserved in a user part, besides letters and digits
_MAGIC = "z9hG4bK"
_COPIED = (b"via", b"from", b"to", b"call-id", b"cseq")


@dataclass(frozen=True, slots=True)
class Message:
    """A request or response as bytes: the start line, the headers in their order, the body."""

    start: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""

    @property
    def status(self) -> int:
        """The status code of a response, 0 for a request."""
        return int(self.start[8:11]) if self.start.startswith(b"SIP/2.0 ") else 0

    @property
    def reason_phrase(self) -> str:
        return self.start[12:].decode(errors="replace") if self.status else ""

    @property
    def method(self) -> str:
        """The method of a request, or of the request that a response answers."""
        words = self.get(b"cseq").split() if self.status else self.start.split()[::-1]
        return words[-1].decode(errors="replace") if words else ""

    @property
    def uri(self) -> bytes:
        """The request URI; empty for a response."""
        return b"" if self.status else self.start.split(b" ")[1]

    def get(self, name: bytes) -> bytes:
        """The first header of that lower-case name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), b"")

    def encode(self) -> bytes:
        lines = [self.start, *(name + b": " + value for name, value in self.headers)]
        lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def parse(data: bytes) -> Message | None:
    """The message in a datagram; None for what is none (keep-alives)."""
    head, separator, body = data.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    if not separator or start.count(b" ") < 2:
        return None
    headers = []
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() != b"content-length":
            headers.append((name.strip(), value.strip()))
    return Message(start, tuple(headers), body)


def answer(
    request: Message, status: int, phrase: str, *, tag: str, contact: bytes, body: bytes = b""
) -> Message:
    """A response to a request, with our tag in To if it has none yet."""
    headers = []
    for name, value in request.headers:
        if name.lower() == b"to" and b";tag=" not in value and status > 100:
            headers.append((name, value + b";tag=" + tag.encode()))
        elif name.lower() in _COPIED:
            headers.append((name, value))
    headers.append((b"Contact", b"<" + contact + b">"))
    if body:
        headers.append((b"Content-Type", b"application/sdp"))
    return Message(f"SIP/2.0 {status} {phrase}".encode(), tuple(headers), body)


def request(
    method: str,
    uri: bytes,
    *,
    local: str,
    caller: bytes,
    called: bytes,
    call_id: bytes,
    number: int,
    contact: bytes,
) -> Message:
    """A request without a body; `caller` and `called` are the complete From and To values."""
    return Message(
        method.encode() + b" " + uri + b" SIP/2.0",
        (
            (b"Via", f"SIP/2.0/UDP {local};branch={_MAGIC}{secrets.token_hex(8)};rport".encode()),
            (b"Max-Forwards", b"70"),
            (b"From", caller),
            (b"To", called),
            (b"Call-ID", call_id),
            (b"CSeq", f"{number} {method}".encode()),
            (b"Contact", b"<" + contact + b">"),
        ),
    )


def same_transaction(invite: Message, method: str, *, to: bytes) -> Message:
    """The CANCEL of an INVITE, or the ACK of its failure: same branch, URI and number (9.1, 17.1.1.3)."""
    kept = tuple((name, value) for name, value in invite.headers if name in (b"Via", b"From", b"Call-ID"))
    number = invite.get(b"cseq").split()[0]
    headers = (*kept, (b"To", to), (b"CSeq", number + b" " + method.encode()), (b"Max-Forwards", b"70"))
    return Message(method.encode() + b" " + invite.uri + b" SIP/2.0", headers)


def user_part(text: str) -> bytes:
    """A number or name as the user part of a URI, what isn't allowed there %-encoded."""
    return quote(text, safe=_MARKS + "&=+$,;?/").encode()


def quoted(text: str) -> bytes:
    """A display name as a quoted string (25.1)."""
    return b'"' + re.sub(r'(["\\])', r"\\\1", text).encode() + b'"'


def name_and_user(value: bytes) -> tuple[bytes, bytes]:
    """The display name (unquoted) and the user part (as on the wire) of a From or To value."""
    found = re.match(rb'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<sips?:(?:([^@>]*)@)?', value, re.DOTALL)
    if found is None:
        bare = re.match(rb"\s*sips?:([^@;>]*)@", value)
        return b"", bare[1] if bare else b""
    return re.sub(rb"\\(.)", rb"\1", found[1] or found[2] or b""), found[3] or b""


def cause(value: bytes) -> int | None:
    """The Q.850 cause in a Reason header (RFC 3326)."""
    found = re.search(rb"Q\.850\s*;\s*cause\s*=\s*(\d+)", value, re.IGNORECASE)
    return int(found[1]) if found else None


def describe_media(address: str, port: int) -> bytes:
    """Our SDP: a-law and mu-law, 20 ms, both ways."""
    return (
        f"v=0\r\no=lab 1 1 IN IP4 {address}\r\ns=lab\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
        "a=ptime:20\r\na=sendrecv\r\n"
    ).encode()


def media_target(body: bytes) -> tuple[str, int, int] | None:
    """Address, port and payload type that the other side's SDP wants; None without usable audio."""
    address = re.search(rb"^c=IN IP4 (\S+)", body, re.MULTILINE)
    audio = re.search(rb"^m=audio (\d+) \S+ (\d+)", body, re.MULTILINE)
    if address is None or audio is None or audio[1] == b"0":
        return None
    return address[1].decode(), int(audio[1]), int(audio[2])
