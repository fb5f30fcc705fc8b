"""What would happen to a number that rang now, and why."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.checking import Checked, caller, checked
from api.deps import Shared
from api.schemas.check import (
    CheckOut,
    ChecksOut,
    HitOut,
    ImitatedOut,
    NumberOut,
    Question,
    Questions,
    WordsOut,
)
from screener import words
from screener.prospect import Prospect

router = APIRouter(tags=["check"])

_EXAMPLE = {"numbers": ["0912345678", "+84 237 3725 726"], "called": "1001"}


@router.get("/check", summary="What would happen to this number, and why?")
def check(shared: Shared, question: Annotated[Question, Query()]) -> CheckOut:
    """Judge a call as it would be judged now. Any text is a number that may be shown; nothing is recorded."""
    call = replace(
        caller(question.number, question.name, question.called, question.trunk),
        network_number=question.network_number,
        network_trusted=question.network_trusted,
    )
    found = checked(shared, [call])
    return _out(found.prospects[0], found)


@router.post("/check", summary="What would happen to these numbers, and why?")
def check_many(shared: Shared, asked: Annotated[Questions, Body(examples=[_EXAMPLE])]) -> ChecksOut:
    """Judge calls that differ in their numbers alone; answers come in the order of the numbers."""
    calls = (caller(number, asked.name, asked.called, asked.trunk) for number in asked.numbers)
    found = checked(shared, calls)
    return ChecksOut(items=[_out(one, found) for one in found.prospects])


def _out(found: Prospect, of: Checked) -> CheckOut:
    verdict = found.verdict
    return CheckOut(
        number=NumberOut.model_validate(found.number),
        read=WordsOut.model_validate(found.read),
        action=verdict.action,
        rule=verdict.rule,
        reason=verdict.reason,
        kind=verdict.kind,
        imitates=ImitatedOut.model_validate(verdict.imitates) if verdict.imitates else None,
        hits=[HitOut.model_validate(hit) for hit in verdict.hits],
        enforcing=of.snapshot.enforcing,
        monitor_only=list(of.monitor_only),
        effect=WordsOut.model_validate(found.effect),
        revision=of.snapshot.revision,
        words=WordsOut.model_validate(words.ACTIONS[verdict.action]),
    )
