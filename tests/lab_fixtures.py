"""The lab exchange for tests: installs once a session, exchanges on ports of their own."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall, LabUnavailableError
from screener.lab.provision import Release, find_asterisk
from screener.lab.setup import Setup

StartExchange = Callable[[AsteriskInstall, Setup], Exchange]


def _provide(release: Release) -> AsteriskInstall:
    try:
        return find_asterisk(release)
    except LabUnavailableError as error:
        if os.environ.get("CI"):
            pytest.fail(f"the lab is not optional here: {error}")
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def asterisk22() -> AsteriskInstall:
    """The Asterisk most sites run; the machine's own one if it is recent enough."""
    return _provide(Release.LTS)


@pytest.fixture(scope="session")
def asterisk16() -> AsteriskInstall:
    """The oldest Asterisk that inline screening supports."""
    return _provide(Release.OLDEST)


@pytest.fixture(scope="session")
def exchange22(asterisk22: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """A running exchange for all tests that leave it as they found it."""
    yield from _running(asterisk22, tmp_path_factory.mktemp("exchange22"))


@pytest.fixture(scope="session")
def exchange16(asterisk16: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """The same on the oldest supported Asterisk."""
    yield from _running(asterisk16, tmp_path_factory.mktemp("exchange16"))


@pytest.fixture(params=["exchange22", "exchange16"])
def exchange(request: pytest.FixtureRequest) -> Exchange:
    """Each test once on the current and once on the oldest supported Asterisk."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Exchange)
    return found


@pytest.fixture
def start_exchange(tmp_path: Path) -> Iterator[StartExchange]:
    """Starts exchanges with settings of the test's own (modules left out, no screening)."""
    started: list[Exchange] = []

    def start(install: AsteriskInstall, setup: Setup) -> Exchange:
        exchange = Exchange(install, tmp_path / f"exchange{len(started)}", setup)
        asyncio.run(exchange.start())
        started.append(exchange)
        return exchange

    yield start
    for exchange in started:
        asyncio.run(exchange.stop())


def _running(install: AsteriskInstall, workdir: Path) -> Iterator[Exchange]:
    exchange = Exchange(install, workdir, Setup())
    asyncio.run(exchange.start())
    yield exchange
    asyncio.run(exchange.stop())
