"""The outcome of a replay: what was read, what was judged, what stands out."""

from dataclasses import dataclass
from typing import NamedTuple

from screener.replay.past import Bad
from screener.replay.reading import Reading
from screener.replay.spool import HitNumber, Spool, Suspect
from screener.replay.tally import DAYS, Tally


class Names(NamedTuple):
    """What was replayed, by what, and what that is compared with."""

    source: str
    judged_by: str
    compared_with: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a replay tells.

    ``source`` names the file or the call log, ``judged_by`` what it was judged by, and ``compared_with``
    what that is held against. ``skipped`` counts records
    by the reason why they are no calls from outside, ``lines`` those taken by trunk, the most first.
    """

    source: str
    judged_by: str
    compared_with: str
    rows: int
    bad: int
    first_bad: tuple[Bad, ...]
    skipped: tuple[tuple[str, int], ...]
    lines: tuple[tuple[str, int], ...]
    tally: Tally
    numbers: tuple[HitNumber, ...]
    suspects: tuple[Suspect, ...]


def put_together(names: Names, reading: Reading | None, tally: Tally, spool: Spool, top: int) -> Report:
    """Put together what was found; ``reading`` is None for the call log, which has no rows to refuse or skip.

    At most ``top`` numbers are listed.
    """
    return Report(
        *names,
        rows=reading.rows if reading else tally.calls,
        bad=reading.bad if reading else 0,
        first_bad=tuple(reading.first_bad) if reading else (),
        skipped=tuple(reading.skipped.most_common()) if reading else (),
        lines=tuple(reading.lines.most_common()) if reading else (),
        tally=tally,
        numbers=tuple(spool.most_hit(top)),
        suspects=tuple(spool.suspects(DAYS, top)),
    )
