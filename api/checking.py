"""Judging callers who might ring, for page and API alike; nothing is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.deps import Services
from screener.calls import Call
from screener.events import identified
from screener.prospect import Prospect, over, prospect
from screener.snapshot import Snapshot

MOST: Final = 500
"""Callers that are judged in one request; each takes some 20 microseconds."""
LONGEST: Final = 200
"""Characters of a number or name; a display shows a tenth of them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What would happen, by the lists of one moment.

    ``monitor_only`` are the PBXs whose settings let nothing be enforced.
    """

    prospects: tuple[Prospect, ...]
    snapshot: Snapshot
    monitor_only: tuple[str, ...]


def caller(number: str, name: str, called: str, trunk: str) -> Call:
    """Return the call of somebody who shows this; ``trunk`` as ``screener.prospect.over`` reads it."""
    return over(identified(number, name, called), trunk)


def checked(shared: Services, calls: Iterable[Call]) -> Checked:
    """Judge calls as they would be judged now."""
    snapshot, now = shared.snapshots.current, shared.clock()
    enforce = {link.pbx: link.enforce for link in shared.health().links}
    return Checked(
        tuple(prospect(call, snapshot, enforce, now) for call in calls),
        snapshot,
        tuple(sorted(name for name, on in enforce.items() if not on)),
    )
