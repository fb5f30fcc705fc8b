"""What a reviewer should know before a reported number is put on the block list."""

from api.deps import Services
from blocklist.drafts import EntryDraft
from blocklist.entries import EntryKind
from blocklist.errors import ListError
from blocklist.store import new_entry
from screener.remarks import remarks


def block_remarks(number: str, services: Services) -> tuple[str, ...]:
    """Return sentences in Vietnamese, none where a block hits nobody but this caller, or can't be made.

    ``number`` is in national form, or empty.
    """
    try:
        entry = new_entry(EntryDraft(EntryKind.BLOCK, number), "", services.clock())
    except ListError:
        return ()
    return remarks(entry, services.lists.neighbours(entry), services.snapshots.current)
