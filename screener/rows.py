"""How a verdict becomes a row of the calls' table, and the call in it a call again.

What a caller wrote is kept as it came, but for characters that a database can't hold: NUL and lone surrogates
are written as ``\\x00`` and ``\\udc80``. Short columns are cut to their length, whole numbers to 32 bits.
"""

import re
from typing import Any, Final

from blocklist.numbers import normalise
from blocklist.site import Site
from screener.calls import Call, Hit, Mode
from screener.happenings import Decided
from screener.models import CallRecord

MAX_CALLED: Final = 500
"""Characters of the called number: it is indexed, and an index entry of PostgreSQL holds 2,704 bytes."""
_MAX_INT: Final = 2**31 - 1
_LENGTHS: Final[dict[str, int]] = {
    column.name: length
    for column in CallRecord.__table__.columns
    if (length := getattr(column.type, "length", None))
} | {"called": MAX_CALLED}
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_ESCAPED: Final = re.compile(r"\\x00|\\ud[89a-f][0-9a-f]{2}")

Row = dict[str, Any]
"""Column names and values of one statement."""


def text(column: str, value: str) -> str:
    """Make a text fit for a column of the calls' table."""
    return _storable(value)[: _LENGTHS.get(column)]


def integer(value: int) -> int:
    """Cut a whole number to what a column holds."""
    return max(-_MAX_INT, min(value, _MAX_INT))


def verdict(decided: Decided, settled: bool, site: Site) -> Row:
    """Return the columns that tell of the call and the verdict on it; ``site`` reads the caller's number."""
    call, judged = decided.call, decided.verdict
    texts = {
        "pbx": call.pbx,
        "uniqueid": call.uniqueid,
        "mode": call.mode.value,
        "trunk": call.trunk,
        "called": call.called,
        "number": normalise(call.sent_number, site, call.trunk_name).national,
        "shown_number": call.shown_number,
        "shown_name": call.shown_name,
        "raw_number": call.raw_number,
        "raw_name": call.raw_name,
        "sip_from": call.sip_from,
        "network_number": call.network_number,
        "presentation": call.presentation,
        "attestation": call.attestation,
        "action": judged.action.value,
        "rule": judged.rule.value,
        "reason": judged.reason,
        "listener": decided.listener,
    }
    optional = {
        "kind": judged.kind.value if judged.kind else None,
        "imitates": judged.imitates.number if judged.imitates else None,
        "imitates_organisation": judged.imitates.organisation if judged.imitates else None,
    }
    return {
        **{column: text(column, value) for column, value in texts.items()},
        **{column: None if value is None else text(column, value) for column, value in optional.items()},
        "at": decided.at,
        "diversions": [_storable(number) for number in call.diversions],
        "malformed": call.malformed,
        "hits": [_hit(hit) for hit in judged.hits],
        "decision_us": integer(decided.decision_us),
        "enforced": decided.enforced,
        "settled": settled,
    }


def unreadable(record: CallRecord) -> bool:
    """Tell whether a number held characters that a database can't hold: what stands for them holds digits."""
    return any(map(_ESCAPED.search, (record.raw_number, record.shown_number, record.network_number)))


def call(record: CallRecord) -> Call:
    """Return the call that a row tells of: without its channel, and as over a trunk that is not trusted."""
    return Call(
        pbx=record.pbx,
        channel="",
        uniqueid=record.uniqueid,
        called=record.called,
        shown_number=record.shown_number,
        shown_name=record.shown_name,
        raw_number=record.raw_number,
        raw_name=record.raw_name,
        sip_from=record.sip_from,
        trunk=record.trunk,
        network_number=record.network_number,
        diversions=tuple(record.diversions),
        presentation=record.presentation,
        attestation=record.attestation,
        malformed=record.malformed,
        mode=Mode(record.mode),
    )


def _hit(hit: Hit) -> Row:
    return {
        "rule": hit.rule.value,
        "reason": _storable(hit.reason),
        "kind": hit.kind.value if hit.kind else None,
        "imitates": _storable(hit.imitates.number) if hit.imitates else None,
        "organisation": _storable(hit.imitates.organisation) if hit.imitates else None,
        "entry_id": hit.entry_id,
    }


def _storable(value: str) -> str:
    return _UNSTORABLE.sub(_escape, value)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
