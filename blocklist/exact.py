"""Entries for exactly one number, ten million of them if need be.

Measured with pyroaring 1.2.0: ten million numbers of ten digits take 20 MB, one is looked up in 0.1 µs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Final

from pyroaring import BitMap64

from blocklist import keys
from blocklist.entries import Entry
from blocklist.wildcards import merged

Bulk = tuple[Entry, BitMap64]
"""Many entries that differ in nothing but their number: one of them without number and id, and the keys."""

MOST_CHANGES: Final = 10_000
"""Changed numbers beside the bulk, after which they are worked into it."""


class ExactNumbers:
    """Entries by number: those that many others are like as sets of keys, the others one by one.

    Never changes for who reads it. ``changed`` numbers hide what the other two hold of them.
    """

    __slots__ = ("_any", "_bulk", "_changed", "_single")

    def __init__(
        self,
        single: Mapping[str, tuple[Entry, ...]],
        bulk: tuple[Bulk, ...] = (),
        changed: Mapping[str, tuple[Entry, ...]] | None = None,
        any_of_bulk: BitMap64 | None = None,
    ) -> None:
        self._single = single
        self._bulk = bulk
        self._changed = changed or {}
        self._any = _union(bulk) if any_of_bulk is None else any_of_bulk

    def at(self, number: str) -> tuple[Entry, ...]:
        """Return the entries of one national number."""
        changed = self._changed.get(number)
        if changed is not None:
            return changed
        found = self._single.get(number, ())
        if not self._bulk:
            return found
        key = keys.key(number)
        if key is None or key not in self._any:
            return found
        return (*found, *[_of(like, number) for like, held in self._bulk if key in held])

    def changed(self, entries: Mapping[str, tuple[Entry, ...]]) -> "ExactNumbers":
        """Return the same with other entries in place of those of some numbers.

        What it costs depends on the number of changes since the bulk was made, not on its size; but at
        ``MOST_CHANGES`` the bulk is copied, which holds the interpreter for about 15 ms with ten million.
        """
        changes = {**self._changed, **entries}
        if len(changes) <= MOST_CHANGES:
            return ExactNumbers(self._single, self._bulk, changes, self._any)
        gone = BitMap64([key for key in map(keys.key, changes) if key is not None])
        bulk = tuple((like, held - gone) for like, held in self._bulk)
        return ExactNumbers(merged(self._single, changes), bulk)

    def renewed(self, like: Entry, entries: Iterable[Entry], held: BitMap64 | None) -> "ExactNumbers":
        """Return the same with other entries in place of all that differ from ``like`` in their number alone.

        They are ``entries``, one by one, and the keys in ``held``. Every other entry is shared.
        """
        added = {entry.pattern: entry for entry in entries}
        single = {number: _unlike(found, like) for number, found in self._single.items()}
        changed = {number: _unlike(found, like) for number, found in self._changed.items()}
        for number, found in changed.items():
            key = keys.key(number)
            if number in added:
                changed[number] = (*found, added[number])
            elif held is not None and key is not None and key in held:
                changed[number] = (*found, replace(like, pattern=number))
        for number, entry in added.items():
            single[number] = (*single.get(number, ()), entry)
        bulk = tuple(one for one in self._bulk if one[0] != like)
        if held:
            bulk = (*bulk, (like, held))
        return ExactNumbers({number: found for number, found in single.items() if found}, bulk, changed)

    def count(self, like: Entry) -> int:
        """Return how many entries differ from ``like`` in their number alone."""
        hidden = [key for key in map(keys.key, self._changed) if key is not None]
        return (
            sum(len(found) - len(_unlike(found, like)) for found in self._changed.values())
            + sum(
                len(found) - len(_unlike(found, like))
                for number, found in self._single.items()
                if number not in self._changed
            )
            + sum(
                len(held) - held.intersection_cardinality(BitMap64(hidden))
                for one, held in self._bulk
                if one == like
            )
        )


def _of(like: Entry, number: str) -> Entry:
    """Return an entry of the bulk for one number; ``dataclasses.replace`` takes 2 µs longer."""
    return Entry(
        id=None,
        kind=like.kind,
        match=like.match,
        pattern=number,
        expires_at=like.expires_at,
        category=like.category,
        action=like.action,
        imported=like.imported,
        pbx=like.pbx,
        called=like.called,
    )


def _unlike(found: tuple[Entry, ...], like: Entry) -> tuple[Entry, ...]:
    if not any(entry.kind is like.kind and entry.category is like.category for entry in found):
        return found
    return tuple(entry for entry in found if replace(entry, id=None, pattern="") != like)


def _union(bulk: Iterable[Bulk]) -> BitMap64:
    sets = [held for _, held in bulk]
    # One set is its own union and costs no memory twice.
    return reduce(BitMap64.union, sets) if sets else BitMap64()
