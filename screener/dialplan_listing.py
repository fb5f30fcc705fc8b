"""What ``dialplan show`` prints: which contexts there are, and where our subroutine is called."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from screener import contract
from screener.finding import Finding, fail, ok, warn
from screener.settings import PbxSettings

HOOK: Final = (
    'GotoIf($["${IFMODULE(app_stack.so)}${DIALPLAN_EXISTS(call-screener,s,1)}" != "11"]?unscreened)',
    "Gosub(call-screener,s,1)",
)
"""The two lines in front of an inbound context's ``Dial``, which gets the label ``unscreened``.

The called number is no argument: it may be the caller's text, and a bracket or comma in it would end the
argument. The subroutine looks it up itself.
"""

DIAL: Final = "CALL_SCREENER_DIAL"
"""The channel variable in which the dialplan gives ``Dial`` its option; the listener never touches it."""

_CONTEXT: Final = re.compile(r"\[ Context '(?P<name>.+)' created by ")
_CALLS_US: Final = re.compile(
    rf"\bGosub\(\"?{contract.SCREEN},s,1|\bGosubIf\(.*[?:]{contract.SCREEN},s,1", re.IGNORECASE
)
_GLOBAL: Final = re.compile(r"\s*(?P<name>[A-Za-z0-9_-]+)=(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Listing:
    """The dialplan of a PBX as far as it concerns us.

    ``hooked`` are the contexts that call our subroutine, ``warned`` those that pass our option to ``Dial``.
    """

    contexts: frozenset[str]
    hooked: tuple[str, ...]
    warned: tuple[str, ...]


def read(lines: Iterable[str]) -> Listing:
    """Read what ``dialplan show`` printed."""
    contexts: set[str] = set()
    hooked: dict[str, None] = {}
    warned: dict[str, None] = {}
    context = ""
    for line in lines:
        if found := _CONTEXT.match(line):
            context = found["name"]
            contexts.add(context)
        elif context.startswith(contract.SCREEN):
            continue
        if _CALLS_US.search(line):
            hooked[context] = None
        if f"${{{DIAL}}}" in line:
            warned[context] = None
    return Listing(frozenset(contexts), tuple(hooked), tuple(warned))


def globals_in(lines: Iterable[str]) -> dict[str, str]:
    """Read what ``dialplan show globals`` printed."""
    return {found["name"]: found["value"] for line in lines if (found := _GLOBAL.fullmatch(line))}


def examine(name: str, settings: PbxSettings, listing: Listing) -> Iterator[Finding]:
    """Tell whether our contexts are there and the site's own contexts use them."""
    needed = {contract.DOCTOR}
    if settings.screens_inline:
        needed.add(contract.SCREEN)
    if settings.screens_passively:
        needed.add(contract.PASSIVE)
    if settings.watches_calls:
        needed.add(contract.WHISPER)
    missing = sorted(needed - listing.contexts)
    if missing:
        yield fail(
            name,
            f"our dialplan is not loaded, there is no context {', '.join(missing)}",
            "copy dialplan/extensions_call_screener.conf, #include it in extensions.conf, 'dialplan reload'",
        )
    back = settings.call_back_context
    if back and back not in listing.contexts:
        yield fail(
            name,
            f"the dialplan has no context {back}: no office can be rung back from the page",
            "set call_back_context to the context in which phones of the house dial, or remove it",
        )
    if settings.screens_inline:
        yield from _hook(name, settings, listing)
    if settings.screens_passively:
        yield from _inbound(name, settings, listing)


def _hook(name: str, settings: PbxSettings, listing: Listing) -> Iterator[Finding]:
    if not listing.hooked:
        yield warn(
            name,
            "no context calls our subroutine: no call is screened",
            f"put before Dial in each inbound context: {HOOK[0]} and {HOOK[1]}; label Dial 'unscreened'",
        )
        return
    yield ok(name, f"our subroutine is called in {', '.join(listing.hooked)}")
    if not listing.warned and settings.warning == "before_talking":
        yield warn(
            name,
            f"no Dial has the option ${{{DIAL}}}: warnings are shown but never heard",
            f"add ${{{DIAL}}} to the options of the Dial that rings people, or set warning = 'whisper'",
        )


def _inbound(name: str, settings: PbxSettings, listing: Listing) -> Iterator[Finding]:
    missing = [context for context in settings.inbound_contexts if context not in listing.contexts]
    if missing:
        yield fail(
            name,
            f"the dialplan has no context {', '.join(missing)}: its calls ring unscreened",
            "correct inbound_contexts; 'pjsip show endpoint <trunk>' tells a trunk's context",
        )
    else:
        yield ok(name, f"calls arrive in {', '.join(settings.inbound_contexts)}, as the settings say")
