"""The chain of the audit log: each row carries an HMAC of itself and of the row before it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, insert, update

from screener.access.actor import Actor, How
from screener.audit.key import Signer
from screener.audit.models import AuditHead, AuditRow

ROW: Final = 1
"""Key of the one row of the head."""
START: Final = ""
"""What stands for the row before the first."""

Values = Mapping[str, Any]
"""What was changed, as JSON holds it."""

_LOG: Final = cast(Table, AuditRow.__table__)
_LONGEST: Final = {"actor": 200, "origin": 300, "request_id": 64, "key": 64}


@dataclass(frozen=True, slots=True)
class Noted:
    """One change, before it is a row of the log."""

    subject: str
    change: str
    key: str = ""
    label: str = ""
    before: Values | None = None
    after: Values | None = None


class HeadMissing(Exception):
    """The head's row is not there, so nothing can be appended."""

    def __init__(self) -> None:
        super().__init__(f"table 'audit_head' has no row {ROW}; bring the database to the present schema")


def append(connection: Connection, signer: Signer, actor: Actor, noted: Sequence[Noted]) -> None:
    """Append a row for each change, in the transaction of the changes themselves.

    The head stays locked until the transaction ends: rows of several processes take turns, and there is no
    gap. Last of all locks, so it is held shortly, and in no ring.
    """
    if not noted:
        return
    raised = update(AuditHead).where(AuditHead.id == ROW).values(number=AuditHead.number + len(noted))
    head = connection.execute(raised.returning(AuditHead.number, AuditHead.mac)).one_or_none()
    if head is None:
        raise HeadMissing
    at, mac, rows = datetime.now(UTC), head.mac, []
    for number, one in enumerate(noted, head.number - len(noted) + 1):
        row = _row(number, at, actor, one) | {"signer": signer.id, "previous": mac}
        mac = signer.mac(canonical(row))
        rows.append(row | {"mac": mac})
    connection.execute(insert(_LOG), rows)
    connection.execute(update(AuditHead).where(AuditHead.id == ROW).values(mac=mac))


def canonical(row: Mapping[str, Any]) -> str:
    """Return what a row's HMAC is made of: all its columns but ``mac``, the one before among them."""
    at = row["at"]
    values = [
        at.astimezone(UTC).isoformat(timespec="microseconds") if name == "at" else row[name]
        for name in _SIGNED
    ]
    return json.dumps(values, ensure_ascii=True, separators=(",", ":"))


_SIGNED: Final = tuple(column.name for column in _LOG.columns if column.name != "mac")


def _row(number: int, at: datetime, actor: Actor, noted: Noted) -> dict[str, Any]:
    texts = {
        "actor": actor.name,
        "origin": origin(actor),
        "request_id": actor.request_id,
        "key": noted.key,
        "label": noted.label,
        "before": _written(noted.before),
        "after": _written(noted.after),
    }
    return {
        "id": number,
        "at": at,
        "role": actor.role.value,
        "how": actor.how.value,
        "subject": noted.subject,
        "change": noted.change,
        **{name: _storable(text, _LONGEST.get(name)) for name, text in texts.items()},
    }


def origin(actor: Actor) -> str:
    """Return from where somebody acts: an address, the terminal, or the service."""
    match actor.how:
        case How.COMMAND:
            return f"terminal user {actor.name}"
        case How.SYSTEM:
            return "the service"
        case _:
            return actor.address


def _written(values: Values | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False, sort_keys=True)


def _storable(text: str | None, longest: int | None) -> str | None:
    """Return a text that any database stores and gives back as it is: a file may have any name."""
    if text is None:
        return None
    return text.replace("\0", "�").encode("utf-8", "replace").decode()[:longest]
