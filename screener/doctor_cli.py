"""The command ``call-screener doctor``."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from screener import settings_file
from screener.doctor import examine
from screener.finding import Level
from screener.lab import state
from screener.lab.pbx import with_lab
from screener.remedies import told

_COLOURS: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


def doctor(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="Settings file (TOML); else $CALL_SCREENER_CONFIG, else /etc/call-screener/settings.toml.",
        ),
    ] = None,
    etc: Annotated[
        Path | None, typer.Option("--etc", help="Asterisk's configuration folder, to be read as well.")
    ] = None,
) -> None:
    """Examine state folder, database, switch, running service and each PBX, line by line.

    Exit code 1 where a line says FAIL: something keeps calls from being screened; 2 for wrong settings.
    """
    with told():
        loaded = settings_file.load(config)
    lab = state.load()
    if not loaded.pbx and lab is not None:
        typer.echo("No PBX in the settings: examining the lab exchange.")
        loaded = with_lab(loaded, lab)
    failed = False
    for finding in examine(loaded, etc):
        failed = failed or finding.level is Level.FAIL
        line = str(finding)
        if sys.stdout.isatty():
            line = typer.style(line[:4], fg=_COLOURS[finding.level]) + line[4:]
        typer.echo(line)
    if failed:
        raise typer.Exit(1)
