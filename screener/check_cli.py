"""The command ``check``: what would happen to callers, and why."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from screener import check_lines, check_text, judged_by, settings_file
from screener.check_lines import Written
from screener.config_option import ConfigFile
from screener.events import identified
from screener.prospect import over, prospect
from screener.remedies import told
from screener.snapshot import Snapshot

STANDARD_INPUT: Final = "-"


def check(
    numbers: Annotated[
        list[str],
        typer.Argument(
            metavar="NUMBER... | -",
            help="Numbers that the phone would show, in any form; - reads lines of JSON instead: "
            '{"id": 1, "number": "0912345678", "name": "", "called": "", "trunk": ""}, all but number '
            "optional.",
        ),
    ],
    name: Annotated[str, typer.Option(help="The name that the phone would show.")] = "",
    called: Annotated[str, typer.Option(help="The extension called.")] = "",
    trunk: Annotated[
        str, typer.Option(help="The trunk it comes over, as viettel or, with its PBX, hq/viettel.")
    ] = "",
    registry: Annotated[
        Path | None,
        typer.Option(
            help="A CSV of official numbers (organisation,number,name,aliases,inbound_only) to judge by, "
            "with the default policy, instead of the database.",
        ),
    ] = None,
    config: ConfigFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a number, one a line.")
    ] = False,
) -> None:
    """Tell of each number how it is read, what would happen to it now, and why."""
    with told():
        if registry is None:
            snapshot, enforce = _in_force(config)
            written: Written = check_lines.as_registered
        else:
            snapshot, written = _by_file(registry)
            enforce = {}
    if numbers == [STANDARD_INPUT]:
        raise typer.Exit(_stream(snapshot, written))
    for number in numbers:
        call = over(identified(number, name, called), trunk)
        found = prospect(call, snapshot, enforce, datetime.now(UTC))
        if as_json:
            said = check_text.as_json(number, found, written, enforcing=snapshot.enforcing)
            typer.echo(said.encode())
        else:
            typer.echo(check_text.as_text(number, found))


def _in_force(config: Path | None) -> tuple[Snapshot, dict[str, bool]]:
    loaded = settings_file.load(config)
    return judged_by.in_force(loaded), {name: pbx.enforce for name, pbx in loaded.pbx.items()}


def _by_file(path: Path) -> tuple[Snapshot, Written]:
    snapshot, file = judged_by.registry(path)
    return snapshot, check_lines.as_in(file.written)


def _stream(snapshot: Snapshot, written: Written) -> int:
    """Answer standard input line by line; return 1 where a line could not be judged."""
    failed = False
    try:
        for lines in check_lines.chunks(sys.stdin.fileno()):
            for line in filter(bytes.strip, lines):
                answer, judged = check_lines.answer(line, snapshot, written)
                failed |= not judged
                sys.stdout.buffer.write(answer.encode() + b"\n")  # JSON is UTF-8 in any locale
            sys.stdout.buffer.flush()
    except BrokenPipeError:  # who reads has seen enough
        sys.stdout = None
    return int(failed)
