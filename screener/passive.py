"""Passive screening: watches new channels, touches a call only on a match, needs no change to the dialplan.

Events that tell of calls carry what callers wrote, unescaped, so nobody is believed here: an event is only a
reason to look at a channel, and all that is acted upon is asked from Asterisk.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from screener import contract, events, warning
from screener.ami import Message
from screener.calls import Action, Call, Did, Mode
from screener.whisper import whisper

if TYPE_CHECKING:
    from screener.screening import Screened, Screening

log = logging.getLogger(__name__)

EVENTS: Final = frozenset({"Newchannel", "BridgeEnter", "Hangup"})
CAN_NOT_TAG: Final = "passive screening can't change the display"

_OUTGOING: Final = "0"
"""The channel state (down) in which channels begin that Asterisk itself makes, to call somebody."""
_CALLED: Final = "AppDial"
"""What starts the name of the application of a channel that was made to call somebody."""
_REQUIRED: Final = ("Channel", "Context", "Exten", "Uniqueid", "Linkedid")
_ASSERTED: Final = "PJSIP_HEADER(read,P-Asserted-Identity)"
_REMEMBERED: Final = 20_000
_GONE_AFTER: Final = 1.0
"""Seconds after a Hangup event in which the channel has really gone."""


@dataclass(slots=True)
class Watched:
    """A call of an inbound channel. ``prompts`` are still to be whispered to whoever answers.

    ``held`` tells that the dialplan asked about it: then the dialplan also tells how it ends.
    """

    uniqueid: str
    held: bool = False
    prompts: tuple[str, ...] = ()
    answered_at: float | None = None
    peer: str = ""


class Watch:
    """The calls of one PBX that are screened without its dialplan knowing."""

    def __init__(self, screening: "Screening") -> None:
        self._screening = screening
        self._pbx = screening.pbx
        self._by_channel: OrderedDict[str, Watched] = OrderedDict()
        self._by_uniqueid: dict[str, Watched] = {}
        self._arriving: set[str] = set()
        """Channels being looked at: after a pause of ours all events of a call may come at once."""

    def take(self, message: Message, arrived: float) -> None:
        """Start looking at the channel that an event tells of, where it may be one of ours."""
        channel = message["Channel"]
        sound = message.sound(_REQUIRED)
        if not sound:
            self._screening.count("forged")
        if not events.is_channel(channel) or channel.startswith("Local/"):
            return
        # What comes behind the caller's number in a frame may be the caller's, even where the frame is sound.
        if message.event == "Newchannel":
            if self._is_passive(channel) and message["ChannelState"] != _OUTGOING:
                self._arriving.add(channel)
                self._screening.start(self._arrive(channel, message if sound else None, arrived))
        elif message.event == "BridgeEnter":
            if self._by_uniqueid or self._arriving:
                self._screening.start(self._bridge(channel))
        elif channel in self._by_channel or channel in self._arriving:
            self._screening.start(self._hang_up(channel, message["Cause"]))

    def whisper_later(self, call: Call, prompts: tuple[str, ...]) -> None:
        """Whisper to whoever answers a call that the dialplan holds now."""
        self._remember(call.channel, Watched(call.uniqueid, held=True, prompts=prompts))

    def leave_to_other(self, uniqueid: str) -> None:
        """Whisper nothing: the call is under another listener's verdict."""
        watched = self._by_uniqueid.get(uniqueid)
        if watched is not None:
            watched.prompts = ()

    def _is_passive(self, channel: str) -> bool:
        settings = self._pbx.settings
        mode = settings.trunk(events.trunk(channel)).mode or settings.mode
        return mode is Mode.PASSIVE

    async def _arrive(self, channel: str, message: Message | None, arrived: float) -> None:
        """Look at a new inbound channel and act on the verdict."""
        try:
            call = await self._look(channel, message)
        finally:
            self._arriving.discard(channel)
        if call is None:
            await self._miss(channel, message)
            return
        if call.uniqueid in self._by_uniqueid:
            return
        watched = Watched(call.uniqueid)
        self._remember(channel, watched)
        screened = self._screening.decide(call, arrived)
        verdict = screened.decided.verdict
        action = verdict.action if screened.decided.enforced else Action.ALLOW
        self._screening.tell(screened)
        if action in {Action.BLOCK, Action.WARN} and not await self._claim(channel):
            return
        if action is Action.BLOCK:
            await self._take_away(channel, screened)
        elif action is Action.WARN:
            watched.prompts = warning.prompts(verdict, self._screening.phrases)
            self._screening.report(screened, Did.ALLOW, "the warning waits for an answer")
        else:
            self._screening.report(screened, Did.ALLOW, CAN_NOT_TAG if action is Action.TAG else "")

    async def _miss(self, channel: str, message: Message | None) -> None:
        """Count a call from outside that was over before it could be looked at."""
        inbound = message is not None and message["Context"] in self._pbx.settings.inbound_contexts
        if inbound and await self._pbx.variable(channel, "UNIQUEID") is None:
            self._screening.let_through("caller_gone")
            log.info(
                "pbx %s: a call of %s was over before it could be looked at", self._screening.name, channel
            )

    async def _look(self, channel: str, message: Message | None) -> Call | None:
        """Read a channel; None where it is gone or no inbound one.

        What its event says counts where that is sound and names the channel's unique id too: by now the
        channel may have left the context in which it came in.
        """
        trunk = events.trunk(channel)
        names = ["UNIQUEID", "CONTEXT", "CHANNEL(name)", "CHANNEL(appname)", "CALLERID(num-pres)"]
        said = ["CALLERID(num)", "CALLERID(name)", "CALLERID(dnid)", "REDIRECTING(from-num)"]
        if channel.startswith("PJSIP/"):
            names.append(f"PJSIP_ENDPOINT({trunk},context)")
            said.append(_ASSERTED)
        found = await asyncio.gather(
            *(self._pbx.variable(channel, name) for name in names),
            *(self._pbx.said(channel, name) for name in said),
        )
        value = dict(zip((*names, *said), (text or "" for text in found), strict=True))
        contexts = {value["CONTEXT"], value.get(f"PJSIP_ENDPOINT({trunk},context)", "")}
        called = value["CALLERID(dnid)"]
        if message is not None and message["Uniqueid"] == value["UNIQUEID"]:
            contexts.add(message["Context"])
            called = called or message["Exten"]
        if contexts.isdisjoint(self._pbx.settings.inbound_contexts):
            return None
        if value["CHANNEL(name)"] != channel or value["CHANNEL(appname)"].startswith(_CALLED):
            return None
        diversion = value["REDIRECTING(from-num)"]
        return replace(
            events.identified(value["CALLERID(num)"], value["CALLERID(name)"], called),
            pbx=self._screening.name,
            channel=channel,
            uniqueid=value["UNIQUEID"],
            trunk=trunk,
            network_number=events.uri_user(value.get(_ASSERTED, "")),
            diversions=(diversion,) if diversion else (),
            presentation=value["CALLERID(num-pres)"],
            mode=Mode.PASSIVE,
        )

    async def _claim(self, channel: str) -> bool:
        """Put a call under our verdict; False where another listener has done so."""
        if await self._pbx.variable(channel, contract.LISTENER):
            return False
        self._pbx.send(
            "Setvar",
            ("Channel", channel),
            ("Variable", contract.LISTENER),
            ("Value", self._screening.listener),
        )
        return await self._pbx.variable(channel, contract.LISTENER) == self._screening.listener

    async def _take_away(self, channel: str, screened: "Screened") -> None:
        """Redirect a blocked caller into our context, which tells what it did."""
        value = self._screening.value(screened.decided, Action.BLOCK)
        self._pbx.send("Setvar", ("Channel", channel), ("Variable", contract.VERDICT), ("Value", value))
        answer = await self._pbx.send(
            "Redirect",
            ("Channel", channel),
            ("Context", contract.PASSIVE),
            ("Exten", "block"),
            ("Priority", "1"),
        )
        if answer["Response"] != "Success":
            self._screening.let_through("redirect_refused")
            self._screening.report(screened, Did.ALLOW, f"not taken away: {answer['Message']}")

    async def _bridge(self, channel: str) -> None:
        """Whisper the warning to the called person who was just connected."""
        names = ("CHANNEL(linkedid)", "UNIQUEID", "CHANNEL(state)")
        linkedid, uniqueid, state = await asyncio.gather(
            *(self._pbx.variable(channel, name) for name in names)
        )
        watched = self._by_uniqueid.get(linkedid or "")
        if watched is None or uniqueid == watched.uniqueid or state != "Up":
            return
        if watched.answered_at is None:
            watched.answered_at = time.monotonic()
            watched.peer = events.trunk(channel)
        prompts, watched.prompts = watched.prompts, ()
        if not prompts:
            return
        refusal = await whisper(self._pbx, channel, prompts, watched.uniqueid)
        if refusal:
            self._screening.let_through("whisper_refused")
            log.error("no warning whispered: %s; give the account write = originate", refusal)

    async def _hang_up(self, channel: str, cause: str) -> None:
        """Note the end of a call whose channel has gone; one that is still there did not end."""
        await asyncio.sleep(_GONE_AFTER)
        watched = self._by_channel.get(channel)
        if watched is None or await self._pbx.variable(channel, "UNIQUEID") == watched.uniqueid:
            return
        self._forget(channel)
        if watched.held:
            return
        seconds = None
        if watched.answered_at is not None:
            seconds = max(0, round(time.monotonic() - watched.answered_at - _GONE_AFTER))
        self._screening.end(watched.uniqueid, watched.peer, seconds, events.whole(cause))

    def _remember(self, channel: str, watched: Watched) -> None:
        if channel in self._by_channel:  # channels' names begin anew when Asterisk does
            self._forget(channel)
        self._by_channel[channel] = watched
        self._by_uniqueid[watched.uniqueid] = watched
        while len(self._by_channel) > _REMEMBERED:
            self._forget(next(iter(self._by_channel)))

    def _forget(self, channel: str) -> None:
        watched = self._by_channel.pop(channel)
        self._by_uniqueid.pop(watched.uniqueid, None)
