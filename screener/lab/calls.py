"""The lab exchange as a command: up, down, and one real call with an account of what happened to it."""

import asyncio
import contextlib
import errno
import os
import signal
import time
from dataclasses import dataclass

from screener.lab import state
from screener.lab.caller import Caller
from screener.lab.install import LabError
from screener.lab.launch import launch
from screener.lab.media import CALLER_TONE, PHONE_TONE, Recording
from screener.lab.outcome import CallerResult, Ended
from screener.lab.phone import PhoneBank, PhoneBehaviour, PhoneCall
from screener.lab.provision import Release
from screener.lab.setup import LOOPBACK, PHONES_ADDRESS, Trunk
from screener.lab.state import LabState

_STOP_SECONDS = 10.0
_LONGEST_CALL = 90.0


@dataclass(frozen=True, slots=True)
class CallerSide:
    """What the caller got. `responses` are (status, phrase, seconds after the INVITE)."""

    responses: tuple[tuple[int, str, float], ...]
    status: int | None
    cause: int | None
    early_media_seconds: float
    speech_heard_early_seconds: float
    heard_phone_seconds: float
    ended_by: Ended
    seconds: float


@dataclass(frozen=True, slots=True)
class PhoneSide:
    """What happened at the called phone; speech is audible sound that isn't the caller's tone."""

    extension: str
    name: str
    number: str
    answered: bool
    heard_caller_seconds: float
    speech_heard_seconds: float


@dataclass(frozen=True, slots=True)
class CallReport:
    """One call through the lab. `phone` is None when no phone rang."""

    caller: CallerSide
    phone: PhoneSide | None


async def up(release: Release = Release.LTS) -> LabState:
    """Starts the lab exchange in the background; it stays until down(). Raises LabError."""
    return state.of(await launch(release, detached=True))


async def down() -> LabState:
    """Stops the running lab exchange and returns what it was. Raises LabError when there is none."""
    running = need_running()
    _signal(running, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while state.is_running(running):
        if time.monotonic() > deadline:
            _signal(running, signal.SIGKILL)
        await asyncio.sleep(0.05)
    state.remove()
    return running


def _signal(lab: LabState, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
        os.kill(lab.pid, number)


def need_running() -> LabState:
    """The running lab exchange; raises LabError with the remedy when there is none."""
    running = state.load()
    if running is None:
        raise LabError("no lab exchange is running; start one with `call-screener lab up`")
    return running


async def place_call(
    lab: LabState,
    from_number: str,
    to: str = "1001",
    *,
    name: str = "",
    trunk: Trunk = Trunk.CARRIER,
    seconds: float = 3.0,
) -> CallReport:
    """One call from a trunk to a phone that answers at once; the caller stays `seconds` after the answer.

    Raises LabError when the phones' port is taken.
    """
    caller = Caller(trunk.address, (LOOPBACK, lab.ports.sip))
    try:
        async with PhoneBank(lab.ports.phones, PhoneBehaviour()) as phones:
            result = await caller.call(
                from_number, to, from_name=name, hang_up_after=seconds, max_seconds=_LONGEST_CALL
            )
            call = phones.calls[0] if phones.calls else None
            if call is not None:
                await asyncio.wait_for(call.over.wait(), _STOP_SECONDS)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise LabError(
            f"the lab's phones ({PHONES_ADDRESS}:{lab.ports.phones}) are in use: "
            "another lab call is running; wait until it is over"
        ) from error
    return CallReport(_caller_side(result), None if call is None else _phone_side(call))


def _caller_side(result: CallerResult) -> CallerSide:
    early = result.heard_early
    return CallerSide(
        responses=tuple((one.status, one.phrase, one.at - result.invited_at) for one in result.responses),
        status=result.status,
        cause=result.cause,
        early_media_seconds=early.seconds,
        speech_heard_early_seconds=early.seconds_without_tone(PHONE_TONE),
        heard_phone_seconds=result.heard.seconds_of_tone(PHONE_TONE),
        ended_by=result.ended_by,
        seconds=result.ended_at - result.invited_at,
    )


def _phone_side(call: PhoneCall) -> PhoneSide:
    heard = call.heard or Recording.empty()
    return PhoneSide(
        extension=call.extension,
        name=call.name,
        number=call.number,
        answered=call.answered_at is not None,
        heard_caller_seconds=heard.seconds_of_tone(CALLER_TONE),
        speech_heard_seconds=heard.seconds_without_tone(CALLER_TONE),
    )
