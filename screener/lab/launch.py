"""Starts the lab exchange that commands share: on ports easily recognised, and noted where others find it."""

import asyncio
import logging
from typing import Final

from screener.lab import state
from screener.lab.exchange import Exchange, PortsTakenError
from screener.lab.install import AsteriskInstall, LabError
from screener.lab.provision import Release, find_asterisk
from screener.lab.setup import Ports, Setup, free_ports
from screener.lab.state import LabState

log = logging.getLogger(__name__)

_PREFERRED: Final = Ports(sip=15060, ami=15038, phones=15062)
"""Recognisable, and out of the way of a PBX on this machine."""


class RunningAlready(LabError):
    """A lab exchange is there, perhaps since a moment ago; `running` tells how to use it."""

    def __init__(self, running: LabState) -> None:
        super().__init__(
            f"a lab exchange is running already (pid {running.pid}); `call-screener lab down` stops it"
        )
        self.running = running


async def launch(release: Release = Release.LTS, *, detached: bool = False) -> Exchange:
    """Starts an exchange and saves its state, which whoever stops it removes.

    It comes back on the ports and with the accounts of the last one, so that a service that was serving that
    one serves it again. Raises RunningAlready, or LabError with cause and remedy.
    """
    _refuse_running()
    install = await asyncio.to_thread(find_asterisk, release)
    async with state.starting():
        _refuse_running()  # another start may have been waited for
        state.refuse_stray()  # not before: one that another start has up and not yet noted is none
        last = state.last()
        exchange = _exchange(install, last, detached=detached)
        try:
            await exchange.start()
        except PortsTakenError:  # by an exchange in another folder that started in the same moment
            exchange = Exchange(install, exchange.workdir, Setup(), detached=detached)
            await exchange.start()
        state.save(state.of(exchange))
    ami = exchange.setup.ports.ami
    if last is not None and last.ports.ami != ami:
        log.warning(
            "the last lab exchange had its AMI on port %d, which another program uses now; this one has "
            "it on %d: stop a service that was serving the lab, and start it again",
            last.ports.ami,
            ami,
        )
    return exchange


def _refuse_running() -> None:
    running = state.load()
    if running is not None:
        raise RunningAlready(running)


def _exchange(install: AsteriskInstall, last: LabState | None, *, detached: bool) -> Exchange:
    wanted = _PREFERRED if last is None else last.ports
    ports = free_ports(wanted.sip, wanted.ami)
    setup = (
        Setup(ports=ports)
        if last is None
        else Setup(ports=ports, secret=last.secret, doctor_secret=last.doctor_secret)
    )
    return Exchange(install, state.state_dir() / "exchange", setup, detached=detached)
