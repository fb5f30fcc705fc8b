"""All that a decision needs, in memory and immutable. A new snapshot replaces the old one as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from blocklist.entries import Entry, EntryKind, Match
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from blocklist.numbers import NOWHERE, Site
from screener.policy import DEFAULT_POLICY, Policy


class Lists:
    """The allow and block entries, found by exact number and by prefix."""

    __slots__ = ("_exact", "_lengths", "_prefix", "_size")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._exact: dict[str, tuple[Entry, ...]] = {}
        self._prefix: dict[str, tuple[Entry, ...]] = {}
        self._size = 0
        for entry in entries:
            table = self._exact if entry.match is Match.EXACT else self._prefix
            table[entry.pattern] = (*table.get(entry.pattern, ()), entry)
            self._size += 1
        self._lengths = sorted({len(pattern) for pattern in self._prefix}, reverse=True)

    def exact(self, kind: EntryKind, number: str, now: datetime) -> Entry | None:
        """Return an entry in force for exactly this national number."""
        return _of(kind, self._exact.get(number, ()), now)

    def prefix(self, kind: EntryKind, number: str, now: datetime) -> Entry | None:
        """Return the entry in force with the longest prefix of this national number."""
        for length in self._lengths:
            if length <= len(number):
                found = _of(kind, self._prefix.get(number[:length], ()), now)
                if found:
                    return found
        return None

    def __len__(self) -> int:
        return self._size


def _of(kind: EntryKind, entries: tuple[Entry, ...], now: datetime) -> Entry | None:
    return next((entry for entry in entries if entry.kind is kind and entry.in_force(now)), None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Lists, registry, site and policy at one moment.

    ``own_forwards`` are national numbers that may forward a call of an own number back to the site;
    ``exempt`` are called extensions that are never screened. ``enforcing`` is the one switch for all.
    """

    revision: int = 0
    lists: Lists = field(default_factory=Lists)
    officials: Lookalikes = field(default_factory=lambda: Lookalikes(()))
    site: Site = NOWHERE
    own_forwards: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    names: Names = field(default_factory=lambda: Names(()))
    policy: Policy = DEFAULT_POLICY
    enforcing: bool = True
