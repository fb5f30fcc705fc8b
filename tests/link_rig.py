"""A link of ours to a peer that we play, hasty enough for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fake_manager import SECRET, USER, FakeManager
from listener_rig import until

from screener import pbx
from screener.ami import Message
from screener.health import LinkState
from screener.lab.setup import LOOPBACK
from screener.metrics import Metrics
from screener.pbx import Pbx
from screener.session import Timing
from screener.settings import PbxSettings

FAST = Timing(connect_within=0.3, answer_within=0.2, boot_within=0.4, ping_every=0.05, beat_every=0.2)


class Link:
    """A supervised link and what it delivered."""

    def __init__(self, peer: FakeManager, timing: Timing = FAST, **changes: object) -> None:
        values = {"host": LOOPBACK, "port": peer.port, "username": USER, "secret": SECRET, **changes}
        self.metrics = Metrics()
        self.events: list[Message] = []
        self.states: list[LinkState] = []
        self.pbx = Pbx("lab", PbxSettings.model_validate(values), self.metrics, self.events.append, timing)

    @property
    def state(self) -> LinkState:
        return self.pbx.health.state

    @property
    def detail(self) -> str:
        return self.pbx.health.detail

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, {"pbx": "lab", **labels}) or 0.0

    def falls(self) -> float:
        return self.metric("call_screener_link_lost_total", cause="down")

    async def until(self, state: LinkState, within: float = 5.0) -> None:
        await until(lambda: self.state is state, f"the link to be {state}", within)


@asynccontextmanager
async def linked(link: Link) -> AsyncIterator[Link]:
    task = asyncio.create_task(link.pbx.run())
    try:
        yield link
        assert not task.done(), "the supervisor ended"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the pauses between tries too short to wait for; slow ones stay ten times as long."""
    monkeypatch.setattr(pbx, "PAUSES", (0.02, 0.1))
    monkeypatch.setattr(pbx, "SLOW_PAUSES", (0.2, 1.0))
