"""The commands ``officials import`` and ``officials export``."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from blocklist import exporting, texts
from screener import output_file, settings_file, trail
from screener.config_option import ConfigFile
from screener.entry_import import NICE, Order, Subject, carry_out
from screener.import_text import refusing, tell
from screener.progress import progress
from screener.remedies import told
from screener.service_database import opened

officials_app = typer.Typer(
    help="The registry of official numbers from and to files: import, export.", no_args_is_help=True
)


@officials_app.command("import")
def import_officials(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    source: Annotated[str, typer.Option(help="The source of rows that name none in a column 'source'.")] = "",
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Put in no row if one is refused.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "--preview", help="Tell what would happen, and change nothing.")
    ] = False,
    refused: Annotated[Path | None, typer.Option(help="Write the refused rows here, as CSV.")] = None,
    config: ConfigFile = None,
) -> None:
    """Put the official numbers of a file into the registry; those that are there are brought up to date."""
    os.nice(NICE)
    if refused is not None:
        output_file.check(refused, (file, config))
    with told(), opened(settings_file.load(config)) as database, refusing(file):
        order = Order(
            file,
            trail.user(),
            imported=texts.read("source", source, 500),
            at_once=all_or_nothing,
            dry_run=dry_run,
            subject=Subject.OFFICIALS,
        )
        with progress("import") as bar:
            outcome = carry_out(
                order, database, datetime.now(UTC), lambda what, done, total: bar(done, total), refused
            )
    tell(outcome, order)


@officials_app.command("export")
def export_officials(
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .xlsx, else it becomes CSV.")],
    config: ConfigFile = None,
) -> None:
    """Write the registry to a file that a spreadsheet opens and 'officials import' takes back."""
    with told(), opened(settings_file.load(config)) as database, refusing(file):
        count = exporting.write(file, exporting.officials(database.sessions))
    typer.echo(f"{count} official numbers written to {file}")
