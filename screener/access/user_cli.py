"""The commands ``user add``, ``list``, ``set-role``, ``set-password``, ``unlock`` and ``remove``."""

import logging
import sys
from typing import Annotated

import typer

from screener import settings_file, trail
from screener.access.accounts import Accounts
from screener.access.roles import Role
from screener.config_option import ConfigFile
from screener.remedies import told
from screener.service_database import opened

user_app = typer.Typer(
    help="Who may sign in at the page: add, list, set-role, set-password, unlock, remove.",
    no_args_is_help=True,
)

log = logging.getLogger(__name__)

Name = Annotated[str, typer.Argument(help="Their name, as they sign in.")]


@user_app.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OPERATOR,
    extension: Annotated[str, typer.Option(help="Their phone, which rings first when they ring back.")] = "",
    config: ConfigFile = None,
) -> None:
    """Make a user. The password is asked for, or read from standard input: its first line."""
    with told(), opened(settings_file.load(config)) as database:
        user = Accounts.on(database.sessions).users.add(name, role, _password(), extension)
    _note("user '%s' (%s) made by %s", user.name, user.role)
    typer.echo(f"user '{user.name}' is made, with the role {user.role}")


@user_app.command("list")
def list_users(config: ConfigFile = None) -> None:
    """List the users: name, role, extension, when they last signed in, what keeps them from it."""
    with told(), opened(settings_file.load(config)) as database:
        accounts = Accounts.on(database.sessions)
        users = [(user, accounts.tries.locked(user.name)) for user in accounts.users.list()]
    if not users:
        typer.echo("call-screener: no users; 'call-screener user add NAME --role admin' makes one", err=True)
    for user, locked in users:
        seen = f"{user.signed_in_at:%Y-%m-%d %H:%M} UTC" if user.signed_in_at else "never"
        facts = [f"extension {user.extension}"] if user.extension else []
        facts += ["second factor"] if user.second_factor else []
        facts += [] if user.ready else ["no password yet"]
        facts += ["locked after failures"] if locked else []
        typer.echo("  ".join([user.name, user.role, f"last signed in {seen}", *facts]))


@user_app.command("set-role")
def set_role(
    name: Name, role: Annotated[Role, typer.Argument(help="What they may do.")], config: ConfigFile = None
) -> None:
    """Give a user another role; they have to sign in again."""
    with told(), opened(settings_file.load(config)) as database:
        user = Accounts.on(database.sessions).users.set_role(name, role)
    _note("user '%s' was given the role %s by %s", user.name, user.role)
    typer.echo(f"user '{user.name}' has the role {user.role}")


@user_app.command("set-password")
def set_password(name: Name, config: ConfigFile = None) -> None:
    """Give a user another password, asked for or read from standard input; they have to sign in again."""
    with told(), opened(settings_file.load(config)) as database:
        accounts = Accounts.on(database.sessions)
        accounts.users.find(name)  # before anybody types a password for nobody
        user = accounts.users.set_password(name, _password())
        accounts.tries.forget(name)
    _note("password of user '%s' set by %s", user.name)
    typer.echo(f"user '{user.name}' has a new password; all their sessions have ended")


@user_app.command("unlock")
def unlock(
    name: Name,
    second_factor: Annotated[
        bool,
        typer.Option("--without-second-factor", help="Ask for no codes any more: the phone is lost."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Let a user sign in again at once after too many failures."""
    with told(), opened(settings_file.load(config)) as database:
        accounts = Accounts.on(database.sessions)
        user = accounts.users.find(name)
        accounts.tries.unlock(name)
        if second_factor:
            accounts.factor.switch_off(name)
    _note("user '%s' unlocked%s by %s", user.name, ", without second factor," if second_factor else "")
    typer.echo(f"user '{user.name}' may try again" + (", without a second factor" if second_factor else ""))


@user_app.command("remove")
def remove(name: Name, config: ConfigFile = None) -> None:
    """Remove a user; whatever they did stays under their name."""
    with told(), opened(settings_file.load(config)) as database:
        Accounts.on(database.sessions).users.remove(name)
    _note("user '%s' removed by %s", name)
    typer.echo(f"user '{name}' is removed; all their sessions have ended")


def _password() -> str:
    """Ask twice at a terminal, else read a line. As an argument others would see it."""
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")


def _note(said: str, *values: object) -> None:
    trail.keep()
    log.info(said, *values, trail.user())
