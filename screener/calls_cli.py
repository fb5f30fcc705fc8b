"""The command ``calls``: the call log leaves the database."""

from pathlib import Path
from typing import Annotated

import typer

from screener import call_log, settings_file
from screener.config_option import ConfigFile
from screener.progress import progress
from screener.remedies import told
from screener.service_database import opened
from screener.since import Since

calls_app = typer.Typer(help="The call log.", no_args_is_help=True)


@calls_app.callback()
def _options() -> None:
    pass


@calls_app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write; one that is there is replaced.")],
    since: Since = None,
    config: ConfigFile = None,
) -> None:
    """Write the recorded calls to a CSV file, which spreadsheets open and 'replay' reads."""
    with told(), opened(settings_file.load(config)) as database:
        total = call_log.count(database.sessions, since)
        try:
            with file.open("w", encoding="utf-8-sig", newline="") as table, progress("writing") as show:
                written = call_log.write(
                    table, call_log.calls(database.sessions, since), lambda done: show(done, total)
                )
        except OSError as error:
            typer.echo(f"call-screener: {file}: {error.strerror}; name a file that can be written", err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{written:,} calls written to {file}")
