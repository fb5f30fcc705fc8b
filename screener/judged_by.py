"""What commands judge by: what is in force at a service, or a registry in a file and the default policy."""

from pathlib import Path

import typer

from blocklist import registry_file
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from blocklist.registry_file import InvalidRegistry, RegistryFile
from screener.metrics import Metrics
from screener.service_database import opened
from screener.settings import Settings
from screener.snapshot import Snapshot
from screener.snapshots import Snapshots


def in_force(loaded: Settings) -> Snapshot:
    """Return what the service of these settings judges by. Raises DatabaseProblem and ListsUnreadable."""
    with opened(loaded) as database:
        snapshots = Snapshots(database.sessions, loaded.site, Metrics(), loaded.writes)
        snapshots.load()
    return snapshots.current


def registry(path: Path) -> tuple[Snapshot, RegistryFile]:
    """Return what a registry file makes, with the file; one that can't be used ends the command with 2."""
    try:
        file = registry_file.read(path)
    except InvalidRegistry as error:
        typer.echo(f"call-screener: {error}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"call-screener: --registry {path}: {error.strerror}; name a CSV file", err=True)
        raise typer.Exit(2) from None
    return Snapshot(officials=Lookalikes(file.officials), names=Names(file.officials)), file
