"""The commands ``entries import`` and ``entries export``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from blocklist import exporting, texts
from blocklist.checked import Checked
from blocklist.entries import EntryKind
from blocklist.errors import InvalidText
from blocklist.exporting import TooLong
from blocklist.staging import TooManyAtOnce
from blocklist.workbooks import InvalidSheet
from screener import settings_file, trail
from screener.config_option import ConfigFile
from screener.entry_import import NICE, Order, Outcome, carry_out
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
        bool, typer.Option("--dry-run", help="Tell what would happen, and change nothing.")
    ] = False,
    refused: Annotated[Path | None, typer.Option(help="Write the refused rows here, as CSV.")] = None,
    config: ConfigFile = None,
) -> None:
    """Put the entries of a file into the lists; those that are there already are brought up to date."""
    os.nice(NICE)
    with told(), opened(settings_file.load(config)) as database, _refusing(file):
        order = Order(file, trail.user(), kind, texts.read("source", source, 200), all_or_nothing, dry_run)
        with progress("import") as bar:
            outcome = carry_out(
                order, database, datetime.now(UTC), lambda what, done, total: bar(done, total), refused
            )
    for line in said(outcome, order):
        typer.echo(line)
    if not outcome.done and not dry_run:
        typer.echo(
            "call-screener: nothing was put in: correct the refused rows, or leave out --all-or-nothing",
            err=True,
        )
        raise typer.Exit(1)


@entries_app.command("export")
def export_entries(
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .xlsx, else it becomes CSV.")],
    kind: Annotated[EntryKind | None, typer.Option(help="This list alone.")] = None,
    config: ConfigFile = None,
) -> None:
    """Write the entries in force to a file that a spreadsheet opens and 'entries import' takes back."""
    with told(), opened(settings_file.load(config)) as database, _refusing(file):
        count = exporting.write(file, exporting.entries(database.sessions, datetime.now(UTC), kind))
    typer.echo(f"{count} entries written to {file}")


@contextmanager
def _refusing(file: Path) -> Iterator[None]:
    """End the command where a file can't be used."""
    try:
        yield
    except (InvalidSheet, TooLong) as error:
        typer.echo(f"call-screener: {file}: {error}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(
            f"call-screener: {error.filename or file}: {error.strerror}; check the path and its rights",
            err=True,
        )
        raise typer.Exit(2) from None
    except (TooManyAtOnce, InvalidText) as error:
        typer.echo(f"call-screener: {error}", err=True)
        raise typer.Exit(2) from None


def said(outcome: Outcome, order: Order) -> Iterator[str]:
    """Tell what became of a file: how it was read, what happened, and what was refused."""
    reading, counts = outcome.reading, outcome.counts
    yield f"columns: {', '.join(reading.columns)}" + (
        f"; left out: {', '.join(reading.unknown)}" if reading.unknown else ""
    )
    whose = f"the list '{order.imported}'" if order.imported else "the agency's own"
    yield f"first rows, as they were read (entries of {whose}, where the file names no other list):"
    for row in outcome.first:
        yield f"  line {row.line}: {_one(row.entry)}"
    for remark, times in reading.remarks.items():
        line, value = reading.examples[remark]
        yield f"remark: {remark}: {times} times, first in line {line} ({value})"
    for refused in outcome.first_refused:
        yield f"refused: line {refused.line}: {refused.value!r} {refused.reason}"
    if (more := outcome.refused - len(outcome.first_refused)) > 0:
        yield f"refused: {more} more; --refused FILE writes them all"
    would = "" if outcome.done else "would be "
    yield (
        f"{outcome.good + outcome.refused} rows: {would}{counts.new} new, {counts.changed} changed, "
        f"{counts.same} there already; {outcome.repeated} repeated in the file, {outcome.refused} refused"
    )


def _one(entry: Checked) -> str:
    parts = {
        "": f"{entry.kind} {entry.match} {entry.pattern}",
        "category": entry.category,
        "action": entry.action,
        "pbx": entry.pbx,
        "called": entry.called,
        "list": entry.imported,
        "until": entry.expires_at.isoformat() if entry.expires_at else "",
        "source": entry.source,
        "note": entry.note,
    }
    return ", ".join(f"{name} {value}".strip() for name, value in parts.items() if value)
