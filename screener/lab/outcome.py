"""What a call was like for the one who placed it."""

from dataclasses import dataclass
from enum import StrEnum

from screener.lab.media import Recording


class Ended(StrEnum):
    """Who ended a call."""

    CALLER = "caller"
    EXCHANGE = "exchange"
    TIMEOUT = "timeout"  # nobody answered our last request


@dataclass(frozen=True, slots=True)
class Response:
    """One response to the INVITE; moments are seconds of the monotonic clock throughout."""

    status: int
    phrase: str
    at: float
    has_media: bool
    cause: int | None


@dataclass(frozen=True, slots=True)
class CallerResult:
    """One call as its caller saw it. `status` is the final one, None if there was none."""

    call_id: str
    invited_at: float
    responses: tuple[Response, ...]
    status: int | None
    cause: int | None
    answered_at: float | None
    ended_at: float
    ended_by: Ended
    heard: Recording

    @property
    def early_media(self) -> bool:
        """Whether the exchange offered sound before it answered."""
        return any(response.has_media for response in self.responses if response.status < 200)

    @property
    def heard_early(self) -> Recording:
        """What the caller heard before the call was answered (or without it ever being)."""
        end = self.ended_at if self.answered_at is None else self.answered_at
        return self.heard.between(self.invited_at, end)

    def at(self, status: int) -> float | None:
        """When the first response with this status came, in seconds after the INVITE."""
        return next((one.at - self.invited_at for one in self.responses if one.status == status), None)
