"""The enforcing switch: on at installation, and it tells who turned it."""

import logging
from datetime import UTC, datetime

import pytest

from screener.database import Database
from screener.switch import EnforcingSwitch


def test_switch_is_on_at_installation_and_remembers_who_turned_it(database: Database) -> None:
    switch = EnforcingSwitch(database.sessions)
    assert switch.state().on
    assert switch.state().changed_by == "installation"
    before = datetime.now(UTC)
    switch.set(False, "lan")
    on, changed_at, changed_by = switch.state()
    assert (on, changed_by) == (False, "lan")
    assert before <= changed_at <= datetime.now(UTC)
    switch.set(True, "x" * 500)
    assert switch.state().on
    assert switch.state().changed_by == "x" * 200


def test_a_switch_that_stands_there_already_keeps_since_when_and_by_whom(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    switch = EnforcingSwitch(database.sessions)
    assert switch.set(False, "lan")
    before = switch.state()
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assert not switch.set(False, "minh")
    assert switch.state() == before
    assert caplog.messages == ["enforcing is off already; minh asked for it"]
