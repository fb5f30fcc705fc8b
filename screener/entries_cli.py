"""The commands ``entries import`` and ``entries export``."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from blocklist import exporting, texts
from blocklist.entries import EntryKind
from screener import output_file, settings_file, trail
from screener.config_option import ConfigFile
from screener.entry_import import NICE, Order, carry_out
from screener.import_text import refusing, tell
from screener.progress import progress
from screener.remedies import told
from screener.service_database import opened

entries_app = typer.Typer(help="Lists from and to files: import, export.", no_args_is_help=True)


@entries_app.command("import")
def import_entries(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    kind: Annotated[
        EntryKind | None, typer.Option(help="The list of rows that name none in a column 'kind'.")
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            help="Mark the entries as an outside list of this name; the agency's own go before such."
        ),
    ] = "",
    all_or_nothing: Annotated[
        bool,
        typer.Option("--all-or-nothing", help="Put in all rows in one piece, or none if one is refused."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "--preview", help="Tell what would happen, and change nothing.")
    ] = False,
    refused: Annotated[Path | None, typer.Option(help="Write the refused rows here, as CSV.")] = None,
    config: ConfigFile = None,
) -> None:
    """Put the entries of a file into the lists; those that are there already are brought up to date."""
    os.nice(NICE)
    if refused is not None:
        output_file.check(refused, (file, config))
    with told(), opened(settings_file.load(config)) as database, refusing(file):
        order = Order(file, trail.user(), kind, texts.read("source", source, 200), all_or_nothing, dry_run)
        with progress("import") as bar:
            outcome = carry_out(
                order, database, datetime.now(UTC), lambda what, done, total: bar(done, total), refused
            )
    tell(outcome, order)


@entries_app.command("export")
def export_entries(
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .xlsx, else it becomes CSV.")],
    kind: Annotated[EntryKind | None, typer.Option(help="This list alone.")] = None,
    config: ConfigFile = None,
) -> None:
    """Write the entries in force to a file that a spreadsheet opens and 'entries import' takes back."""
    with told(), opened(settings_file.load(config)) as database, refusing(file):
        count = exporting.write(file, exporting.entries(database.sessions, datetime.now(UTC), kind))
    typer.echo(f"{count} entries written to {file}")
