"""What an entry would be and would have fitted, told before it is saved."""

from dataclasses import dataclass

from fastapi import APIRouter

from api.asking import needs
from api.deps import Services, Shared
from api.schemas.entries import EntryNew
from api.schemas.preview import ForesightOut, PreviewOut
from blocklist.drafts import EntryDraft, written
from blocklist.entries import Match
from blocklist.models import ListEntry
from blocklist.store import new_entry
from screener.access.roles import Permission
from screener.foresight import Foresight
from screener.remarks import remarks

router = APIRouter(prefix="/entries", tags=["entries"])


@dataclass(frozen=True, slots=True)
class Preview:
    """An entry that is not stored, the same one that is, what is said of it, and what it would have hit."""

    entry: ListEntry
    existing: ListEntry | None
    remarks: tuple[str, ...]
    foresight: Foresight


@router.post(
    "/preview",
    summary="Tell what an entry would have fitted in the last 30 days",
    dependencies=[needs(Permission.LISTS)],
)
def preview(new: EntryNew, shared: Shared) -> PreviewOut:
    """Store nothing; tell how the entry is read, its remarks, and the recorded calls that it fits."""
    found = previewed(EntryDraft(**new.model_dump()), shared)
    return PreviewOut(
        match=Match(found.entry.match),
        pattern=written(found.entry),
        existing=found.existing.id if found.existing else None,
        remarks=list(found.remarks),
        foresight=ForesightOut.model_validate(found.foresight),
    )


def previewed(draft: EntryDraft, shared: Services) -> Preview:
    """Look ahead. Raises what ``ListStore.add_entry`` raises of drafts."""
    entry = new_entry(draft, "", shared.clock())
    said = remarks(entry, shared.lists.neighbours(entry), shared.snapshots.current)
    return Preview(entry, shared.lists.same(entry), said, shared.calls_before.foresee(entry))
