"""The file that a command writes its findings to: none that it reads, and not emptied for nothing."""

from collections.abc import Iterable
from pathlib import Path

import typer


def check(path: Path, reads: Iterable[Path | None]) -> None:
    """Refuse a file that can't be written, or that is one of those the command reads; nothing is changed.

    Raises typer.BadParameter. Opening the file comes later, once there is something to write: what an earlier
    run wrote there outlasts a run that fails.
    """
    try:
        existed = path.exists()
        for read in reads:
            if existed and read is not None and read.exists() and path.samefile(read):
                raise typer.BadParameter(
                    f"{path}: is read here, and writing would empty it; name another file"
                )
        path.open("a").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}; name a file that can be written") from None
