"""Holds a row of lists or registry for a change that rests on what somebody was shown of it."""

from typing import TypeVar

from sqlalchemy.orm import Session

from blocklist import revision
from blocklist.errors import ChangedMeanwhile, NotListed
from blocklist.models import Exemption, ListEntry, Official
from blocklist.versions import Shown

Row = TypeVar("Row", ListEntry, Official, Exemption)


def held(session: Session, kind: type[Row], id: int, shown: Shown = None) -> Row:  # noqa: A002
    """Return a row that nobody else changes until the transaction ends.

    Raises NotListed, and ChangedMeanwhile where it is none of the versions that were shown.
    """
    revision.take_turn(session.connection())
    row = session.get(kind, id)
    if row is None:
        raise NotListed(id)
    if shown is not None and row.version not in shown:
        session.expunge(row)  # it is told, when the session is over
        raise ChangedMeanwhile(row)
    return row
