"""The users: made, changed and removed, with the rule that an administrator always remains."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from screener.access import passwords
from screener.access.roles import Role
from screener.access.tables import OneTimeLink, RecoveryCode, User, UserSession

_NAME: Final = re.compile(r"[^\W_][\w.@-]{0,63}")
_EXTENSION: Final = re.compile(r"[0-9]{1,20}", re.ASCII)


class UserProblem(Exception):
    """What can't be done with users; the message has the remedy."""


class InvalidUserName(UserProblem):
    """A name that can't be typed or told apart."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} can't name a user: write 1 to 64 letters, digits, . _ - or @, a letter or digit first"
        )


class InvalidExtension(UserProblem):
    """What is no extension."""

    def __init__(self, extension: str) -> None:
        super().__init__(f"{extension!r} is no extension; write its digits, as in 1001, or leave it empty")


class UserExists(UserProblem):
    """A user of this name is there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a user named {name!r} exists; choose another name")


class NoSuchUser(UserProblem):
    """No user has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no user is named {name!r}; 'call-screener user list' shows their names")


class LastAdmin(UserProblem):
    """The only administrator can't be removed, nor get another role."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is the only administrator; make another one first")


@dataclass(frozen=True, slots=True)
class UserInfo:
    """What may be shown of a user. ``ready``: a password was chosen; ``second_factor``: it asks for codes."""

    id: int
    name: str
    role: Role
    extension: str
    ready: bool
    second_factor: bool
    created_at: datetime
    signed_in_at: datetime | None

    @classmethod
    def of(cls, user: User) -> "UserInfo":
        """Return what may be shown of a row."""
        return cls(
            id=user.id,
            name=user.name,
            role=Role(user.role),
            extension=user.extension,
            ready=bool(user.password),
            second_factor=bool(user.totp_secret),
            created_at=user.created_at,
            signed_in_at=user.signed_in_at,
        )


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def key(name: str) -> str:
    """Return a name as it is compared; never raises, whatever was typed."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()[:200]


class Users:
    """The users behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def add(self, name: str, role: Role, password: str | None = None, extension: str = "") -> UserInfo:
        """Make a user; without a password one is chosen by a one-time link.

        Raises InvalidUserName, InvalidExtension, UserExists and WeakPassword.
        """
        name = check_name(name)
        kept = "" if password is None else passwords.hashed(password, name)
        user = User(
            name=name,
            key=key(name),
            role=role.value,
            extension=_read(extension),
            password=kept,
            totp_secret="",
            totp_step=0,
            created_at=self._now(),
        )
        try:
            with self._sessions.begin() as session:
                session.add(user)
        except IntegrityError:
            raise UserExists(name) from None
        return UserInfo.of(user)

    def find(self, name: str) -> UserInfo:
        """Return a user. Raises NoSuchUser."""
        with self._sessions() as session:
            return UserInfo.of(found(session, name))

    def list(self) -> tuple[UserInfo, ...]:
        """Return all users by name."""
        with self._sessions() as session:
            return tuple(UserInfo.of(user) for user in session.scalars(select(User).order_by(User.key)))

    def none(self) -> bool:
        """Tell whether there is no user yet."""
        with self._sessions() as session:
            return session.scalar(select(func.count()).select_from(User)) == 0

    def set_role(self, name: str, role: Role) -> UserInfo:
        """Give a user another role, and end all sessions. Raises NoSuchUser and LastAdmin."""
        with self._sessions.begin() as session:
            user = found(session, name, lock=True)
            if user.role != role.value:
                _keep_an_admin(session, user)
                user.role = role.value
                end_sessions(session, user)
            return UserInfo.of(user)

    def set_extension(self, name: str, extension: str) -> UserInfo:
        """Give a user an extension; empty: none. Raises NoSuchUser and InvalidExtension."""
        digits = _read(extension)
        with self._sessions.begin() as session:
            user = found(session, name)
            user.extension = digits
            return UserInfo.of(user)

    def set_password(self, name: str, password: str) -> UserInfo:
        """Give a user another password, and end all sessions and links. Raises NoSuchUser, WeakPassword."""
        kept = passwords.hashed(password, name)
        with self._sessions.begin() as session:
            user = found(session, name)
            user.password = kept
            session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
            end_sessions(session, user)
            return UserInfo.of(user)

    def remove(self, name: str) -> None:
        """Remove a user with all sessions. Raises NoSuchUser and LastAdmin."""
        with self._sessions.begin() as session:
            user = found(session, name, lock=True)
            _keep_an_admin(session, user)
            end_sessions(session, user)
            session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
            session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
            session.delete(user)


def check_name(name: str) -> str:
    """Return a new user's name in its one form. Raises InvalidUserName."""
    plain = unicodedata.normalize("NFC", name.strip())
    if not _NAME.fullmatch(plain):
        raise InvalidUserName(name)
    return plain


def found(session: Session, name: str, *, lock: bool = False) -> User:
    """Return the row of a user; ``lock`` keeps the administrators as they are until the end of the turn.

    Raises NoSuchUser.
    """
    if lock:  # by a write, for SQLite: of two who each remove the other, one has to come too late
        admins = update(User).where(User.role == Role.ADMIN.value).values(role=User.role)
        session.execute(admins.execution_options(synchronize_session=False))
    user = session.scalar(select(User).where(User.key == key(name)))
    if user is None:
        raise NoSuchUser(name)
    return user


def end_sessions(session: Session, user: User) -> None:
    """End all sessions of a user."""
    session.execute(delete(UserSession).where(UserSession.user_id == user.id))


def _keep_an_admin(session: Session, user: User) -> None:
    if user.role != Role.ADMIN.value:
        return
    others = select(func.count()).select_from(User).where(User.role == Role.ADMIN.value, User.id != user.id)
    if not session.scalar(others):
        raise LastAdmin(user.name)


def _read(extension: str) -> str:
    digits = extension.strip()
    if digits and not _EXTENSION.fullmatch(digits):
        raise InvalidExtension(extension)
    return digits
