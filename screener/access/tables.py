"""Tables of the users, their sessions, their second factor, one-time links and failed sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from blocklist.models import Base


class User(Base):
    """Somebody who may sign in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """The name as it is compared: neither capitals nor the way of writing marks make another user."""
    role: Mapped[str] = mapped_column(String(16))
    extension: Mapped[str] = mapped_column(String(20), default="")
    """The phone that rings first when this user rings an office back; empty: none."""
    password: Mapped[str] = mapped_column(String(200), default="")
    """Argon2's hash; empty: no password yet, so nobody can sign in by one."""
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    """Base32; empty: no second factor."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was used: no code counts twice."""


class RecoveryCode(Base):
    """A code that stands in once for the second factor; only its hash is kept."""

    __tablename__ = "recovery_codes"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


class UserSession(Base):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    half: Mapped[bool]
    """The password was right, the second factor is still to come: it opens nothing else."""
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When its user last did something, right to the minute."""
    ends_at: Mapped[datetime]


class OneTimeLink(Base):
    """A link by which somebody chooses a password, once; only its hash is kept."""

    __tablename__ = "one_time_links"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose password; None: the first administrator's, who is made by it."""
    ends_at: Mapped[datetime]


class FailedSignIn(Base):
    """How often signing in failed of late, for one name or from one address."""

    __tablename__ = "failed_sign_ins"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    """``user:`` and the hash of a name (people type passwords there), or ``address:`` and an address."""
    failures: Mapped[int]
    last_at: Mapped[datetime]
    free_at: Mapped[datetime]
    """Before it no try is looked at."""
