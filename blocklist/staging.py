"""Many entries on their way into the lists: kept beside them, compared with them, and put in.

They wait in a temporary table, which belongs to one connection and is gone with it: whatever becomes of the
process, nothing is left behind. Writing there takes no lock that anybody else waits for.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, Protocol, Self

from sqlalchemy import (
    Column,
    ColumnElement,
    Computed,
    Connection,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from blocklist import revision
from blocklist.checked import Checked
from blocklist.models import PLAIN, ListEntry, UtcDateTime

CHANGEABLE: Final = ("category", "action", "note", "source", "expires_at")
"""Columns in which an entry that is there may differ from one that is put in."""
MOST_AT_ONCE: Final = 1_000_000
"""Entries of one transaction: who else writes waits for it, about 8 s for so many in SQLite."""
TURN_S: Final = 0.03
"""Seconds that a transaction may take as a rule in SQLite, where one writes and the others wait; as long a
pause follows, for those."""
_POSTGRESQL_TURN_S: Final = 0.3
"""In PostgreSQL only who changes the lists waits."""
FEW: Final = 5000
"""Entries up to which listeners are told of each one instead of reading the many again."""
_WAIT_MS: Final = 60_000
_LISTS: Final = ListEntry.__tablename__

_E: Final = ListEntry.__table__
_STAGED: Final = Table(
    "staged_entries",
    MetaData(),
    Column("pattern", String(200), primary_key=True),
    Column("match", String(16), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("pbx", String(64), primary_key=True),
    Column("called", String(400), primary_key=True),
    Column("imported", String(200), primary_key=True),
    Column("category", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("expires_at", UtcDateTime),
    Column("plain", Integer, Computed(PLAIN, persisted=True)),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
_S: Final = _STAGED.c
_SAME: Final = and_(
    *(_E.c[name] == _S[name] for name in ("pattern", "match", "kind", "pbx", "called", "imported"))
)
_PUT: Final = tuple(Checked._fields)


@dataclass(slots=True)
class Counts:
    """How many entries are new, differ from those that are there, or are there already."""

    new: int = 0
    changed: int = 0
    same: int = 0


class Noting(Enum):
    """What is told to whoever notes that lists were changed."""

    WHOLE = auto()
    """All that there is to put in goes in with this transaction; the counts are of that."""
    BEGUN = auto()
    """This transaction puts in the first, and more follow."""
    ENDED = auto()
    """All is in; the counts are of all."""


Note = Callable[[Connection, Noting, Counts], None]
"""Notes on the connection, in the transaction that is open there, what is put in."""


class Keeping(Protocol):
    """Keeps, in the transaction that is open, what is needed to undo what is put in at a time."""

    def changing(self, connection: Connection, entries: Select[Any], at: datetime, /) -> None:
        """Is told of entries, with all their columns, before they are changed."""

    def added(self, connection: Connection, ids: Select[Any], at: datetime, /) -> None:
        """Is told of entries that were added, by their ids."""


class TooManyAtOnce(Exception):
    """More entries than may go into the lists in one piece."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} entries can't go in all at once, {MOST_AT_ONCE} can; import them without "
            "--all-or-nothing (what went in stays, and importing the file again brings the rest), or in parts"
        )


class Staging:
    """Entries that wait on one connection of their own, as ``with Staging(engine) as staging``.

    Raises SQLAlchemyError throughout.
    """

    def __init__(
        self, engine: Engine, given: Collection[str] = CHANGEABLE, keeping: Keeping | None = None
    ) -> None:
        """Name the database. ``given`` are the columns that the file has: no others are changed."""
        self._engine = engine
        self._keeping = keeping
        self._sqlite = engine.dialect.name == "sqlite"
        self._given = [name for name in CHANGEABLE if name in given]
        differs = [_E.c[name].is_distinct_from(_S[name]) for name in self._given]
        self._differs = or_(_E.c.id.is_(None), *differs)  # an entry that is there has an id
        self._add = self._adding()
        self.added = 0
        """Entries that were added; those for the same as an earlier one replaced it."""

    def __enter__(self) -> Self:
        """Connect, and make the temporary table."""
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._sqlite:
            self._connection.exec_driver_sql("PRAGMA temp.cache_size = -65536")
            self._connection.exec_driver_sql(f"PRAGMA busy_timeout = {_WAIT_MS}")
        _STAGED.create(self._connection, checkfirst=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection, and the table with it."""
        self._connection.invalidate()
        self._connection.close()

    def add(self, entries: Sequence[Checked]) -> None:
        """Add entries; of those for the same the last counts."""
        if not entries:
            return
        with self._transaction("BEGIN"):
            self._connection.execute(self._add, [entry._asdict() for entry in entries])
        self.added += len(entries)

    def count(self) -> int:
        """Return how many different entries wait."""
        return self._number(select(func.count()).select_from(_STAGED))

    def compare(self) -> Counts:
        """Count what would happen, and change nothing."""
        staged = self.count()
        there = self._number(select(func.count()).where(_SAME))
        changed = self._number(select(func.count()).where(_SAME, self._differs))
        return Counts(staged - there, changed, there - changed)

    def put(
        self,
        author: str,
        now: datetime,
        note: Note,
        *,
        at_once: bool = False,
        show: Callable[[int, int], None] = lambda done, total: None,
    ) -> Counts:
        """Put the entries into the lists: all at once, or in turns that keep nobody else from writing.

        In turns, what went in before a failure stays; doing it again brings the rest. ``show`` is told how
        many of how many are in. ``note`` is called in the transaction that changes something first, and once
        more, when all is in, where that was not the only one. Raises TooManyAtOnce.
        """
        total = self.count()
        if at_once and total > MOST_AT_ONCE:
            raise TooManyAtOnce(total)
        if not self._sqlite:
            self._connection.exec_driver_sql(f"ANALYZE {_STAGED.name}")
        counts, done, size, last = Counts(), 0, 500, ""
        noted, alone = False, True
        values = {"author": author, "updated_at": now}
        while done < total:
            until = None if at_once else self._boundary(last, size)
            turn = _between(_S.pattern, last, until)
            # The same bounds on both sides: PostgreSQL, which knows little of a table that grows, reads less.
            same = and_(_SAME, _between(_E.c.pattern, last, until))
            there = self._number(select(func.count()).where(turn))
            began = time.monotonic()
            only = until is None or there == total
            noted |= self._turn(
                turn, same, there, values, counts, None if noted else note, only, few=total <= FEW
            )
            alone &= only
            took = time.monotonic() - began
            done += there
            show(done, total)
            if until is None:
                break
            last = until
            most = revision.MOST_KEYS if total <= FEW else 20_000
            aim = TURN_S if self._sqlite else _POSTGRESQL_TURN_S
            size = min(max(int(size * min(2.0, aim / max(took, 0.001))), 100), most)
            time.sleep(max(took, 0.005) if self._sqlite else took / 10)
        if noted and not alone:
            with self._transaction("BEGIN IMMEDIATE" if self._sqlite else "BEGIN"):
                note(self._connection, Noting.ENDED, counts)
        return counts

    def _turn(
        self,
        turn: ColumnElement[bool],
        same: ColumnElement[bool],
        there: int,
        values: dict[str, Any],
        counts: Counts,
        note: Note | None,
        only: bool,
        *,
        few: bool,
    ) -> bool:
        """Put in what is in one stretch of patterns, with the notes for listeners and log, or nothing of it.

        Tell whether something was changed.
        """
        missing = and_(turn, ~exists().where(same))
        differing = and_(turn, same, self._differs)
        if not self._number(select(func.count()).select_from(_STAGED).where(missing)) and not self._number(
            select(func.count()).where(differing)
        ):
            counts.same += there
            return False
        with self._transaction("BEGIN IMMEDIATE" if self._sqlite else "BEGIN"):
            # The revision first: it is what writers of the lists queue for.
            number = revision.bump(self._connection)
            noted = self._noted(missing, differing, few=few)
            changed = 0
            at = values["updated_at"]
            if self._given:
                if self._keeping is not None:
                    self._keeping.changing(self._connection, select(_E).where(differing), at)
                put = {name: _S[name] for name in self._given} | values
                changed = self._connection.execute(update(ListEntry).values(put).where(differing)).rowcount
            columns = [*_PUT, "author", "created_at", "updated_at"]
            stamps = [literal(values["author"]), literal(at, UtcDateTime), literal(at, UtcDateTime)]
            rows = select(*(_S[name] for name in _PUT), *stamps).where(missing).order_by(_S.pattern)
            added = insert(ListEntry).from_select(columns, rows)
            new = self._connection.execute(added, execution_options={"preserve_rowcount": True}).rowcount
            if self._keeping is not None and new:
                made = select(_E.c.id).where(turn, same, _E.c.created_at == at, _E.c.updated_at == at)
                self._keeping.added(self._connection, made, at)
            revision.note(self._connection, number, noted)
            if note is not None:
                told = Counts(new, changed, counts.same + there - new - changed)
                note(self._connection, Noting.WHOLE if only else Noting.BEGUN, told)
        counts.new += new
        counts.changed += changed
        counts.same += there - new - changed
        return True

    def _noted(
        self, missing: ColumnElement[bool], differing: ColumnElement[bool], *, few: bool
    ) -> revision.Changed:
        """Return what listeners must read of a turn: the entries, or the many that they are alike to."""
        keys = (
            select(_S.plain, _S.match, _S.pattern).where(missing),
            select(_S.plain, _S.match, _S.pattern).where(differing),
            select(_E.c.plain, _E.c.match, _E.c.pattern).where(differing),
        )
        noted: revision.Changed = set()
        for query in keys:
            part = query.subquery()
            for (plain,) in self._connection.execute(select(part.c.plain).distinct()).all():
                if plain is not None and not few:
                    noted.add((_LISTS, revision.BULK, str(plain)))
                    continue
                like = part.c.plain.is_(None) if plain is None else part.c.plain == plain
                found = self._connection.execute(
                    select(part.c.match, part.c.pattern).where(like).limit(revision.MOST_KEYS + 1)
                ).all()
                if len(found) > revision.MOST_KEYS:
                    noted.add((_LISTS, revision.BULK, "" if plain is None else str(plain)))
                else:
                    noted |= {(_LISTS, match, pattern) for match, pattern in found}
        return noted

    def _boundary(self, last: str, size: int) -> str | None:
        """Return the last pattern of the next ``size`` entries, None where no more are left."""
        query = select(_S.pattern).where(_S.pattern > last).order_by(_S.pattern).limit(1).offset(size - 1)
        boundary: str | None = self._connection.scalar(query)
        return boundary

    def _number(self, query: Any) -> int:
        return int(self._connection.scalar(query) or 0)

    def _adding(self) -> Any:
        put = (sqlite.insert if self._sqlite else postgresql.insert)(_STAGED)
        return put.on_conflict_do_update(
            index_elements=list(_STAGED.primary_key),
            set_={name: put.excluded[name] for name in CHANGEABLE},
        )

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        """Hold a transaction by hand: the driver would take SQLite's lock to write even a temporary table."""
        self._connection.exec_driver_sql(begin)
        try:
            yield
        except BaseException:
            self._connection.exec_driver_sql("ROLLBACK")
            raise
        self._connection.exec_driver_sql("COMMIT")


def _between(pattern: ColumnElement[str], last: str, until: str | None) -> ColumnElement[bool]:
    """Return what is true of the patterns after ``last``, up to ``until`` where there is an end."""
    return pattern > last if until is None else and_(pattern > last, pattern <= until)
