"""The process of one import that was asked for over the API: ``python -m screener.import_job FOLDER``."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from blocklist.checked import Checked, CheckedOfficial
from blocklist.entries import EntryKind
from blocklist.staging import TooManyAtOnce
from blocklist.workbooks import InvalidSheet
from screener.access.actor import Actor, How
from screener.access.roles import Role
from screener.audit.key import AuditKeyUnusable, KeyFile
from screener.audit.recorder import Recorder
from screener.database import open_database
from screener.entry_import import NICE, Order, Outcome, Subject, carry_out
from screener.import_jobs import REFUSED, UPLOAD
from screener.job_folder import FAILED, tell
from screener.outage import DatabaseProblem, explained

_EVERY_S: Final = 0.2


def main() -> None:
    """Import what is in the folder, as standard input asks; tell in the folder how it goes.

    The file of a dry run stays, to be put in.
    """
    os.nice(NICE)
    os.umask(0o077)
    folder = Path(sys.argv[1])
    asked = json.load(sys.stdin)
    kept = False
    try:
        _run(folder, asked["url"], asked["asked"], _recorder(asked))
        kept = asked["asked"]["dry_run"]
    except (InvalidSheet, TooManyAtOnce, AuditKeyUnusable, DatabaseProblem, OSError) as error:
        tell(folder, {"state": FAILED, "problem": str(error)})
    except Exception as error:
        tell(folder, {"state": FAILED, "problem": f"a fault of the program: {type(error).__name__}"})
        raise
    finally:
        if not kept:
            (folder / UPLOAD).unlink(missing_ok=True)


def _run(folder: Path, url: str, asked: dict[str, Any], recorder: Recorder) -> None:
    kind = asked.pop("kind")
    asked["subject"] = Subject(asked["subject"])
    order = Order(folder / UPLOAD, kind=EntryKind(kind) if kind else None, **asked)
    database = open_database(url, recorder)
    told_at = 0.0

    def show(what: str, done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > _EVERY_S:
            told_at = time.monotonic()
            tell(folder, {"state": what, "done": done, "total": total})

    with explained(database.engine):
        outcome = carry_out(order, database, datetime.now(UTC), show, folder / REFUSED)
    tell(folder, _result(outcome, order))
    database.close()


def _recorder(asked: dict[str, Any]) -> Recorder:
    """Return what writes the import to the audit log: in the name of who asked for it."""
    actor = asked["actor"]
    who = Actor(**actor | {"role": Role(actor["role"]), "how": How(actor["how"])})
    return Recorder(KeyFile(Path(asked["audit_key"])), who)


def _result(outcome: Outcome, order: Order) -> dict[str, Any]:
    counts, reading = outcome.counts, outcome.reading
    problem = None
    if not outcome.done and not order.dry_run:
        problem = "nothing was put in: correct the refused rows, or import without all_or_nothing"
    return {
        "state": "done" if problem is None else FAILED,
        "problem": problem,
        "put_in": outcome.done,
        "new": counts.new,
        "changed": counts.changed,
        "same": counts.same,
        "repeated": outcome.repeated,
        "refused": outcome.refused,
        "columns": list(reading.columns),
        "left_out": list(reading.unknown),
        "remarks": [
            {"remark": remark, "times": times, "line": reading.examples[remark][0]}
            for remark, times in reading.remarks.items()
        ],
        "first": [{"line": row.line} | _shown(row.entry) for row in outcome.first],
    }


def _shown(entry: Checked | CheckedOfficial) -> dict[str, Any]:
    if isinstance(entry, Checked):
        return {"kind": entry.kind, "match": entry.match, "pattern": entry.pattern}
    return {
        "number": entry.number,
        "last": entry.last,
        "organisation": entry.organisation,
        "name": entry.name,
    }


if __name__ == "__main__":
    main()
