"""What somebody may do: each role holds permissions, and each route of page and API asks for one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One sort of thing that can be done."""

    SEE = "see"
    """Look at calls, lists, registry, rules and the state of the service."""
    LISTS = "lists"
    """Block, allow, watch, import; take such a thing back."""
    REPORT = "report"
    """Report a call as suspicious, write notes on it, ring an office back."""
    REVIEW = "review"
    """Decide on what was reported."""
    REGISTRY = "registry"
    """Change official numbers and names."""
    RULES = "rules"
    """Change what rules ask for, and the policy as a whole."""
    SWITCH = "switch"
    """Stop all enforcing, or put it back."""
    SITE = "site"
    """Change the site's own numbers and other settings."""
    USERS = "users"
    """Make and change users and tokens."""
    SEE_SETTINGS = "see settings"
    """Look at settings in force, users and tokens; never at a secret."""
    SEE_AUDIT = "see audit"
    """Read the log of who changed what."""


class Role(StrEnum):
    """What somebody is here; the first four each may do what those before may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"

    def may(self, permission: Permission) -> bool:
        """Tell whether the role holds a permission."""
        return permission in PERMISSIONS[self]


_VIEWER: Final = frozenset({Permission.SEE})
_OPERATOR: Final = _VIEWER | {Permission.LISTS, Permission.REPORT}
_SUPERVISOR: Final = _OPERATOR | {
    Permission.REVIEW,
    Permission.REGISTRY,
    Permission.RULES,
    Permission.SWITCH,
}

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: frozenset(Permission),
    Role.AUDITOR: _VIEWER | {Permission.SEE_SETTINGS, Permission.SEE_AUDIT},
}
