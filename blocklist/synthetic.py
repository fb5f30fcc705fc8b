"""Fills a database with made-up entries, millions of them, to measure with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine, bindparam, text

from blocklist import plan
from blocklist.models import UtcDateTime

_PREFIXES: Final = sorted(plan.MOBILE_PREFIXES)
_EACH: Final = 10_000_000
"""Numbers under one mobile prefix."""


def numbers(count: int) -> Iterator[str]:
    """Give mobile numbers, each once, from all over the plan, in ascending order: the same at each call."""
    return (number(index, count) for index in range(count))


def number(index: int, count: int) -> str:
    """Return the number at an index of ``numbers(count)``."""
    step = len(_PREFIXES) * _EACH // count
    # A step that wanders, as numbers of a real list have no even distance.
    place = index * step + index * 7919 % step
    return f"0{_PREFIXES[place // _EACH]}{place % _EACH:07d}"


def fill(engine: Engine, count: int, imported: str = "synthetic") -> None:
    """Put ``count`` imported block entries for these numbers into lists that nobody listens to yet."""
    with engine.begin() as connection:
        connection.execute(
            text(_FILL).bindparams(bindparam("now", type_=UtcDateTime())),
            {
                "count": count,
                "step": len(_PREFIXES) * _EACH // count,
                "prefixes": "".join(_PREFIXES),
                "imported": imported,
                "now": datetime.now(UTC),
            },
        )


_FILL: Final = """
WITH RECURSIVE indexes(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM indexes WHERE i < :count - 1),
places AS (SELECT i * CAST(:step AS BIGINT) + i * CAST(7919 AS BIGINT) % :step AS place FROM indexes)
INSERT INTO list_entries (kind, "match", pattern, category, action, pbx, called, imported, note, author,
 source, created_at, updated_at)
SELECT 'block', 'exact', '0' || substr(:prefixes, CAST(1 + 2 * (place / 10000000) AS INTEGER), 2)
 || substr(CAST(10000000 + place % 10000000 AS VARCHAR(8)), 2), 'advertising', '', '', '', :imported,
 'Bị nhiều người phản ánh', 'import', 'danh sách thử', :now, :now FROM places"""
