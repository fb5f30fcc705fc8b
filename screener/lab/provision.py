"""Gets a real Asterisk for the lab: the machine's own, or one unpacked from Debian into the cache folder."""

import fcntl
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from screener.lab.install import MOUNT_POINT, OLDEST, AsteriskInstall, LabUnavailableError, inspect

log = logging.getLogger(__name__)

_BINARY = "/usr/sbin/asterisk"
_LAST_LINES = 5


class Release(StrEnum):
    """The Asterisk releases that the lab can provide, by their major version."""

    LTS = "22"
    OLDEST = "16"


_SUITES = {Release.LTS: "sid", Release.OLDEST: "bullseye"}
"""The Debian suites that carry them; stable and its predecessor have no asterisk package."""


def cache_dir() -> Path:
    """Where provisioned roots are kept (`CALL_SCREENER_LAB_CACHE`)."""
    return Path(os.environ.get("CALL_SCREENER_LAB_CACHE") or Path.home() / ".cache/call-screener/lab")


def find_asterisk(version: Release = Release.LTS, *, install: bool = True) -> AsteriskInstall:
    """An Asterisk of this release; `install=False` takes only what is already there.

    For the default release the machine's own Asterisk serves too, if it is recent enough.
    Raises LabUnavailableError with the remedy when there is none and none can be made.
    """
    if version is Release.LTS and (own := _own_asterisk()):
        return own
    root = cache_dir().resolve() / f"asterisk-{version}"
    if not root.is_dir():
        if not install:
            raise LabUnavailableError(
                f"no Asterisk {version} in {root}; `call-screener lab up` provides it on Debian and Ubuntu"
            )
        with _only_maker(root.parent):
            if not root.is_dir():
                _make_root(_SUITES[version], root)
    return inspect(root, _BINARY)


def _own_asterisk() -> AsteriskInstall | None:
    path = shutil.which("asterisk")
    if path is None:
        return None
    try:
        return inspect(None, path)
    except LabUnavailableError as error:
        log.info("%s is not used for the lab: %s", path, error)
        return None


@contextmanager
def _only_maker(folder: Path) -> Iterator[None]:
    """Holds the cache's lock file, so that two processes never unpack the same root."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_root(suite: str, root: Path) -> None:
    started = time.monotonic()
    _need_mmdebstrap()
    partial = root.with_name(f"{root.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    log.info("unpacking Asterisk from Debian %s into %s (about 350 MB)", suite, root)
    options = ["--variant=apt", "--include=asterisk", "--components=main"]
    # An archived suite keeps its packages after its Release file has expired.
    check = '--aptopt=Acquire::Check-Valid-Until "false"'
    try:
        remedy = (
            "set a Debian mirror in the apt settings"
            if os.geteuid() == 0
            else "run it once as root, or install an Asterisk, or allow unprivileged user namespaces"
        )
        _run(["mmdebstrap", *options, check, suite, str(partial)], remedy)
        (partial / MOUNT_POINT.relative_to("/")).mkdir()
        for name in ("hosts", "nsswitch.conf"):
            (partial / "etc" / name).touch()
        install = inspect(partial, _BINARY)
        partial.rename(root)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    log.info("Asterisk %s is ready after %.0f s", install.version, time.monotonic() - started)


def _need_mmdebstrap() -> None:
    """mmdebstrap on the PATH, installed through apt where that is possible."""
    if shutil.which("mmdebstrap"):
        return
    needed = ".".join(map(str, OLDEST))
    remedy = f"install the Debian package mmdebstrap, or an Asterisk {needed} or later"
    if shutil.which("apt-get") is None:
        raise LabUnavailableError(f"mmdebstrap is missing and there is no apt-get: {remedy}")
    become_root: list[str] = []
    if os.geteuid() != 0:
        become_root = ["sudo", "-n"]
        if not shutil.which("sudo") or subprocess.run([*become_root, "true"], check=False).returncode:
            raise LabUnavailableError(
                f"mmdebstrap is missing, and this is neither root nor a sudoer: {remedy}"
            )
    log.info("installing mmdebstrap with apt-get")
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    _run([*apt, "update"], remedy)
    _run([*apt, "install", "--no-install-recommends", "mmdebstrap"], remedy)


def _run(command: list[str], remedy: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        last = " | ".join(done.stdout.strip().split("\n")[-_LAST_LINES:])
        raise LabUnavailableError(f"{' '.join(command)} failed: {last}; {remedy}")
