"""The command ``call-screener``."""

import asyncio
import logging
import os
from enum import StrEnum
from importlib.metadata import version
from typing import Annotated

import typer

from screener import settings_file, trail
from screener.access.token_cli import token_app
from screener.access.user_cli import user_app
from screener.audit.cli import audit_app
from screener.calls_cli import calls_app
from screener.check_cli import check
from screener.config_option import ConfigFile
from screener.database import Database
from screener.doctor_cli import doctor
from screener.entries_cli import entries_app
from screener.lab.cli import lab_app
from screener.log_output import LogOutput
from screener.officials_cli import officials_app
from screener.outage import DatabaseUnreachable, explained
from screener.policy_cli import policy_app
from screener.remedies import told
from screener.replay.cli import replay
from screener.service_database import opened
from screener.site_cli import site_app
from screener.switch import EnforcingSwitch

app = typer.Typer(
    help="Screens the calls of a switchboard for impersonators.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong input or settings.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(check)
app.command()(doctor)
app.command()(replay)
app.add_typer(audit_app, name="audit")
app.add_typer(calls_app, name="calls")
app.add_typer(entries_app, name="entries")
app.add_typer(officials_app, name="officials")
app.add_typer(token_app, name="token")
app.add_typer(user_app, name="user")
app.add_typer(policy_app, name="policy")
app.add_typer(site_app, name="site")
app.add_typer(lab_app, name="lab")


class State(StrEnum):
    """Where the enforcing switch is put."""

    ON = "on"
    OFF = "off"
    STATUS = "status"


def main() -> None:
    """Run the command that was typed; files that it makes are readable by this user alone."""
    os.umask(0o077)  # journal and database hold callers' numbers
    app()


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"call-screener {version('call-screener')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def run(config: ConfigFile = None) -> None:
    """Run the service: screening, page and API. Without a PBX in the settings it starts the lab exchange."""
    from screener import serving  # noqa: PLC0415 - the page's framework is half of what a command loads

    with told():
        loaded = settings_file.load(config)
        logging.basicConfig(
            level=loaded.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            handlers=[LogOutput()],
        )
        logging.getLogger("alembic").setLevel(logging.WARNING)
        asyncio.run(serving.run(loaded, settings_file.named(config)))


@app.command()
def enforce(
    state: Annotated[State, typer.Argument(help="off: every call rings from now on. on: back again.")],
    config: ConfigFile = None,
) -> None:
    """Stop all enforcing at once (off), put it back (on), or tell how it stands (status).

    A PBX whose settings say enforce = false stays monitor-only wherever this switch stands.
    """
    trail.keep()
    already = ""
    with told():
        loaded = settings_file.load(config)
    with told(), opened(loaded) as database:
        switch = EnforcingSwitch(database.sessions)
        if state is not State.STATUS and not _throw(database, switch, on=state is State.ON):
            already = "already "
        on, changed_at, changed_by = switch.state()
    meaning = "verdicts are enforced" if on else "every call rings, whatever the verdict"
    since = f"since {changed_at:%Y-%m-%d %H:%M:%S} UTC by {changed_by}"
    typer.echo(f"{already}{'on' if on else 'off'} {since}: {meaning}")
    for name in [name for name, pbx in loaded.pbx.items() if on and not pbx.enforce]:
        typer.echo(f"but PBX {name} is monitor-only: set enforce = true for it in the settings, and restart")
    typer.echo(f"({database.url}; a service on another database does not follow)")


def _throw(database: Database, switch: EnforcingSwitch, on: bool) -> bool:
    """Throw the switch; who can't switch off is told what stops enforcing all the same."""
    try:
        with explained(database.engine):
            return switch.set(on, trail.user())
    except DatabaseUnreachable as error:
        if on:
            raise
        instead = "not switched: to stop all enforcing now, stop the service, and every call rings"
        raise DatabaseUnreachable(error.url, error.why, f"{error.remedy}; {instead}") from error
