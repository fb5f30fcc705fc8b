"""What tells one state of a stored row from any other: two who change it at once can be told apart."""

import hashlib
import json
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final, cast

from sqlalchemy import FromClause, Table

Shown = Collection[str] | None
"""The versions that a change may rest on; None for any."""
_DIGITS: Final = 16


class Versioned:
    """A row that has a version."""

    __table__: ClassVar[FromClause]

    @property
    def version(self) -> str:
        """Return the version: the same for the same values, in any process and any database."""
        table = cast(Table, self.__table__)
        values = [
            [column.name, _plain(getattr(self, column.key))]
            for column in table.columns
            if column.computed is None
        ]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
