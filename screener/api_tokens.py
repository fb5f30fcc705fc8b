"""API tokens: shown once when made, kept as a hash."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

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


class NoSuchToken(Exception):
    """No token has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no token is named {name!r}; 'call-screener token list' shows their names")
        self.name = name


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What may be shown of a token. ``last_used_at`` is right to the minute."""

    name: str
    created_at: datetime
    last_used_at: datetime | None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ApiTokens:
    """The tokens behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = _utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def create(self, name: str) -> str:
        """Make a token and return it, the only time it is seen. Raises TokenExists and InvalidTokenName."""
        name = name.strip()
        if not 0 < len(name) <= 200 or not name.isprintable():
            raise InvalidTokenName(name)
        token = PREFIX + secrets.token_urlsafe(32)
        try:
            with self._sessions.begin() as session:
                session.add(ApiToken(name=name, hash=_hash(token), created_at=self._now()))
        except IntegrityError:
            raise TokenExists(name) from None
        return token

    def verify(self, token: str) -> str | None:
        """Return the name of a token, or None for one that is not valid; note its use."""
        now = self._now()
        with self._sessions() as session:
            row = session.execute(
                select(ApiToken.id, ApiToken.name, ApiToken.last_used_at).where(ApiToken.hash == _hash(token))
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
        name: str = row.name
        return name

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
        query = select(ApiToken.name, ApiToken.created_at, ApiToken.last_used_at).order_by(ApiToken.name)
        with self._sessions() as session:
            return tuple(TokenInfo(*row) for row in session.execute(query))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
