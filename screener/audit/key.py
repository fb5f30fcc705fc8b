"""The key of the audit log: in a file beside the database and not in it, so that who can write to the
database alone can't write a log that fits.
"""

import errno
import hashlib
import hmac
import logging
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

NAME: Final = "audit.key"
"""Name of the file in the state folder, where the settings name no other."""
_BYTES: Final = 32
_FORM: Final = re.compile(r"[0-9a-f]{64}\s*", re.ASCII)


class AuditKeyUnusable(Exception):
    """The key's file can't be read, made or used; ``full``: for the disk has no room for it."""

    def __init__(self, path: Path, why: str, remedy: str, *, full: bool = False) -> None:
        super().__init__(f"audit key {path}: {why}; {remedy}")
        self.path = path
        self.full = full


@dataclass(frozen=True, slots=True)
class Signer:
    """A key in use: 32 bytes, which no text of this object shows."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Return which key it is: 16 hexadecimal digits that tell nothing of it."""
        return self.mac("which key is this")[:16]

    def mac(self, text: str) -> str:
        """Return the HMAC-SHA256 (RFC 2104) of a text, in hexadecimal digits."""
        return hmac.new(self.secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class KeyFile:
    """The key in a file, read when it is first needed, and made where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._signer: Signer | None = None

    def signer(self) -> Signer:
        """Return the key. Raises AuditKeyUnusable."""
        if self._signer is None:
            try:
                self._signer = read(self.path) or self._make()
            except OSError as error:
                full = error.errno in {errno.ENOSPC, errno.EDQUOT}
                raise AuditKeyUnusable(
                    self.path,
                    error.strerror or str(error),
                    "free space on its disk"
                    if full
                    else "run this as the service's user, or correct the rights of file and folder",
                    full=full,
                ) from error
        return self._signer

    def _make(self) -> Signer:
        """Make a key. Of processes that do at once, the first one's counts."""
        folder = self.path.absolute().parent
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{self.path.name}.{os.getpid()}-{secrets.token_hex(4)}"
        try:
            file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w") as text:
                text.write(secrets.token_hex(_BYTES) + "\n")
                text.flush()
                os.fsync(text.fileno())
            if os.geteuid() == 0:  # typed by root: the service must be able to read it
                owner = folder.stat()
                os.chown(unfinished, owner.st_uid, owner.st_gid)
            try:
                os.link(unfinished, self.path)
            except FileExistsError:
                pass
            else:
                log.info("audit key made: %s. Keep a copy of it away from the database", self.path)
        finally:
            unfinished.unlink(missing_ok=True)
        made = read(self.path)
        assert made is not None
        return made


def read(path: Path) -> Signer | None:
    """Read a key, None where there is no file. Raises AuditKeyUnusable and OSError."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        text = ""
    if not _FORM.fullmatch(text):
        raise AuditKeyUnusable(
            path,
            "holds no key (64 hexadecimal digits)",
            "put the key back from a copy, or move the file away",
        )
    if path.stat().st_mode & 0o077:
        log.warning("audit key %s can be read by others than its owner: chmod 600 it", path)
    return Signer(bytes.fromhex(text.strip()))
