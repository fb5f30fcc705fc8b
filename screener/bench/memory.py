"""The memory of this process, as Linux counts it (proc(5))."""

from pathlib import Path


def resident() -> float:
    """Return what is in memory now, in megabytes (10^6 bytes)."""
    return _field("VmRSS")


def peak() -> float:
    """Return the most that was, in megabytes."""
    return _field("VmHWM")


def _field(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1.024 / 1000
    raise AssertionError(f"no {name} in /proc/self/status")
