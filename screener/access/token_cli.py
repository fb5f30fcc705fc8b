"""The commands ``token create``, ``token revoke`` and ``token list``."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from screener import settings_file, trail
from screener.access.roles import Role
from screener.api_tokens import ApiTokens
from screener.config_option import ConfigFile
from screener.remedies import told
from screener.service_database import opened

token_app = typer.Typer(help="Tokens for the API: make, revoke, list.", no_args_is_help=True)

log = logging.getLogger(__name__)


@token_app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Who will use it.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.OPERATOR,
    expires: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The last day on which it counts (UTC). Without it, it has no end."
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Make an API token and print it, this once."""
    ends = expires.replace(tzinfo=UTC) + timedelta(days=1) if expires else None
    with told(), opened(settings_file.load(config)) as database:
        typer.echo(ApiTokens(database.sessions).create(name, role, ends))
    trail.keep()
    log.info("API token '%s' (%s) made by %s", name.strip(), role, trail.user())


@token_app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="Its name, as 'token list' shows it.")],
    config: ConfigFile = None,
) -> None:
    """Make a token useless from now on."""
    with told(), opened(settings_file.load(config)) as database:
        ApiTokens(database.sessions).revoke(name)
    trail.keep()
    log.info("API token '%s' revoked by %s", name, trail.user())
    typer.echo(f"token '{name}' is revoked")


@token_app.command("list")
def list_tokens(config: ConfigFile = None) -> None:
    """List the tokens: name, role, when made, when last used, when they end."""
    with told(), opened(settings_file.load(config)) as database:
        tokens = ApiTokens(database.sessions).list()
    if not tokens:
        typer.echo("call-screener: no tokens; 'call-screener token create NAME' makes one", err=True)
    now = datetime.now(UTC)
    for token in tokens:
        used = f"{token.last_used_at:%Y-%m-%d %H:%M} UTC" if token.last_used_at else "never"
        end = ""
        if token.expires_at:
            end = f"  {'ended' if token.expires_at <= now else 'ends'} {token.expires_at:%Y-%m-%d %H:%M} UTC"
        made = f"{token.created_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{token.name}  {token.role}  made {made}  last used {used}{end}")
