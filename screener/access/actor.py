"""Who acts: one value for a person at the page, a program with a token, a command, the service itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from screener import trail
from screener.access.roles import Permission, Role


class How(StrEnum):
    """The way by which somebody acts."""

    USER = "user"
    """Signed in at the page."""
    TOKEN = "token"  # noqa: S105 - no secret
    COMMAND = "command"
    """Typed on the machine itself."""
    SYSTEM = "system"
    """The service, of its own accord."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``name`` is the user's, the token's, the machine user's, or the part's of the service.

    ``address`` is where a request came from, behind a trusted proxy the client's own; empty for commands and
    the service. ``request_id`` is the answer's ``X-Request-Id``, empty where there was no request.
    """

    name: str
    role: Role
    how: How
    address: str = ""
    request_id: str = ""

    @classmethod
    def typing(cls) -> Self:
        """Return who typed the command that runs; on the machine itself everything is allowed."""
        return cls(trail.user(), Role.ADMIN, How.COMMAND)

    @classmethod
    def system(cls, part: str) -> Self:
        """Return the service itself; ``part`` names what of it acts."""
        return cls(part, Role.ADMIN, How.SYSTEM)

    def may(self, permission: Permission) -> bool:
        """Tell whether this one may do such a thing."""
        return self.role.may(permission)
