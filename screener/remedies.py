"""Errors that name their remedy, told to whoever typed a command: one line each, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

from blocklist.errors import ListsUnreadable
from screener.access.passwords import WeakPassword
from screener.access.users import InvalidExtension, InvalidUserName, UserProblem
from screener.api_tokens import InvalidTokenName, NoSuchToken, TokenExists, TokenOver
from screener.audit.heads import HeadsUnreadable
from screener.audit.key import AuditKeyUnusable
from screener.outage import DatabaseProblem
from screener.policies import NoSuchRevision, PolicyMoved
from screener.policy_problems import InvalidPolicy
from screener.replay.spool import NoRoom
from screener.settings_file import SettingsError


class NotStarted(Exception):
    """The service can't start; the message has cause and remedy."""


_WITH_REMEDY: Final = (
    AuditKeyUnusable,
    DatabaseProblem,
    HeadsUnreadable,
    ListsUnreadable,
    NoSuchRevision,
    NoRoom,
    NotStarted,
    PolicyMoved,
    TokenExists,
    NoSuchToken,
    UserProblem,
)


@contextmanager
def told() -> Iterator[None]:
    """End the command where an error names its remedy: with its message and exit code 1.

    Wrong settings and input end with 2.
    """
    try:
        yield
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"call-screener: {problem}", err=True)
        raise typer.Exit(2) from None
    except InvalidPolicy as error:
        for line in error.lines:
            typer.echo(f"call-screener: {line}", err=True)
        raise typer.Exit(2) from None
    except (InvalidTokenName, TokenOver, InvalidUserName, InvalidExtension, WeakPassword) as error:
        typer.echo(f"call-screener: {error}", err=True)
        raise typer.Exit(2) from None
    except _WITH_REMEDY as error:
        typer.echo(f"call-screener: {error}", err=True)
        raise typer.Exit(1) from None
