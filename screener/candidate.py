"""A call with its numbers read, beside all that it is judged by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from blocklist.entries import OfficialNumber
from blocklist.number import Number
from blocklist.numbers import normalise
from screener import listed
from screener.calls import Activity, Call, Hit
from screener.listed import Listed
from screener.snapshot import Snapshot

Hits = Sequence[Hit]
NOTHING: Final[Hits] = ()


class Candidate(NamedTuple):
    """A call with its numbers read, and what it is judged by.

    ``sent`` is the caller's number as it was received, ``shown`` what a phone shows of it: another one where
    it holds signs that no phone is given. ``faces`` are whom the caller may be taken for: as shown, and as
    sent where that is another number. ``network`` is None where the exchange got no asserted identity.

    A tuple, as one is made for each call: a frozen dataclass of ten fields takes 1 µs to make.
    """

    call: Call
    sent: Number
    shown: Number
    faces: tuple[Number, ...]
    network: Number | None
    official: OfficialNumber | None
    """The registry's entry for the number itself, in a form that real calls have."""
    snapshot: Snapshot
    activity: Activity
    now: datetime
    listed: tuple[Listed, ...] = ()
    """The entries that fit, in their order of precedence."""


def candidate(call: Call, snapshot: Snapshot, activity: Activity, now: datetime) -> Candidate:
    """Read the numbers of a call."""
    site, officials = snapshot.site, snapshot.officials
    trunk = call.trunk_name if site.writes else ""
    raw, display = call.raw_number, call.shown_number
    same = not raw or raw == display
    sent = normalise(raw or display, site, trunk)
    shown = sent if same else normalise(display, site, trunk)
    faces = (shown,) if same or sent.national == shown.national else (shown, sent)
    network = normalise(call.network_number, site, trunk) if call.network_number else None
    official = officials.official(shown)
    if official is None and not same:
        official = officials.official(sent)
    fitting = listed.find(call, faces, sent, network, snapshot.lists, now)
    return Candidate(call, sent, shown, faces, network, official, snapshot, activity, now, fitting)
