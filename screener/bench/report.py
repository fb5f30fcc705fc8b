"""The figures as tables, with what is aimed at."""

from collections.abc import Iterator

from screener.bench.growth import ListsRow, RegistryRow
from screener.bench.importing import ImportRow
from screener.bench.results import Results
from screener.bench.speed import Speed
from screener.bench.usual import PeerRow

_SPEED = "{:>11} {:>7} {:>7} {:>8} {:>6}"
_SPEED_TITLES = _SPEED.format("decisions/s", "p50 us", "p99 us", "max us", "hits")


def table(results: Results) -> str:
    """Return all that was measured as text."""
    machine = results.machine
    lines = [
        f"{machine.cpu}, {machine.cores} cores, Python {machine.python}, SQLite {machine.sqlite}, "
        f"load {machine.load:.1f}; decisions on one core, reading the number included"
    ]
    if results.speeds:
        lines += ["", *_speeds(results)]
    if results.lists:
        lines += ["", *_lists(results.lists), "", *_waits(results.lists)]
    if results.imports:
        lines += ["", *_imports(results.imports)]
    if results.registries:
        lines += ["", *_registries(results.registries)]
    if results.peers:
        lines += ["", *_peers(results.peers)]
    return "\n".join(lines)


def _speeds(results: Results) -> Iterator[str]:
    usual = results.usual
    yield f"{f'{usual.entries:,} entries, {usual.officials:,} officials':<36} {_SPEED_TITLES}"
    for mix, speed in results.speeds.items():
        yield f"{mix:<36} {_speed(speed)}"
    yield f"{'aim':<36} {_SPEED.format('50,000', '', '100', '', '')}"


def _lists(rows: list[ListsRow]) -> Iterator[str]:
    form = "{:>11} {:>8} {:>8} {:>8} {:>8} {:>10} {:>11} {:>6} {}"
    yield form.format(
        "entries",
        "file MB",
        "start s",
        "RSS MB",
        "peak MB",
        "reload ms",
        "in force ms",
        "ratio",
        _SPEED_TITLES,
    )
    for row in rows:
        figures = (f"{one:.0f}" for one in (row.resident, row.peak))
        yield form.format(
            f"{row.entries:,}",
            f"{row.file:.0f}",
            f"{row.start:.2f}",
            *figures,
            f"{row.reload:.1f}",
            f"{row.in_force:.0f}",
            f"{row.ratio:.2f}",
            _speed(row.speed),
        )
    yield form.format("aim at 10^7", "", "15", "400", "", "", "1000", "1.30", "")


def _waits(rows: list[ListsRow]) -> Iterator[str]:
    form = "{:>11} {:>26} {:>26} {:>26}"
    yield "The event loop comes late by milliseconds (p50, p99, max) while"
    yield form.format("entries", "nothing goes on", "all is loaded anew", "entries change")
    for row in rows:
        parts = (row.quiet, row.loading, row.changing)
        yield form.format(
            f"{row.entries:,}", *(f"{one.p50:.2f} {one.p99:7.2f} {one.max:7.2f}" for one in parts)
        )


def _imports(rows: list[ImportRow]) -> Iterator[str]:
    form = "{:>11} {:>11} {:>8} {:>9} {:>11} {:>26} {:>26}"
    yield form.format(
        "entries", "imported", "s", "rows/s", "in force s", "loop late ms, quiet", "loop late ms, importing"
    )
    for row in rows:
        waits = (f"{one.p50:.2f} {one.p99:7.2f} {one.max:7.2f}" for one in (row.quiet, row.importing))
        speed = f"{row.rows / row.seconds:,.0f}"
        yield form.format(
            f"{row.entries:,}", f"{row.rows:,}", f"{row.seconds:.1f}", speed, f"{row.in_force:.1f}", *waits
        )


def _registries(rows: list[RegistryRow]) -> Iterator[str]:
    form = "{:>11} {:>8} {:>9} {:>6} {}"
    yield form.format("officials", "build s", "RSS + MB", "ratio", _SPEED_TITLES)
    for row in rows:
        yield form.format(
            f"{row.officials:,}",
            f"{row.build:.2f}",
            f"{row.grown:.0f}",
            f"{row.ratio:.2f}",
            _speed(row.speed),
        )


def _peers(rows: list[PeerRow]) -> Iterator[str]:
    form = "{:>11} {:<30} {:>8} {}"
    yield form.format("officials", "mixed callers, judged by", "ratio", _SPEED_TITLES)
    for row in rows:
        yield form.format(f"{row.officials:,}", row.way, f"{row.ratio:.1f}", _speed(row.speed))


def _speed(speed: Speed) -> str:
    return _SPEED.format(
        f"{speed.per_second:,.0f}",
        f"{speed.p50:.1f}",
        f"{speed.p99:.1f}",
        f"{speed.max:.0f}",
        f"{speed.hits:.1%}",
    )
