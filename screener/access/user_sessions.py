"""Who is signed in: sessions that live in the database, so that ending one takes effect at once.

The browser holds a random token, the database its hash. A session ends when it is idle, at its last hour
whatever is done, and with its user's password, role or account.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from screener.access import secret
from screener.access.roles import Role
from screener.access.tables import User, UserSession
from screener.access.users import utc_now

HALF: Final = timedelta(minutes=5)
"""How long somebody whose password was right may take for the second factor."""
LATELY: Final = timedelta(minutes=15)
"""How long who was known may go on looking while the database is away."""
_NOTE_EVERY: Final = timedelta(minutes=1)
_MOST_KNOWN: Final = 1000


@dataclass(frozen=True, slots=True)
class Ends:
    """When sessions end by themselves: after a time without any doing, and at the latest."""

    idle: timedelta = timedelta(hours=4)
    latest: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is. ``half``: the second factor is still to come; ``csrf``: what its forms carry."""

    session_id: int
    user_id: int
    name: str
    role: Role
    extension: str
    half: bool
    csrf: str


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What its user is shown of a session. ``seen_at`` is right to the minute."""

    id: int
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime


class UserSessions:
    """The sessions behind a factory of database sessions. ``now`` is the clock, in UTC."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        ends: Ends | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._sessions = sessions
        self._ends = ends or Ends()
        self._now = now
        self._known: dict[str, tuple[datetime, SignedIn]] = {}

    def begin(self, user_id: int, address: str, browser: str, *, half: bool = False) -> str:
        """Make a session and return its token; what has ended is cleared away."""
        now = self._now()
        token = secret.new()
        row = UserSession(
            hash=secret.hashed(token),
            user_id=user_id,
            half=half,
            address=address[:64],
            browser=browser[:200],
            created_at=now,
            seen_at=now,
            ends_at=now + (HALF if half else self._ends.latest),
        )
        with self._sessions.begin() as session:
            session.execute(delete(UserSession).where(self._ended(now)))
            session.add(row)
            if not half:
                session.execute(update(User).where(User.id == user_id).values(signed_in_at=now))
        return token

    def find(self, token: str, *, active: bool = True) -> SignedIn | None:
        """Return whose a token is, None for one that is not valid (any more).

        ``active`` notes that its user did something; what a page asks for by itself keeps no session open.
        """
        now = self._now()
        query = (
            select(UserSession.id, UserSession.seen_at, UserSession.half, User)
            .join(User, User.id == UserSession.user_id)
            .where(UserSession.hash == secret.hashed(token), ~self._ended(now))
        )
        with self._sessions() as session:
            row = session.execute(query).one_or_none()
        self._known.pop(secret.hashed(token), None)
        if row is None:
            return None
        if active and row.seen_at <= now - _NOTE_EVERY:
            with self._sessions.begin() as session:
                session.execute(update(UserSession).where(UserSession.id == row.id).values(seen_at=now))
        user = row.User
        found = SignedIn(
            row.id, user.id, user.name, Role(user.role), user.extension, row.half, csrf_of(token)
        )
        if len(self._known) < _MOST_KNOWN and not found.half:
            self._known[secret.hashed(token)] = now, found
        return found

    def lately(self, token: str) -> SignedIn | None:
        """Return whose a token was when it was last looked up, of late, for when it can't be looked up."""
        known = self._known.get(secret.hashed(token))
        return known[1] if known and known[0] > self._now() - LATELY else None

    def end(self, token: str) -> None:
        """End the session of a token; one that is none ends nothing."""
        self._known.pop(secret.hashed(token), None)
        with self._sessions.begin() as session:
            session.execute(delete(UserSession).where(UserSession.hash == secret.hashed(token)))

    def end_one(self, user_id: int, session_id: int) -> None:
        """End one of a user's sessions."""
        with self._sessions.begin() as session:
            session.execute(
                delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
            )

    def of(self, user_id: int) -> tuple[SessionInfo, ...]:
        """Return a user's sessions, the one last used first."""
        columns = (UserSession.id, UserSession.address, UserSession.browser, UserSession.created_at)
        query = (
            select(*columns, UserSession.seen_at)
            .where(UserSession.user_id == user_id, ~UserSession.half, ~self._ended(self._now()))
            .order_by(UserSession.seen_at.desc(), UserSession.id)
        )
        with self._sessions() as session:
            return tuple(SessionInfo(*row) for row in session.execute(query))

    def _ended(self, now: datetime) -> ColumnElement[bool]:
        return or_(UserSession.ends_at <= now, UserSession.seen_at <= now - self._ends.idle)


def csrf_of(token: str) -> str:
    """Return what a session's forms carry: nobody can make it without the token, nor the token from it."""
    return hashlib.sha256(b"csrf:" + token.encode("utf-8", "surrogatepass")).hexdigest()
