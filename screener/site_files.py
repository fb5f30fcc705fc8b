"""A site's ``manager.conf`` and ``extensions.conf``, read with pyst2's ``asterisk.config``.

That reader knows no templates, includes or block comments: a file that has them is reported as not examined.
"""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from asterisk import config

from screener.finding import Finding, fail, ok, warn
from screener.setting_types import SAMPLE_SECRET

_EVERYWHERE: Final = {"0.0.0.0", "::", "[::]"}  # noqa: S104 - what is warned of
_TRUE: Final = {"yes", "true", "y", "t", "1", "on"}
_BLOCK_COMMENT: Final = re.compile(r"^\s*;--(?!-)", re.MULTILINE)


class Unreadable(Exception):
    """A file that the reader can't make sense of; the text says why."""


def examine(folder: Path) -> Iterator[Finding]:
    """Give the findings on the files in a configuration folder."""
    for name, look in (("manager.conf", _manager), ("extensions.conf", _extensions)):
        path = folder / name
        try:
            sections = read(path)
        except OSError as error:
            yield warn(str(path), f"not examined: {error.strerror}", "check the folder and its rights")
        except Unreadable as error:
            yield warn(str(path), f"not examined: {error}", "look at it yourself: README.md says what for")
        else:
            yield from look(str(path), sections)


def read(path: Path) -> dict[str, dict[str, str]]:
    """Return section -> key -> value, the last of a name. Raises OSError and Unreadable."""
    try:
        if _BLOCK_COMMENT.search(path.read_text("utf-8")):
            raise Unreadable("it has block comments, which the reader would take for live text")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves its file to be closed by chance
            found: Any = config.Config(str(path))
    except config.ParseError as error:
        raise Unreadable(f"line {error.args[0]}: {error.args[1]} (no templates or includes)") from None
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8") from None
    sections: dict[str, dict[str, str]] = {}
    for category in found.categories:
        values = sections.setdefault(category.name, {})
        values.update((item.name.lower(), item.value.strip()) for item in category.items)
    return sections


def _manager(path: str, sections: dict[str, dict[str, str]]) -> Iterator[Finding]:
    general = sections.get("general", {})
    if general.get("enabled", "no").lower() not in _TRUE:
        yield fail(path, "the manager interface is off", "set enabled = yes under [general]")
    else:
        yield ok(path, "the manager interface is enabled")
    address = general.get("bindaddr", "")
    if not address or address in _EVERYWHERE:
        where = f"bindaddr is {address}" if address else "there is no bindaddr"
        yield warn(
            path,
            f"{where}: AMI, which is not encrypted, listens on every address",
            "set bindaddr = 127.0.0.1, or the address that faces the service, and a firewall",
        )
    sample = [name for name, values in sections.items() if values.get("secret", "").startswith(SAMPLE_SECRET)]
    for name in sample:
        yield fail(
            path, f"account [{name}] still has the sample's secret", "put a long random one there and here"
        )


def _extensions(path: str, sections: dict[str, dict[str, str]]) -> Iterator[Finding]:
    if sections.get("general", {}).get("clearglobalvars", "no").lower() in _TRUE:
        yield warn(
            path,
            "clearglobalvars is on: each dialplan reload loses the token, and calls ring unscreened until "
            "the service has set it again (about two seconds)",
            "set clearglobalvars = no under [general]",
        )
    else:
        yield ok(path, "a dialplan reload keeps the token")
