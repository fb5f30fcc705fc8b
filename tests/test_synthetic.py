"""Made-up lists are those that they say they are."""

from datetime import UTC, datetime

from sqlalchemy import select

from blocklist import loading, patterns, synthetic
from blocklist.entries import Match
from blocklist.lists import Caller
from blocklist.models import ListEntry
from screener.database import Database


def test_filled_database_holds_the_made_up_numbers_and_they_are_loaded_as_a_set(database: Database) -> None:
    synthetic.fill(database.engine, 5000)
    made = list(synthetic.numbers(5000))
    assert len(set(made)) == 5000
    assert made == sorted(made)
    assert all(patterns.read(number) == (Match.EXACT, number) for number in made[::100])
    with database.sessions() as session:
        assert list(session.scalars(select(ListEntry.pattern).order_by(ListEntry.pattern))) == made
        lists = loading.load(session, datetime.now(UTC))
    assert len(lists) == 5000
    (entry,) = lists.fitting(Caller(made[77]), datetime.now(UTC))
    assert (entry.id, entry.pattern, entry.imported) == (None, made[77], True)
    assert lists.fitting(Caller(f"{made[77]}0"), datetime.now(UTC)) == ()
