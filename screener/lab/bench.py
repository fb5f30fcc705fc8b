"""The delay that screening adds to a call, from INVITE to 180, against the same exchange without it.

`python -m screener.lab.bench` or `make bench`. All ways are measured in turns on one exchange, so that what
else the machine does hits all alike. Figures of two machines are to be compared as ratios.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from screener import contract
from screener.lab import always_allow, decisions, load, program
from screener.lab.decisions import Decisions, percentile
from screener.lab.exchange import Exchange
from screener.lab.install import LabError
from screener.lab.load import LoadCall
from screener.lab.provision import Release, find_asterisk
from screener.lab.setup import SCREENER_USER, Setup, Trunk

WARM_UP = 10
"""Calls at the beginning of a turn that are not counted."""


class Way(StrEnum):
    """How a call is treated between its INVITE and the phone."""

    UNSCREENED = "unscreened"
    ASTDB = "AstDB look-up"
    BARE = "bare exchange"
    EMPTY = "empty verdict"
    INLINE = "inline screening"


_TRUNKS = {Way.UNSCREENED: Trunk.PLAIN, Way.ASTDB: Trunk.ASTDB, Way.BARE: Trunk.PLAIN}
_BARE = "bare"
_CALLED = {Way.BARE: _BARE}

# What no dialplan that asks a listener can do without, and nothing else: an event, its answer, a wait.
_DIALPLAN = f"""\
[from-{Trunk.PLAIN}](+)
exten => {_BARE},1,UserEvent({contract.ASK},Version: 1)
 same => n,WaitForCondition(#,#["#{{{contract.VERDICT}}}" != ""],0.3,0.001)
 same => n,Dial(PJSIP/1001,30)
 same => n,Hangup()
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One way at one rate. Times in milliseconds; `added` and `ratio` compare medians with no screening."""

    rate: int
    way: Way
    calls: int
    failed: int
    median: float
    p90: float
    p99: float
    max: float
    added: float = 0.0
    ratio: float = 1.0


async def measure(release: Release, rates: Sequence[int], calls: int, rounds: int) -> tuple[str, list[Row]]:
    """Returns Asterisk's version and a row for each way and rate. Raises LabError."""
    install = await asyncio.to_thread(find_asterisk, release)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with Exchange(install, folder / "exchange", Setup(verbose=0, dialplan=_DIALPLAN)) as exchange:
            await _fill_astdb(exchange)
            async with load.phones(exchange.setup.ports.phones):
                rows = [
                    row
                    for rate in rates
                    for row in await _one_rate(exchange, folder, rate, calls // rounds, rounds)
                ]
    return install.version, rows


async def _one_rate(exchange: Exchange, folder: Path, rate: int, calls: int, rounds: int) -> list[Row]:
    delays: dict[Way, list[float]] = {way: [] for way in Way}
    failed = dict.fromkeys(Way, 0)
    for turn in range(rounds):
        for way in Way:
            async with _listener(way, exchange, folder):
                done = await load.place(
                    _calls(turn * (calls + WARM_UP), calls + WARM_UP, _CALLED.get(way, "1001")),
                    rate,
                    exchange.setup.ports.sip,
                    trunk=_TRUNKS.get(way, Trunk.CARRIER),
                )
            counted = done.placed[WARM_UP:]
            delays[way] += [one.rung_ms for one in counted if one.rung_ms is not None]
            failed[way] += sum(one.rung_ms is None for one in counted)
            _tell(f"{rate} calls/s, round {turn + 1} of {rounds}: {way}")
    base = statistics.median(delays[Way.UNSCREENED])
    return [_row(rate, way, delays[way], failed[way], base) for way in Way]


def _calls(first: int, number: int, to: str) -> list[LoadCall]:
    # Each of a number block of its own: many callers of one block are a campaign, which is tagged.
    return [LoadCall(f"09{index:05d}000", f"call {index}", to) for index in range(first, first + number)]


def _row(rate: int, way: Way, delays: list[float], failed: int, base: float) -> Row:
    median = statistics.median(delays)
    return Row(
        rate,
        way,
        len(delays),
        failed,
        median,
        percentile(delays, 90),
        percentile(delays, 99),
        max(delays),
        median - base,
        median / base,
    )


async def _fill_astdb(exchange: Exchange) -> None:
    for index in range(10):
        await exchange.cli(f"database put blacklist 091000000{index} 1")


@contextlib.asynccontextmanager
async def _listener(way: Way, exchange: Exchange, folder: Path) -> AsyncIterator[None]:
    """Whoever answers the dialplan in this way, in a process of its own."""
    if way is Way.INLINE:
        service = program.serving(exchange, folder / "service")
        service.start()
        try:
            await service.up()
            yield
            await service.stop()
        finally:
            service.kill()
    elif way in {Way.BARE, Way.EMPTY}:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "screener.lab.always_allow"),
            *(str(exchange.setup.ports.ami), SCREENER_USER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{exchange.setup.secret}\n".encode())
            if (await process.stdout.readline()).decode().strip() != always_allow.READY:
                raise LabError("the empty listener could not log in; see its message above")
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
    else:
        yield


def machine(asterisk: str) -> dict[str, str | int | None]:
    """What the figures depend on."""
    cpus = Path("/proc/cpuinfo").read_text().split("\n")
    model = next((line.partition(":")[2].strip() for line in cpus if line.startswith("model name")), "")
    return {
        "cpu": model or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "asterisk": asterisk,
    }


def table(rows: Sequence[Row], judging: Decisions) -> str:
    """The results as text."""
    titles = ("calls/s", "way", "calls", "failed", "median", "p90", "p99", "max", "added", "ratio")
    form = "{:>7}  {:<16}  {:>5}  {:>6}  {:>6}  {:>6}  {:>6}  {:>6}  {:>6}  {:>5}"
    lines = ["INVITE to 180 in milliseconds:", form.format(*titles)]
    for row in rows:
        times = (f"{value:.2f}" for value in (row.median, row.p90, row.p99, row.max, row.added, row.ratio))
        lines.append(form.format(row.rate, row.way, row.calls, row.failed, *times))
    lines.append(
        f"Judging alone, {judging.entries} entries and {judging.officials} official numbers: "
        f"median {judging.p50:.0f} us, p99 {judging.p99:.0f} us"
    )
    return "\n".join(lines)


def main() -> None:
    """Measures as the command line asks, prints a table and writes a JSON file."""
    parser = argparse.ArgumentParser(prog="python -m screener.lab.bench", description=__doc__)
    parser.add_argument("--rates", default="20,100", help="calls per second, comma between (default 20,100)")
    parser.add_argument("--calls", type=int, default=400, help="calls for each way and rate (default 400)")
    parser.add_argument("--rounds", type=int, default=4, help="turns that these are spread over (default 4)")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="where results are written")
    parser.add_argument("--release", type=Release, default=Release.LTS, choices=list(Release))
    options = parser.parse_args()
    rates = [int(rate) for rate in options.rates.split(",")]
    try:
        version, rows = asyncio.run(measure(options.release, rates, options.calls, options.rounds))
    except LabError as error:
        sys.exit(f"bench: {error}")
    judging = decisions.take()
    facts = machine(version)
    results = {"machine": facts, "delays": [asdict(row) for row in rows], "decisions": asdict(judging)}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=1) + "\n")
    _print(", ".join(f"{key} {value}" for key, value in facts.items()))
    _print(table(rows, judging))


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command line


def _print(text: str) -> None:
    print(text)  # noqa: T201 - a command line


if __name__ == "__main__":
    main()
