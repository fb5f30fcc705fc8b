"""The allow, block and watch lists in memory: which entries fit a caller, in their order of precedence."""

import copy
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pyroaring import BitMap64

from blocklist import naming
from blocklist.entries import Entry, EntryKind, Match
from blocklist.exact import Bulk, ExactNumbers
from blocklist.leading import Leading
from blocklist.precedence import rank
from blocklist.wildcards import ANY_CHARACTER, DIGIT, Wildcards

RAW: Final = "raw:"
"""Begins a pattern for the digits as they were presented."""

Key = tuple[Match, str]
"""What an entry is kept under: how it matches, and its pattern."""
_Tables = dict[str, dict[str, tuple[Entry, ...]]]


class Caller(NamedTuple):
    """What entries are compared with.

    ``national`` is the number in national form, ``digits`` as it was presented, ``name`` the display name;
    ``pbx`` and ``called`` are where the call came in. A tuple, which is made faster than a frozen dataclass:
    each call makes one.
    """

    national: str
    digits: str = ""
    name: str = ""
    pbx: str = ""
    called: str = ""


class Lists:
    """All entries, each found by what it is compared with. Expired ones never fit.

    Never changes for who reads it: ``changed`` gives other lists that share nearly all with these.
    """

    __slots__ = ("_endings", "_exact", "_leading", "_names", "_others", "_patterns", "_raw")

    def __init__(self, entries: Iterable[Entry] = (), bulk: tuple[Bulk, ...] = ()) -> None:
        tables: _Tables = {}
        self._endings: Counter[tuple[EntryKind, datetime | None]] = Counter()
        for entry in entries:
            table = tables.setdefault(_part(entry.match, entry.pattern), {})
            table[entry.pattern] = (*table.get(entry.pattern, ()), entry)
            self._endings[entry.kind, entry.expires_at] += 1
        for like, held in bulk:
            self._endings[like.kind, like.expires_at] += len(held)
        self._exact = ExactNumbers(tables.get("_exact", {}), bulk)
        self._leading = Leading(tables.get("_leading", {}))
        self._patterns = Wildcards(tables.get("_patterns", {}), DIGIT)
        self._raw = Wildcards(tables.get("_raw", {}), DIGIT, lambda pattern: pattern.removeprefix(RAW))
        self._names = Wildcards(tables.get("_names", {}), ANY_CHARACTER, naming.pattern)
        self._others = self._has_others()

    def fitting(self, caller: Caller, now: datetime) -> tuple[Entry, ...]:
        """Return the entries in force at ``now`` that fit a caller, in their order of precedence."""
        found = self._found(caller)
        if not found:
            return ()
        fitting = [
            entry for entry in found if entry.in_force(now) and entry.counts_for(caller.pbx, caller.called)
        ]
        if len(fitting) > 1:
            fitting.sort(key=rank)
        return tuple(fitting)

    def _found(self, caller: Caller) -> Sequence[Entry]:
        national = caller.national
        exact = self._exact.at(national) if national else ()
        if not self._others:
            return exact
        found = list(exact)
        if national:
            if self._leading:
                found += self._leading.find(national)
            if self._patterns:
                found += self._patterns.find(national)
        if self._raw and caller.digits:
            found += self._raw.find(caller.digits)
        if self._names and caller.name:
            read = naming.readings(caller.name)
            found += dict.fromkeys(entry for text in read for entry in self._names.find(text))
        return found

    def _has_others(self) -> bool:
        """Tell whether there are entries that are not for exactly one number."""
        return bool(self._leading or self._patterns or self._raw or self._names)

    def at(self, key: Key) -> tuple[Entry, ...]:
        """Return the entries that are kept under a key, expired ones too."""
        table: ExactNumbers | Leading | Wildcards = getattr(self, _part(*key))
        return table.at(key[1])

    def changed(self, entries: Mapping[Key, tuple[Entry, ...]]) -> "Lists":
        """Return lists that hold these entries, and no others, under these keys."""
        changed = copy.copy(self)
        changed._endings = self._endings.copy()
        tables: _Tables = {}
        for key, listed in entries.items():
            tables.setdefault(_part(*key), {})[key[1]] = listed
            changed._endings.subtract((entry.kind, entry.expires_at) for entry in self.at(key))
            changed._endings.update((entry.kind, entry.expires_at) for entry in listed)
        changed._endings = +changed._endings
        for part, table in tables.items():
            setattr(changed, part, getattr(self, part).changed(table))
        changed._others = changed._has_others()
        return changed

    def renewed(self, like: Entry, entries: Collection[Entry], held: BitMap64 | None) -> "Lists":
        """Return lists with other entries in place of all that differ from ``like`` in their number alone."""
        renewed = copy.copy(self)
        renewed._exact = self._exact.renewed(like, entries, held)
        renewed._endings = self._endings.copy()
        kind = like.kind, like.expires_at
        renewed._endings[kind] += len(entries) + len(held or ()) - self._exact.count(like)
        renewed._endings = +renewed._endings
        return renewed

    def sizes(self, now: datetime) -> dict[EntryKind, int]:
        """Return how many entries of each kind are in force."""
        sizes = dict.fromkeys(EntryKind, 0)
        for (kind, ends), count in self._endings.items():
            if ends is None or now < ends:
                sizes[kind] += count
        return sizes

    def next_ending(self, now: datetime) -> datetime | None:
        """Return when the next entry expires."""
        return min((ends for _, ends in self._endings if ends is not None and now < ends), default=None)

    def __len__(self) -> int:
        return self._endings.total()


def _part(match: Match, pattern: str) -> str:
    """Return the name of the attribute that keeps such an entry."""
    if match is Match.PATTERN:
        return "_raw" if pattern.startswith(RAW) else "_patterns"
    return _PARTS[match]


_PARTS: Final = {
    Match.EXACT: "_exact",
    Match.PREFIX: "_leading",
    Match.RANGE: "_leading",
    Match.NAME: "_names",
}
