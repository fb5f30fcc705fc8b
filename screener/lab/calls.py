"""The lab exchange as a command: up, down, and one real call with an account of what happened to it."""

import asyncio
import contextlib
import errno
import fcntl
import logging
import os
import signal
import time
from collections.abc import AsyncIterator
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

log = logging.getLogger(__name__)

_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.05
_BESIDES_TALK = 30.0
"""Seconds of a call before the two talk: ringing and the longest warning."""
_SILENCE = 5.0


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


@dataclass(frozen=True, slots=True)
class Stopped:
    """An exchange that was stopped; the version is empty where only its process could be found."""

    pid: int
    version: str


async def down() -> Stopped:
    """Stops the running lab exchange and returns what it was. Raises LabError when there is none."""
    running = state.load()
    pid = state.stray() if running is None else running.pid
    if pid is None:
        raise LabError(_NONE_RUNNING)
    begun = state.started(pid)
    _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while begun is not None and state.started(pid) == begun:
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
        await asyncio.sleep(_POLL_SECONDS)
    state.remove(pid)
    return Stopped(pid, running.version if running else "")


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
        os.kill(pid, number)


_NONE_RUNNING = "no lab exchange is running; start one with `call-screener lab up`"


def need_running() -> LabState:
    """The running lab exchange; raises LabError with the remedy when there is none."""
    running = state.load()
    if running is None:
        if state.being_started():
            raise LabError("the lab exchange is being started; try again in a few seconds")
        state.refuse_stray()
        raise LabError(_NONE_RUNNING)
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

    A call that another process places is waited for: there is one set of phones. Raises LabError when some
    other program has the phones' port.
    """
    caller = Caller(trunk.address, (LOOPBACK, lab.ports.sip))
    async with _phones_free(lab):
        try:
            async with PhoneBank(lab.ports.phones, PhoneBehaviour()) as phones:
                result = await caller.call(
                    from_number,
                    to,
                    from_name=name,
                    hang_up_after=seconds,
                    max_seconds=seconds + _BESIDES_TALK,
                    silence_seconds=_SILENCE,
                )
                call = phones.calls[0] if phones.calls else None
                if call is not None:
                    with contextlib.suppress(TimeoutError):  # the exchange ended in the middle of the call
                        await asyncio.wait_for(call.over.wait(), _STOP_SECONDS)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise LabError(
                f"another program uses {PHONES_ADDRESS}:{lab.ports.phones}, where the lab's phones are "
                f"(`ss -lunp sport = :{lab.ports.phones}` names it): end it, or take other ports with "
                "`call-screener lab down` and `call-screener lab up`"
            ) from error
    return CallReport(_caller_side(result), None if call is None else _phone_side(call))


@contextlib.asynccontextmanager
async def _phones_free(lab: LabState) -> AsyncIterator[None]:
    with (lab.workdir / "phones.lock").open("w") as lock:
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    log.warning("another lab call is using the phones; this one is placed when it is over")
                told = True
            await asyncio.sleep(_POLL_SECONDS)
        yield


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
