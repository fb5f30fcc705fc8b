"""Which tables the audit log covers, and why it doesn't cover the others.

A table that is named in neither list fails a test: whoever adds one decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import RowMapping
from sqlalchemy.orm import DeclarativeBase

from blocklist.models import Exemption, ListEntry, Official
from screener.access.tables import User
from screener.models import ApiToken, PolicyRevision, Switch
from screener.report_models import CallNote, Report, ReportNote

HIDDEN: Final = "(secret)"
"""What stands in the log for a value that must never enter it."""
HIDDEN_NEW: Final = "(secret, changed)"


@dataclass(frozen=True, slots=True)
class Subject:
    """How the rows of a table are noted.

    ``label`` are columns that name a row to people: the first that says something. ``unnoted`` are columns
    that never make a change by themselves and are left out, ``secret`` those of which only is told that
    they changed.
    """

    name: str
    label: tuple[str, ...]
    unnoted: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()

    def values(self, row: RowMapping) -> dict[str, Any]:
        """Return a stored row as the log holds it."""
        return {
            name: HIDDEN if name in self.secret else _plain(value)
            for name, value in row.items()
            if name not in self.unnoted
        }

    def named(self, row: RowMapping) -> str:
        """Return what people call a stored row."""
        return next((str(row[name]) for name in self.label if row[name]), "")


_STAMPS: Final = frozenset({"created_at", "updated_at"})

AUDITED: Final[Mapping[type[DeclarativeBase], Subject]] = {
    ListEntry: Subject("entry", ("pattern",), _STAMPS | {"key", "plain"}),
    Official: Subject("official", ("number", "name", "organisation"), _STAMPS),
    Exemption: Subject("exemption", ("number",), frozenset({"created_at"})),
    PolicyRevision: Subject("policy", ("id",)),
    Switch: Subject("enforcing", ("changed_by",)),
    User: Subject(
        "user",
        ("name",),
        frozenset({"created_at", "key", "signed_in_at", "totp_step"}),
        frozenset({"password", "totp_secret"}),
    ),
    Report: Subject("report", ("number", "shown_number"), frozenset({"reported_at", "decided_at"})),
    ReportNote: Subject("report note", ("text",), frozenset({"at"})),
    CallNote: Subject("call note", ("text",), frozenset({"at"})),
    ApiToken: Subject("token", ("name",), frozenset({"created_at", "last_used_at"}), frozenset({"hash"})),
}

NOT_AUDITED: Final[Mapping[str, str]] = {
    "audit_head": "the log's own",
    "audit_log": "the log itself",
    "calls": "nobody's change: what the exchange asked, and what was decided",
    "changes": "what listeners read anew after a change",
    "failed_sign_ins": "a count; that an account was unlocked is noted where it is done",
    "one_time_links": "what one does to a user is noted",
    "recovery_codes": "part of a user's second factor, which is noted",
    "revision": "a counter",
    "undo_rows": "what is needed to undo a change, which is noted",
    "undo_steps": "the same",
    "user_sessions": "who is signed in; nothing is changed by it",
    "seedings": "that the package's data is in; the data itself is noted",
}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
