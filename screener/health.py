"""What works and what does not: the links to the exchanges, the database, the lists in memory."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from screener.calls import Mode
from screener.outage import Outage


class LinkState(StrEnum):
    """How far the link to one PBX has come. Calls are screened in ``UP`` alone."""

    CONNECTING = "connecting"
    REFUSED = "refused"
    """The PBX did not take the login."""
    BOOTING = "booting"
    """Logged in; Asterisk has not said yet that it is fully booted."""
    UP = "up"
    DEAF = "deaf"
    """Logged in, but events do not reach us."""
    SILENT = "silent"
    """Nothing has come for too long, not even an answer."""
    DOWN = "down"


class DatabaseState(StrEnum):
    """Whether the database answers."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """The link to one PBX. ``since`` is in UTC; ``detail`` says in words what is the matter."""

    pbx: str
    state: LinkState
    since: datetime
    detail: str
    mode: Mode
    enforce: bool
    """False is monitor-only for this PBX, whatever the switch says."""


@dataclass(frozen=True, slots=True)
class Health:
    """The whole service at one moment.

    ``ready`` is False only where the service is of no use at all; ``causes`` says why, with the remedy.
    ``snapshot_age_seconds`` counts from when the lists in memory were last known to equal the database; None
    means that none were ever loaded. ``enforcing`` is the one switch for all.
    """

    ready: bool
    causes: tuple[str, ...]
    links: tuple[LinkHealth, ...]
    database: DatabaseState
    snapshot_age_seconds: float | None
    enforcing: bool
    journal_writable: bool
    outage: Outage | None = None
    """Why the database can't be used, and what to do about it."""


def assess(
    links: tuple[LinkHealth, ...],
    database: DatabaseState,
    snapshot_age_seconds: float | None,
    enforcing: bool,
    journal_writable: bool,
    outage: Outage | None = None,
) -> Health:
    """Judge whether the service is of use: it screens with lists from memory and a journal or a database.

    A lost link or database alone does not make it useless: a restart would mend neither.
    """
    causes = []
    if snapshot_age_seconds is None:
        why = outage or "check the database and the log of this service"
        causes.append(f"no lists were loaded yet, so every call rings, whoever calls: {why}")
    if database is DatabaseState.DOWN and not journal_writable:
        causes.append(
            "calls are recorded in memory alone, which ends with the service: neither journal nor database "
            "can be written; check the disk and the rights of state_dir, and database_url"
        )
    return Health(
        not causes, tuple(causes), links, database, snapshot_age_seconds, enforcing, journal_writable, outage
    )
