"""How a caller of the log stands now: what the next such call gets, what fits it, what wishes come to."""

from collections.abc import Callable

from fastapi import APIRouter

from api import granted
from api.calls import recorded
from api.deps import Services, Shared
from api.problems import documented
from api.schemas.check import WordsOut
from api.schemas.entries import EntryOut
from api.schemas.exemptions import ExemptionOut
from api.schemas.fields import Id
from api.schemas.wishes import Made, StandingOut, WouldOut
from api.wishes import MADE, allowing, blocking, call_of, following
from blocklist.entries import ExemptCaller
from blocklist.errors import NotListed
from blocklist.models import Exemption, ListEntry
from screener.calls import Activity, Call, Hit
from screener.candidate import candidate
from screener.engine import decide
from screener.models import CallRecord
from screener.not_granted import NotGranted
from screener.wishes import Wish

router = APIRouter(prefix="/calls", tags=["calls"])


@router.get("/{id}/now", summary="How the caller stands now", responses=documented(404, 409))
def now(id: Id, shared: Shared) -> StandingOut:  # noqa: A002 - the path's word
    """Tell what a call like this one gets now, what fits it, and what allow and block would make.

    409 where the record does not tell which number it was.
    """
    return standing(recorded(id, shared), shared)


def standing(record: CallRecord, shared: Services) -> StandingOut:
    """Judge a recorded call anew and gather what fits it. Raises NotGranted for one that can't be read."""
    call = call_of(record, shared)
    verdict = decide(call, shared.snapshots.current, Activity(), shared.clock())
    numbers = _numbers(call, shared)
    return StandingOut(
        next=following(verdict, shared),
        entries=[EntryOut.of(entry) for entry in _entries(verdict.hits, numbers, shared)],
        exemptions=[ExemptionOut.model_validate(one) for one in _exemptions(call, numbers, shared)],
        allow=_would(allowing, record, shared),
        block=_would(blocking, record, shared),
    )


def _numbers(call: Call, shared: Services) -> tuple[str, ...]:
    """Return the numbers that the caller may be taken for."""
    judged = candidate(call, shared.snapshots.current, Activity(), shared.clock())
    network = (judged.network,) if judged.network else ()
    return tuple(dict.fromkeys(number.national for number in (*judged.faces, *network) if number.national))


def _entries(hits: tuple[Hit, ...], numbers: tuple[str, ...], shared: Services) -> list[ListEntry]:
    found = {entry.id: entry for number in numbers for entry in shared.lists.listed(number)}
    for id_ in {hit.entry_id for hit in hits if hit.entry_id is not None} - found.keys():
        try:
            found[id_] = shared.lists.entry(id_)
        except NotListed:  # removed, and not yet so in the lists that calls are judged by
            continue
    return [found[id_] for id_ in sorted(found)]


def _exemptions(call: Call, numbers: tuple[str, ...], shared: Services) -> list[Exemption]:
    found = []
    for number in numbers:
        caller = shared.snapshots.current.exemptions.get((call.pbx, call.trunk, number))
        if caller is not None and caller.id is not None:
            try:
                found.append(shared.exemptions.exemption(caller.id))
            except NotListed:
                continue
    return found


def _would(wished: Callable[[CallRecord, Services], Wish], record: CallRecord, shared: Services) -> WouldOut:
    try:
        wish = wished(record, shared)
    except NotGranted as refused:
        return WouldOut(makes=None, words=WordsOut.model_validate(refused.refusal.words))
    makes = Made.EXEMPTION if isinstance(wish, ExemptCaller) else MADE[wish.kind]
    return WouldOut(makes=makes, words=WordsOut.model_validate(granted.proposed(wish)))
