"""What can be wrong with a change of the lists. Each carries the value and says what to do about it."""

from datetime import datetime

from blocklist.models import ListEntry, Official


class ListError(Exception):
    """A change of the lists that was refused."""


class InvalidPattern(ListError):
    """A text that is no telephone number and no prefix of one."""

    def __init__(self, value: str, why: str) -> None:
        super().__init__(f"{value!r}: {why}")
        self.value = value
        self.why = why


class InvalidExpiry(ListError):
    """An entry that would have ended before it began, or at a time that is not clear."""

    def __init__(self, value: datetime, why: str) -> None:
        super().__init__(f"{value.isoformat()} {why}; give a later time, or none for an entry that stays")
        self.value = value
        self.why = why


class InvalidText(ListError):
    """A note, name or source that can't be stored."""

    def __init__(self, field: str, value: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.value = value
        self.why = why


class AlreadyListed(ListError):
    """An entry for the same number is there; ``existing`` is it."""

    def __init__(self, existing: ListEntry | Official) -> None:
        number = existing.pattern if isinstance(existing, ListEntry) else existing.number
        super().__init__(
            f"{number} is listed already, as number {existing.id}; change that one or remove it first"
        )
        self.existing = existing


class NotListed(ListError):
    """No entry has this id, or it has been removed."""

    def __init__(self, id: int) -> None:  # noqa: A002 - the column's name
        super().__init__(f"nothing is listed as number {id}; it may have been removed")
        self.id = id
