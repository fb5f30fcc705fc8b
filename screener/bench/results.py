"""All figures of one run, and what they depend on."""

import os
import platform
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from screener.bench.growth import ListsRow, RegistryRow
from screener.bench.importing import ImportRow
from screener.bench.sizes import Size
from screener.bench.speed import Speed
from screener.bench.usual import PeerRow


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on. ``load`` is the mean number of runnable processes in the last minute."""

    cpu: str
    cores: int
    python: str
    sqlite: str
    load: float


@dataclass(slots=True)
class Results:
    """What was measured; parts that were not asked for are empty."""

    machine: Machine
    usual: Size
    speeds: dict[str, Speed] = field(default_factory=dict)
    lists: list[ListsRow] = field(default_factory=list)
    registries: list[RegistryRow] = field(default_factory=list)
    imports: list[ImportRow] = field(default_factory=list)
    peers: list[PeerRow] = field(default_factory=list)


def machine() -> Machine:
    """Describe this machine, and what else goes on there."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return Machine(
        model or platform.machine(),
        os.cpu_count() or 1,
        platform.python_version(),
        sqlite3.sqlite_version,
        os.getloadavg()[0],
    )
