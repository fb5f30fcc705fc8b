"""Many official numbers on their way into the registry: compared with what is there, and put in in one piece.

A registry holds a hundred thousand rows at most, so they wait in memory, and who else writes waits for about
two seconds.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self, cast

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, update

from blocklist import revision
from blocklist.checked import CheckedOfficial
from blocklist.models import Official
from blocklist.staging import Counts, Note, Noting, TooManyAtOnce

CHANGEABLE: Final = (
    "organisation",
    "name",
    "aliases",
    "receives_only",
    "confirmed",
    "note",
    "source",
    "last_checked",
)
"""Columns in which an official number that is there may differ from one that is put in."""
MOST: Final = 100_000
_CHUNK: Final = 1000
_O: Final = cast(Table, Official.__table__)

Key = tuple[str, ...]


class RegistryTooLong(TooManyAtOnce):
    """More official numbers than the registry is made for."""

    def __init__(self) -> None:
        Exception.__init__(
            self, f"more than {MOST} official numbers can't be imported; leave out what is of no use here"
        )


@dataclass(slots=True)
class _Difference:
    """What putting in would do: values of new rows, and of changed ones by their ids."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    same: int = 0

    @property
    def counts(self) -> Counts:
        return Counts(len(self.new), len(self.changed), self.same)


class Registering:
    """Official numbers that wait, as ``with Registering(engine) as registering``; as ``Staging`` for entries.

    Rows are of the same line where their number, or the first of their range, is the same; without a number,
    where office and name are. Raises SQLAlchemyError throughout.
    """

    def __init__(self, engine: Engine, given: Collection[str] = CHANGEABLE) -> None:
        """Name the database. ``given`` are the columns that the file has: no others are changed."""
        self._engine = engine
        self._given = ["last", *(name for name in CHANGEABLE if name in given)]
        self._waiting: dict[Key, CheckedOfficial] = {}
        self.added = 0
        """Rows that were added; those for the same line as an earlier one replaced it."""

    def __enter__(self) -> Self:
        """Begin; nothing connects yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def add(self, officials: Sequence[CheckedOfficial]) -> None:
        """Add official numbers; of those for the same line the last counts. Raises RegistryTooLong."""
        for official in officials:
            self._waiting[_key(official.number, official.organisation, official.name)] = official
        self.added += len(officials)
        if len(self._waiting) > MOST:
            raise RegistryTooLong

    def count(self) -> int:
        """Return how many different ones wait."""
        return len(self._waiting)

    def compare(self) -> Counts:
        """Count what would happen, and change nothing."""
        with self._engine.connect() as connection:
            return self._difference(connection).counts

    def put(
        self,
        author: str,
        now: datetime,
        note: Note,
        *,
        at_once: bool = True,
        show: Callable[[int, int], None] = lambda done, total: None,
    ) -> Counts:
        """Put all of them into the registry in one transaction, with its note.

        ``show`` is told how many of how many are in.
        """
        with self._engine.begin() as connection:
            # The revision first: it is what writers of the registry queue for.
            number = revision.bump(connection)
            found = self._difference(connection)
            if not found.new and not found.changed:
                connection.rollback()
                return found.counts
            total = len(found.new) + len(found.changed)
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*self._given, "updated_at")}
            change = update(_O).where(_O.c.id == bindparam("row")).values(values)
            stamps = {"created_at": now, "updated_at": now}
            for first in range(0, len(found.changed), _CHUNK):
                rows = found.changed[first : first + _CHUNK]
                connection.execute(change, [row | {"new_updated_at": now} for row in rows])
                show(first + len(rows), total)
            for first in range(0, len(found.new), _CHUNK):
                rows = found.new[first : first + _CHUNK]
                connection.execute(insert(_O), [row | stamps for row in rows])
                show(len(found.changed) + first + len(rows), total)
            revision.note(connection, number, {(Official.__tablename__, "", "")})
            note(connection, Noting.WHOLE, found.counts)
        return found.counts

    def _difference(self, connection: Connection) -> _Difference:
        there: dict[Key, Any] = {}
        names = ("number", *self._given)
        columns = (_O.c.id, *(_O.c[name] for name in dict.fromkeys((*names, "organisation", "name"))))
        rows = connection.execute(select(*columns), execution_options={"yield_per": _CHUNK})
        for row in rows:
            key = _key(row.number, row.organisation, row.name)
            if key in self._waiting:
                there.setdefault(key, (row.id, {name: getattr(row, name) for name in self._given}))
        found = _Difference()
        for key, official in self._waiting.items():
            values = official._asdict()
            if key not in there:
                found.new.append(values)
                continue
            id_, stored = there[key]
            if all(stored[name] == values[name] for name in self._given):
                found.same += 1
            else:
                found.changed.append({f"new_{name}": values[name] for name in self._given} | {"row": id_})
        return found


def _key(number: str, organisation: str, name: str) -> Key:
    return (number,) if number else (organisation, name)
