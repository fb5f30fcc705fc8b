"""What was learnt of a site, written as a piece of settings to paste, each line with what it rests on."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from screener.learning import MIN_CALLERS, MIN_CALLS, MIN_SHARE, Learnt, TrunkLearnt
from screener.settings import Settings
from screener.words import visible

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(learnt: Learnt, settings: Settings, start: datetime, now: datetime) -> str:
    """Return the piece. A list holds what ``settings`` have in it already, so as to take its place there."""
    lines = [
        f"# Learnt from {_count(learnt.calls, 'call')} between {start:%Y-%m-%d} and {now:%Y-%m-%d} (UTC).",
        "# Nothing was changed.",
        "# Put what is right into the settings, under the tables that are there already, and restart.",
        *_site(learnt, settings),
    ]
    for trunk in learnt.trunks:
        lines += ["", *_trunk(trunk, settings)]
    if not learnt.trunks:
        lines += ["", "# No caller of a trunk showed a mobile or landline number of Vietnam."]
    return "\n".join(lines)


def _site(learnt: Learnt, settings: Settings) -> Iterator[str]:
    site = settings.site
    if learnt.own or learnt.extensions:
        yield from ("", "[site]")
    yield from _list("own_numbers", site.own_numbers, learnt.own, "called {}")
    yield from _list("extensions", site.extensions, learnt.extensions, "answered {}")
    if not learnt.own:
        yield f"# No whole number of Vietnam that is not in own_numbers was called {MIN_CALLS} times."
    for part, calls in learnt.parts:
        yield f"# {part} was called {_times(calls)}: is it an own number without its area code?"
    if learnt.forwards:
        yield "# These say that they forwarded calls. Anybody can write that, and one in own_forwards may"
        yield "# bring own numbers back without a warning: take over those alone that you know."
        yield from (
            f"#{line}" for line in _list("own_forwards", site.own_forwards, learnt.forwards, "forwarded {}")
        )


def _list(key: str, present: Sequence[str], new: Sequence[tuple[str, int]], what: str) -> Iterator[str]:
    if not new:
        return
    yield f"{key} = ["
    yield from (f"    {_quoted(text)},  # in the settings already" for text in present)
    for text, calls in new:
        yield f"    {_quoted(text)},  # {what.format(_times(calls))}"
    yield "]"


def _trunk(trunk: TrunkLearnt, settings: Settings) -> Iterator[str]:
    forms = ", ".join(
        f"{form.value} {callers} ({callers / trunk.callers:.0%})" for form, callers in trunk.forms
    )
    said = f"{_count(trunk.callers, 'caller')}: {forms}"
    table = f"[pbx.{_key(trunk.pbx)}.trunks.{_key(trunk.trunk)}]"
    pbx = settings.pbx.get(trunk.pbx)
    present = pbx.trunk(trunk.trunk).writes if pbx else None
    if trunk.writes is None:
        why = (
            f"fewer than {MIN_CALLERS} callers"
            if trunk.callers < MIN_CALLERS
            else f"no form that {MIN_SHARE:.0%} of them came in"
        )
        yield f"# No proposal for {table}: {why}; {said}"
        return
    yield table
    if present is trunk.writes:
        said = f"in the settings already; {said}"
    elif present is not None:
        said = f"the settings say {present.value}; {said}"
    yield f"writes = {_quoted(trunk.writes.value)}  # {said}"


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(visible(text), ensure_ascii=False)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _times(calls: int) -> str:
    return _count(calls, "time")
