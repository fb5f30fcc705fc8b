"""API tokens: shown once when made, kept as a hash, each with a role and perhaps an end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from screener.access import secret
from screener.access.roles import Role
from screener.models import ApiToken

PREFIX: Final = "cs_"
"""Lets scanners for leaked secrets, and people, know one when they see it."""
_NOTE_USE_EVERY: Final = timedelta(minutes=1)


class InvalidTokenName(Exception):
    """A name that tells nobody who uses the token."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} can't name a token: write one line of text, at most 200 characters")
        self.name = name


class TokenExists(Exception):
    """A token of this name is there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a token named {name!r} exists; revoke it first or choose another name")
        self.name = name


class TokenOver(Exception):
    """A token would end before it begins."""

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(
            f"a token that ends at {expires_at:%Y-%m-%d %H:%M} UTC is of no use; give a later end"
        )
        self.expires_at = expires_at


class NoSuchToken(Exception):
    """No token has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no token is named {name!r}; 'call-screener token list' shows their names")
        self.name = name


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What may be shown of a token. ``last_used_at`` is right to the minute, ``expires_at`` None: no end."""

    name: str
    role: Role
    expires_at: datetime | None
    created_at: datetime
    last_used_at: datetime | None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ApiTokens:
    """The tokens behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = _utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def create(self, name: str, role: Role, expires_at: datetime | None = None) -> str:
        """Make a token and return it, the only time it is seen.

        Raises TokenExists, InvalidTokenName and TokenOver.
        """
        if expires_at is not None and expires_at <= self._now():
            raise TokenOver(expires_at)
        name = name.strip()
        if not 0 < len(name) <= 200 or not name.isprintable():
            raise InvalidTokenName(name)
        token = PREFIX + secret.new()
        try:
            with self._sessions.begin() as session:
                session.add(
                    ApiToken(
                        name=name,
                        hash=secret.hashed(token),
                        role=role.value,
                        created_at=self._now(),
                        expires_at=expires_at,
                    )
                )
        except IntegrityError:
            raise TokenExists(name) from None
        return token

    def verify(self, token: str) -> tuple[str, Role] | None:
        """Return name and role of a token, or None for one that is not valid; note its use."""
        now = self._now()
        with self._sessions() as session:
            row = session.execute(
                select(ApiToken.id, ApiToken.name, ApiToken.role, ApiToken.last_used_at).where(
                    ApiToken.hash == secret.hashed(token),
                    or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
                )
            ).one_or_none()
        if row is None:
            return None
        noted_before = now - _NOTE_USE_EVERY
        if row.last_used_at is None or row.last_used_at <= noted_before:
            with self._sessions.begin() as session:
                session.execute(
                    update(ApiToken)
                    .where(ApiToken.id == row.id)
                    .where(or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= noted_before))
                    .values(last_used_at=now)
                )
        return row.name, Role(row.role)

    def revoke(self, name: str) -> None:
        """Make a token invalid at once. Raises NoSuchToken."""
        with self._sessions.begin() as session:
            removed = session.scalars(
                delete(ApiToken).where(ApiToken.name == name).returning(ApiToken.id)
            ).all()
        if not removed:
            raise NoSuchToken(name)

    def list(self) -> tuple[TokenInfo, ...]:
        """Return all tokens by name."""
        query = select(ApiToken).order_by(ApiToken.name)
        with self._sessions() as session:
            return tuple(
                TokenInfo(row.name, Role(row.role), row.expires_at, row.created_at, row.last_used_at)
                for row in session.scalars(query)
            )
