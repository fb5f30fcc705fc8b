"""Slows signing in down after failures, then locks it for a while: for one name, and from one address.

A try counts as failed before it is looked at, so that many at once are no way around. The counts are in the
database: a restart forgets none.
"""

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from screener.access import secret
from screener.access.tables import FailedSignIn
from screener.access.users import key, utc_now
from screener.audit.chain import Noted
from screener.audit.watching import note

LOCKED: Final = timedelta(minutes=15)
FORGOTTEN: Final = timedelta(hours=1)
"""After that long without a failure the count begins anew."""


@dataclass(frozen=True, slots=True)
class Limit:
    """From which failure on each costs a pause (1 s, then double each), and at which it is locked."""

    slow: int
    lock: int

    def pause(self, failures: int) -> timedelta:
        """Return how long nothing is looked at after so many failures."""
        if failures >= self.lock:
            return LOCKED
        slowed = timedelta(seconds=2 ** (failures - self.slow)) if failures >= self.slow else timedelta()
        return min(slowed, LOCKED)


BY_NAME: Final = Limit(slow=3, lock=10)
BY_ADDRESS: Final = Limit(slow=15, lock=30)
"""Several people may sign in from one address."""


class Tries:
    """The counts behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def begin(self, name: str, address: str) -> int:
        """Count a try and return 0, or return the seconds to wait, uncounted, where it is too early."""
        while True:
            try:
                with self._sessions.begin() as session:
                    return self._begin(session, name, address)
            except IntegrityError:  # somebody else counted the first failure at the same moment
                continue

    def _begin(self, session: Session, name: str, address: str) -> int:
        now = self._now()
        limits = {_of_name(name): BY_NAME, _of_address(address): BY_ADDRESS}
        # Two tries at once take turns: on SQLite by the write that comes first, else by the rows' locks.
        session.execute(delete(FailedSignIn).where(FailedSignIn.last_at <= now - FORGOTTEN))
        found = select(FailedSignIn).where(FailedSignIn.subject.in_(limits)).order_by(FailedSignIn.subject)
        rows = {row.subject: row for row in session.scalars(found.with_for_update())}
        wait = max((math.ceil((row.free_at - now).total_seconds()) for row in rows.values()), default=0)
        if wait > 0:
            return wait
        for subject, limit in limits.items():
            row = rows.get(subject)
            if row is None:
                row = FailedSignIn(subject=subject, failures=0)
                session.add(row)
            row.failures += 1
            row.last_at = now
            row.free_at = now + limit.pause(row.failures)
        return 0

    def took_back(self, name: str, address: str) -> None:
        """Take one count back: the try was right as far as it went."""
        self._take_back(_of_name(name), _of_address(address))

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name whose user signed in, and this one try of the address."""
        with self._sessions.begin() as session:
            _forget(session, name)
        self._take_back(_of_address(address))

    def forget(self, name: str) -> None:
        """Forget the failures of a name whose password was set anew."""
        with self._sessions.begin() as session:
            _forget(session, name)

    def unlock(self, name: str) -> bool:
        """Forget the failures of a name at somebody's word; tell whether there were any."""
        with self._sessions.begin() as session:
            there = _forget(session, name)
            if there:
                note(session, Noted("user", "unlocked", label=name))
        return there

    def locked(self, name: str) -> bool:
        """Tell whether a name is locked, not merely slowed down."""
        query = select(FailedSignIn.failures, FailedSignIn.free_at).where(
            FailedSignIn.subject == _of_name(name)
        )
        with self._sessions() as session:
            row = session.execute(query).one_or_none()
        return row is not None and row.failures >= BY_NAME.lock and row.free_at > self._now()

    def _take_back(self, *subjects: str) -> None:
        with self._sessions.begin() as session:
            session.execute(
                update(FailedSignIn)
                .where(FailedSignIn.subject.in_(subjects))
                .values(failures=FailedSignIn.failures - 1, free_at=self._now())
                .execution_options(synchronize_session=False)
            )


def _of_name(name: str) -> str:
    return f"user:{secret.hashed(key(name))}"


def _of_address(address: str) -> str:
    """A network of IPv6 is one address: whoever has one has 2^64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or ipaddress.ip_network(f"{parsed}/64", strict=False).network_address
    return f"address:{parsed}"


def _forget(session: Session, name: str) -> bool:
    removed = delete(FailedSignIn).where(FailedSignIn.subject == _of_name(name))
    return bool(session.scalars(removed.returning(FailedSignIn.subject)).all())
