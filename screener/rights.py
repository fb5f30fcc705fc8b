"""What the listener's AMI account may do, compared with what screening needs."""

from collections.abc import Iterator
from typing import Final

from screener.finding import Finding, fail, ok, warn
from screener.settings import PbxSettings

# Class -> what does not work without it.
_READ: Final = {
    "system": "the service never comes up: no FullyBooted event",
    "user": "calls ring unscreened: the dialplan's requests are not heard",
}
_WRITE: Final = {
    "call": "calls ring unscreened: no verdict can be given",
    "user": "the service never comes up: it can't test its own hearing",
}
# For passive screening and whispered warnings, which both watch calls.
_WATCHING_READ: Final = {"call": "no call is seen: none is screened passively, no warning is whispered"}
_WATCHING_WRITE: Final = {"originate": "no warning is whispered"}
_CALLING_BACK: Final = {"originate": "no office can be rung back from the page"}
_NONE: Final = {"<none>", "none", ""}
_SAMPLE: Final = {"read": {"system", "user", "call"}, "write": {"call", "user", "originate"}}


def examine(name: str, settings: PbxSettings, shown: list[str]) -> Iterator[Finding]:
    """Compare the account's classes with those that the mode needs."""
    has = {
        line.split()[0]: set(line.partition(":")[2].strip().split(",")) - _NONE
        for line in shown
        if " perm:" in line
    }
    if not {"read", "write"} <= has.keys():
        yield warn(name, f"no rights are shown for account '{settings.username}'", "check username")
        return
    needed = {
        "read": _READ | (_WATCHING_READ if settings.watches_calls else {}),
        "write": _WRITE
        | (_CALLING_BACK if settings.call_back_context else {})
        | (_WATCHING_WRITE if settings.watches_calls else {}),
    }
    whole = True
    for way, classes in needed.items():
        for missing in (one for one in classes if one not in has[way]):
            whole = False
            yield fail(
                name,
                f"account '{settings.username}' lacks {way} = {missing}: {classes[missing]}",
                f"add {missing} to its {way} line in manager.conf, then 'manager reload'",
            )
    more = sorted(f"{way} {one}" for way in has for one in has[way] - _SAMPLE[way])
    if more:
        yield warn(
            name,
            f"account '{settings.username}' has rights that are never used: {', '.join(more)}",
            "take the read and write lines of dialplan/manager.conf",
        )
    elif whole:
        yield ok(name, f"account '{settings.username}' has the rights it needs and no others")
