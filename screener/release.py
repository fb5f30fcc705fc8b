"""What an Asterisk release must bring: the version, and the modules that we stand on."""

import re
from collections.abc import Iterator
from typing import Final

from screener.finding import Finding, fail, ok, warn
from screener.settings import PbxSettings

_VERSION: Final = re.compile(r"Asterisk (?:certified[/-])?(?P<text>(?P<major>\d+)\.(?P<minor>\d+)\S*)")

# Module -> what does not work without it.
MODULES: Final = {
    "app_userevent": "calls ring unscreened",
    "func_strings": "calls ring unscreened",
    "func_base64": "calls ring unscreened",
    "func_cut": "calls ring unscreened",
    "func_callerid": "calls ring unscreened",
    "func_channel": "calls ring unscreened",
    "app_playback": "no warning and no notice is heard",
    "format_wav": "no warning and no notice is heard",
    "func_global": "calls that went unscreened are not counted",
    "func_env": "the prompts can't be examined",
}
INLINE_MODULES: Final = {
    "app_stack": "calls ring unscreened",
    "app_waitforcond": "calls ring unscreened",
    "func_module": "calls ring unscreened",
    "func_dialplan": "calls ring unscreened",
    "func_logic": "a warning plays on after the caller has hung up",
}
WATCHING_MODULES: Final = {"app_chanspy": "no warning is whispered"}


def version(name: str, settings: PbxSettings, said: str) -> Iterator[Finding]:
    """Tell whether this Asterisk can hold a call for us: ``WaitForCondition`` came with 16.20 and 18.6."""
    found = _VERSION.search(said)
    if found is None:
        yield warn(name, f"its version can't be read: {said[:60]!r}", "see README.md for what is supported")
        return
    release = (int(found["major"]), int(found["minor"]))
    text = f"Asterisk {found['text']}"
    if release >= (18, 6) or (16, 20) <= release < (17, 0):
        yield ok(name, text)
    elif settings.screens_inline:
        yield fail(
            name,
            f"{text} can't screen inline, it has no WaitForCondition",
            "use Asterisk 16.20 or later 16, 18.6 or later, or mode = 'passive'",
        )
    else:
        yield warn(name, f"{text} is older than any we tried", "Asterisk 16.28 and 22.10 were tried")


def modules(name: str, settings: PbxSettings, shown: list[str]) -> Iterator[Finding]:
    """Tell which modules that we stand on are not running."""
    running = {
        line.split()[0].removesuffix(".so")
        for line in shown
        if line.split() and " Running " in f"{line} " and "Not Running" not in line
    }
    needed = dict(MODULES)
    if settings.screens_inline:
        needed |= INLINE_MODULES
    if settings.watches_calls:
        needed |= WATCHING_MODULES
    missing = [module for module in needed if module not in running]
    for module in missing:
        yield fail(
            name,
            f"module {module}.so is not running: {needed[module]}",
            "load it and take it off the noload lines of modules.conf",
        )
    if not missing:
        yield ok(name, f"all {len(needed)} modules that are needed are running")
