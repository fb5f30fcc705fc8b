"""A listener of our own code on a real exchange, with lists in memory and a journal that is a list."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.site import Site
from screener import warning
from screener.activity import Recent
from screener.calls import Mode
from screener.happenings import Decided, Happening, Outcome, Reported
from screener.health import LinkState
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange
from screener.lab.outcome import CallerResult
from screener.lab.phone import PhoneBank, PhoneBehaviour, PhoneCall
from screener.lab.setup import LOOPBACK, SCREENER_USER, Trunk
from screener.metrics import Metrics
from screener.paths import dialplan_dir
from screener.screening import Screening
from screener.settings import PbxSettings
from screener.snapshot import Snapshot

POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")
LOOKALIKE = "02373725726"
BLOCKED = "0912345678"
CLEAN = "0987654321"
OWN = "02373850234"
OWN_FORWARD = "0903111222"

SNAPSHOT = Snapshot(
    lists=Lists([Entry(7, EntryKind.BLOCK, Match.EXACT, BLOCKED)]),
    officials=Lookalikes([POLICE, OfficialNumber(2, "113", "Công an (113)", receives_only=True)]),
    site=Site(own_numbers=frozenset({OWN}), extensions=frozenset({"10*"})),
    own_forwards=frozenset({OWN_FORWARD}),
    exempt=frozenset({"1009"}),
)
PHRASES = warning.read_phrases(dialplan_dir() / "prompts/sequences.toml")


@dataclass
class Listener:
    """A running listener and all that it noted."""

    screening: Screening
    metrics: Metrics
    noted: list[Happening] = field(default_factory=list)

    @property
    def decided(self) -> list[Decided]:
        return [one for one in self.noted if isinstance(one, Decided)]

    @property
    def reported(self) -> list[Reported]:
        return [one for one in self.noted if isinstance(one, Reported)]

    @property
    def outcomes(self) -> list[Outcome]:
        return [one for one in self.noted if isinstance(one, Outcome)]

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, {**labels, "pbx": "lab"}) or 0.0


def noting(noted: list[Happening]) -> Callable[[Happening], bool]:
    """Return a journal that is a list, and always has room."""

    def note(happening: Happening) -> bool:
        noted.append(happening)
        return True

    return note


def settings(exchange: Exchange, **changes: object) -> PbxSettings:
    """Return the settings of a listener on the lab exchange, enforcing unless told otherwise.

    The hold limit is long: a busy machine is no defect of ours.
    """
    values: dict[str, object] = {
        "hold_ms": 1500,
        "host": LOOPBACK,
        "port": exchange.setup.ports.ami,
        "username": SCREENER_USER,
        "secret": exchange.setup.secret,
        "enforce": True,
    }
    return PbxSettings.model_validate({**values, **changes})


def passive(exchange: Exchange, **changes: object) -> PbxSettings:
    """Return the settings of a passive listener on the lab's unscreened trunk."""
    return settings(exchange, mode=Mode.PASSIVE, inbound_contexts=("from-plain",), **changes)


@asynccontextmanager
async def listening(
    pbx: PbxSettings, snapshot: Snapshot = SNAPSHOT, listener: str = "aaaa1111"
) -> AsyncIterator[Listener]:
    """Run a listener until the block ends; the link is up when it begins."""
    metrics = Metrics()
    noted: list[Happening] = []
    screening = Screening("lab", pbx, lambda: snapshot, noting(noted), PHRASES, metrics, listener, Recent())
    task = asyncio.create_task(screening.pbx.run())
    try:
        await until(lambda: screening.pbx.health.state is LinkState.UP, "the link to be up")
        yield Listener(screening, metrics, noted)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], object], what: str, within: float = 10.0) -> None:
    """Wait until something holds, with a deadline that names it."""
    try:
        async with asyncio.timeout(within):
            while not true():  # noqa: ASYNC110 - another process makes it true
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited {within:g} s in vain for {what}") from None


@dataclass
class Placed:
    """One call, seen from both ends. ``phone`` is None where no phone got an INVITE."""

    caller: CallerResult
    phone: PhoneCall | None


async def place(
    exchange: Exchange,
    call: Callable[[Caller], Awaitable[CallerResult]],
    *,
    trunk: Trunk = Trunk.CARRIER,
    behaviour: PhoneBehaviour | None = None,
) -> Placed:
    """Place one real SIP call."""
    async with PhoneBank(exchange.setup.ports.phones, behaviour) as phones:
        result = await call(Caller(trunk.address, (LOOPBACK, exchange.setup.ports.sip)))
        phone = phones.calls[0] if phones.calls else None
        if phone is not None:
            await asyncio.wait_for(phone.over.wait(), 15)
        placed = Placed(result, phone)
    await asyncio.sleep(0.01)  # asyncio closes sockets a turn later: leave the port free for the next call
    return placed
