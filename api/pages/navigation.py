"""The way through the pages: what the menu of every page holds, in its order."""

from dataclasses import dataclass
from typing import Final

from screener.access.roles import Permission


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "to be translated when it is shown"
    """Mark a text for the catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the menu. ``title`` is its English text, ``icon`` the name of one in ``icons.svg``."""

    path: str
    title: str
    icon: str
    needs: Permission = Permission.SEE

    def holds(self, path: str) -> bool:
        """Tell whether a page's path is this place or below it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


PLACES: Final = (
    Place("/", N_("Now"), "activity"),
    Place("/calls", N_("Calls"), "phone-incoming"),
    Place("/reports", N_("Reports"), "message-report"),
    Place("/lists", N_("Lists"), "ban"),
    Place("/officials", N_("Official numbers"), "building-bank"),
    Place("/check", N_("Check a number"), "search"),
    Place("/users", N_("Users"), "user", Permission.SEE_SETTINGS),
    Place("/tokens", N_("Tokens"), "server", Permission.SEE_SETTINGS),
    Place("/audit", N_("Log of changes"), "history", Permission.SEE_AUDIT),
    Place("/system", N_("System"), "adjustments"),
)
"""Only pages that are there."""
