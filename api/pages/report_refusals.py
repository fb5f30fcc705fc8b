"""What the page of reports says where a decision, a question or an answer was not taken."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError

from api.pages.navigation import N_
from api.problems import Problem
from blocklist.errors import ListError
from screener.not_granted import NotGranted
from screener.reports import AlreadyDecided
from screener.words import Words

REFUSALS: Final = (AlreadyDecided, NotGranted, ListError, ValidationError, Problem)
"""What can stand in the way, beside a report that is not there."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was done: ``text`` in English as the catalogues have it, ``words`` in both languages."""

    status: HTTPStatus
    text: str
    words: Words | None = None


_DECIDED: Final = N_(
    "Somebody decided before you: what you chose was not done. How it was decided stands below."
)
_WITHOUT: Final = N_("The report was not confirmed. To confirm it all the same, take the mark from blocking.")
_NUMBERLESS: Final = N_(
    "The call showed no number that could be blocked. Take the mark from blocking to confirm it."
)
_TEXT: Final = N_(
    "The text is empty, too long or holds characters that can't be stored. Correct it and send it again."
)
_NUMBER: Final = N_(
    "This number can't be put on the block list as it is. Take the mark from blocking to confirm it."
)


def refused(error: Exception) -> Refused:
    """Return what is said of one of ``REFUSALS``. Raises the error itself where it is no refusal."""
    match error:
        case AlreadyDecided():
            return Refused(HTTPStatus.CONFLICT, _DECIDED)
        case NotGranted():
            return Refused(HTTPStatus.CONFLICT, _WITHOUT, error.refusal.words)
        case Problem(kind="nothing-to-block"):
            return Refused(HTTPStatus.CONFLICT, _NUMBERLESS)
        case ValidationError():
            return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, _TEXT)
        case ListError():
            return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, _NUMBER)
        case _:
            raise error
