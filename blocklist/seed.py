"""Puts the official numbers that come with the package into the registry, once."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from blocklist import patterns
from blocklist.drafts import OfficialDraft
from blocklist.models import Official, Seeding

NAME: Final = "official_numbers"


def seed(sessions: sessionmaker[Session]) -> int:
    """Put in what is missing and return how many that were; a registry that was seeded stays as it is.

    So a number that an operator removed does not come back.
    """
    now = datetime.now(UTC)
    try:
        with sessions.begin() as session:
            session.add(Seeding(name=NAME, at=now))
            session.flush()  # a process that starts at the same time waits here, then fails
            present = set(session.scalars(select(Official.number)))
            missing = [_row(draft, now) for draft in packaged() if draft.number not in present]
            session.add_all(missing)
    except IntegrityError:
        return 0
    return len(missing)


def packaged() -> Iterator[OfficialDraft]:
    """Read the numbers that come with the package, in national form."""
    with (files("blocklist") / "data" / "official_numbers.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            yield OfficialDraft(
                number=patterns.number(row["number"]),
                organisation=row["organisation"],
                receives_only=row["receives_only"] == "1",
                confirmed=row["confirmed"] == "1",
                note=row["note"],
                source=row["source"],
                last_checked=date.fromisoformat(row["last_checked"]) if row["last_checked"] else None,
            )


def _row(draft: OfficialDraft, now: datetime) -> Official:
    return Official(
        number=draft.number,
        last="",
        name=draft.name,
        aliases=list(draft.aliases),
        organisation=draft.organisation,
        receives_only=draft.receives_only,
        confirmed=draft.confirmed,
        note=draft.note,
        source=draft.source,
        last_checked=draft.last_checked,
        created_at=now,
        updated_at=now,
    )
