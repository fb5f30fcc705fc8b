"""The calls of a replay on the disk: put together from their records, in the order in which they began.

A file tells of calls as they ended (Asterisk) or the latest first (FreePBX), and of one call in several rows.
SQLite's temporary database, which is gone when it is closed, sorts and joins them in bounded memory; so it
does with what is found about numbers.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Call, Rule, Verdict
from screener.replay.past import Past

_AT_ONCE: Final = 1000
_MEMORY_KIB: Final = 65_536
_TABLES: Final = """
CREATE TABLE calls (key TEXT PRIMARY KEY, at REAL, ends REAL, talk INTEGER, recorded TEXT, call TEXT)
    WITHOUT ROWID;
CREATE TABLE hits (number TEXT, name TEXT, at REAL, action TEXT, rule TEXT, kind TEXT, reason TEXT);
CREATE TABLE talks (number TEXT, at REAL, day INTEGER, seconds INTEGER);
"""
_ADD: Final = """
INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    ends = coalesce(max(ends, excluded.ends), ends, excluded.ends),
    talk = coalesce(max(talk, excluded.talk), talk, excluded.talk),
    call = iif(excluded.at < at, excluded.call, call),
    at = min(at, excluded.at)
"""
_MOST_HIT: Final = """
SELECT number, name, count(*), max(at), action, rule, kind, reason FROM hits
    GROUP BY number ORDER BY count(*) DESC, max(at) DESC, number LIMIT ?
"""  # beside a single max(), other columns are of the row that has it: SQLite, "Bare columns in an aggregate"
_TALKED_TO: Final = """
SELECT number, count(DISTINCT day) AS days, count(*), sum(seconds) FROM talks
    WHERE number IN (SELECT number FROM hits)
    GROUP BY number HAVING days >= ? ORDER BY days DESC, sum(seconds) DESC, number LIMIT ?
"""
_LAST_HIT: Final = """
SELECT number, name, count(*), max(at), action, rule, kind, reason FROM hits WHERE number = ?
"""


class NoRoom(Exception):
    """The temporary file could not be written."""

    def __init__(self, error: sqlite3.OperationalError) -> None:
        super().__init__(
            f"the temporary file of the replay: {error}; free some space (about 400 MB for a million calls), "
            "or set SQLITE_TMPDIR to a folder that has it"
        )


@dataclass(frozen=True, slots=True)
class HitNumber:
    """A number with the calls that a rule fits, and the latest of these; ``at`` in seconds since 1970."""

    number: str
    name: str
    calls: int
    at: float
    action: Action
    rule: Rule
    kind: LookalikeKind | None
    reason: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A caller who may be caught wrongly: was talked to for long, on several days."""

    hit: HitNumber
    days: int
    talks: int
    seconds: int


class Spool:
    """Records in, calls out; then what was found in, tables out. Opened with ``with``."""

    def __enter__(self) -> Self:
        """Make the temporary database."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_MEMORY_KIB}")
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._calls: list[tuple[Any, ...]] = []
        self._hits: list[tuple[Any, ...]] = []
        self._talks: list[tuple[Any, ...]] = []
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Throw it away. Raises NoRoom in place of SQLite's error."""
        self._database.close()
        if isinstance(error, sqlite3.OperationalError):
            raise NoRoom(error) from error

    def add(self, past: Past) -> None:
        """Take a record. Of those of one call the first one names the caller, the longest talk counts."""
        self._calls.append(
            (past.key, past.at, past.ends, past.talk_seconds, past.recorded, _written(past.call))
        )
        if len(self._calls) == _AT_ONCE:
            self._store()

    def __len__(self) -> int:
        """Return how many calls there are."""
        self._store()
        found: int = self._database.execute("SELECT count(*) FROM calls").fetchone()[0]
        return found

    def calls(self) -> Iterator[Past]:
        """Give the calls in the order in which they began."""
        self._store()
        for key, at, ends, talk, recorded, call in self._database.execute(
            "SELECT * FROM calls ORDER BY at, key"
        ):
            yield Past(key, at, ends, talk, _read(call), Action(recorded) if recorded else None)

    def hit(self, number: str, name: str, at: float, verdict: Verdict) -> None:
        """Note that a call of a number would be tagged, warned of or blocked."""
        self._hits.append((number, name, at, verdict.action, verdict.rule, verdict.kind, verdict.reason))
        if len(self._hits) == _AT_ONCE:
            self._store()

    def talked(self, number: str, at: float, day: int, seconds: int) -> None:
        """Note that a number was talked to for long."""
        self._talks.append((number, at, day, seconds))
        if len(self._talks) == _AT_ONCE:
            self._store()

    def most_hit(self, limit: int) -> list[HitNumber]:
        """Return the numbers with the most hits, each with its latest."""
        self._store()
        return [_hit(row) for row in self._database.execute(_MOST_HIT, (limit,))]

    def suspects(self, days: int, limit: int) -> list[Suspect]:
        """Return the numbers with a hit that were talked to on so many days, the most days first."""
        self._store()
        self._database.execute("CREATE INDEX IF NOT EXISTS hits_number ON hits (number)")
        found = self._database.execute(_TALKED_TO, (days, limit)).fetchall()
        return [
            Suspect(_hit(self._database.execute(_LAST_HIT, (number,)).fetchone()), *counts)
            for number, *counts in found
        ]

    def _store(self) -> None:
        if self._calls:
            self._database.executemany(_ADD, self._calls)
            self._calls.clear()
        if self._hits:
            self._database.executemany("INSERT INTO hits VALUES (?, ?, ?, ?, ?, ?, ?)", self._hits)
            self._hits.clear()
        if self._talks:
            self._database.executemany("INSERT INTO talks VALUES (?, ?, ?, ?)", self._talks)
            self._talks.clear()


def _hit(row: tuple[Any, ...]) -> HitNumber:
    number, name, calls, at, action, rule, kind, reason = row
    return HitNumber(
        number, name, calls, at, Action(action), Rule(rule), LookalikeKind(kind) if kind else None, reason
    )


def _written(call: Call) -> str:
    return json.dumps(
        (
            call.pbx,
            call.channel,
            call.called,
            call.shown_number,
            call.shown_name,
            call.raw_number,
            call.raw_name,
            call.trunk,
            call.network_number,
            call.diversions,
            call.presentation,
            call.malformed,
        )
    )


def _read(written: str) -> Call:
    pbx, channel, called, number, name, raw, raw_name, trunk, network, diversions, presentation, malformed = (
        json.loads(written)
    )
    return Call(
        pbx=pbx,
        channel=channel,
        uniqueid="",
        called=called,
        shown_number=number,
        shown_name=name,
        raw_number=raw,
        raw_name=raw_name,
        trunk=trunk,
        network_number=network,
        diversions=tuple(diversions),
        presentation=presentation,
        malformed=malformed,
    )
