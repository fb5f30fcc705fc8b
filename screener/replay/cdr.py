"""Call detail records in CSV: Asterisk's own ``Master.csv``, and FreePBX's export of its database.

``Master.csv`` has no header (Asterisk, ``cdr/cdr_csv.c``): sixteen columns, then as ``cdr.conf`` asks
``uniqueid``, ``userfield``, and ``peeraccount``, ``linkedid``, ``sequence`` (``newcdrcolumns``). FreePBX
writes a header of its columns' names (module ``cdr``, ``cdr_export_csv``), the latest call first.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from screener.events import identified
from screener.replay import lines, times
from screener.replay.past import BadRecord, Past

MASTER: Final = (
    "accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec "
    "disposition amaflags"
).split()
_NEW_COLUMNS: Final = ("peeraccount", "linkedid", "sequence")
_UNIQUEID: Final = re.compile(r"(?:.+-)?\d{6,}\.\d+")
_OTHER_NAMES: Final = {"calldate": "start", "datetime": "start", "billable": "billsec", "didnumber": "did"}
_NEEDED: Final = ("src", "dst", "channel", "start", "billsec", "disposition")
_WARNED: Final = re.compile(r"(?:CẢNH BÁO|CANH BAO): [^-]*(?:- (?P<said>.*))?", re.DOTALL)
"""The display of a call that we tagged or warned of (``warning.display``), with the caller's own name."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is needed of one call detail record. Seconds since 1970; ``talk`` is None without an answer."""

    src: str
    dst: str
    did: str
    context: str
    clid: str
    cnam: str
    channel: str
    start: float
    duration: int
    talk: int | None
    id: str
    """That of the call, empty where the file has none."""

    def past(self) -> Past:
        """Return the call that the record is of, or a part of it."""
        name, number = caller(self.clid)
        number = self.src or number
        if ours := _WARNED.fullmatch(name):
            name = ours["said"] or ""
        call = identified(number, self.cnam or name, self.did or self.dst)
        call = replace(call, channel=self.channel, trunk=lines.line(self.channel))
        return Past(self.id or self._channels_key(), self.start, self.start + self.duration, self.talk, call)

    def _channels_key(self) -> str:
        """Name the call by its channel, which is new with each call but after a restart of Asterisk.

        A channel of a line card has the same name each time: there each record is a call.
        """
        once = lines.is_of_one_call(self.channel)
        return f"{self.channel} {self.src} {int(self.start // 86400) if once else self.start}"


def caller(clid: str) -> tuple[str, str]:
    """Return name and number of ``"Name" <number>``, as Asterisk's ``ast_callerid_merge`` writes them."""
    before, between, after = clid.rpartition("<")
    if not between or not after.endswith(">"):
        return (clid.strip(), "") if not clid.strip().strip("+").isdigit() else ("", clid.strip())
    name = before.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"')
    return name, after[:-1]


class Layout:
    """Where a file has what: made from its first row."""

    def __init__(self, columns: Sequence[str], utc: bool) -> None:
        """Take the columns' names in their order. Raises BadRecord where a needed one is missing."""
        places: dict[str, int] = {}
        for place, column in enumerate(columns):
            places.setdefault(_OTHER_NAMES.get(column, column), place)
        missing = [name for name in _NEEDED if name not in places]
        if missing:
            raise BadRecord(",".join(columns)[:80], f"has no column '{missing[0]}'")
        self._utc = utc
        self._width = max(places[name] for name in _NEEDED) + 1
        self._at = places

    def record(self, cells: Sequence[str]) -> Record:
        """Read a row. Raises BadRecord."""
        if len(cells) < self._width:
            raise BadRecord(",".join(cells)[:80], f"has {len(cells)} cells, not {self._width} or more")
        text = self._reader(cells)
        start = text("start")
        try:
            began = times.seconds(start, utc=self._utc)
        except times.NoTime:
            raise BadRecord(start, "is no time; it is written as 2026-11-23 08:05:00") from None
        billsec = _whole("billsec", text("billsec"))
        return Record(
            src=text("src") or text("cnum"),
            dst=text("dst"),
            did=text("did"),
            context=text("dcontext"),
            clid=text("clid"),
            cnam=text("cnam"),
            channel=text("channel"),
            start=began,
            duration=_whole("duration", text("duration")) if "duration" in self._at else billsec,
            talk=billsec if text("disposition").upper() == "ANSWERED" else None,
            id=text("linkedid") or text("uniqueid"),
        )

    def _reader(self, cells: Sequence[str]) -> Callable[[str], str]:
        places, width = self._at, len(cells)

        def text(column: str) -> str:
            place = places.get(column)
            return cells[place] if place is not None and place < width else ""

        return text


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether a row holds the names of a call detail record's columns."""
    return {"src", "dst", "channel"} <= {cell.strip().lower() for cell in cells}


def header(cells: Sequence[str], *, utc: bool) -> Layout:
    """Return the layout that a header tells of. Raises BadRecord."""
    return Layout([cell.strip().lower() for cell in cells], utc)


def master(cells: Sequence[str], *, utc: bool) -> Layout | None:
    """Return the layout of a ``Master.csv`` by one of its rows; None where it is none."""
    further = len(cells) - len(MASTER)
    try:
        times.seconds(cells[MASTER.index("start")], utc=True)
    except (IndexError, times.NoTime):
        return None
    if not 0 <= further <= 5:
        return None
    new = _NEW_COLUMNS if further >= 3 else ()
    rest = cells[len(MASTER) : len(cells) - len(new)]
    named = ["uniqueid", "userfield"][: len(rest)]
    if len(rest) == 1 and not _UNIQUEID.fullmatch(rest[0]):
        named = ["userfield"]
    return Layout([*MASTER, *named, *new], utc)


def _whole(column: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadRecord(text, f"is no number of seconds ({column})")
    return int(text)
