"""The form of an entry: what was typed, what is made of it, what is said where it can't be used."""

from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Annotated, Any, Final

from fastapi import Form
from pydantic import BaseModel

from api.pages.form_refusals import Told
from api.pages.navigation import N_
from api.schemas.entries import EntryNew
from blocklist.drafts import EntryDraft, written
from blocklist.entries import EntryKind
from blocklist.models import ListEntry

_LOCAL: Final = "%Y-%m-%dT%H:%M"
"""As browsers write a local time (HTML, "valid local date and time string")."""


class EntryForm(BaseModel):
    """What somebody typed, as text. ``called`` has numbers with blanks or commas between them."""

    kind: str = EntryKind.BLOCK.value
    pattern: str = ""
    category: str = "other"
    action: str = ""
    note: str = ""
    source: str = ""
    expires_at: str = ""
    """In the time zone of the page; empty: it stays."""
    pbx: str = ""
    called: str = ""
    version: str = ""
    """Of what was shown; a change of anything else is refused."""
    back: str = ""
    """The page to go back to."""

    @classmethod
    def of(cls, entry: ListEntry, zone: tzinfo, back: str) -> "EntryForm":
        """Return the form as a stored entry fills it."""
        return cls(
            kind=entry.kind,
            pattern=written(entry),
            category=entry.category,
            action=entry.action,
            note=entry.note,
            source=entry.source,
            expires_at=_local(entry.expires_at, zone),
            pbx=entry.pbx,
            called=entry.called,
            version=entry.version,
            back=back,
        )

    def draft(self, zone: tzinfo, stored: ListEntry | None = None) -> EntryDraft:
        """Return what is to be stored, of a stored entry what is not in the form too.

        The API's own schema looks at it. Raises ValidationError.
        """
        fields: dict[str, Any] = self.model_dump(exclude={"version", "back"})
        fields["action"] = self.action or None
        fields["called"] = self.called.replace(",", " ").split()
        fields["expires_at"] = None
        if self.expires_at:
            fields["expires_at"] = _read(self.expires_at, zone)
        draft = EntryDraft(**EntryNew.model_validate(fields).model_dump())
        if stored is None:
            return draft
        same_end = self.expires_at == _local(stored.expires_at, zone)
        return replace(
            draft,
            imported=stored.imported,
            expires_at=stored.expires_at if same_end else draft.expires_at,
        )


Filled = Annotated[EntryForm, Form()]

TOLD: Final = Told(
    "pattern",
    {
        "pattern": N_(
            "This can't be read as a number or pattern. Write a number as in 0912 345 678, first digits as "
            "in 0162*, a range as in 0912345000 - 0912345999, or a name as in name:*thanh tra*."
        ),
        "expires_at": N_("The end must be a time that is still to come. Choose it again, or leave it empty."),
        "action": N_("An action of its own is for entries of the block list alone."),
        "called": N_("Write the called extensions with blanks between them, as in 1001 10*."),
        "pbx": N_("There is no such exchange."),
        "note": N_("The note is too long, or holds characters that can't be stored."),
        "source": N_("The source is too long, or holds characters that can't be stored."),
        "kind": N_("Choose the list."),
        "category": N_("Choose the category."),
    },
    N_("The same is on this list already."),
)


def _local(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime(_LOCAL) if at else ""


def _read(text: str, zone: tzinfo) -> str:
    """Return a local time with its zone; what is none as it is, for the schema to refuse."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except ValueError:
        return text
