"""One-time links: the first administrator's, and those by which a new user chooses a password.

So no password is ever made up for somebody, and none is known to whoever makes the user.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from screener.access import passwords, secret
from screener.access.roles import Role
from screener.access.tables import OneTimeLink, User
from screener.access.users import UserInfo, check_name, end_sessions, found, key, utc_now

FIRST: Final = timedelta(hours=1)
"""How long the first administrator's link counts."""
OTHERS: Final = timedelta(days=2)


class LinkOver(Exception):
    """The link was used, is too old, or never was one."""

    def __init__(self) -> None:
        super().__init__(
            "the link was used or is too old; an administrator makes a new one, and on the machine itself "
            "'call-screener user' does"
        )


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited to choose a password; an empty name: whoever becomes the first administrator."""

    name: str
    ends_at: datetime


class Links:
    """The links behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def first_admin(self) -> str | None:
        """Make the link that makes the first administrator; None where there are users."""
        with self._sessions.begin() as session:
            session.execute(delete(OneTimeLink).where(OneTimeLink.ends_at <= self._now()))
            if session.scalar(select(func.count()).select_from(User)):
                return None
            return self._make(session, None, FIRST)

    def invite(self, name: str) -> str:
        """Make the link by which a user chooses a password; the old password and sessions end now.

        Raises NoSuchUser.
        """
        with self._sessions.begin() as session:
            user = found(session, name)
            user.password = ""
            end_sessions(session, user)
            session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
            return self._make(session, user.id, OTHERS)

    def _make(self, session: Session, user_id: int | None, counts: timedelta) -> str:
        token = secret.new()
        session.add(OneTimeLink(hash=secret.hashed(token), user_id=user_id, ends_at=self._now() + counts))
        return token

    def look(self, token: str) -> Invitation:
        """Tell whom a link invites. Raises LinkOver."""
        query = (
            select(OneTimeLink.ends_at, OneTimeLink.user_id, User.name)
            .outerjoin(User, User.id == OneTimeLink.user_id)
            .where(OneTimeLink.hash == secret.hashed(token), OneTimeLink.ends_at > self._now())
        )
        with self._sessions() as session:
            row = session.execute(query).one_or_none()
        if row is None:
            raise LinkOver
        return Invitation(row.name or "", row.ends_at)

    def use(self, token: str, name: str, password: str) -> UserInfo:
        """Choose the password, once. ``name`` counts for the first administrator alone, who is made by it.

        Raises LinkOver, InvalidUserName and WeakPassword; the link counts on after the last two.
        """
        invited = self.look(token)
        chosen = invited.name or check_name(name)
        kept = passwords.hashed(password, chosen)
        with self._sessions.begin() as session:
            this = OneTimeLink.hash == secret.hashed(token)
            used = delete(OneTimeLink).where(this).returning(OneTimeLink.hash)
            if not invited.name:  # all of them: of two who were sent one each, one is the first
                used = delete(OneTimeLink).where(OneTimeLink.user_id.is_(None)).returning(OneTimeLink.hash)
            if secret.hashed(token) not in session.scalars(used).all():
                raise LinkOver
            if invited.name:
                user = found(session, invited.name)
                user.password = kept
                end_sessions(session, user)
                return UserInfo.of(user)
            if session.scalar(select(func.count()).select_from(User)):
                raise LinkOver
            user = User(
                name=chosen,
                key=key(chosen),
                role=Role.ADMIN.value,
                extension="",
                password=kept,
                totp_secret="",
                totp_step=0,
                created_at=self._now(),
            )
            session.add(user)
            session.flush()
            return UserInfo.of(user)
