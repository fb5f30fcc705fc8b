"""A call with its numbers read, beside all that it is judged by."""

from dataclasses import dataclass
from datetime import datetime

from blocklist.entries import OfficialNumber
from blocklist.number import Number
from blocklist.numbers import normalise
from screener import listed
from screener.calls import Activity, Call
from screener.listed import Listed
from screener.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call with its numbers read, and what it is judged by.

    ``sent`` is the caller's number as it was received, ``shown`` what a phone shows of it: another one where
    it holds signs that no phone is given. ``network`` is None where the exchange got no asserted identity.
    """

    call: Call
    sent: Number
    shown: Number
    network: Number | None
    official: OfficialNumber | None
    """The registry's entry for the number itself, in a form that real calls have."""
    snapshot: Snapshot
    activity: Activity
    now: datetime
    listed: tuple[Listed, ...] = ()
    """The entries that fit, in their order of precedence."""

    @property
    def faces(self) -> tuple[Number, ...]:
        """Return whom the caller may be taken for: as shown, and as sent where that is another number."""
        return _faces(self.sent, self.shown)


def candidate(call: Call, snapshot: Snapshot, activity: Activity, now: datetime) -> Candidate:
    """Read the numbers of a call."""
    site = snapshot.site
    trunk = call.trunk_name
    sent = normalise(call.sent_number, site, trunk)
    same = call.shown_number == call.sent_number
    shown = sent if same else normalise(call.shown_number, site, trunk)
    network = normalise(call.network_number, site, trunk) if call.network_number else None
    official = snapshot.officials.official(shown)
    if official is None and not same:
        official = snapshot.officials.official(sent)
    fitting = listed.find(call, _faces(sent, shown), sent, network, snapshot.lists, now)
    return Candidate(call, sent, shown, network, official, snapshot, activity, now, fitting)


def _faces(sent: Number, shown: Number) -> tuple[Number, ...]:
    return (shown,) if sent.national == shown.national else (shown, sent)
