"""Random secrets that are shown once, and their hashes, which are all that is kept."""

import hashlib
import secrets


def new() -> str:
    """Return 256 random bits as text for cookies and links."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Return what is kept: such a secret can't be guessed, so a fast hash without salt will do."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
