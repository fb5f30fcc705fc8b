"""One call's way: event -> call -> verdict -> journal -> exchange -> record."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from blocklist.numbers import normalise
from screener import behaviour, contract, engine, events, passive, warning
from screener.activity import Recent
from screener.ami import LinkLost, Message
from screener.calls import Action, Call, Did, Ended
from screener.happenings import Decided, Happening, Outcome, Reported
from screener.masking import masked
from screener.metrics import Metrics
from screener.pbx import Pbx
from screener.settings import PbxSettings
from screener.snapshot import Snapshot

log = logging.getLogger(__name__)

REMEMBERED: Final = 20_000
"""Calls under way that a process keeps in mind; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A call that was decided on and has not ended yet."""

    decided: Decided
    asked_at: float


class Screening:
    """Judges the calls of one PBX and tells the exchange.

    ``handle`` is the one place with a broad catch: whatever goes wrong with a call, it is let through,
    counted and logged. ``note`` writes a happening to the journal and never raises. ``served`` is told of
    each verdict after it was sent, and waits for nothing.
    """

    def __init__(
        self,
        name: str,
        settings: PbxSettings,
        snapshot: Callable[[], Snapshot],
        note: Callable[[Happening], bool],
        phrases: warning.Phrases,
        metrics: Metrics,
        listener: str,
        recent: Recent,
        *,
        mask_numbers: bool = True,
        served: Callable[[Decided], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.listener = listener
        self.phrases = phrases
        self._recent = recent
        self._snapshot = snapshot
        self._note = note
        self._metrics = metrics
        self._mask = mask_numbers
        self._served = served
        self._whispers = settings.warning == "whisper"
        self._calls: OrderedDict[str, Screened] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self.pbx = Pbx(name, settings, metrics, self.handle, enforcing=lambda: snapshot().enforcing)
        self._passive = passive.Watch(self)

    def handle(self, message: Message) -> None:
        """Take one event, in order. Never raises: a call that fails here rings."""
        arrived = time.perf_counter()
        try:
            self._take(message, arrived)
        except LinkLost:
            self.let_through("link_lost")
        except Exception:
            self.let_through("error")
            log.exception("pbx %s: a call rings unscreened: this is a bug in the screener", self.name)

    def _take(self, message: Message, arrived: float) -> None:
        if self.settings.watches_calls and message.event in passive.EVENTS:
            self._passive.take(message, arrived)
            return
        event = events.read(message, self.name, self.pbx.tokens)
        match event:
            case events.Ask(call):
                self.screen(call, arrived)
            case events.Doubtful(channel):
                self.count("forged")
                self.start(self._look_up(channel, arrived))
            case events.DidReport() as report:
                self._report(report)
            case events.Warned(uniqueid, channel, played):
                self.warned(uniqueid, f"{played}: {channel}")
            case events.End(uniqueid, peer, seconds, cause):
                self.end(uniqueid, peer, seconds, cause)
            case events.NoToken():
                self.count("without_token")
                self.pbx.check_globals()
            case events.Forged():
                self.count("forged")
            case None:
                pass

    def screen(self, call: Call, arrived: float) -> None:
        """Judge a call that the dialplan holds, note the verdict and send it."""
        screened = self.decide(call, arrived)
        decided = screened.decided
        action = decided.verdict.action if decided.enforced else Action.ALLOW
        value = self.value(decided, action)
        if action is Action.WARN and self._whispers:
            self._passive.whisper_later(call, warning.prompts(decided.verdict, self.phrases))
        self._expect(
            self.pbx.send(
                "Setvar", ("Channel", call.channel), ("Variable", contract.VERDICT), ("Value", value)
            )
        )
        self._metrics.decision_seconds.labels(self.name).observe(time.perf_counter() - arrived)
        self.tell(screened)

    def decide(self, call: Call, arrived: float) -> Screened:
        """Judge a call and note the verdict; the call is remembered until it ends. ``tell`` comes later."""
        snapshot = self._snapshot()
        call = self._trusting(call)
        now = datetime.now(UTC)
        id = f"{self.name} {call.uniqueid}"  # noqa: A001
        activity = self._recent.note(
            id,
            normalise(call.sent_number, snapshot.site, call.trunk_name),
            call.called,
            now,
            snapshot.policy.behaviour,
        )
        verdict = engine.decide(call, snapshot, activity, now)
        if behaviour.spares(verdict):
            self._recent.spare(id)
        decided = Decided(
            at=now,
            call=call,
            verdict=verdict,
            decision_us=round((time.perf_counter() - arrived) * 1_000_000),
            enforced=snapshot.enforcing and self.settings.enforce,
            listener=self.listener,
        )
        self._note(decided)
        screened = Screened(decided, arrived)
        self._remember(call.uniqueid, screened)
        return screened

    def tell(self, screened: Screened) -> None:
        """Count and log a verdict, after the exchange was served."""
        decided = screened.decided
        call, verdict = decided.call, decided.verdict
        self._metrics.decisions.labels(verdict.action, verdict.rule, self.name).inc()
        log.info(
            "call %s %s -> %s: %s by %s%s in %d us",
            call.uniqueid,
            masked(call.shown_number) if self._mask else repr(call.shown_number),
            repr(call.called),
            verdict.action,
            verdict.rule,
            "" if decided.enforced else " (not enforced)",
            decided.decision_us,
        )
        self._served(decided)

    def value(self, decided: Decided, action: Action) -> str:
        """Return the verdict in the words of the call contract."""
        verdict, call = decided.verdict, decided.call
        if action is Action.ALLOW:
            return contract.verdict_value(action, self.listener)
        return contract.verdict_value(
            action,
            self.listener,
            warning.display(verdict, call, self.settings.display),
            () if action is Action.WARN and self._whispers else warning.prompts(verdict, self.phrases),
            answer=self.settings.answer_blocked,
        )

    def report(self, screened: Screened, did: Did, detail: str = "") -> None:
        """Note what was done with a call on our verdict."""
        decided = screened.decided
        self._metrics.acted.labels(did, self.name).inc()
        self._note(
            Reported(datetime.now(UTC), self.name, decided.call.uniqueid, did, detail, decided=decided)
        )

    def warned(self, uniqueid: str, detail: str) -> None:
        """Note that the called person heard the warning."""
        screened = self._calls.get(uniqueid)
        if screened is not None:
            self._note(Reported(datetime.now(UTC), self.name, uniqueid, Did.WARN, detail))

    def end(self, uniqueid: str, peer: str, seconds: int | None, cause: int) -> None:
        """Note how a call ended and forget it."""
        self._calls.pop(uniqueid, None)
        now = datetime.now(UTC)
        self._recent.ended(f"{self.name} {uniqueid}", seconds, now, self._snapshot().policy.behaviour)
        ended = Ended(now, seconds is not None, peer, seconds or 0, cause)
        self._note(Outcome(self.name, uniqueid, ended))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run what takes more than one step; a failure there is logged and counted like any other."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        if isinstance(task.exception(), LinkLost | TimeoutError):
            self.let_through("link_lost")
            return
        self.let_through("error")
        log.error(
            "pbx %s: a call rings unscreened: a bug in the screener", self.name, exc_info=task.exception()
        )

    async def _look_up(self, channel: str, arrived: float) -> None:
        """Screen a call whose request can't be believed by what its channel holds, if it is held at all."""
        names = (*contract.KEPT.values(), "UNIQUEID", "CALLERID(num-pres)")
        values = await asyncio.gather(*(self.pbx.variable(channel, name) for name in names))
        *encoded, uniqueid, presentation = ((value or "").strip() for value in values)
        kept = dict(zip(contract.KEPT, encoded, strict=True))
        if uniqueid and kept["Called"] and uniqueid not in self._calls:
            call = events.call_from_kept(self.name, channel, uniqueid, kept, presentation, self.pbx.tokens)
            self.screen(replace(call, malformed=True), arrived)

    def _report(self, report: events.DidReport) -> None:
        """Note what the dialplan did with a call that it had asked about."""
        uniqueid, did = report.uniqueid, report.did
        self._metrics.acted.labels(did, self.name).inc()
        if did in {Did.TIMEOUT, Did.UNREADABLE}:
            self._metrics.let_through.labels(did, self.name).inc()
            self._metrics.late.labels(self.name).inc(did is Did.TIMEOUT)
            log.warning("pbx %s: call %s rang unscreened: %s", self.name, uniqueid, did)
        screened = self._calls.get(uniqueid)
        if screened is None:  # asked before this process started, or the request was dropped
            self._note(Reported(datetime.now(UTC), self.name, uniqueid, did))
            return
        held = time.perf_counter() - screened.asked_at
        self._metrics.hold_seconds.labels(self.name).observe(held)
        ours = report.listener in {self.listener, ""}
        if not ours:
            self._passive.leave_to_other(uniqueid)
        call = replace(screened.decided.call, sip_from=report.sip_from)
        decided = replace(screened.decided, call=call) if ours else None
        hold_ms = round(held * 1000)
        if did is Did.TIMEOUT:  # where this process was stuck, both events were read at once
            hold_ms = max(hold_ms, self.settings.hold_ms)
        self._note(Reported(datetime.now(UTC), self.name, uniqueid, did, "", hold_ms, decided))

    def _trusting(self, call: Call) -> Call:
        trusted = self.settings.trunk(call.trunk).trust_network_identity
        return replace(call, network_trusted=trusted) if trusted else call

    def _remember(self, uniqueid: str, screened: Screened) -> None:
        self._calls[uniqueid] = screened
        while len(self._calls) > REMEMBERED:
            self._calls.popitem(last=False)

    def _expect(self, answer: "asyncio.Future[Message]") -> None:
        answer.add_done_callback(self._answered)

    def _answered(self, answer: "asyncio.Future[Message]") -> None:
        if answer.cancelled():
            return
        if answer.exception() is not None:
            self.let_through("link_lost")
        elif answer.result()["Response"] != "Success":
            message = answer.result()["Message"]
            gone = "No such channel" in message
            self.let_through("caller_gone" if gone else "refused")
            if not gone:
                log.error(
                    "pbx %s: a verdict was refused: %s; give the account write = call", self.name, message
                )

    def let_through(self, cause: str) -> None:
        """Count a call that rings because something failed."""
        self._metrics.let_through.labels(cause, self.name).inc()

    def count(self, why: str) -> None:
        """Count a frame that was not taken as it came."""
        self._metrics.frames.labels(self.name, why).inc()
