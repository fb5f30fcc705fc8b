"""Passwords: which will do, and how they are kept (Argon2id, by pwdlib)."""

import threading
import unicodedata
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

LEAST: Final = 12
MOST: Final = 256
"""Characters. Hashing a long one costs nothing more, but somebody has to carry it here."""

# OWASP's least for Argon2id: 19 MiB, two passes, one lane. More would take the processor from the calls.
_HASH: Final = PasswordHash([Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)])
_TURN: Final = threading.Lock()
_NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$4mhT9Ok0r6jZV78ceNGqVQ$31ng4vBe+f6DVwnflYP4rAN36t3B4oFK9E3JXZiSemE"
)


class WeakPassword(Exception):
    """A password that will not do; the message says what will."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the password {why}; take one of at least {LEAST} characters that is not the name")
        self.why = why


def hashed(password: str, name: str) -> str:
    """Return the hash of a new password of the user of this name. Raises WeakPassword."""
    plain = _normal(password)
    if len(plain) < LEAST:
        raise WeakPassword(f"has {len(plain)} characters")
    if len(plain) > MOST:
        raise WeakPassword(f"has more than {MOST} characters")
    letters = plain.casefold()
    if len(set(letters)) < 4:
        raise WeakPassword("repeats the same characters")
    rest = letters.replace(unicodedata.normalize("NFKC", name).casefold(), "")
    if len(rest) < LEAST // 2:
        raise WeakPassword("is the user's name")
    with _TURN:
        return _HASH.hash(plain)


def fits(password: str, kept: str) -> bool:
    """Tell whether a password is the one that was hashed; for an empty hash it takes as long, and is not.

    One at a time is looked at: a burst of them must not take the processor from the calls.
    """
    plain = _normal(password)[: MOST + 1]
    with _TURN:
        return _HASH.verify(plain, kept or _NOBODYS) and bool(kept)


def _normal(password: str) -> str:
    """Bring what keyboards write differently to one form (RFC 8265, section 4.2)."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())
