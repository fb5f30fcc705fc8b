"""An Asterisk that the lab can start: the machine's own one, or one in a root folder of its own."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOUNT_POINT = PurePosixPath("/lab")
"""Where an exchange sees its work folder when Asterisk runs inside a provisioned root."""

OLDEST = (16, 20, 0)
"""`WaitForCondition`, on which inline screening rests, came with 16.20 (and 18.6)."""

_MODULE_FOLDERS = ("usr/lib/*/asterisk/modules", "usr/lib/asterisk/modules", "usr/lib64/asterisk/modules")
_DATA_FOLDERS = ("usr/share/asterisk", "var/lib/asterisk")

# The mounts live in a namespace of their own, so they are gone as soon as Asterisk is. Without the
# machine's name in /etc/hosts every call waits 5 s for a DNS answer (seen on 22.10).
_ENTER_ROOT = f"""\
root=$1 work=$2; shift 2
mount --bind "$work" "$root{MOUNT_POINT}"
mount --bind "$work/etc/hosts" "$root/etc/hosts"
mount --bind "$work/etc/nsswitch.conf" "$root/etc/nsswitch.conf"
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
exec chroot "$root" "$@"
"""


class LabError(Exception):
    """Something the lab can't do; the message says what and names the remedy."""


class LabUnavailableError(LabError):
    """The lab can't be had on this machine; the message names what is missing and the remedy."""


@dataclass(frozen=True, slots=True)
class AsteriskInstall:
    """One Asterisk; the folders are as Asterisk itself sees them (inside `root` if there is one)."""

    version: str
    version_tuple: tuple[int, int, int]
    root: Path | None
    modules_dir: PurePosixPath
    data_dir: PurePosixPath
    binary: str

    def inside(self, workdir: Path) -> PurePosixPath:
        """The path by which Asterisk sees an exchange's work folder."""
        return PurePosixPath(workdir) if self.root is None else MOUNT_POINT

    def command(self, workdir: Path, *arguments: str, dies_with_parent: bool = True) -> list[str]:
        """The command that becomes Asterisk (same process id) with these arguments."""
        asterisk = [self.binary, "-C", str(self.inside(workdir) / "etc/asterisk.conf"), *arguments]
        if dies_with_parent:
            asterisk = ["setpriv", "--pdeathsig", "TERM", *asterisk]
        if self.root is None:
            return asterisk
        return [*_unshare(), "sh", "-ec", _ENTER_ROOT, "sh", str(self.root), str(workdir), *asterisk]


def inspect(root: Path | None, binary: str) -> AsteriskInstall:
    """What an installed Asterisk is; raises LabUnavailableError if it can't serve the lab."""
    command = [binary, "-V"] if root is None else [*_unshare(), "chroot", str(root), binary, "-V"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.match(r"Asterisk (?:certified/)?((\d+)\.(\d+)(?:\.(\d+))?\S*)", answer.stdout)
    if found is None:
        raise LabUnavailableError(
            f"{' '.join(command)} gave no version: {(answer.stdout + answer.stderr).strip()!r}"
        )
    version = (int(found[2]), int(found[3]), int(found[4] or 0))
    if version < OLDEST:
        raise LabUnavailableError(
            f"Asterisk {found[1]} is too old for the lab; it needs {'.'.join(map(str, OLDEST))} or later"
        )
    top = root or Path("/")
    modules = next((path for pattern in _MODULE_FOLDERS for path in top.glob(pattern)), None)
    data = next((top / path for path in _DATA_FOLDERS if (top / path / "documentation").is_dir()), None)
    if modules is None or data is None or not (modules / "chan_pjsip.so").exists():
        raise LabUnavailableError(
            f"Asterisk {found[1]} in {top} has no modules folder with chan_pjsip.so, or no documentation "
            "folder; install the distribution's complete asterisk package"
        )
    return AsteriskInstall(
        version=found[1],
        version_tuple=version,
        root=root,
        modules_dir=PurePosixPath("/") / modules.relative_to(top),
        data_dir=PurePosixPath("/") / data.relative_to(top),
        binary=binary,
    )


def _unshare() -> list[str]:
    """A mount namespace of its own; one who is not root needs a user namespace around it."""
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
