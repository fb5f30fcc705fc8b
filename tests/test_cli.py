"""The command line: what it leaves on the disk, and how it ends where an error names its remedy."""

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from screener import trail


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


def _site(folder: Path) -> None:
    """Let there be a database, and a PBX that is monitor-only."""
    (folder / "settings.toml").write_text('[pbx.hq]\nhost = "192.0.2.10"\nsecret = "x"\n')
    assert typed(folder, "token", "list").returncode == 0


def test_a_switch_that_stands_there_already_is_told_and_stays_as_it_was(tmp_path: Path) -> None:
    _site(tmp_path)
    off = typed(tmp_path, "enforce", "off", SUDO_USER="lan")
    assert off.stdout.startswith("off since ")
    assert " by lan: every call rings" in off.stdout
    again = typed(tmp_path, "enforce", "off", SUDO_USER="minh")
    assert again.returncode == 0
    assert again.stdout == f"already {off.stdout}"


def test_the_switch_that_is_on_is_no_promise_for_a_pbx_that_is_monitor_only(tmp_path: Path) -> None:
    _site(tmp_path)
    told = typed(tmp_path, "enforce", "status").stdout
    assert "but PBX hq is monitor-only: set enforce = true" in told
    assert "monitor-only" not in typed(tmp_path, "enforce", "off").stdout


def test_a_change_by_hand_leaves_a_line_in_the_systems_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "SYSTEM_LOG", tmp_path / "log")
    logger = logging.getLogger("screener")
    before, level = list(logger.handlers), logger.level
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(trail.SYSTEM_LOG))
        log.settimeout(5)
        try:
            trail.keep()
            logging.getLogger("screener.cli").info("API token 'lan' revoked by %s", "minh")
            line = log.recv(1000).decode()
        finally:
            for handler in set(logger.handlers) - set(before):
                logger.removeHandler(handler)
                handler.close()
            logger.setLevel(level)
    assert f"call-screener[{os.getpid()}]: API token 'lan' revoked by minh" in line


def test_a_user_without_a_name_is_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUDO_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert trail.user() == "uid 4000000"
