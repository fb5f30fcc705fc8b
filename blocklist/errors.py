"""What can be wrong with the lists or a change of them. Each names the value and says what to do about it."""

from datetime import datetime

from blocklist.models import Exemption, ListEntry, Official


class ListError(Exception):
    """A change of the lists that was refused."""


class InvalidPattern(ListError):
    """A text that is no telephone number and no prefix of one."""

    def __init__(self, value: str, why: str) -> None:
        super().__init__(f"{value!r}: {why}")
        self.value = value
        self.why = why


class InvalidExpiry(ListError):
    """An entry that would have ended before it began, or at a time that is not clear or that no clock has."""

    def __init__(self, value: datetime, why: str, remedy: str = "give a later time") -> None:
        super().__init__(f"{value.isoformat()} {why}; {remedy}, or none for an entry that stays")
        self.value = value
        self.why = why
        self.remedy = remedy


class InvalidText(ListError):
    """A note, name or source that can't be stored."""

    def __init__(self, field: str, value: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.value = value
        self.why = why


class InvalidAction(InvalidText):
    """An action of its own for an entry that can have none."""


class InvalidScope(InvalidText):
    """A PBX or called number that no call can have."""


class AlreadyListed(ListError):
    """An entry for the same number is there; ``existing`` is it, ``ended`` when it stopped to count."""

    def __init__(
        self, existing: ListEntry | Official | Exemption, written: str, ended: datetime | None = None
    ) -> None:
        remedy = "change that one or remove it first"
        if ended is not None:
            remedy = f"it ended at {ended.isoformat()}: give that one a later end, or remove it first"
        super().__init__(f"{written} is listed already, as number {existing.id}; {remedy}")
        self.existing = existing


class NotListed(ListError):
    """No entry has this id, or it has been removed."""

    def __init__(self, id: int) -> None:  # noqa: A002 - the column's name
        super().__init__(f"nothing is listed as number {id}; it may have been removed")
        self.id = id


class ChangedMeanwhile(ListError):
    """Somebody changed what a change rests on; ``existing`` is how it is now."""

    def __init__(self, existing: ListEntry | Official | Exemption) -> None:
        by = existing.author if isinstance(existing, ListEntry) else ""
        super().__init__(
            f"number {existing.id} was changed meanwhile{f' by {by}' if by else ''}, and nothing was done; "
            "look at it again, then change it"
        )
        self.existing = existing


class ListsUnreadable(Exception):
    """The database holds a value that no list or rule can have: somebody else wrote it."""

    def __init__(self, table: str, key: object, why: str, remedy: str = "correct or delete the row") -> None:
        self.what = f"table '{table}', row {key}: {why}"
        super().__init__(f"{self.what}; {remedy}")
        self.table = table
        self.key = key
        self.why = why
        self.remedy = remedy
