"""The command line: what it leaves on the disk, and how it ends where an error names its remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def typed(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run ``call-screener`` with its state in a folder, by a user whose files anybody may read."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALL_SCREENER_")}
    config = folder / "settings.toml"
    config.touch()
    return subprocess.run(
        ["sh", "-c", 'umask 022; exec "$@"', "sh", sys.executable, "-m", "screener", *arguments],
        env={
            **environment,
            "CALL_SCREENER_CONFIG": str(config),
            "CALL_SCREENER_STATE_DIR": str(folder / "state"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [("check", "0912345678"), ("token", "list"), ("token", "create", "lan")],
)
def test_a_database_made_by_any_command_is_readable_by_its_user_alone(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = typed(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state/call-screener.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "said"),
    [
        (("token", "create", " "), {}, 1, "can't name a token: write one line of text"),
        (("token", "revoke", "nobody"), {}, 1, "no token is named 'nobody'; the list of tokens shows"),
        (("check", "113"), {"CALL_SCREENER_DATABASE_URL": "mysql://x"}, 1, "use sqlite:// or postgresql"),
        (("enforce", "off"), {}, 1, "is not there; the service makes it at its first start"),
        (("check", "113"), {"CALL_SCREENER_PORT": "0"}, 2, "CALL_SCREENER_PORT (port) = '0': "),
        (("doctor",), {"CALL_SCREENER_PORT": "0"}, 2, "CALL_SCREENER_PORT (port) = '0': "),
    ],
)
def test_an_error_that_names_its_remedy_is_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], code: int, said: str
) -> None:
    done = typed(tmp_path, *arguments, **variables)
    assert done.returncode == code
    assert done.stderr.startswith("call-screener: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_switch_is_never_thrown_in_a_database_that_no_service_made(tmp_path: Path) -> None:
    assert typed(tmp_path, "enforce", "off").returncode == 1
    assert not (tmp_path / "state/call-screener.db").exists()
