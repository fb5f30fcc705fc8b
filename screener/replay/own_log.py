"""Our own call log as past calls: from the database, or from a file of ``call-screener calls export``."""

from collections.abc import Sequence
from typing import Final

from blocklist.formulas import restored
from screener import rows
from screener.call_log import BETWEEN
from screener.calls import Action, Call
from screener.models import CallRecord
from screener.replay import times
from screener.replay.past import BadRecord, Past

_NEEDED: Final = ("at", "uniqueid", "called", "shown_number", "action")


def of(record: CallRecord) -> Past:
    """Return a recorded call as a past one."""
    ended = record.ended_at or record.end_missed_at
    return Past(
        f"{record.pbx} {record.uniqueid}",
        record.at.timestamp(),
        ended.timestamp() if ended else None,
        record.talk_seconds if record.answered else None,
        rows.call(record),
        Action(record.action),
    )


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether a row is the header of an exported call log."""
    return set(_NEEDED) <= {cell.strip() for cell in cells}


class Layout:
    """Where an exported file has what: columns may have been moved or left out."""

    def __init__(self, header: Sequence[str]) -> None:
        self._at = {name.strip(): place for place, name in enumerate(header)}

    def past(self, cells: Sequence[str]) -> Past:
        """Read a row. Raises BadRecord."""
        text = {name: restored(cells[place]) for name, place in self._at.items() if place < len(cells)}
        if not text.keys() >= set(_NEEDED):
            raise BadRecord(",".join(cells)[:80], f"has {len(cells)} cells, not {len(self._at)}")
        try:
            recorded = Action(text["action"])
        except ValueError:
            raise BadRecord(text["action"], f"is no action; known are {', '.join(Action)}") from None
        pbx, uniqueid = text.get("pbx", ""), text["uniqueid"]
        call = Call(
            pbx=pbx,
            channel="",
            uniqueid=uniqueid,
            called=text["called"],
            shown_number=text["shown_number"],
            shown_name=text.get("shown_name", ""),
            raw_number=text.get("raw_number", ""),
            raw_name=text.get("raw_name", ""),
            trunk=text.get("trunk", ""),
            network_number=text.get("network_number", ""),
            diversions=tuple(filter(None, text.get("diversions", "").split(BETWEEN))),
            presentation=text.get("presentation", ""),
            malformed=text.get("malformed") == "1",
        )
        return Past(
            f"{pbx} {uniqueid}",
            _time(text["at"]),
            _time(text["ended_at"]) if text.get("ended_at") else None,
            _talk(text.get("talk_seconds", "")) if text.get("answered") == "1" else None,
            call,
            recorded,
        )


def _time(text: str) -> float:
    try:
        return times.seconds(text, utc=True)
    except times.NoTime:
        raise BadRecord(text, "is no time; it is written as 2026-11-23T08:05:00+00:00") from None


def _talk(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRecord(text, "is no number of seconds (talk_seconds)")
    return int(text)
