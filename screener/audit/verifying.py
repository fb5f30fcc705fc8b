"""Looks whether the audit log is whole: each row as it was written, none missing, put in or cut off."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from screener.audit.chain import START, canonical
from screener.audit.heads import Head, present
from screener.audit.key import Signer
from screener.audit.models import AuditRow

TOLD: Final = 50
"""Problems that are told; a log that is spoiled throughout has as many as rows."""
_CHUNK: Final = 1000
_COLUMNS: Final = tuple(AuditRow.__table__.columns)


@dataclass(slots=True)
class Verified:
    """What was found. ``unchecked`` counts the rows of keys that are not at hand, by the keys' ids."""

    rows: int = 0
    problems: list[str] = field(default_factory=list)
    more: int = 0
    """Problems beside those that are told."""
    unchecked: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Tell whether every row could be checked and is as it was written."""
        return not self.problems and not self.unchecked

    def found(self, problem: str) -> None:
        """Note a problem."""
        if len(self.problems) < TOLD:
            self.problems.append(problem)
        else:
            self.more += 1


def verify(
    sessions: sessionmaker[Session], signers: Mapping[str, Signer], heads: Iterable[Head] = ()
) -> Verified:
    """Check the log with the keys that are at hand, by their ids, and the heads that were recorded.

    Raises SQLAlchemyError.
    """
    verified, recorded = Verified(), _by_number(heads)
    head = present(sessions)
    last, mac = 0, START
    for row in _rows(sessions):
        _check(row, last, mac, signers, verified)
        for told in recorded.pop(row.id, ()):
            if told != row.mac:
                verified.found(f"row {row.id} is another than the one that the file of heads tells of")
        if head is not None and row.id == head.number and row.mac != head.mac:
            verified.found(f"row {row.id} is another than the head of the log tells of")
        last, mac = row.id, row.mac
        verified.rows += 1
    _check_end(last, head, present(sessions), recorded, verified)
    return verified


def _check(row: AuditRow, last: int, mac: str, signers: Mapping[str, Signer], verified: Verified) -> None:
    """Check one row by itself, and that it follows the one before."""
    if row.id != last + 1:
        verified.found(_span(last + 1, row.id - 1, "missing"))
    elif row.previous != mac:
        verified.found(f"row {row.id} does not follow row {last}: one of them was put in or replaced")
    signer = signers.get(row.signer)
    if signer is None:
        verified.unchecked[row.signer] = verified.unchecked.get(row.signer, 0) + 1
        return
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    if signer.mac(canonical(values)) != row.mac:
        verified.found(f"row {row.id} was changed, or put in by somebody without the key")


def _check_end(
    last: int, before: Head | None, after: Head | None, recorded: Mapping[int, list[str]], verified: Verified
) -> None:
    """Compare the last row with the heads: of before and after reading, for rows come in meanwhile."""
    if (told := after.number if after else 0) < last:
        verified.found(_span(told + 1, last, "beyond the head of the log: put in by somebody else"))
    known = max([before.number if before else 0, *recorded])
    if known > last:
        verified.found(_span(last + 1, known, "cut off the end"))
    for number in sorted(recorded):
        if 0 < number <= last:
            verified.found(f"row {number}, which the file of heads tells of, is missing")


def _span(first: int, last: int, what: str) -> str:
    if first >= last:
        return f"row {first}: {what}"
    return f"rows {first} to {last}: {what}"


def _by_number(heads: Iterable[Head]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for head in heads:
        found.setdefault(head.number, []).append(head.mac)
    return found


def _rows(sessions: sessionmaker[Session]) -> Iterator[AuditRow]:
    last = 0
    while True:
        with sessions() as session:
            query = select(AuditRow).where(AuditRow.id > last).order_by(AuditRow.id).limit(_CHUNK)
            rows = list(session.scalars(query))
        if not rows:
            return
        yield from rows
        last = rows[-1].id
