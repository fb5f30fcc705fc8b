"""The file of heads: how far the audit log had come, from time to time, kept beside the database.

Whoever cuts rows off the end of the log can make the database look whole; the file, and the service's log,
where the same is written, then still tell of the rows that there were.
"""

import asyncio
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from screener.audit.key import Signer
from screener.audit.models import AuditHead, AuditRow

log = logging.getLogger(__name__)

NAME: Final = "audit-heads"
"""Name of the file in the state folder."""
EVERY: Final = 300.0
"""Seconds between two looks at the head; what has not moved is not written again."""
_LINE: Final = re.compile(r"(\S+) (\d{1,18}) ([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """The log's last row at some time: its number and its HMAC."""

    number: int
    mac: str


class HeadsUnreadable(Exception):
    """The file holds what is no head: it was damaged or changed."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"{path}, line {line}: is no head of the audit log; the file was damaged or changed")


class Heads:
    """The file of heads in a state folder, and the log behind a session factory."""

    def __init__(self, path: Path, sessions: sessionmaker[Session]) -> None:
        self._path = path
        self._sessions = sessions
        self._written: Head | None = None

    async def run(self) -> None:
        """Write the head from time to time, for as long as the service runs."""
        while True:
            await asyncio.to_thread(self.write)
            await asyncio.sleep(EVERY)

    def write(self) -> None:
        """Write the head to file and log where it has moved. What fails is logged, and tried again."""
        try:
            head = present(self._sessions)
            if head is None or head == self._written:
                return
            append(self._path, head)
        except (OSError, SQLAlchemyError) as error:
            log.warning("the audit log's head could not be written to %s: %s", self._path, str(error)[:200])
            return
        self._written = head
        log.info("audit log: %d rows, the last one's HMAC is %s", head.number, head.mac)


def present(sessions: sessionmaker[Session]) -> Head | None:
    """Return the head that the database has, None while the log is empty. Raises SQLAlchemyError."""
    with sessions() as session:
        row = session.execute(select(AuditHead.number, AuditHead.mac)).one_or_none()
    return Head(row.number, row.mac) if row is not None and row.number else None


def compare_key(sessions: sessionmaker[Session], signer: Signer, path: Path) -> None:
    """Tell in the log where rows were written with another key than this. Raises SQLAlchemyError."""
    with sessions() as session:
        last = session.scalar(select(AuditRow.signer).order_by(AuditRow.id.desc()).limit(1))
    if last is not None and last != signer.id:
        log.error(
            "audit key %s is not the one that the audit log's last row was written with (%s): it was lost or "
            "changed, or another machine has a key of its own. Put that key here, from a copy, and restart; "
            "until then new rows are written with this one (%s), and 'call-screener audit verify' can't "
            "check the others",
            path,
            last,
            signer.id,
        )


def append(path: Path, head: Head) -> None:
    """Add a head to the file, which nobody else may read. Raises OSError."""
    line = f"{datetime.now(UTC).isoformat(timespec='seconds')} {head.number} {head.mac}\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)


def read(path: Path) -> Iterator[Head]:
    """Give the heads of a file, the oldest first. Raises HeadsUnreadable and OSError."""
    with path.open(encoding="ascii", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            match = _LINE.fullmatch(line.rstrip("\n"))
            if match is None:
                raise HeadsUnreadable(path, number)
            yield Head(int(match[2]), match[3])
