"""Measures judging: how fast, how it grows, what memory and start it takes, and beside what peers do.

`python -m screener.bench`, or `make bench`, which also measures the delay of real calls.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from enum import StrEnum
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from screener.bench import databases, growth, importing, usual
from screener.bench.report import table
from screener.bench.results import Results, machine
from screener.bench.sizes import FULL, QUICK, Plan, Size

P = ParamSpec("P")
R = TypeVar("R")


class Part(StrEnum):
    """What can be measured by itself."""

    SPEED = "speed"
    LISTS = "lists"
    IMPORT = "import"
    REGISTRY = "registry"
    PEERS = "peers"


def main() -> None:
    """Measure what the command line asks for, print tables and write a JSON file."""
    options = _options()
    plan: Plan = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as folder:
        results = measure(plan, options.only or list(Part), Path(folder))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")
    _print(table(results))


def measure(plan: Plan, parts: Sequence[Part], folder: Path) -> Results:
    """Measure parts, each size in a process of its own. ``folder`` takes the databases: 2.5 GB at most."""
    results = Results(machine(), plan.usual)
    if Part.SPEED in parts:
        results.speeds = _apart(usual.speeds, _file(folder, plan.usual), plan.usual, plan.calls, plan.rounds)
    if Part.LISTS in parts:
        results.lists = _lists(plan, folder)
    if Part.REGISTRY in parts:
        sizes = [Size(plan.entries[0], officials) for officials in plan.officials]
        for size in sizes:
            _tell(f"a registry of {size.officials:,}")
            results.registries.append(_apart(growth.registry, size, sizes[0], plan.calls, plan.rounds))
    if Part.PEERS in parts:
        results.peers = _peers(plan, folder)
    if Part.IMPORT in parts:  # the last, for it changes the database
        file, entries = _file(folder, plan.usual), plan.usual.entries
        _tell(f"an import of {plan.imported:,} rows")
        results.imports = [_apart(importing.measure, file, entries, plan.imported)]
    return results


def _lists(plan: Plan, folder: Path) -> list[growth.ListsRow]:
    sizes = [Size(entries, plan.usual.officials) for entries in plan.entries]
    base = _file(folder, sizes[0])
    rows = []
    for size in sizes:
        file = _file(folder, size)
        _tell(f"lists of {size.entries:,}")
        rows.append(_apart(growth.lists, file, base, size, sizes[0], plan.calls, plan.rounds))
        if size not in (plan.usual, sizes[0]):
            file.unlink()
    return rows


def _peers(plan: Plan, folder: Path) -> list[usual.PeerRow]:
    rows = []
    file = _file(folder, plan.usual)
    for officials in (plan.usual.officials, plan.officials[-1]):
        _tell(f"peers, with a registry of {officials:,}")
        calls = max(plan.scanned, plan.calls * plan.usual.officials // (10 * officials))
        rows += _apart(usual.beside_peers, file, Size(plan.usual.entries, officials), calls, plan.rounds)
    return rows


def _file(folder: Path, size: Size) -> Path:
    _tell(f"a database of {size.entries:,} entries")
    return databases.prepare(folder, size)


def _apart(do: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """Return what a function returns in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(do, *args, **named).result()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m screener.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, in about half a minute")
    parser.add_argument(
        "--only", action="append", type=Part, choices=list(Part), help="measure this part; may be repeated"
    )
    parser.add_argument(
        "--json", type=Path, default=Path("var/bench-judging.json"), help="where results are written"
    )
    parser.add_argument("--folder", type=Path, help="where the databases are made (default: the system's)")
    return parser.parse_args()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command line


def _print(text: str) -> None:
    print(text)  # noqa: T201 - a command line


if __name__ == "__main__":
    main()
