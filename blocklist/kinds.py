"""The closed list of ways in which a caller imitates an office."""

from enum import StrEnum


class LookalikeKind(StrEnum):
    """The way in which a caller imitates an official number or name; the first that fits is the verdict's."""

    OFFICIAL_AS_CALLER = "official_as_caller"
    """A number that only receives calls shows up as the caller."""
    DRESSED = "dressed"
    """The official number in wrong prefixes: ``+840…``, ``+84113``."""
    OLD_PLAN = "old_plan"
    """The form that the official number had before 2017 (landlines) or 2018 (mobiles)."""
    OTHER_AREA = "other_area"
    """The same subscriber digits under another area code or mobile prefix."""
    ONE_DIGIT = "one_digit"
    SWAPPED = "swapped"
    """Two neighbouring digits changed places."""
    MISSING = "missing"
    EXTRA = "extra"
    NEIGHBOUR = "neighbour"
    """Only the last two digits differ."""
    NAME = "name"
    """The display name is that of an office, or a title of one."""
