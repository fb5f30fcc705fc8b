"""Imports that are asked for over the API: each a process of its own, with a folder that tells how it goes.

The folder outlives both processes, so a restart of the service forgets no import, and disturbs none.
"""

import asyncio
import json
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from blocklist.entries import EntryKind
from screener import job_folder
from screener.access.acting import acting
from screener.audit.recorder import Recorder
from screener.entry_import import Subject
from screener.job_folder import ENDED, FAILED

KEPT: Final = 20
"""Imports that are remembered, with their refused rows."""
UPLOAD: Final = "upload"
REFUSED: Final = "refused.csv"
ASKED: Final = "asked.json"
_ID: Final = re.compile("[0-9a-f]{16}")


class NoSuchImport(Exception):
    """No import has this id, or it was long ago."""

    def __init__(self, id: str) -> None:  # noqa: A002 - the path's word
        super().__init__(f"there is no import {id}; the last {KEPT} are remembered")


class NothingKept(Exception):
    """The file of an import is not there any more to be put in."""

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(
            f"the file of import {id} is not kept: it was put in, it was no dry run, or another import came "
            "after it; send the file again"
        )


class ImportRunning(Exception):
    """Another import is under way; ``id`` is its."""

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(f"import {id} is under way; wait for its end")
        self.id = id


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an import beside the file: as for ``entry_import.Order``."""

    author: str
    kind: EntryKind | None = None
    imported: str = ""
    at_once: bool = False
    dry_run: bool = False
    subject: Subject = Subject.ENTRIES


@dataclass(frozen=True, slots=True)
class Prepared:
    """The folder of an import to come, and the file descriptor that holds its lock."""

    folder: Path
    lock: int

    async def take_in(self, chunks: AsyncIterator[bytes]) -> None:
        """Write the upload, off the event loop; an unfinished one is removed."""
        try:
            with (self.folder / UPLOAD).open("wb") as file:
                async for chunk in chunks:
                    await asyncio.to_thread(file.write, chunk)
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Remove the folder of an import that will not be."""
        os.close(self.lock)
        shutil.rmtree(self.folder, ignore_errors=True)


class ImportJobs:
    """The imports of a service, in ``folder``, into the database of ``url``; ``recorder`` notes them."""

    def __init__(self, folder: Path, url: str, recorder: Recorder) -> None:
        self._folder = folder
        self._url = url
        self._recorder = recorder

    def prepare(self, keep: str = "") -> Prepared:
        """Make the folder of a new import, for its file to be put there. Raises ImportRunning and OSError.

        Files that earlier dry runs kept are removed, but for that of the import ``keep``.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        jobs = sorted(self._folder.iterdir(), key=lambda job: job.stat().st_mtime)
        for job in jobs:
            if job_folder.runs(job) and job_folder.told(job).get("state") not in ENDED:
                raise ImportRunning(job.name)
        jobs = [job for job in jobs if job.name != keep]
        for job in jobs:
            (job / UPLOAD).unlink(missing_ok=True)
        for job in jobs[: max(0, len(jobs) - KEPT + 1)]:
            shutil.rmtree(job, ignore_errors=True)
        made = self._folder / secrets.token_hex(8)
        made.mkdir()
        return Prepared(made, job_folder.lock(made))

    def start(self, job: Prepared, asked: Asked) -> str:
        """Start the process for a prepared import; return the import's id. Raises OSError."""
        (job.folder / ASKED).write_text(json.dumps(asdict(asked)), "utf-8")
        job_folder.tell(job.folder, {"state": "reading"})
        told = {
            "url": self._url,
            "asked": asdict(asked),
            "actor": asdict(acting() or self._recorder.otherwise),
            "audit_key": str(self._recorder.key.path.absolute()),
        }
        job_folder.start("screener.import_job", job.folder, job.lock, told)
        return job.folder.name

    def put_in(self, id: str, subject: Subject, author: str) -> str:  # noqa: A002
        """Start another import with the file of a dry run, which is put in so; return its id.

        Raises NoSuchImport, also for one of something else than ``subject``, NothingKept, ImportRunning and
        OSError.
        """
        job = self._job(id)
        asked = self._asked(job)
        if asked.subject is not subject:
            raise NoSuchImport(id)
        if not asked.dry_run or not (job / UPLOAD).exists():
            raise NothingKept(id)
        prepared = self.prepare(keep=id)
        try:
            (job / UPLOAD).rename(prepared.folder / UPLOAD)
        except OSError:
            prepared.drop()
            raise NothingKept(id) from None
        return self.start(prepared, replace(asked, author=author, dry_run=False))

    def _asked(self, job: Path) -> Asked:
        try:
            told = json.loads((job / ASKED).read_text("utf-8"))
        except (OSError, ValueError):
            raise NoSuchImport(job.name) from None
        kind = EntryKind(told["kind"]) if told["kind"] else None
        return Asked(**told | {"kind": kind, "subject": Subject(told["subject"])})

    def state(self, id: str) -> dict[str, Any]:  # noqa: A002
        """Return how an import goes, as its process has written it. Raises NoSuchImport."""
        job = self._job(id)
        alive = job_folder.runs(job)  # first: what it writes last is read then
        state = job_folder.told(job)
        if not state:
            raise NoSuchImport(id)
        if not alive and state["state"] not in ENDED:
            problem = "the import's process ended; what it had put in stays: import the file again"
            state |= {"state": FAILED, "problem": problem}
        asked = self._asked(job)
        kept = asked.dry_run and state["state"] == "done" and (job / UPLOAD).exists()
        return state | {"subject": asked.subject, "kept": kept}

    def refused(self, id: str) -> Path:  # noqa: A002
        """Return the file of the refused rows. Raises NoSuchImport."""
        path = self._job(id) / REFUSED
        if not path.exists():
            raise NoSuchImport(id)
        return path

    def _job(self, id: str) -> Path:  # noqa: A002
        if not _ID.fullmatch(id) or not (self._folder / id).is_dir():
            raise NoSuchImport(id)
        return self._folder / id
