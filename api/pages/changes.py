"""One row of the audit log in words, with what differs before and after."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.pages.navigation import N_
from screener.access.actor import How
from screener.audit.models import AuditRow

_LONGEST: Final = 500
"""Characters of a value that the page shows; the API and the export have all."""

SUBJECTS: Final[Mapping[str, str]] = {
    "entry": N_("entry of a list"),
    "official": N_("official number"),
    "exemption": N_("exemption"),
    "policy": N_("rules"),
    "enforcing": N_("switch of enforcing"),
    "report": N_("report"),
    "report note": N_("note on a report"),
    "call note": N_("note on a call"),
    "call": N_("recorded call"),
    "user": N_("user"),
    "token": N_("token"),
}
"""What is changed, by its name in the log."""

CHANGES: Final[Mapping[str, str]] = {
    "added": N_("added"),
    "changed": N_("changed"),
    "removed": N_("removed"),
    "imported": N_("imported from a file"),
    "import begun": N_("import begun"),
    "import ended": N_("import ended"),
    "unlocked": N_("unlocked"),
    "called back": N_("office rung back"),
}
"""What is done to it."""

HOWS: Final[Mapping[str, str]] = {
    How.USER: N_("signed in at the page"),
    How.TOKEN: N_("a program with a token"),
    How.COMMAND: N_("a command on the machine"),
    How.SYSTEM: N_("the service itself"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A field with what stood there before and after; empty where nothing did."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the log; ``label`` and the values may hold anybody's text."""

    id: int
    at: datetime
    actor: str
    how: str
    origin: str
    subject: str
    said_subject: str
    said_change: str
    key: str
    label: str
    values: tuple[Value, ...]


def shown(row: AuditRow) -> Change:
    """Put a row in words, English as the catalogues have them; what has none is told as it is stored."""
    return Change(
        id=row.id,
        at=row.at,
        actor=row.actor,
        how=HOWS.get(row.how, row.how),
        origin=row.origin if row.how in {How.USER, How.TOKEN} else "",
        subject=row.subject,
        said_subject=SUBJECTS.get(row.subject, row.subject),
        said_change=CHANGES.get(row.change, row.change),
        key=row.key,
        label=row.label,
        values=tuple(_differing(_side(row.before), _side(row.after))),
    )


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Value]:
    names = dict.fromkeys((*before, *after))
    told = [Value(name, _written(before.get(name)), _written(after.get(name))) for name in names]
    return [value for value in told if value.before != value.after]


def _side(text: str | None) -> Mapping[str, Any]:
    read = json.loads(text) if text else {}
    return read if isinstance(read, dict) else {"": read}


def _written(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
