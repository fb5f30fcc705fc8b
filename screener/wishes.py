"""What "allow this" and "block this", asked of a call, come to: an exemption, an entry, or why neither.

A button does what it says, or nothing: what would be idle beside an earlier rule is refused, with the remedy.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from blocklist import patterns
from blocklist.entries import Entry, EntryKind, ExemptCaller, Match
from blocklist.errors import InvalidPattern
from blocklist.number import Number
from screener import not_granted
from screener.calls import Activity, Call, Rule, Verdict
from screener.candidate import Candidate, candidate
from screener.engine import decide
from screener.not_granted import NotGranted
from screener.rules import is_own
from screener.snapshot import Snapshot

SPOOFS: Final = frozenset({Rule.OWN_NUMBER, Rule.RECEIVES_ONLY})
"""Rules that are asked before the lists: an allow entry does nothing against them, an exemption does."""

Wish = Entry | ExemptCaller
"""What is to be made; its id is None as long as it is not stored."""

_NO_LINE: Final[frozenset[str]] = frozenset()
"""That a line is never screened says nothing of who called it."""


def allow(call: Call, rule: Rule, snapshot: Snapshot, now: datetime) -> Wish:
    """Return what lets calls such as this one through. Raises NotGranted.

    ``rule`` is the one that decided on the call. Where that, or one that fits today, takes the number for
    forged, the number is exempted on the call's trunk; else it is put on the allow list.
    """
    snapshot = replace(snapshot, exempt=_NO_LINE)
    judged = candidate(call, snapshot, Activity(), now)
    fitting = {hit.rule for hit in decide(call, snapshot, Activity(), now).hits}
    if SPOOFS.isdisjoint({rule, *fitting}):
        return _letting_through(call, snapshot, _listed(EntryKind.ALLOW, _claimed(judged)), now)
    faces = {face.national for face in judged.faces if face.national}
    if not faces:
        raise NotGranted(not_granted.no_number(judged.shown, EntryKind.ALLOW))
    if len(faces) > 1:
        raise NotGranted(not_granted.TWO_NUMBERS)
    if not call.trunk:
        raise NotGranted(not_granted.NO_TRUNK)
    return _letting_through(call, snapshot, ExemptCaller(None, faces.pop(), call.pbx, call.trunk), now)


def block(call: Call, snapshot: Snapshot, now: datetime) -> Entry:
    """Return the entry that blocks calls such as this one. Raises NotGranted."""
    snapshot = replace(snapshot, exempt=_NO_LINE)
    judged = candidate(call, snapshot, Activity(), now)
    faces = [*judged.faces, *([judged.network] if judged.network else [])]
    entry = _listed(EntryKind.BLOCK, next((face for face in faces if face.national), judged.shown))
    verdict = judged_with(call, snapshot, entry, now)
    rules = {hit.rule for hit in verdict.hits}
    if verdict.rule is Rule.EXEMPT:
        raise NotGranted(not_granted.before(verdict, not_granted.UNDO_EXEMPTION))
    if Rule.OWN_NUMBER in rules or any(is_own(face, snapshot.site) for face in faces):
        raise NotGranted(not_granted.OWN)
    if Rule.RECEIVES_ONLY in rules:
        raise NotGranted(not_granted.RECEIVES_ONLY)
    if verdict.rule is Rule.ALLOW_EXACT:
        raise NotGranted(not_granted.before(verdict, not_granted.UNDO_ENTRY))
    return entry


def judged_with(call: Call, snapshot: Snapshot, wish: Wish, now: datetime) -> Verdict:
    """Judge a call as it would be judged with an entry or an exemption in force."""
    if isinstance(wish, ExemptCaller):
        granted = replace(snapshot, exemptions={**snapshot.exemptions, wish.place: wish})
    else:
        key = (wish.match, wish.pattern)
        others = (one for one in snapshot.lists.at(key) if _same(one) != _same(wish))
        granted = replace(snapshot, lists=snapshot.lists.changed({key: (*others, wish)}))
    return decide(call, granted, Activity(), now)


def _same(entry: Entry) -> tuple[EntryKind, str, tuple[str, ...], bool]:
    return entry.kind, entry.pbx, entry.called, entry.imported


def _letting_through(call: Call, snapshot: Snapshot, wish: Wish, now: datetime) -> Wish:
    verdict = judged_with(call, snapshot, wish, now)
    if verdict.rule not in {Rule.EXEMPT, Rule.ALLOW_EXACT}:
        raise NotGranted(not_granted.before(verdict, not_granted.LOOK_INTO_IT))
    return wish


def _claimed(judged: Candidate) -> Number:
    """Return the number that allow entries are compared with."""
    trusted = judged.network if judged.call.network_trusted else None
    return trusted or judged.sent


def _listed(kind: EntryKind, number: Number) -> Entry:
    if not number.national:
        raise NotGranted(not_granted.no_number(number, kind))
    try:
        read = patterns.read(number.national)
    except InvalidPattern:
        read = None
    if read != (Match.EXACT, number.national):
        raise NotGranted(not_granted.UNLISTED)
    return Entry(None, kind, Match.EXACT, number.national)
