"""The rows of the audit log for an import: one, or its beginning and its end where it goes in by turns.

Each is written with the entries that it tells of, so an import that was killed half-way is in the log.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from blocklist.models import ListEntry, Official
from blocklist.staging import Counts, Note, Noting
from screener.audit.chain import Noted
from screener.audit.recorder import Recorder
from screener.audit.subjects import AUDITED
from screener.audit.watching import Unaudited

_CHANGES: Final = {
    Noting.WHOLE: "imported",
    Noting.BEGUN: "import begun",
    Noting.ENDED: "import ended",
}


def noting(
    recorder: Recorder | None,
    file: Path,
    about: Mapping[str, Any],
    model: type[ListEntry | Official] = ListEntry,
) -> Note:
    """Return what notes the import of a file. Raises Unaudited and OSError."""
    if recorder is None:
        raise Unaudited(model.__tablename__, "the database was opened without a recorder")
    subject = AUDITED[model].name
    with file.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256").hexdigest()

    def note(connection: Connection, what: Noting, counts: Counts) -> None:
        told = {"file": file.name, "sha256": checksum, **about}
        if what is not Noting.BEGUN:
            told |= asdict(counts)
        recorder.write(connection, [Noted(subject, _CHANGES[what], label=file.name, after=told)])

    return note
