"""The policy's revisions in the database: none is lost, and the file is the seed of the first start."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from blocklist.kinds import LookalikeKind
from screener import policy_file, policy_seed
from screener.calls import Action, Rule
from screener.database import Database, open_database, upgrade
from screener.policies import NoSuchRevision, Policies, PolicyMoved
from screener.policy import DEFAULT_ACTIONS, DEFAULT_POLICY, Policy
from screener.policy_actions import KindAction
from screener.policy_edits import with_kind, with_rule
from screener.policy_problems import InvalidPolicy

WARNED = with_rule(DEFAULT_POLICY, Rule.WITHHELD, Action.WARN)
BLOCKED = with_rule(DEFAULT_POLICY, Rule.WITHHELD, Action.BLOCK)


def test_before_anybody_made_one_the_default_is_in_force(database: Database) -> None:
    policies = Policies(database.sessions)
    assert (policies.present().revision, policies.present().policy) == (0, DEFAULT_POLICY)
    assert policies.latest() == 0
    assert policies.history().items == ()


def test_each_change_is_a_revision_with_author_time_and_what_changed(database: Database) -> None:
    policies = Policies(database.sessions)
    policies.edit(lambda policy: with_rule(policy, Rule.WITHHELD, Action.WARN), "lan")
    made = policies.edit(lambda policy: with_kind(policy, LookalikeKind.NAME, KindAction.OFF), "x" * 300)
    assert policies.present() == made
    assert made.policy == with_kind(WARNED, LookalikeKind.NAME, KindAction.OFF)
    assert policies.revision(1).policy == WARNED
    newest, first = policies.history().items
    assert (newest.id, newest.author, newest.changes) == (2, "x" * 200, 'kinds.name: "as_rule" -> "off"')
    assert (first.id, first.author, first.changes) == (1, "lan", 'rules.withheld: "tag" -> "warn"')
    assert abs((datetime.now(UTC) - newest.at).total_seconds()) < 60
    with pytest.raises(NoSuchRevision, match="no revision 3"):
        policies.revision(3)


def test_a_change_to_what_is_there_already_makes_no_revision(database: Database) -> None:
    policies = Policies(database.sessions)
    for _ in range(2):
        made = policies.edit(lambda policy: with_rule(policy, Rule.WITHHELD, Action.WARN), "lan")
        assert made.revision == 1


def test_history_is_told_page_by_page_the_newest_first(database: Database) -> None:
    policies = Policies(database.sessions)
    for number in range(5):
        policies.add(WARNED if number % 2 else BLOCKED, "lan", [f"change {number}"], number)
    page = policies.history(limit=2)
    assert ([row.id for row in page.items], page.more) == ([5, 4], True)
    page = policies.history(limit=3, after=4)
    assert ([row.id for row in page.items], page.more) == ([3, 2, 1], False)


def test_a_policy_made_of_an_older_revision_is_refused(database: Database) -> None:
    policies = Policies(database.sessions)
    policies.add(WARNED, "lan", [], 0)
    for base in (0, 2):
        with pytest.raises(PolicyMoved, match=f"at revision 1 by now, .*revision {base}"):
            policies.add(BLOCKED, "minh", [], base)
    assert policies.present().policy == WARNED


def test_of_changes_at_the_same_moment_none_is_lost(database: Database) -> None:
    rules = [Rule.WITHHELD, Rule.MALFORMED, Rule.IMPLAUSIBLE, Rule.NAME]
    ready = threading.Barrier(len(rules))

    def change(rule: Rule) -> None:
        policies = Policies(database.sessions)
        ready.wait()
        policies.edit(lambda policy: with_rule(policy, rule, Action.BLOCK), rule)

    threads = [threading.Thread(target=change, args=(rule,)) for rule in rules]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    actions = Policies(database.sessions).present().policy.actions
    assert {rule for rule in rules if actions[rule] is Action.BLOCK} == set(rules)
    assert len(Policies(database.sessions).history().items) == len(rules)


def test_of_two_who_write_at_once_on_the_same_revision_one_is_refused(database: Database) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def write(policy: Policy, by: str) -> None:
        ready.wait()
        try:
            Policies(database.sessions).add(policy, by, [], 0)
        except PolicyMoved:
            outcomes.append("refused")
        else:
            outcomes.append("written")

    threads = [threading.Thread(target=write, args=pair) for pair in ((WARNED, "lan"), (BLOCKED, "minh"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "written"]


def test_actions_of_single_rules_become_the_first_revision(empty_url: str) -> None:
    database = open_database(empty_url)
    upgrade(database.engine)
    _migrate(database, "0003")
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO rule_actions (rule, action, changed_at, changed_by) VALUES"
                " ('withheld', 'block', '2026-11-20 08:00:00.000000', 'lan'),"
                " ('default', 'tag', '2026-11-22 09:30:00.000000', 'minh')"
            )
        )
    upgrade(database.engine)
    first = Policies(database.sessions).present()
    assert (first.revision, first.author) == (1, "minh")
    assert first.at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert first.changes == ('rules.withheld: "block", by lan', 'rules.default: "tag", by minh')
    assert first.policy.actions == {
        **DEFAULT_ACTIONS,
        Rule.WITHHELD: Action.BLOCK,
        Rule.DEFAULT: Action.TAG,
    }
    policy_seed.seed(Policies(database.sessions), None)
    assert Policies(database.sessions).latest() == 1
    _migrate(database, "0003")
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT rule, action FROM rule_actions ORDER BY rule")).all()
    assert [tuple(row) for row in rows] == [("default", "tag"), ("withheld", "block")]
    database.close()


def test_without_actions_there_is_no_revision_until_the_first_start(empty_url: str) -> None:
    database = open_database(empty_url)
    upgrade(database.engine)
    _migrate(database, "0003")
    upgrade(database.engine)
    assert Policies(database.sessions).latest() == 0
    database.close()


def _migrate(database: Database, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", "screener:migrations")
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, version)
        connection.commit()


def test_the_first_start_makes_a_revision_of_the_file_and_later_ones_leave_it(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    policies = Policies(database.sessions)
    file = tmp_path / "policy.toml"
    file.write_text('[rules]\nwithheld = "warn"\n')
    policy_seed.seed(policies, file)
    first = policies.present()
    assert (first.revision, first.author, first.policy) == (1, policy_seed.INSTALLATION, WARNED)
    assert str(file) in first.changes[0]
    with caplog.at_level(logging.WARNING):
        policy_seed.seed(policies, file)
    assert caplog.text == ""
    file.write_text('[rules]\nwithheld = "block"\n')
    with caplog.at_level(logging.WARNING):
        policy_seed.seed(policies, file)
    assert policies.present() == first
    (said,) = caplog.messages
    assert 'rules.withheld: "warn" -> "block"' in said
    assert f"call-screener policy import {file}" in said


def test_the_first_start_without_a_file_writes_the_default_down(database: Database) -> None:
    policies = Policies(database.sessions)
    for _ in range(2):
        policy_seed.seed(policies, None)
    assert (policies.present().revision, policies.present().policy) == (1, DEFAULT_POLICY)


def test_a_file_that_cannot_be_used_stops_the_first_start_and_no_later_one(
    sqlite_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    policies = Policies(sqlite_database.sessions)
    file = tmp_path / "policy.toml"
    file.write_text('[rules]\nwithheld = "x"\n')
    with pytest.raises(InvalidPolicy, match=r"rules\.withheld"):
        policy_seed.seed(policies, file)
    assert policies.latest() == 0
    policies.add(BLOCKED, "lan", [], 0)
    for _ in range(2):
        policy_seed.seed(policies, file)
        assert policies.present().policy == BLOCKED
        assert "can't be used, and is not: revision 1 counts" in caplog.text
        file.unlink(missing_ok=True)


def test_what_is_stored_is_the_policys_file(sqlite_database: Database) -> None:
    policies = Policies(sqlite_database.sessions)
    policies.add(BLOCKED, "lan", [], 0)
    (row,) = policies.history().items
    assert policy_file.parse(row.policy) == BLOCKED
