"""The commands ``policy``, typed as an operator types them, on a database as the service makes it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_cli import typed, with_database

from screener import policy_file
from screener.calls import Action, Rule
from screener.database import open_database
from screener.policies import Policies
from screener.policy import DEFAULT_POLICY
from screener.policy_edits import with_rule

Type = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def policy(tmp_path: Path) -> Type:
    with_database(tmp_path)

    def type_(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return typed(tmp_path, "policy", *arguments, SUDO_USER="lan")

    return type_


def written(folder: Path, content: str) -> str:
    file = folder / "policy.toml"
    file.write_text(content)
    return str(file)


def test_a_policy_goes_out_is_changed_and_comes_in_again(policy: Type, tmp_path: Path) -> None:
    out = policy("export")
    assert out.returncode == 0, out.stderr
    assert policy_file.parse(out.stdout) == DEFAULT_POLICY
    assert "the default" in out.stdout.splitlines()[0]
    file = written(tmp_path, out.stdout.replace('withheld = "tag"', 'withheld = "warn"'))
    done = policy("import", file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        'rules.withheld: "tag" -> "warn"',
        "revision 1 is in force within about a second",
    ]
    again = policy("export").stdout
    assert "revision 1 of " in again
    assert "by lan" in again
    assert policy_file.parse(again) == with_rule(DEFAULT_POLICY, Rule.WITHHELD, Action.WARN)


def test_history_tells_who_changed_what_and_revert_makes_a_new_revision(policy: Type, tmp_path: Path) -> None:
    assert "nobody has made a policy yet" in policy("history").stdout
    policy("import", written(tmp_path, '[rules]\nwithheld = "warn"\n'))
    second = policy("import", written(tmp_path, '[rules]\nwithheld = "block"\n'))
    assert second.stdout.splitlines()[-1] == "to undo it: call-screener policy revert 1"
    back = policy("revert", "1")
    assert back.returncode == 0, back.stderr
    assert back.stdout.splitlines() == [
        "as revision 1",
        'rules.withheld: "block" -> "warn"',
        "revision 3 is in force within about a second",
        "to undo it: call-screener policy revert 2",
    ]
    lines = policy("history").stdout.splitlines()
    assert [line.split(" of ")[0] for line in lines if line.startswith("revision")] == [
        "revision 3",
        "revision 2",
        "revision 1",
    ]
    assert lines[0].endswith(" UTC by lan")
    assert 'rules.withheld: "warn" -> "block"' in "\n".join(lines)
    assert len(policy("history", "--limit", "1").stdout.splitlines()) == 4
    assert (
        policy_file.parse(policy("export", "--revision", "2").stdout).actions[Rule.WITHHELD] is Action.BLOCK
    )


def test_what_changes_nothing_makes_no_revision(policy: Type, tmp_path: Path) -> None:
    file = written(tmp_path, '[rules]\nwithheld = "warn"\n')
    policy("import", file)
    assert policy("import", file).stdout.startswith("nothing changes: revision 1 of ")
    assert policy("revert", "1").stdout.startswith("nothing changes: revision 1 of ")


def test_a_wrong_policy_is_refused_with_all_its_problems_and_changes_nothing(
    policy: Type, tmp_path: Path
) -> None:
    file = written(tmp_path, '[rules]\nwithheld = "x"\ndefault = "block"\n')
    refused = policy("import", file)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.splitlines() == [
        f'call-screener: {file}: rules.withheld = "x": must be "allow", "tag", "warn" or "block"',
        f'call-screener: {file}: rules.default = "block": with this no phone would ring any more; choose '
        "allow, tag or warn, and block by the list",
    ]
    assert "nobody has made a policy yet" in policy("history").stdout
    missing = policy("import", str(tmp_path / "none.toml"))
    assert (missing.returncode, "No such file" in missing.stderr) == (2, True)


def test_a_file_exported_before_somebody_elses_change_is_refused(policy: Type, tmp_path: Path) -> None:
    policy("import", written(tmp_path, '[rules]\nmalformed = "warn"\n'))
    exported = policy("export").stdout
    policy("import", written(tmp_path, '[rules]\nmalformed = "block"\n'))
    mine = exported.replace('withheld = "tag"', 'withheld = "warn"')
    refused = policy("import", written(tmp_path, mine))
    assert refused.returncode == 1
    assert "at revision 2 by now, and this change was made to revision 1" in refused.stderr
    assert "export it anew" in refused.stderr
    overwritten = policy("import", written(tmp_path, mine.replace("revision = 1\n", "")))
    assert overwritten.returncode == 0
    assert 'rules.malformed: "block" -> "warn"' in overwritten.stdout


@pytest.mark.parametrize("arguments", [("revert", "9"), ("export", "--revision", "9")])
def test_a_revision_that_was_never_there_is_named(policy: Type, arguments: tuple[str, ...]) -> None:
    refused = policy(*arguments)
    assert refused.returncode == 1
    assert "there is no revision 9; 'call-screener policy history' lists" in refused.stderr


def test_a_policy_that_nobody_can_read_is_put_right_by_revert(policy: Type, tmp_path: Path) -> None:
    policy("import", written(tmp_path, '[rules]\nwithheld = "warn"\n'))
    database = open_database(f"sqlite:///{tmp_path}/state/call-screener.db")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO policy_revisions VALUES (2, '2026-11-23 08:00:00', 'x', '', 'a = 1')"
        )
    assert policy("export").stdout.startswith("# Policy of call-screener, revision 1 ")
    assert policy("revert", "2").returncode == 1
    assert policy("revert", "1").returncode == 0
    assert Policies(database.sessions).present().revision == 3
    database.close()


def test_the_first_start_reads_the_policys_file_or_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = written(tmp_path, "[rules]\nwithheld = 1\n")
    refused = typed(
        tmp_path,
        "run",
        CALL_SCREENER_POLICY_FILE=file,
        CALL_SCREENER_AMI_HOST="127.0.0.1",
        CALL_SCREENER_AMI_SECRET="none",
    )
    assert refused.returncode == 2
    assert f"call-screener: {file}: rules.withheld = 1: must be" in refused.stderr
    assert "Traceback" not in refused.stderr
