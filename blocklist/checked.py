"""Drafts of entries and official numbers once they are checked: the values of their rows."""

from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from blocklist import patterns, scopes, texts
from blocklist.drafts import EntryDraft, OfficialDraft
from blocklist.entries import EntryKind, Match
from blocklist.errors import InvalidAction, InvalidExpiry, InvalidPattern, InvalidText
from blocklist.registry_file import ALIASES_BETWEEN

_FAR_AWAY: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""A time of the calendar's last days can't be told in every time zone."""


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


class CheckedOfficial(NamedTuple):
    """The columns of ``models.Official`` that a draft fills, by their names."""

    number: str
    last: str
    organisation: str
    name: str
    aliases: list[str]
    receives_only: bool
    confirmed: bool
    note: str
    source: str
    last_checked: date | None


def checked_official(draft: OfficialDraft) -> CheckedOfficial:
    """Check a draft. Raises InvalidPattern and InvalidText."""
    number, last = patterns.official(draft.number)
    aliases = [texts.read("aliases", alias, 300) for alias in draft.aliases]
    for alias in aliases:
        if ALIASES_BETWEEN in alias:
            raise InvalidText(
                "aliases",
                alias,
                f"holds a {ALIASES_BETWEEN}, which parts aliases in files; leave it out",
            )
    return CheckedOfficial(
        number,
        last,
        texts.read("organisation", draft.organisation, 300, needed=True),
        texts.read("name", draft.name, 300, needed=not number),
        [alias for alias in aliases if alias],
        draft.receives_only,
        draft.confirmed,
        texts.read("note", draft.note),
        texts.read("source", draft.source, 500),
        draft.last_checked,
    )


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
            "action", draft.action.value, f"is for block entries; leave it out of one that says {draft.kind}"
        )
    expires_at = draft.expires_at
    if expires_at is not None and expires_at.tzinfo is None:
        raise InvalidExpiry(expires_at, "has no time zone")
    if expires_at is not None and expires_at >= _FAR_AWAY:
        raise InvalidExpiry(expires_at, "is too far away", "give an earlier time")
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
