"""What would happen to a number that rang now, and why."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.deps import Services, Shared
from blocklist.lookalike import LookalikeKind
from blocklist.numbers import NumberKind, Oddity, normalise
from screener import words
from screener.calls import Action, Activity, Call, Rule
from screener.engine import decide
from screener.events import identified

router = APIRouter(tags=["check"])


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NumberOut(_Out):
    """A number as it was written and as it is."""

    raw: str
    kind: NumberKind
    national: str
    e164: str | None
    oddities: list[Oddity]


class ImitatedOut(_Out):
    """The official number that is shown or imitated."""

    id: int
    number: str
    organisation: str
    receives_only: bool
    confirmed: bool


class HitOut(_Out):
    """A rule that fits, and why."""

    rule: Rule
    reason: str
    imitates: ImitatedOut | None
    kind: LookalikeKind | None
    entry_id: int | None


class WordsOut(_Out):
    """The same thing in both languages."""

    vi: str
    en: str


class CheckOut(_Out):
    """A verdict. ``enforcing`` false: the switch is off, so the call would be let through all the same.

    ``hits`` holds every rule that fits, the deciding one first; none fits where ``rule`` is ``default``.
    ``revision`` is that of the lists in memory, which follow a change within seconds.
    """

    number: NumberOut
    action: Action
    rule: Rule
    reason: str
    kind: LookalikeKind | None
    imitates: ImitatedOut | None
    hits: list[HitOut]
    enforcing: bool
    revision: int
    words: WordsOut


@router.get("/check", summary="What would happen to this number, and why?")
def check(
    shared: Shared,
    number: Annotated[
        str,
        Query(max_length=200, description="As the phone would show it.", examples=["+84 912 345 678"]),
    ],
    name: Annotated[str, Query(max_length=200, description="The caller's name.")] = "",
    called: Annotated[str, Query(max_length=80, description="The extension that is called.")] = "",
    trunk: Annotated[str, Query(max_length=200)] = "",
    network_number: Annotated[
        str, Query(max_length=200, description="The asserted identity (P-Asserted-Identity).")
    ] = "",
    network_trusted: Annotated[
        bool, Query(description="The carrier sets the asserted identity itself.")
    ] = False,
) -> CheckOut:
    """Judge a call as it would be judged now. Any text is a number that may be shown; nothing is recorded."""
    call = identified(number, name, called)
    return _judge(
        shared,
        replace(call, trunk=trunk, network_number=network_number, network_trusted=network_trusted),
    )


def _judge(shared: Services, call: Call) -> CheckOut:
    snapshot = shared.snapshots.current
    verdict = decide(call, snapshot, Activity(), shared.clock())
    return CheckOut(
        number=NumberOut.model_validate(normalise(call.shown_number, snapshot.site)),
        action=verdict.action,
        rule=verdict.rule,
        reason=verdict.reason,
        kind=verdict.kind,
        imitates=ImitatedOut.model_validate(verdict.imitates) if verdict.imitates else None,
        hits=[HitOut.model_validate(hit) for hit in verdict.hits],
        enforcing=snapshot.enforcing,
        revision=snapshot.revision,
        words=WordsOut.model_validate(words.ACTIONS[verdict.action]),
    )
