"""The commands ``policy``: out to a file and in again, who changed what, and back to an earlier one."""

from pathlib import Path
from typing import Annotated

import typer

from screener import policy_file, settings_file, trail
from screener.config_option import ConfigFile
from screener.policies import Policies, Revised
from screener.policy_edits import changes
from screener.remedies import told
from screener.service_database import opened

policy_app = typer.Typer(help="What the rules ask for: see docs/policy.md.", no_args_is_help=True)


@policy_app.command("export")
def export_policy(
    revision: Annotated[int | None, typer.Option(help="An earlier revision; else the one in force.")] = None,
    config: ConfigFile = None,
) -> None:
    """Print the policy in force as TOML, to be changed and imported."""
    with told(), opened(settings_file.load(config)) as database:
        policies = Policies(database.sessions)
        found = policies.present() if revision is None else policies.revision(revision)
        latest = policies.latest()
    typer.echo(f"# Policy of call-screener, {_described(found)}. docs/policy.md has every key.")
    typer.echo(
        "# Change it, then 'call-screener policy import FILE': refused if others changed it meanwhile."
    )
    typer.echo(policy_file.write(found.policy, latest), nl=False)


@policy_app.command("import")
def import_policy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy, in TOML.")],
    config: ConfigFile = None,
) -> None:
    """Check a policy as a whole, tell what changes, and put it in force."""
    trail.keep()
    with told():
        policy, exported = policy_file.read_exported(file)
    with told(), opened(settings_file.load(config)) as database:
        policies = Policies(database.sessions)
        before, latest = policies.present(), policies.latest()
        what = changes(before.policy, policy)
        if not what and before.revision == latest:
            typer.echo(f"nothing changes: {_described(before)} stays in force")
            return
        now = policies.add(policy, trail.user(), what, latest if exported is None else exported)
    _tell(now, latest)


@policy_app.command("history")
def policy_history(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 20,
    config: ConfigFile = None,
) -> None:
    """List the revisions, the newest first: when, by whom, and what changed."""
    with told(), opened(settings_file.load(config)) as database:
        found = Policies(database.sessions).history(limit)
    for row in found.items:
        typer.echo(f"revision {row.id} of {row.at:%Y-%m-%d %H:%M:%S} UTC by {row.author}")
        for line in row.changes.split("\n"):
            typer.echo(f"  {line}")
    if found.more:
        typer.echo(f"(earlier ones: --limit {limit * 2})")
    if not found.items:
        typer.echo("nobody has made a policy yet: the defaults are in force")


@policy_app.command("revert")
def revert_policy(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="A revision of the history.")],
    config: ConfigFile = None,
) -> None:
    """Put an earlier revision's policy in force again, as a new revision."""
    trail.keep()
    with told(), opened(settings_file.load(config)) as database:
        policies = Policies(database.sessions)
        before, latest = policies.present(), policies.latest()
        wanted = policies.revision(number)
        what = changes(before.policy, wanted.policy)
        if not what and before.revision == latest:
            typer.echo(f"nothing changes: {_described(before)} asks for the same as revision {number}")
            return
        now = policies.add(wanted.policy, trail.user(), [f"as revision {number}", *what], latest)
    _tell(now, latest)


def _tell(now: Revised, before: int) -> None:
    for line in now.changes:
        typer.echo(line)
    typer.echo(f"revision {now.revision} is in force within about a second")
    if before:
        typer.echo(f"to undo it: call-screener policy revert {before}")


def _described(found: Revised) -> str:
    if found.at is None:
        return "the default"
    return f"revision {found.revision} of {found.at:%Y-%m-%d %H:%M:%S} UTC by {found.author}"
