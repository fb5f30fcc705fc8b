"""API tokens: shown once, kept as a hash, revoked at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from screener.access.roles import Role
from screener.api_tokens import ApiTokens, InvalidTokenName, NoSuchToken, TokenExists, TokenInfo, TokenOver
from screener.database import Database
from screener.models import ApiToken

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(database: Database, clock: Clock) -> ApiTokens:
    return ApiTokens(database.sessions, clock)


def test_token_is_verified_by_itself_and_kept_as_a_hash(tokens: ApiTokens, database: Database) -> None:
    token = tokens.create("desk", Role.OPERATOR)
    assert re.fullmatch(r"cs_[A-Za-z0-9_-]{43}", token)
    assert tokens.verify(token) == ("desk", Role.OPERATOR)
    with database.sessions() as session:
        assert token not in session.scalars(select(ApiToken.hash)).one()


@pytest.mark.parametrize("wrong", ["", "cs_", "cs_" + "a" * 43, "\ud800", "\0", "desk"])
def test_what_is_no_token_is_nobody(tokens: ApiTokens, wrong: str) -> None:
    tokens.create("desk", Role.OPERATOR)
    assert tokens.verify(wrong) is None


def test_two_tokens_differ_and_a_name_is_given_once(tokens: ApiTokens) -> None:
    assert tokens.create("desk", Role.OPERATOR) != tokens.create("door", Role.OPERATOR)
    with pytest.raises(TokenExists, match="'desk' exists; revoke it first"):
        tokens.create("desk", Role.OPERATOR)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 201, "\0"])
def test_name_that_nobody_can_read_is_refused(tokens: ApiTokens, name: str) -> None:
    with pytest.raises(InvalidTokenName, match="can't name a token"):
        tokens.create(name, Role.OPERATOR)


def test_revoked_token_is_nobody_and_its_name_free(tokens: ApiTokens) -> None:
    token = tokens.create("desk", Role.OPERATOR)
    tokens.revoke("desk")
    assert tokens.verify(token) is None
    with pytest.raises(NoSuchToken, match="no token is named 'desk'"):
        tokens.revoke("desk")
    assert tokens.verify(tokens.create("desk", Role.OPERATOR)) == ("desk", Role.OPERATOR)


def test_use_is_noted_at_most_once_a_minute(tokens: ApiTokens, clock: Clock) -> None:
    token = tokens.create("desk", Role.OPERATOR)
    assert tokens.list() == (TokenInfo("desk", Role.OPERATOR, None, START, None),)
    noted = []
    for seconds in (1, 59, 61, 119, 122):
        clock.time = START + timedelta(seconds=seconds)
        tokens.verify(token)
        used = tokens.list()[0].last_used_at
        assert used is not None
        noted.append((used - START).total_seconds())
    assert noted == [1, 1, 61, 61, 122]


def test_token_ends_at_its_time_and_not_a_second_before(tokens: ApiTokens, clock: Clock) -> None:
    token = tokens.create("desk", Role.VIEWER, START + timedelta(days=1))
    clock.time = START + timedelta(days=1, seconds=-1)
    assert tokens.verify(token) == ("desk", Role.VIEWER)
    clock.time = START + timedelta(days=1)
    assert tokens.verify(token) is None
    with pytest.raises(TokenOver, match="2026-11-24 08:00 UTC is of no use; give a later end"):
        tokens.create("door", Role.VIEWER, clock.time)
