"""What would happen to a number that rang now, and why."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Shared
from api.schemas.check import CheckOut, HitOut, ImitatedOut, NumberOut, Question, WordsOut
from screener import words
from screener.events import identified
from screener.prospect import over, prospect

router = APIRouter(tags=["check"])


@router.get("/check", summary="What would happen to this number, and why?")
def check(shared: Shared, question: Annotated[Question, Query()]) -> CheckOut:
    """Judge a call as it would be judged now. Any text is a number that may be shown; nothing is recorded."""
    call = replace(
        over(identified(question.number, question.name, question.called), question.trunk),
        network_number=question.network_number,
        network_trusted=question.network_trusted,
    )
    snapshot = shared.snapshots.current
    enforce = {link.pbx: link.enforce for link in shared.health().links}
    found = prospect(call, snapshot, enforce, shared.clock())
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
        enforcing=snapshot.enforcing,
        monitor_only=sorted(name for name, on in enforce.items() if not on),
        effect=WordsOut.model_validate(found.effect),
        revision=snapshot.revision,
        words=WordsOut.model_validate(words.ACTIONS[verdict.action]),
    )
