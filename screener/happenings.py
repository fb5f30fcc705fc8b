"""What is written down of a call, in the order in which it happens: decided, reported, ended or missed."""

from dataclasses import dataclass
from datetime import datetime

from screener.calls import Call, Did, Ended, Verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict, as it goes out to the exchange.

    ``listener`` names the process that decided: two may serve one exchange. ``decision_us`` counts
    microseconds from the request's arrival. ``enforced`` is False where the call was let through whatever the
    verdict (monitor-only, or the switch was off).
    """

    at: datetime
    call: Call
    verdict: Verdict
    decision_us: int
    enforced: bool
    listener: str


@dataclass(frozen=True, slots=True)
class Reported:
    """What the exchange says it did with a call.

    ``decided`` is this listener's verdict where it was the one acted upon (or none was), None where another
    listener's was. ``hold_ms`` is how long the exchange held the call, as far as the listener saw it.
    """

    at: datetime
    pbx: str
    uniqueid: str
    did: Did
    detail: str = ""
    hold_ms: int | None = None
    decided: Decided | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended."""

    pbx: str
    uniqueid: str
    ended: Ended


@dataclass(frozen=True, slots=True)
class Missed:
    """The exchange no longer has a call whose end nobody told of. An ``Outcome`` that still comes counts."""

    at: datetime
    pbx: str
    uniqueid: str


Happening = Decided | Reported | Outcome | Missed
