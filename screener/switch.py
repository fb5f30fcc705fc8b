"""The one switch that decides whether verdicts are enforced at all."""

import logging
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from screener.models import Switch

log = logging.getLogger(__name__)

ROW: Final = 1
"""Key of the one row."""


class SwitchState(NamedTuple):
    """Where the switch stands, since when, and who put it there."""

    on: bool
    changed_at: datetime
    changed_by: str


class EnforcingSwitch:
    """The switch behind a session factory; listeners notice a change within about a second."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def state(self) -> SwitchState:
        """Return where the switch stands."""
        with self._sessions() as session:
            row = session.execute(
                select(Switch.on, Switch.changed_at, Switch.changed_by).where(Switch.id == ROW)
            ).one()
        return SwitchState(row.on, row.changed_at, row.changed_by)

    def set(self, on: bool, by: str) -> bool:
        """Turn enforcing on or off; every listener of the database follows.

        Return False where it stood there already: since when and by whom stays as it was.
        """
        with self._sessions.begin() as session:
            turned = session.scalars(
                update(Switch)
                .where(Switch.id == ROW, Switch.on != on)
                .values(on=on, changed_at=datetime.now(UTC), changed_by=by[:200])
                .returning(Switch.id)
            ).all()
        if turned:
            log.warning("enforcing switched %s by %s", "on" if on else "off: every call rings", by)
        else:
            log.info("enforcing is %s already; %s asked for it", "on" if on else "off", by)
        return bool(turned)
