"""A draft of an entry once it is checked: the values of its row."""

from datetime import datetime
from typing import NamedTuple

from blocklist import patterns, scopes, texts
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind, Match
from blocklist.errors import InvalidAction, InvalidExpiry, InvalidPattern


class Checked(NamedTuple):
    """The columns of ``models.ListEntry`` that a draft fills, by their names."""

    pattern: str
    match: str
    kind: str
    pbx: str
    called: str
    imported: str
    category: str
    action: str
    note: str
    source: str
    expires_at: datetime | None


def checked(draft: EntryDraft, now: datetime, stays: datetime | None = None) -> Checked:
    """Check a draft. An end that has passed is refused, unless it is ``stays``: the one that the entry has.

    Raises InvalidPattern, InvalidAction, InvalidScope, InvalidExpiry, InvalidText.
    """
    match, pattern = patterns.read(draft.pattern)
    if match is Match.NAME and draft.kind is EntryKind.ALLOW:
        raise InvalidPattern(
            draft.pattern, "can't be allowed, for anybody can write a name; allow the caller's number"
        )
    if draft.action is not None and draft.kind is not EntryKind.BLOCK:
        raise InvalidAction(
            "action", draft.action, f"is for block entries; leave it out of one that says {draft.kind}"
        )
    expires_at = draft.expires_at
    if expires_at is not None and expires_at.tzinfo is None:
        raise InvalidExpiry(expires_at, "has no time zone")
    if expires_at is not None and expires_at <= now and expires_at != stays:
        raise InvalidExpiry(expires_at, "has passed")
    return Checked(
        pattern,
        match.value,
        draft.kind.value,
        scopes.pbx(draft.pbx) if draft.pbx else "",
        scopes.called(draft.called) if draft.called else "",
        texts.read("imported", draft.imported, 200),
        draft.category.value,
        draft.action.value if draft.action else "",
        texts.read("note", draft.note),
        texts.read("source", draft.source, 200),
        expires_at,
    )
