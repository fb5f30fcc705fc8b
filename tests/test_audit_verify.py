"""``audit verify``: finds a row that was changed, is missing, was put in or cut off, and says which."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from screener.access.roles import Role
from screener.api_tokens import ApiTokens
from screener.audit import heads, key
from screener.audit.heads import Head, Heads, HeadsUnreadable
from screener.audit.key import AuditKeyUnusable, KeyFile, Signer
from screener.audit.recorder import Recorder
from screener.audit.verifying import Verified, verify
from screener.database import Database, open_database


@dataclass
class Log:
    """A log of five rows, and what somebody does to it who can write to the database."""

    database: Database
    signer: Signer

    def run(self, *statements: str) -> None:
        """Run statements with the triggers taken away, as the database's owner can."""
        drop = (
            ["DROP TRIGGER audit_log_no_update", "DROP TRIGGER audit_log_no_delete"]
            if self.database.engine.dialect.name == "sqlite"
            else ["DROP TRIGGER audit_log_append_only ON audit_log"]
        )
        with self.database.engine.begin() as connection:
            for statement in (*drop, *statements):
                connection.execute(text(statement))

    def look(self, *recorded: Head) -> Verified:
        return verify(self.database.sessions, {self.signer.id: self.signer}, recorded)

    def head(self) -> Head:
        head = heads.present(self.database.sessions)
        assert head is not None
        return head


@pytest.fixture
def log(database: Database) -> Log:
    tokens = ApiTokens(database.sessions)
    for number in range(1, 6):
        tokens.create(f"token {number}", Role.OPERATOR)
    assert database.recorder is not None
    return Log(database, database.recorder.key.signer())


def test_a_log_that_nobody_touched_is_whole(log: Log) -> None:
    found = log.look(log.head())
    assert found.whole
    assert (found.rows, found.problems) == (5, [])


CUT = "UPDATE audit_head SET number = 3, mac = (SELECT mac FROM audit_log WHERE id = 3)"
PUT_IN = (
    "INSERT INTO audit_log SELECT {id}, at, actor, role, how, origin, request_id, subject, change, key, 'x',"
    " before, after, signer, {previous}, {mac} FROM audit_log WHERE id = 2"
)


@pytest.mark.parametrize(
    ("statements", "problems"),
    [
        (
            ["UPDATE audit_log SET actor = 'minh' WHERE id = 2"],
            ["row 2 was changed, or put in by somebody without the key"],
        ),
        (
            ["UPDATE audit_log SET after = NULL WHERE id = 5"],
            ["row 5 was changed, or put in by somebody without the key"],
        ),
        (["DELETE FROM audit_log WHERE id = 3"], ["row 3: missing"]),
        (["DELETE FROM audit_log WHERE id IN (2, 3)"], ["rows 2 to 3: missing"]),
        (["DELETE FROM audit_log WHERE id = 1"], ["row 1: missing"]),
        (["DELETE FROM audit_log WHERE id > 3"], ["rows 4 to 5: cut off the end"]),
        (["DELETE FROM audit_log"], ["rows 1 to 5: cut off the end"]),
        (
            [PUT_IN.format(id=6, previous="(SELECT mac FROM audit_log WHERE id = 5)", mac="mac")],
            [
                "row 6 was changed, or put in by somebody without the key",
                "row 6: beyond the head of the log: put in by somebody else",
            ],
        ),
        (
            ["DELETE FROM audit_log WHERE id = 3", "UPDATE audit_log SET id = id - 1 WHERE id > 3",
             "UPDATE audit_head SET number = 4"],
            [
                "row 3 does not follow row 2: one of them was put in or replaced",
                "row 3 was changed, or put in by somebody without the key",
                "row 4 was changed, or put in by somebody without the key",
            ],
        ),
    ],
)  # fmt: skip
def test_what_was_done_to_a_row_is_found_and_said(
    log: Log, statements: list[str], problems: list[str]
) -> None:
    log.run(*statements)
    found = log.look()
    assert not found.whole
    assert found.problems == problems


def test_rows_cut_off_with_the_head_are_found_by_the_recorded_heads(log: Log) -> None:
    recorded = log.head()
    log.run("DELETE FROM audit_log WHERE id > 3", CUT)
    assert log.look().whole  # the database alone can't tell
    assert log.look(recorded).problems == ["rows 4 to 5: cut off the end"]


def test_a_log_that_was_cut_and_went_on_is_another_than_the_recorded_heads_tell(log: Log) -> None:
    recorded = log.head()
    log.run("DELETE FROM audit_log WHERE id > 3", CUT)
    for name in ("x", "y", "z"):
        ApiTokens(log.database.sessions).create(name, Role.OPERATOR)
    assert log.look(Head(3, "0" * 64)).problems == [
        "row 3 is another than the one that the file of heads tells of"
    ]
    assert log.look(recorded).problems == ["row 5 is another than the one that the file of heads tells of"]


def test_rows_of_another_key_are_told_until_it_is_given(log: Log, empty_url: str, tmp_path: Path) -> None:
    assert log.database.recorder is not None
    other_key = KeyFile(tmp_path / "other.key")
    other = open_database(empty_url, Recorder(other_key, log.database.recorder.otherwise))
    ApiTokens(other.sessions).create("by another machine", Role.OPERATOR)
    other.close()
    found = log.look()
    assert not found.whole
    assert (found.problems, found.unchecked) == ([], {other_key.signer().id: 1})
    signers = {one.id: one for one in (log.signer, other_key.signer())}
    assert verify(log.database.sessions, signers).whole


def test_the_key_is_made_once_for_its_owner_alone_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "state" / "audit.key"
    signer = KeyFile(path).signer()
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeyFile(path).signer() == signer
    assert [one.name for one in path.parent.iterdir()] == ["audit.key"]
    written = path.read_text().strip()
    assert written not in repr(signer)
    assert signer.id not in written


@pytest.mark.parametrize("content", ["", "abc", "g" * 64, "a" * 63, "ă" * 64])
def test_a_key_that_is_none_is_named_with_the_remedy(tmp_path: Path, content: str) -> None:
    path = tmp_path / "audit.key"
    path.write_text(content, "utf-8")
    with pytest.raises(AuditKeyUnusable, match=r"audit.key: holds no key .* put the key back from a copy"):
        KeyFile(path).signer()


def test_a_key_that_can_not_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AuditKeyUnusable, match=r"file/audit.key: .*run this as the service's user"):
        KeyFile(tmp_path / "file" / "audit.key").signer()


def test_a_key_that_others_can_read_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "audit.key"
    made = KeyFile(path).signer()
    assert key.read(path) == made
    assert caplog.messages == []
    path.chmod(0o640)
    assert key.read(path) == made
    assert "can be read by others than its owner: chmod 600 it" in caplog.text


def test_a_key_that_was_lost_is_told_at_the_start(
    log: Log, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "audit.key"
    heads.compare_key(log.database.sessions, log.signer, path)
    assert caplog.messages == []
    path.unlink()
    heads.compare_key(log.database.sessions, KeyFile(path).signer(), path)
    assert f"is not the one that the audit log's last row was written with ({log.signer.id})" in caplog.text
    assert "Put that key here, from a copy, and restart" in caplog.text


def test_heads_are_added_to_their_file_where_they_moved(log: Log, tmp_path: Path) -> None:
    path = tmp_path / heads.NAME
    writer = Heads(path, log.database.sessions)
    writer.write()
    writer.write()
    first = log.head()
    assert list(heads.read(path)) == [first]
    assert path.stat().st_mode & 0o777 == 0o600
    ApiTokens(log.database.sessions).create("one more", Role.OPERATOR)
    writer.write()
    Heads(path, log.database.sessions).write()  # after a restart
    assert list(heads.read(path)) == [first, log.head(), log.head()]
    assert log.look(*heads.read(path)).whole


def test_no_head_is_written_of_an_empty_log(database: Database, tmp_path: Path) -> None:
    Heads(tmp_path / heads.NAME, database.sessions).write()
    assert not (tmp_path / heads.NAME).exists()


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text[:-3] + "\n", lambda text: "x\n" + text, lambda text: text.replace(" 5 ", " five ")],
)
def test_a_file_of_heads_that_was_spoiled_is_named_with_its_line(
    log: Log, tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    path = tmp_path / heads.NAME
    Heads(path, log.database.sessions).write()
    path.write_text(spoil(path.read_text()))
    with pytest.raises(HeadsUnreadable, match=r"audit-heads, line 1: is no head"):
        list(heads.read(path))


def test_a_head_that_can_not_be_written_is_told_and_stops_nothing(
    log: Log, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Heads(tmp_path / "none" / heads.NAME, log.database.sessions).write()
    assert "head could not be written" in caplog.text
    assert not (tmp_path / "none").exists()
