"""One login to a PBX: from the connection until it ends, with everything that must be watched meanwhile."""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from screener import contract, reach
from screener.ami import AmiProtocol, LinkLost, Message, Refused
from screener.health import LinkState
from screener.request_tokens import RequestTokens
from screener.settings import PbxSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a session is, in seconds."""

    connect_within: float = 5.0
    answer_within: float = 3.0
    boot_within: float = 60.0
    ping_every: float = 2.0
    beat_every: float = 15.0


class SessionOver(Exception):
    """Why a session is over, in words for the log at night, with the remedy where there is one."""

    def __init__(self, state: LinkState, detail: str) -> None:
        super().__init__(detail)
        self.state = state
        self.detail = detail


class Session:
    """One login to a PBX.

    ``deliver`` gets the events that are not the link's own business, in order; ``count`` one word for each
    frame refused; ``on_skipped`` how many calls the dialplan could ask nobody about since it was last read;
    ``on_booting`` is called where Asterisk has taken the login before it is fully up.
    """

    def __init__(
        self,
        settings: PbxSettings,
        timing: Timing,
        tokens: RequestTokens,
        deliver: Callable[[Message], None],
        count: Callable[[str], None],
        on_skipped: Callable[[int], None],
        on_booting: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._timing = timing
        self._tokens = tokens
        self._deliver = deliver
        self._count = count
        self._on_skipped = on_skipped
        self._on_booting = on_booting
        self._protocol: AmiProtocol | None = None
        self._beat = ""
        self._beat_heard = asyncio.Event()
        self._booted = asyncio.Event()
        self._look_again = asyncio.Event()

    @property
    def protocol(self) -> AmiProtocol:
        """Return the connection. Raises LinkLost before there is one."""
        if self._protocol is None:
            raise LinkLost("not connected to the PBX")
        return self._protocol

    async def open(self) -> str:
        """Connect, log in, wait for Asterisk to be up and its events to arrive; return its banner.

        Raises SessionOver, with the reason in words.
        """
        try:
            banner = await self._connect()
            await self._log_in()
            await self._wait_until_booted()
            await self._share_globals(first=True)
            await self._hear_a_beat()
        except LinkLost as error:
            raise SessionOver(LinkState.DOWN, str(error)) from None
        except TimeoutError:
            raise SessionOver(LinkState.SILENT, self._no_answer()) from None
        except OSError as error:
            cause = reach.why(error, self._settings)
            where = f"{self._settings.host}:{self._settings.port}"
            raise SessionOver(LinkState.DOWN, f"can't reach {where}: {cause.text}; {cause.remedy}") from None
        return banner

    async def watch(self) -> None:
        """Ping, keep the globals in place and read the count of skipped calls. Ends with SessionOver."""
        loop = asyncio.get_running_loop()
        beat_at = loop.time() + self._timing.beat_every
        try:
            while True:
                await self._pause()
                await self.protocol.ask("Ping", within=self._timing.answer_within)
                await self._share_globals(first=False)
                await self._read_skipped()
                if loop.time() >= beat_at:
                    await self._hear_a_beat()
                    beat_at = loop.time() + self._timing.beat_every
        except LinkLost as error:
            raise SessionOver(LinkState.DOWN, str(error)) from None
        except Refused as refused:
            raise SessionOver(LinkState.REFUSED, str(refused)) from None
        except TimeoutError:
            raise SessionOver(LinkState.SILENT, self._no_answer()) from None

    def look_again(self) -> None:
        """Check the globals now, not at the next ping."""
        self._look_again.set()

    def close(self) -> None:
        """Hang up at once."""
        if self._protocol is not None:
            self._protocol.close()

    def _no_answer(self) -> str:
        return f"connected, but no answer within {self._timing.answer_within:g} s; is Asterisk stuck?"

    async def _connect(self) -> str:
        settings, within = self._settings, self._timing.connect_within
        context = ssl.create_default_context(cafile=settings.tls_ca) if settings.tls else None
        try:
            async with asyncio.timeout(within):
                _, self._protocol = await asyncio.get_running_loop().create_connection(
                    lambda: AmiProtocol(self._receive, self._count), settings.host, settings.port, ssl=context
                )
                banner = await asyncio.shield(self._protocol.banner)
        except TimeoutError:
            where = f"{settings.host}:{settings.port}"
            hint = "" if settings.tls else "; is it a TLS port? then set tls = true"
            raise SessionOver(
                LinkState.DOWN,
                f"no Asterisk manager at {where} within {within:g} s: check host and port{hint}",
            ) from None
        if "Call Manager" not in banner:
            raise SessionOver(
                LinkState.DOWN,
                f"the peer is no Asterisk manager: it says {banner[:60]!r}; check host and port",
            )
        return banner

    async def _log_in(self) -> None:
        settings = self._settings
        try:
            await self.protocol.ask(
                "Login",
                ("Username", settings.username),
                ("Secret", settings.secret.get_secret_value()),
                ("Events", "system,user,call" if settings.watches_calls else "system,user"),
                within=self._timing.answer_within,
            )
        except Refused as refused:
            raise SessionOver(
                LinkState.REFUSED,
                f"login of account '{settings.username}' refused: {refused.message}; "
                "check username, secret and permit in the PBX's manager.conf and in our settings",
            ) from None

    async def _wait_until_booted(self) -> None:
        """Wait for FullyBooted, which Asterisk sends at once to whoever logs in later."""
        within = self._timing.boot_within
        soon = min(self._timing.answer_within, within)
        if await self._first(self._booted, soon):
            return
        self._on_booting()
        if await self._first(self._booted, within - soon):
            return
        raise SessionOver(
            LinkState.DEAF,
            f"no FullyBooted event within {within:g} s: give the account read = system "
            "and an eventfilter that lets FullyBooted through",
        )

    async def _share_globals(self, *, first: bool) -> None:
        """Agree on the token with the dialplan and with another listener; tell our account and limit."""
        try:
            if first:
                await self._set_global(contract.HOLD, f"{self._settings.hold_ms / 1000:g}")
                await self._set_global(contract.USER, self._settings.username)
            if self._tokens.adopt(await self._global(contract.TOKEN)):
                return
            token = secrets.token_hex(16)
            if not first:
                log.warning("the PBX had lost the token (a reload that clears its globals?): set again")
                await self._set_global(contract.HOLD, f"{self._settings.hold_ms / 1000:g}")
                await self._set_global(contract.USER, self._settings.username)
            self._tokens.adopt(token)
            await self._set_global(contract.TOKEN, token)
        except Refused as refused:
            raise SessionOver(
                LinkState.REFUSED,
                f"{refused}; give the account '{self._settings.username}' write = call in manager.conf",
            ) from None

    async def _global(self, name: str) -> str:
        answer = await self.protocol.ask("Getvar", ("Variable", name), within=self._timing.answer_within)
        return answer.after("Value").strip()

    async def _set_global(self, name: str, value: str) -> None:
        await self.protocol.ask(
            "Setvar", ("Variable", name), ("Value", value), within=self._timing.answer_within
        )

    async def _hear_a_beat(self) -> None:
        """Send an event of our own and wait for it: a peer may answer and yet send no events."""
        self._beat = secrets.token_hex(8)
        self._beat_heard.clear()
        within = self._timing.answer_within
        try:
            await self.protocol.ask(
                "UserEvent", ("UserEvent", contract.BEAT), ("Beat", self._beat), within=within
            )
        except Refused as refused:
            raise SessionOver(LinkState.DEAF, f"{refused}; give the account write = user") from None
        if not await self._first(self._beat_heard, within):
            raise SessionOver(
                LinkState.DEAF,
                "our own event did not come back: give the account read = user "
                "and an eventfilter that lets UserEvent through",
            )

    async def _read_skipped(self) -> None:
        """Take over what the dialplan counted, those before our login included."""
        text = await self._global(contract.SKIPPED)
        if text.isascii() and text.isdigit() and int(text) > 0:
            await self._set_global(contract.SKIPPED, "0")
            self._on_skipped(int(text))

    async def _pause(self) -> None:
        await self._first(self._look_again, self._timing.ping_every)
        self._look_again.clear()

    async def _first(self, event: asyncio.Event, within: float) -> bool:
        """Wait for an event, at most ``within`` seconds; tell whether it came. Raises LinkLost."""
        waiting = asyncio.ensure_future(event.wait())
        lost = self.protocol.lost
        try:
            await asyncio.wait((waiting, lost), timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if lost.done():
            raise LinkLost("Asterisk closed the link")
        return event.is_set()

    def _receive(self, message: Message) -> None:
        """Keep what the link is watched by, deliver the rest."""
        event = message.event
        if not event:
            self._count("malformed")
        elif event == "FullyBooted":
            self._booted.set()
        elif event == "Reload":
            self._look_again.set()
        elif event == "UserEvent" and message["UserEvent"] == contract.BEAT:
            if message["Beat"] == self._beat:
                self._beat_heard.set()
        else:
            self._deliver(message)
