"""What the commands ``import`` and ``export`` say: what became of a file, or why it can't be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from blocklist.checked import Checked, CheckedOfficial
from blocklist.errors import InvalidText
from blocklist.exporting import TooLong
from blocklist.staging import TooManyAtOnce
from blocklist.workbooks import InvalidSheet
from screener.entry_import import Order, Outcome, Subject


def tell(outcome: Outcome, order: Order) -> None:
    """Print what became of a file; end the command with 1 where nothing was put in that should have been."""
    for line in said(outcome, order):
        typer.echo(line)
    if not outcome.done and not order.dry_run:
        typer.echo(
            "call-screener: nothing was put in: correct the refused rows, or leave out --all-or-nothing",
            err=True,
        )
        raise typer.Exit(1)


@contextmanager
def refusing(file: Path) -> Iterator[None]:
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
    if order.subject is Subject.OFFICIALS:
        yield "first rows, as they were read:"
    else:
        yield f"first rows, as they were read (entries of {whose}, where the file names no other list):"
    for row in outcome.first:
        yield f"  line {row.line}: {one(row.entry)}"
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


def one(entry: Checked | CheckedOfficial) -> str:
    """Write a row as it was read, in one line."""
    parts = _official(entry) if isinstance(entry, CheckedOfficial) else _entry(entry)
    return ", ".join(f"{name} {value}".strip() for name, value in parts.items() if value)


def _entry(entry: Checked) -> dict[str, str]:
    return {
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


def _official(official: CheckedOfficial) -> dict[str, str]:
    number = f"{official.number}-{official.last}" if official.last else official.number
    return {
        "": f"{number or 'no number'} {official.organisation}",
        "name": official.name,
        "aliases": ", ".join(official.aliases),
        "receives only": "yes" if official.receives_only else "",
        "confirmed": "yes" if official.confirmed else "",
        "checked": official.last_checked.isoformat() if official.last_checked else "",
        "source": official.source,
        "note": official.note,
    }
