"""The commands ``audit``: who changed what, as a list or a table, and whether the log is whole."""

from pathlib import Path
from typing import Annotated, Final

import typer

from blocklist import exporting
from blocklist.exporting import TooLong
from screener import settings_file
from screener.audit import heads, key
from screener.audit.key import Signer
from screener.audit.log import AuditLog, Wanted
from screener.audit.models import AuditRow
from screener.audit.verifying import Verified, verify
from screener.config_option import ConfigFile
from screener.remedies import told
from screener.service_database import opened
from screener.settings import Settings
from screener.since import Since

audit_app = typer.Typer(help="The log of who changed what: list, export, verify.", no_args_is_help=True)

Who = Annotated[str | None, typer.Option(help="Who changed it: the name of a user, token or part.")]
What = Annotated[str | None, typer.Option(help="What was changed: entry, official, policy, token, …")]
_LONGEST: Final = 200


@audit_app.command("list")
def list_rows(
    who: Who = None,
    what: What = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the latest.")] = 50,
    config: ConfigFile = None,
) -> None:
    """List changes, the latest first: number, time, who and from where, what, before and after."""
    with told(), opened(settings_file.load(config)) as database:
        found = AuditLog(database.sessions).page(Wanted(who, what, since=since), limit=limit)
    for row in found.items:
        for line in said(row):
            typer.echo(line)
    if found.more:
        typer.echo(f"(earlier ones: --limit {limit * 2})")
    if not found.items:
        typer.echo("call-screener: nothing was changed yet that fits", err=True)


@audit_app.command("export")
def export_rows(
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .xlsx, else it becomes CSV.")],
    who: Who = None,
    what: What = None,
    since: Since = None,
    config: ConfigFile = None,
) -> None:
    """Write the log to a file that a spreadsheet opens, the oldest row first."""
    with told(), opened(settings_file.load(config)) as database:
        try:
            count = exporting.write(file, AuditLog(database.sessions).table(Wanted(who, what, since=since)))
        except TooLong as error:
            typer.echo(f"call-screener: {file}: {error}", err=True)
            raise typer.Exit(2) from None
        except OSError as error:
            typer.echo(f"call-screener: {file}: {error.strerror}; name a file that can be written", err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{count} rows written to {file}")


@audit_app.command("verify")
def verify_log(
    keys: Annotated[
        list[Path] | None, typer.Option("--key", help="A further key: an earlier one, another machine's.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Tell whether the log is whole: no row changed, missing, put in or cut off. Exit code 1 if not."""
    with told():
        loaded = settings_file.load(config)
        signers = _signers([loaded.audit_key, *(keys or [])])
    with told(), opened(loaded) as database:
        found = verify(database.sessions, signers, _recorded(loaded))
    for line in _verdict(found, loaded):
        typer.echo(line)
    if not found.whole:
        raise typer.Exit(1)


def said(row: AuditRow) -> list[str]:
    """Return a row of the log as lines for a terminal."""
    by = f"{row.actor} ({row.how}{f', {row.role}' if row.how in {'user', 'token'} else ''}, {row.origin})"
    head = f"{row.id}  {row.at:%Y-%m-%d %H:%M:%S} UTC  {row.subject} {row.change}: {row.label}"
    sides = [
        f"    {name}: {_cut(text)}" for name, text in (("before", row.before), ("after", row.after)) if text
    ]
    return [f"{head}  by {by}", *sides]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _signers(paths: list[Path]) -> dict[str, Signer]:
    found = {}
    for path in paths:
        try:
            signer = key.read(path)
        except OSError as error:
            raise key.AuditKeyUnusable(
                path, error.strerror or "can't be read", "run this as the service's user"
            ) from None
        if signer is None:
            typer.echo(f"call-screener: there is no audit key {path}", err=True)
        else:
            found[signer.id] = signer
    return found


def _recorded(loaded: Settings) -> list[heads.Head]:
    path = loaded.state_dir / heads.NAME
    try:
        return list(heads.read(path))
    except FileNotFoundError:
        typer.echo(f"call-screener: {path} is not there: a log cut off with its head looks whole", err=True)
    except OSError as error:
        typer.echo(f"call-screener: {path}: {error.strerror}; run this as the service's user", err=True)
        raise typer.Exit(1) from None
    return []


def _verdict(found: Verified, loaded: Settings) -> list[str]:
    lines = [*found.problems, *([f"and {found.more} more"] if found.more else [])]
    lines += [
        f"{count} rows were written with key {name}, which is not at hand (here: {loaded.audit_key}): put it "
        "back from a copy, or name it by --key FILE"
        for name, count in found.unchecked.items()
    ]
    return [*lines, f"{found.rows} rows: {'the log is whole' if found.whole else 'NOT whole'}"]
