"""What is said where a form of entries or official numbers can't be used: at which field, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from api.pages.navigation import N_
from blocklist.errors import AlreadyListed, ChangedMeanwhile, InvalidExpiry, InvalidPattern, InvalidText

REFUSALS: Final = (
    ValidationError,
    InvalidPattern,
    InvalidExpiry,
    InvalidText,
    AlreadyListed,
    ChangedMeanwhile,
)
"""What can be wrong with a form."""
_CHANGED: Final = N_("Somebody else changed it meanwhile.")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not taken. ``text`` is English as the catalogues have it, ``detail`` always is.

    ``existing`` is the id of what is stored for the same.
    """

    field: str
    text: str
    detail: str = ""
    existing: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a form says of its fields: ``texts`` by field, ``listed`` where its ``key`` field is taken."""

    key: str
    texts: Mapping[str, str]
    listed: str

    def refused(self, error: Exception) -> Refused:
        """Return what is said of one of ``REFUSALS``."""
        match error:
            case AlreadyListed():
                return Refused(self.key, self.listed, existing=error.existing.id)
            case ChangedMeanwhile():
                return Refused("", _CHANGED, existing=error.existing.id)
            case InvalidPattern():
                return Refused(self.key, self.texts[self.key], error.why)
            case InvalidExpiry():
                return Refused("expires_at", self.texts["expires_at"], error.why)
            case InvalidText():
                return Refused(error.field, self.texts[error.field], error.why)
            case ValidationError():
                first = error.errors()[0]
                field = str(first["loc"][0])
                return Refused(field, self.texts[field], first["msg"].removeprefix("Value error, "))
            case _:
                raise error
