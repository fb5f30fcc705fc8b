"""Signing in: password, then the second factor where there is one. Who fails is not told what was wrong."""

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from screener.access import passwords
from screener.access.second_factor import SecondFactor
from screener.access.tables import User
from screener.access.tries import Tries
from screener.access.user_sessions import SignedIn, UserSessions
from screener.access.users import key

log = logging.getLogger(__name__)


class NotSignedIn(Exception):
    """Name, password or code is wrong; or, with ``wait`` seconds, nothing was looked at yet."""

    def __init__(self, wait: int = 0) -> None:
        super().__init__(
            f"too many tries; wait {wait} seconds" if wait else "name or password, or the code, is wrong"
        )
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Started:
    """A session that began. ``half``: the second factor is still to come."""

    token: str
    half: bool


class SignIn:
    """Signs users in. It hashes, so it belongs in a thread."""

    def __init__(
        self, sessions: sessionmaker[Session], tries: Tries, signed_in: UserSessions, factor: SecondFactor
    ) -> None:
        self._sessions = sessions
        self._tries = tries
        self._signed_in = signed_in
        self._factor = factor

    def by_password(self, name: str, password: str, address: str, browser: str) -> Started:
        """Begin a session. Raises NotSignedIn, in the same time for a name that is nobody's."""
        if wait := self._tries.begin(name, address):
            raise NotSignedIn(wait)
        with self._sessions() as session:
            user = session.scalar(select(User).where(User.key == key(name)))
        # Always hashed: how long it takes must not tell whether there is such a user.
        if not passwords.fits(password, user.password if user else "") or user is None:
            log.warning("sign-in failed: %s, from %s", user.name if user else "no such user", address)
            raise NotSignedIn
        if user.totp_secret:
            self._tries.took_back(name, address)
            return Started(self._signed_in.begin(user.id, address, browser, half=True), half=True)
        return self._done(user.id, user.name, address, browser)

    def by_code(self, half: SignedIn, token: str, code: str, address: str, browser: str) -> Started:
        """Begin the whole session in place of a half one. Raises NotSignedIn."""
        if wait := self._tries.begin(half.name, address):
            raise NotSignedIn(wait)
        if not self._factor.check(half.user_id, code):
            log.warning("sign-in failed: wrong code of %s, from %s", half.name, address)
            raise NotSignedIn
        self._signed_in.end(token)
        return self._done(half.user_id, half.name, address, browser)

    def confirms(self, signed_in: SignedIn, password: str, address: str) -> bool:
        """Tell whether who is signed in knows the password. Raises NotSignedIn for too many tries."""
        if wait := self._tries.begin(signed_in.name, address):
            raise NotSignedIn(wait)
        with self._sessions() as session:
            user = session.get(User, signed_in.user_id)
        if user is None or not passwords.fits(password, user.password):
            return False
        self._tries.took_back(signed_in.name, address)
        return True

    def _done(self, user_id: int, name: str, address: str, browser: str) -> Started:
        self._tries.succeeded(name, address)
        log.info("user %s signed in from %s", name, address)
        return Started(self._signed_in.begin(user_id, address, browser), half=False)
