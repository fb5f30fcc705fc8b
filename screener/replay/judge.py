"""Past calls under a policy: judged as the service would have, with the windows in the calls' own time."""

import heapq
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from blocklist.number import Number
from blocklist.numbers import normalise
from screener import behaviour
from screener.activity import Recent
from screener.calls import Call, Verdict
from screener.engine import decide
from screener.replay.past import Past
from screener.snapshot import Snapshot

UNDER_WAY: Final = 50_000
"""Calls whose end is waited for; with more, the one that ends first is taken to have ended."""


def no_trunk(pbx: str, trunk: str) -> bool:
    """Trust no trunk's network."""
    return False


class Judge:
    """Judges calls that come in the order in which they began.

    Lists and registry are those of the snapshot, whatever they were at the time. ``trusts`` tells of
    PBX and trunk whether the network's word on the caller counts there. What a behaviour rule would have put
    on the block list (``Behaviour.block_minutes``) is not on it here.
    """

    def __init__(self, snapshot: Snapshot, trusts: Callable[[str, str], bool] = no_trunk) -> None:
        self._snapshot = snapshot
        self._trusts = trusts
        self._recent = Recent()
        self._under_way: list[tuple[float, str, int | None]] = []

    def verdict(self, past: Past) -> Verdict:
        """Judge a call."""
        self._end(past.at)
        snapshot, call = self._snapshot, self._trusting(past.call)
        now = datetime.fromtimestamp(past.at, UTC)
        limits = snapshot.policy.behaviour
        activity = self._recent.note(past.key, self.caller(call), call.called, now, limits)
        verdict = decide(call, snapshot, activity, now)
        if behaviour.spares(verdict):
            self._recent.spare(past.key)
        elif past.ends is not None:
            heapq.heappush(self._under_way, (past.ends, past.key, past.talk_seconds))
        return verdict

    def caller(self, call: Call) -> Number:
        """Return who called, as the site's trunks write numbers."""
        return normalise(call.sent_number, self._snapshot.site, call.trunk_name)

    def _trusting(self, call: Call) -> Call:
        trusts = bool(call.network_number) and self._trusts(call.pbx, call.trunk)
        return replace(call, network_trusted=True) if trusts else call

    def _end(self, until: float) -> None:
        under_way, limits = self._under_way, self._snapshot.policy.behaviour
        while under_way and (under_way[0][0] <= until or len(under_way) > UNDER_WAY):
            ends, key, talk_seconds = heapq.heappop(under_way)
            self._recent.ended(key, talk_seconds, datetime.fromtimestamp(ends, UTC), limits)
