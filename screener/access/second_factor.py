"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for one use each."""

import base64
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from screener.access import secret
from screener.access.tables import RecoveryCode, User
from screener.access.users import found, utc_now

RECOVERY_CODES: Final = 10
_ISSUER: Final = "call-screener"
_SECRET: Final = re.compile(r"[A-Z2-7]{32}")


class WrongCode(Exception):
    """The code does not fit."""

    def __init__(self) -> None:
        super().__init__(
            "the code does not fit; take the one that the app shows now, and check the phone's time"
        )


def new_secret() -> str:
    """Return a secret for an app: 160 bits in Base32."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Tell whether a text is such a secret."""
    return bool(_SECRET.fullmatch(text))


def uri(totp_secret: str, name: str) -> str:
    """Return what the app reads: the secret with its user's name."""
    return pyotp.TOTP(totp_secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def picture(totp_secret: str, name: str) -> str:
    """Return the URI as a QR code, an SVG element."""
    code = segno.make(uri(totp_secret, name), error="m", micro=False)
    return code.svg_inline(scale=4, dark="#000", light="#fff", title="QR")


class SecondFactor:
    """The second factors behind a session factory. ``now`` is the clock, in UTC."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime] = utc_now) -> None:
        self._sessions = sessions
        self._now = now

    def switch_on(self, name: str, totp_secret: str, code: str) -> tuple[str, ...]:
        """Ask for codes from now on; return recovery codes, the only time they are seen.

        Raises WrongCode where the app does not have the secret, and NoSuchUser.
        """
        step = self._step(totp_secret, code) if is_secret(totp_secret) else None
        if step is None:
            raise WrongCode
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        with self._sessions.begin() as session:
            user = found(session, name)
            user.totp_secret, user.totp_step = totp_secret, step
            session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
            session.add_all(RecoveryCode(hash=_kept(one), user_id=user.id) for one in codes)
        return codes

    def switch_off(self, name: str) -> bool:
        """Ask for no codes any more; tell whether they were asked for. Raises NoSuchUser."""
        with self._sessions.begin() as session:
            user = found(session, name)
            was_on = bool(user.totp_secret)
            user.totp_secret, user.totp_step = "", 0
            session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        return was_on

    def left(self, name: str) -> int:
        """Return how many recovery codes are left. Raises NoSuchUser."""
        with self._sessions() as session:
            user = found(session, name)
            codes = select(RecoveryCode.hash).where(RecoveryCode.user_id == user.id)
            return len(session.scalars(codes).all())

    def check(self, user_id: int, code: str) -> bool:
        """Tell whether a code of the app, or a recovery code, fits; it is used up then."""
        with self._sessions.begin() as session:
            recovery = delete(RecoveryCode).where(
                RecoveryCode.user_id == user_id, RecoveryCode.hash == _kept(code)
            )
            if session.scalars(recovery.returning(RecoveryCode.hash)).all():
                return True
            user = session.get(User, user_id, with_for_update=True)  # two at once take turns
            step = self._step(user.totp_secret, code) if user and user.totp_secret else None
            if user is None or step is None or step <= user.totp_step:
                return False
            user.totp_step = step
            return True

    def _step(self, totp_secret: str, code: str) -> int | None:
        """Return the time step of a code, now or one beside it; clocks of phones are not exact."""
        digits = "".join(code.split())
        if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
            return None
        totp = pyotp.TOTP(totp_secret)
        now = totp.timecode(self._now())
        fits = (
            step
            for step in (now, now - 1, now + 1)
            if secrets.compare_digest(totp.generate_otp(step), digits)
        )
        return next(fits, None)


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _kept(code: str) -> str:
    return secret.hashed("".join(code.split()).replace("-", "").lower())
