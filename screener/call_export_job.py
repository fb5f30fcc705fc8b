"""The process of one export of the log of calls: ``python -m screener.call_export_job FOLDER``."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from blocklist import exporting
from blocklist.exporting import TooLong
from screener import call_log, job_folder
from screener.call_exports import TABLE
from screener.database import open_database
from screener.entry_import import NICE
from screener.outage import DatabaseProblem, explained
from screener.records import Cursor, Records

_AT_ONCE: Final = 1000


def main() -> None:
    """Write what standard input asks for into the folder; tell there how it goes."""
    os.nice(NICE)
    os.umask(0o077)
    folder = Path(sys.argv[1])
    order = json.load(sys.stdin)
    about: dict[str, Any] = order["about"]
    written = 0

    def show(so_far: int) -> None:
        nonlocal written
        written = so_far
        job_folder.tell(folder, about | {"state": "writing", "written": so_far})

    try:
        written = _write(
            folder / f"{TABLE}.{about['format']}", order["url"], _filters(order["filters"]), show
        )
    except (TooLong, DatabaseProblem, OSError) as error:
        job_folder.tell(
            folder, about | {"state": job_folder.FAILED, "written": written, "problem": str(error)}
        )
    except Exception as error:
        problem = f"a fault of the program: {type(error).__name__}"
        job_folder.tell(folder, about | {"state": job_folder.FAILED, "written": written, "problem": problem})
        raise
    else:
        job_folder.tell(folder, about | {"state": "done", "written": written})


def _write(path: Path, url: str, filters: Mapping[str, Any], show: Callable[[int], None]) -> int:
    database = open_database(url)
    try:
        with explained(database.engine):
            return exporting.write(path, rows(Records(database.sessions), filters, show))
    finally:
        database.close()


def rows(
    records: Records, filters: Mapping[str, Any], show: Callable[[int], None]
) -> Iterator[Sequence[str]]:
    """Give the columns' names, then the calls that fit, the latest first; a page at a time is read."""
    yield call_log.COLUMNS
    before, written = None, 0
    while True:
        page = records.calls(limit=_AT_ONCE, before=before, **filters)
        yield from map(call_log.row, page.items)
        written += len(page.items)
        show(written)
        if not page.more:
            return
        before = Cursor(page.items[-1].at, page.items[-1].id)


def _filters(plain: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(plain[name]) for name in ("since", "until") if plain.get(name)}
    return {**plain, **times}


if __name__ == "__main__":
    main()
