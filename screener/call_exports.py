"""Exports of the log of calls that are asked for at the page or over the API: each a process of its own."""

import re
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session, sessionmaker

from screener import job_folder
from screener.access.acting import acting
from screener.audit.chain import Noted
from screener.audit.recorder import Recorder

KEPT: Final = 3
"""Exports that are kept, with their files."""
TABLE: Final = "calls"
_ID: Final = re.compile("[0-9a-f]{16}")


class Format(StrEnum):
    """What the file is."""

    CSV = "csv"
    XLSX = "xlsx"


class NoSuchExport(Exception):
    """No export has this id, or it is not done, or it was long ago."""

    def __init__(self, id: str) -> None:  # noqa: A002 - the path's word
        super().__init__(f"there is no such file of export {id}; the last {KEPT} that ended are kept")


class ExportRunning(Exception):
    """Another export is under way."""

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(f"export {id} is under way; wait for its end")


@dataclass(frozen=True, slots=True)
class Export:
    """How an export stands. ``state`` is ``writing``, ``done`` or ``failed``; ``problem`` says why it did."""

    id: str
    format: Format
    state: str
    written: int
    asked_at: datetime
    asked_by: str
    problem: str


class CallExports:
    """The exports in ``folder``, of the database of ``url``; ``recorder`` notes that calls were taken out."""

    def __init__(self, folder: Path, url: str, sessions: sessionmaker[Session], recorder: Recorder) -> None:
        self._folder = folder
        self._url = url
        self._sessions = sessions
        self._recorder = recorder
        self._starting = threading.Lock()

    def start(self, format: Format, filters: Mapping[str, Any]) -> Export:  # noqa: A002
        """Begin an export of the calls that fit ``filters``, those of ``Records.calls``.

        Raises ExportRunning, AuditKeyUnusable, OSError and SQLAlchemyError.
        """
        who = acting() or self._recorder.otherwise
        plain = {name: _plain(value) for name, value in filters.items() if value is not None}
        about = {"format": format.value, "asked_at": datetime.now(UTC).isoformat(), "asked_by": who.name}
        with self._starting:
            self._raise_for_running()
            with self._sessions.begin() as session:
                noted = Noted("calls", "exported", label=f"{TABLE}.{format}", after=plain)
                self._recorder.write(session.connection(), [noted])
            folder, held = self._make()
            job_folder.tell(folder, {"state": "writing", "written": 0} | about)
            order = {"url": self._url, "filters": plain, "about": about}
            job_folder.start("screener.call_export_job", folder, held, order)
        return self.export(folder.name)

    def export(self, id: str) -> Export:  # noqa: A002
        """Return how an export stands. Raises NoSuchExport."""
        folder = self._known(id)
        alive = job_folder.runs(folder)  # first: what it writes last is read then
        state = job_folder.told(folder)
        if not state:
            raise NoSuchExport(id)
        if not alive and state["state"] not in job_folder.ENDED:
            state |= {"state": job_folder.FAILED, "problem": "the export's process ended; export again"}
        return Export(
            id,
            Format(state["format"]),
            state["state"],
            state["written"],
            datetime.fromisoformat(state["asked_at"]),
            state["asked_by"],
            state.get("problem", ""),
        )

    def exports(self) -> list[Export]:
        """Return the exports that are kept, the latest first."""
        found = [self.export(job.name) for job in self._jobs() if job_folder.told(job)]
        return sorted(found, key=lambda export: export.asked_at, reverse=True)

    def file(self, id: str) -> Path:  # noqa: A002
        """Return the file of an export that is done. Raises NoSuchExport."""
        export = self.export(id)
        path = self._folder / id / f"{TABLE}.{export.format}"
        if export.state != "done" or not path.exists():
            raise NoSuchExport(id)
        return path

    def _raise_for_running(self) -> None:
        for job in self._jobs():
            if job_folder.runs(job) and job_folder.told(job).get("state") not in job_folder.ENDED:
                raise ExportRunning(job.name)

    def _make(self) -> tuple[Path, int]:
        self._folder.mkdir(parents=True, exist_ok=True)
        jobs = self._jobs()
        for job in jobs[: max(0, len(jobs) - KEPT + 1)]:
            shutil.rmtree(job, ignore_errors=True)
        made = self._folder / secrets.token_hex(8)
        made.mkdir(mode=0o700)
        return made, job_folder.lock(made)

    def _jobs(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(self._folder.iterdir(), key=lambda job: job.stat().st_mtime)

    def _known(self, id: str) -> Path:  # noqa: A002
        if not _ID.fullmatch(id) or not (self._folder / id).is_dir():
            raise NoSuchExport(id)
        return self._folder / id


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
