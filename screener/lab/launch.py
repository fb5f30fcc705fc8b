"""Starts the lab exchange that commands share: on ports easily recognised, and noted where others find it."""

import asyncio
from typing import Final

from screener.lab import state
from screener.lab.exchange import Exchange, PortsTakenError
from screener.lab.install import LabError
from screener.lab.provision import Release, find_asterisk
from screener.lab.setup import Ports, Setup, free_ports

_PREFERRED: Final = Ports(sip=15060, ami=15038, phones=15062)
"""Recognisable, and out of the way of a PBX on this machine."""


async def launch(release: Release = Release.LTS, *, detached: bool = False) -> Exchange:
    """Starts an exchange and saves its state, which whoever stops it removes. Raises LabError."""
    install = await asyncio.to_thread(find_asterisk, release)
    folder = state.state_dir() / "exchange"
    with state.starting():
        running = state.load()
        if running is not None:
            raise LabError(
                f"a lab exchange is running already (pid {running.pid}); `call-screener lab down` stops it"
            )
        ports = free_ports(_PREFERRED.sip, _PREFERRED.ami, _PREFERRED.phones)
        exchange = Exchange(install, folder, Setup(ports=ports), detached=detached)
        try:
            await exchange.start()
        except PortsTakenError:  # by an exchange in another folder that started in the same moment
            exchange = Exchange(install, folder, Setup(), detached=detached)
            await exchange.start()
        state.save(state.of(exchange))
    return exchange
