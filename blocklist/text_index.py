"""Indexes of what is in a text: the digits of numbers, three in a row, and the words of notes.

SQLite keeps each in a table of its own (FTS5), which triggers fill in the transaction that writes the row, so
it is never behind and a crash takes nothing from it. PostgreSQL has indexes where its extension ``pg_trgm``
may be used. Without them such a search reads the whole table.
"""

import logging
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, TableClause, Text, column, table, text
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

SHORTEST: Final = 3
"""Digits from which on the index of numbers helps."""


class Indexed(NamedTuple):
    """SQLite's table with the column ``rowid``, the row's id, and what is true of the rows that are found."""

    rows: TableClause
    condition: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The index of some columns of a table: ``tokens`` says by what, as FTS5 names its tokenizers."""

    table: str
    columns: tuple[str, ...]
    tokens: str
    name: str

    def there(self, connection: Connection) -> bool:
        """Tell whether SQLite has the index; PostgreSQL uses its own by itself."""
        if connection.dialect.name != "sqlite":
            return False
        found = text("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = :name")
        return connection.execute(found, {"name": f"{self.name}_insert"}).first() is not None

    def holding(self, digits: str) -> Indexed:
        """Return SQLite's table with what is true of the rows whose number holds the digits."""
        (number,) = self.columns
        rows = table(self.name, column("rowid", Integer()), column(number, Text()))
        return Indexed(rows, rows.c[number].like(f"%{digits}%"))

    def saying(self, words: str) -> Indexed:
        """Return SQLite's table with what is true of the rows with these words, the last of them begun."""
        rows = table(self.name, column("rowid", Integer()), column(self.name, Text()))
        phrase = '"{}" *'.format(words.replace('"', " "))
        return Indexed(rows, rows.c[self.name].op("MATCH", is_comparison=True)(phrase))


def numbers(of: str, name: str) -> TextIndex:
    """Return the index of a column of numbers."""
    return TextIndex(of, (name,), "trigram", f"{of}_parts")


def words(of: str, *names: str) -> TextIndex:
    """Return the index of columns of words; their marks count."""
    return TextIndex(of, names, "unicode61 remove_diacritics 0", f"{of}_words")


ENTRY_NUMBERS: Final = numbers("list_entries", "pattern")
ENTRY_WORDS: Final = words("list_entries", "note", "author", "source")
OFFICIAL_NUMBERS: Final = numbers("official_numbers", "number")
OFFICIAL_WORDS: Final = words("official_numbers", "organisation", "name", "note", "source")
CALL_NUMBERS: Final = numbers("calls", "number")
ALL: Final = (ENTRY_NUMBERS, ENTRY_WORDS, OFFICIAL_NUMBERS, OFFICIAL_WORDS, CALL_NUMBERS)


def owns(name: str) -> bool:
    """Tell whether a table or index is one of these, or a part of one."""
    return any(name == index.name or name.startswith(f"{index.name}_") for index in ALL)


def ensure(connection: Connection) -> None:
    """Make the indexes that are missing and fill them.

    Not a migration's work: one that makes a table anew takes its triggers away without a word.
    """
    for index in ALL:
        make = _make_sqlite if connection.dialect.name == "sqlite" else _make_postgresql
        if index.there(connection):
            continue
        try:
            with connection.begin_nested():
                make(connection, index)
        except DBAPIError as error:
            log.warning(
                "searching table '%s' reads all of it, for it has no index of its texts; use a SQLite with "
                "FTS5, or let PostgreSQL's owner run CREATE EXTENSION pg_trgm: %s",
                index.table,
                error.orig,
            )


def _make_sqlite(connection: Connection, index: TextIndex) -> None:
    name, of, columns = index.name, index.table, ", ".join(index.columns)
    run = connection.exec_driver_sql
    run(f"DROP TABLE IF EXISTS {name}")
    run(
        f"CREATE VIRTUAL TABLE {name} USING fts5"
        f"({columns}, content='{of}', content_rowid='id', tokenize='{index.tokens}')"
    )
    new = ", ".join(f"new.{one}" for one in index.columns)
    old = ", ".join(f"old.{one}" for one in index.columns)
    add = f"INSERT INTO {name}(rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608 - names of ours
    remove = f"INSERT INTO {name}({name}, rowid, {columns}) VALUES ('delete', old.id, {old});"  # noqa: S608
    run(f"CREATE TRIGGER {name}_insert AFTER INSERT ON {of} BEGIN {add} END")
    run(f"CREATE TRIGGER {name}_delete AFTER DELETE ON {of} BEGIN {remove} END")
    run(
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {columns} ON {of} WHEN ({old}) IS NOT ({new})"
        f" BEGIN {remove} {add} END"
    )
    # Each turn of an import adds a part: put together by 16 instead of by 4, that takes half as long.
    run(f"INSERT INTO {name}({name}, rank) VALUES ('automerge', 16)")  # noqa: S608
    run(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608


def _make_postgresql(connection: Connection, index: TextIndex) -> None:
    if index.tokens == "trigram":
        indexed = f"{index.columns[0]} gin_trgm_ops"
    else:
        indexed = ", ".join(f"lower({one}) gin_trgm_ops" for one in index.columns)
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.exec_driver_sql(
        f"CREATE INDEX IF NOT EXISTS {index.name} ON {index.table} USING gin ({indexed})"
    )
