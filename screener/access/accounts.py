"""All parts that know who may come in, built once and handed over together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy.orm import Session, sessionmaker

from screener.access.links import Links
from screener.access.second_factor import SecondFactor
from screener.access.sign_in import SignIn
from screener.access.tries import Tries
from screener.access.user_sessions import Ends, UserSessions
from screener.access.users import Users, utc_now


@dataclass(frozen=True, slots=True)
class Accounts:
    """Users, their sessions, their second factor and their links; signing in and its failures."""

    users: Users
    sessions: UserSessions
    factor: SecondFactor
    links: Links
    tries: Tries
    sign_in: SignIn

    @classmethod
    def on(
        cls,
        sessions: sessionmaker[Session],
        ends: Ends | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Build all of them on a session factory. ``now`` is the clock, in UTC."""
        signed_in = UserSessions(sessions, ends, now)
        tries = Tries(sessions, now)
        factor = SecondFactor(sessions, now)
        return cls(
            users=Users(sessions, now),
            sessions=signed_in,
            factor=factor,
            links=Links(sessions, now),
            tries=tries,
            sign_in=SignIn(sessions, tries, signed_in, factor),
        )
