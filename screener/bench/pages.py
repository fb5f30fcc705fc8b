"""How long a page of the lists and of the calls takes to be found: ``python -m screener.bench.pages --help``.

Fills an empty database, a SQLite file of its own or the one that ``--url`` names, and asks for the first page
of each filter again and again.
"""

import random
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from blocklist.entries import Category, EntryKind
from blocklist.models import ListEntry
from blocklist.search import Expiry
from blocklist.store import ListStore
from screener.database import Database, open_database, upgrade
from screener.models import CallRecord
from screener.records import Records

_CHUNK: Final = 5000
_TIMES: Final = 20
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS: Final = "tự xưng thanh tra công an lừa đảo gọi tháng đòi nợ quảng cáo bảo hiểm giả danh viện".split()

Ask = Callable[[random.Random], object]


def main() -> None:
    """Fill, measure and print."""
    options = ArgumentParser(description=__doc__)
    options.add_argument("--url", help="an empty PostgreSQL database; without it a SQLite file is made")
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--calls", type=int, default=10_000_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(asked.url or f"sqlite:///{Path(folder) / 'pages.db'}")
        try:
            upgrade(database.engine)
            _fill(database, ListEntry, _entries(asked.entries), asked.entries)
            _fill(database, CallRecord, _calls(asked.calls), asked.calls)
            for name, ask in _questions(database).items():
                _say(name, ask)
        finally:
            database.close()


def _fill(database: Database, model: type[Any], rows: Iterator[dict[str, Any]], count: int) -> None:
    began = time.monotonic()
    while chunk := list(islice(rows, _CHUNK)):
        with database.engine.begin() as connection:
            connection.execute(insert(model), chunk)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM ANALYZE {model.__tablename__}")
    took = time.monotonic() - began
    sys.stdout.write(f"{count:,} rows of {model.__tablename__} in {took:.0f} s\n")


def _entries(count: int) -> Iterator[dict[str, Any]]:
    chosen = random.Random(1)  # noqa: S311 - measured with, and no secret
    for index, number in enumerate(chosen.sample(range(10**8), count)):
        words = " ".join(chosen.choices(_WORDS, k=4))
        at = _START + timedelta(seconds=index)
        match, pattern = ("exact", f"09{number:08d}")
        if index % 1000 == 0:
            match, pattern = ("range", f"024{number:08d}-024{number + 99:08d}")
        elif index % 1000 == 1:
            match, pattern = ("prefix", f"0{number + 100_000}")
        yield {
            "kind": "allow" if index % 500 == 2 else "block",
            "match": match,
            "pattern": pattern,
            "category": "scam",
            "imported": "hội",
            "note": f"{words} {'hiếm thấy' if index == count // 2 else ''}",
            "author": "an" if index % 10_000 == 0 else "reception",
            "source": "CAT-PV01" if index % 5000 == 0 else "hội",
            "expires_at": at + timedelta(days=index % 400) if index % 20 == 0 else None,
            "created_at": at,
            "updated_at": at,
        }


def _calls(count: int) -> Iterator[dict[str, Any]]:
    chosen = random.Random(2)  # noqa: S311
    empty = dict.fromkeys("sip_from network_number presentation attestation shown_name raw_name".split(), "")
    for index in range(count):
        number = f"09{int(chosen.paretovariate(0.3)) % 10**8:08d}"
        at = _START + timedelta(seconds=index)
        yield empty | {
            "pbx": "north" if index % 50 == 0 else "default",
            "uniqueid": f"{index}.1",
            "at": at,
            "mode": "inline",
            "trunk": "viettel",
            "called": str(1000 + chosen.randrange(500)),
            "number": number,
            "shown_number": number,
            "raw_number": number,
            "diversions": [],
            "malformed": False,
            "action": "block" if index % 1000 == 0 else "allow",
            "rule": "lookalike" if index % 20_000 == 0 else "default",
            "reason": "không luật nào khớp với cuộc gọi này",
            "hits": [],
            "decision_us": 90,
            "enforced": True,
            "listener": "a",
            "settled": True,
            "did": "allow",
            "did_detail": "",
            "answered": index % 3 > 0,
            "ended_at": at,
        }


def _questions(database: Database) -> Mapping[str, Ask]:
    lists, records = ListStore(database.sessions), Records(database.sessions)

    def digits(chosen: random.Random, count: int) -> str:
        return f"{chosen.randrange(10**count):0{count}d}"

    return {
        "lists: the first page": lambda _: lists.entries(),
        "lists: a number in another form": lambda it: lists.entries(search=f"+84 9{digits(it, 8)}"),
        "lists: a number in ranges": lambda it: lists.entries(search=f"024{digits(it, 8)}"),
        "lists: four digits": lambda it: lists.entries(search=digits(it, 4)),
        "lists: four common digits": lambda it: lists.entries(search=f"09{digits(it, 2)}"),
        "lists: eight digits": lambda it: lists.entries(search=digits(it, 8)),
        "lists: common words": lambda _: lists.entries(search="lừa đảo"),
        "lists: words of one entry": lambda _: lists.entries(search="hiếm thấy"),
        "lists: words of none": lambda _: lists.entries(search="không có"),
        "lists: a rare kind": lambda _: lists.entries(kind=EntryKind.ALLOW),
        "lists: a category of none": lambda _: lists.entries(category=Category.ADVERTISING),
        "lists: a rare author": lambda _: lists.entries(author="an"),
        "lists: a rare source": lambda _: lists.entries(source="CAT-PV01"),
        "lists: expired": lambda _: lists.entries(expiry=Expiry.EXPIRED),
        "lists: in force": lambda _: lists.entries(expiry=Expiry.IN_FORCE),
        "calls: the first page": lambda _: records.calls(),
        "calls: a number": lambda it: records.calls(number=f"+84 9{digits(it, 8)}"),
        "calls: four digits": lambda it: records.calls(part=digits(it, 4)),
        "calls: four common digits": lambda _: records.calls(part="0000"),
        "calls: eight digits": lambda it: records.calls(part=digits(it, 8)),
        "calls: an extension": lambda it: records.calls(called=str(1000 + it.randrange(500))),
        "calls: a rare action": lambda _: records.calls(action="block"),
        "calls: a rare rule": lambda _: records.calls(rule="lookalike"),
        "calls: a day": lambda _: records.calls(since=_START, until=_START + timedelta(days=1)),
        "calls: answered": lambda _: records.calls(answered=True),
        "calls: one PBX": lambda _: records.calls(pbx="north"),
    }


def _say(name: str, ask: Ask) -> None:
    chosen = random.Random(name)  # noqa: S311
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        ask(chosen)
        times.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(times, n=20)[18]
    sys.stdout.write(f"{name:36} p50 {statistics.median(times):8.1f} ms   p95 {p95:8.1f} ms\n")


if __name__ == "__main__":
    main()
