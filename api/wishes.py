"""What is asked of a call that was screened: let such calls through, or block them."""

import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Response

from api import entries, exemptions, granted
from api.asking import needs
from api.calls import recorded
from api.deps import Services, Shared
from api.granted import State
from api.problems import documented
from api.schemas.check import WordsOut
from api.schemas.fields import Id
from api.schemas.wishes import Asked, GrantedOut, Made, NextOut
from api.times import local
from blocklist.drafts import EntryDraft
from blocklist.entries import Category, Entry, EntryKind, ExemptCaller, Match, Override
from blocklist.errors import AlreadyListed
from blocklist.models import Exemption, ListEntry
from screener import not_granted, rows, wishes
from screener.access.actor import Actor
from screener.access.roles import Permission
from screener.calls import Call, Rule, Verdict
from screener.models import CallRecord
from screener.not_granted import NotGranted
from screener.prospect import effect
from screener.wishes import Wish

log = logging.getLogger(__name__)

router = APIRouter(prefix="/calls", tags=["calls"])

Editor = Annotated[Actor, needs(Permission.LISTS)]

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "It was there already, or had expired and counts again."},
    201: {"description": "It was made.", "model": GrantedOut},
    **documented(404, 409),
}
_Asked = Annotated[Asked | None, Body()]


@router.post("/{id}/allow", summary="Let calls like this one through", responses=_ANSWERS)
def allow(
    id: Id,  # noqa: A002 - the path's word
    shared: Shared,
    actor: Editor,
    response: Response,
    asked: _Asked = None,
) -> GrantedOut:
    """Put the number on the allow list; exempt it on this trunk where an entry would do nothing.

    That is so for the agency's own numbers and those that only receive calls: they are asked before the
    lists. Where nothing would do what is asked, 409 says why and what to do instead.
    """
    record = recorded(id, shared)
    return _grant(record, allowing(record, shared), asked, shared, actor.name, response)


@router.post("/{id}/block", summary="Block calls like this one", responses=_ANSWERS)
def block(
    id: Id,  # noqa: A002 - the path's word
    shared: Shared,
    actor: Editor,
    response: Response,
    asked: _Asked = None,
) -> GrantedOut:
    """Put the number on the block list. Where that would do nothing, 409 says why and what to do instead."""
    record = recorded(id, shared)
    return _grant(record, blocking(record, shared), asked, shared, actor.name, response)


def allowing(record: CallRecord, shared: Services) -> Wish:
    """Return what lets calls like a recorded one through; nothing is made. Raises NotGranted."""
    call = call_of(record, shared)
    return wishes.allow(call, Rule(record.rule), shared.snapshots.current, shared.clock())


def blocking(record: CallRecord, shared: Services) -> Entry:
    """Return what blocks calls like a recorded one; nothing is made. Raises NotGranted."""
    return wishes.block(call_of(record, shared), shared.snapshots.current, shared.clock())


def call_of(record: CallRecord, shared: Services) -> Call:
    """Return a recorded call as it is judged. Raises NotGranted for one that can't be read any more."""
    if rows.unreadable(record):
        raise NotGranted(not_granted.UNREADABLE)
    call = rows.call(record)
    return replace(call, network_trusted=shared.trusts(call.pbx, call.trunk))


def _grant(
    record: CallRecord,
    wish: Wish,
    asked: Asked | None,
    shared: Services,
    by: str,
    response: Response,
) -> GrantedOut:
    """Store the wish and tell what it means."""
    note = asked.note.strip() if asked else ""
    origin = f"cuộc gọi {record.id}, {local(record.at)}"
    made: dict[str, object]
    if isinstance(wish, ExemptCaller):
        why = note or f"{by} cho phép theo {origin}"
        exemption, state = _exempt(replace(wish, note=why), record, shared, by)
        stored: Wish = replace(wish, id=exemption.id, note=exemption.note)
        path, version = f"/api/v1/exemptions/{exemption.id}", exemption.version
        words = granted.exempted(exemption, state)
        made = {
            "made": Made.EXEMPTION, "id": exemption.id, "number": exemption.number,
            "pbx": exemption.pbx, "trunk": exemption.trunk, "remarks": [],
        }  # fmt: skip
    else:
        draft = EntryDraft(wish.kind, wish.pattern, note or f"Theo {origin}", source=f"cuộc gọi {record.id}")
        entry, state = _list(draft, shared, by)
        stored = _judged(entry)
        path, version = f"/api/v1/entries/{entry.id}", entry.version
        words = granted.listed(entry, state)
        made = {
            "made": MADE[wish.kind], "id": entry.id, "number": entry.pattern,
            "pbx": None, "trunk": None, "remarks": entries.remarked(entry, shared).remarks,
        }  # fmt: skip
    response.status_code = HTTPStatus.CREATED if state is State.NEW else HTTPStatus.OK
    response.headers["Location"] = path
    return GrantedOut.model_validate(
        made
        | {
            "path": path,
            "version": version,
            "new": state is State.NEW,
            "words": WordsOut.model_validate(words),
            "next": following(_judged_with(record, stored, shared), shared),
        }
    )


MADE: Final = {EntryKind.ALLOW: Made.ALLOW_ENTRY, EntryKind.BLOCK: Made.BLOCK_ENTRY}


def _exempt(caller: ExemptCaller, record: CallRecord, shared: Services, by: str) -> tuple[Exemption, State]:
    try:
        exemption = shared.exemptions.add(caller, by)
    except AlreadyListed as error:
        assert isinstance(error.existing, Exemption)
        return error.existing, State.THERE
    log.info("%s added by %s for call %d", exemptions.logged(exemption, shared), by, record.id)
    return exemption, State.NEW


def _list(draft: EntryDraft, shared: Services, by: str) -> tuple[ListEntry, State]:
    """Add an entry; put one in force again that is there and has expired."""
    try:
        entry = shared.lists.add_entry(draft, by)
    except AlreadyListed as error:
        existing = error.existing
        assert isinstance(existing, ListEntry)
        if existing.expires_at is None or existing.expires_at > shared.clock():
            return existing, State.THERE
        forever = replace(EntryDraft.of(existing), expires_at=None)
        entry = shared.lists.edit_entry(existing.id, forever, by)
        log.info("%s put in force again by %s", entries.logged(entry, shared), by)
        return entry, State.RENEWED
    log.info("%s added by %s", entries.logged(entry, shared), by)
    return entry, State.NEW


def _judged(entry: ListEntry) -> Entry:
    """Return an entry for exactly one number as judging has it."""
    return Entry(
        entry.id,
        EntryKind(entry.kind),
        Match(entry.match),
        entry.pattern,
        entry.expires_at,
        Category(entry.category),
        Override(entry.action) if entry.action else None,
    )


def _judged_with(record: CallRecord, stored: Wish, shared: Services) -> Verdict:
    return wishes.judged_with(call_of(record, shared), shared.snapshots.current, stored, shared.clock())


def following(verdict: Verdict, shared: Services) -> NextOut:
    """Tell a verdict on the next such call, and what comes of it."""
    enforce = {link.pbx: link.enforce for link in shared.health().links}
    told = effect(verdict.action, shared.snapshots.current.enforcing, enforce)
    return NextOut(
        action=verdict.action,
        rule=verdict.rule,
        reason=verdict.reason,
        effect=WordsOut.model_validate(told),
    )
