"""The commands ``site``: what only the site knows, proposed from its calls."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from screener import call_history, learning, settings_file, site_proposal
from screener.config_option import ConfigFile
from screener.remedies import told
from screener.service_database import opened

site_app = typer.Typer(help="What only the site knows: its numbers, its trunks.", no_args_is_help=True)


@site_app.callback()
def _site() -> None:
    pass


@site_app.command("learn")
def learn(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Look at the calls of so many days.")] = 30,
    config: ConfigFile = None,
) -> None:
    """Propose from the call log how trunks write numbers, own numbers, extensions: lines for the settings.

    Nothing is changed: read the lines, and paste what is right.
    """
    now = datetime.now(UTC)
    start = now - timedelta(days=days)
    with told():
        loaded = settings_file.load(config)
        with opened(loaded) as database, database.sessions() as session:
            learnt = learning.learn(
                call_history.since(session, start), loaded.site.site(loaded.writes), loaded.site.forwards()
            )
    typer.echo(site_proposal.as_toml(learnt, loaded, start, now))
