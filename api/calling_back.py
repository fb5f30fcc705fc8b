"""Rings an office back for whoever asks: their own phone first, then the number that a call imitated."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from api.asking import needs
from api.calls import recorded
from api.deps import Services, Shared
from api.problems import Problem, documented
from api.schemas.check import WordsOut
from api.schemas.fields import Id, Out
from screener.access.actor import Actor, How
from screener.access.roles import Permission
from screener.calling_back import NotCalledBack, Why
from screener.words import Words

router = APIRouter(prefix="/calls", tags=["calls"])

Reporter = Annotated[Actor, needs(Permission.REPORT)]


class CalledBackOut(Out):
    """What was ordered: the office's number is dialled once the extension has answered."""

    extension: str
    number: str
    organisation: str
    words: WordsOut


@router.post(
    "/{id}/call-back",
    summary="Ring the imitated office at its official number",
    status_code=HTTPStatus.ACCEPTED,
    responses=documented(404, 409, 429),
)
async def call_back(id: Id, shared: Shared, actor: Reporter) -> CalledBackOut:  # noqa: A002 - the path's word
    """Ring the extension of the signed-in user, then the office. Off unless the settings allow it."""
    try:
        return await ring(id, shared, actor)
    except NotCalledBack as error:
        often = error.why is Why.TOO_OFTEN
        status = HTTPStatus.TOO_MANY_REQUESTS if often else HTTPStatus.CONFLICT
        raise Problem(
            status, str(error), kind="not-called-back", title="Nobody was rung", why=error.why.value
        ) from None


async def ring(id: int, shared: Services, actor: Actor) -> CalledBackOut:  # noqa: A002 - the path's word
    """Place the call. Raises Problem (404) and NotCalledBack."""
    call = await run_in_threadpool(recorded, id, shared)
    extension = ""
    if actor.how is How.USER:
        extension = (await run_in_threadpool(shared.accounts.users.find, actor.name)).extension
    office = await shared.calling_back.place(call, extension, actor.name)
    said = Words(
        f"Máy lẻ {extension} đang đổ chuông. Hãy nhấc máy, tổng đài sẽ gọi tiếp số {office.number}.",
        f"Extension {extension} rings. Answer it, and the exchange dials {office.number}.",
    )
    return CalledBackOut(
        extension=extension,
        number=office.number,
        organisation=office.organisation,
        words=WordsOut.model_validate(said),
    )
