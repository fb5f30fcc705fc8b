"""The command line: what it leaves on the disk, and how it ends where an error names its remedy."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest

from screener import trail
from screener.database import open_database, upgrade
from screener.lab.setup import free_port


def typed(
    folder: Path, *arguments: str, stdin: str = "", **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run ``call-screener`` with its state in a folder, by a user whose files anybody may read."""
    return subprocess.run(
        command(*arguments),
        env=environment(folder, **variables),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def started(folder: Path, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the service in the same way; it is ended with SIGTERM."""
    variables |= {"CALL_SCREENER_PORT": str(free_port("127.0.0.1", socket.SOCK_STREAM))}
    service = subprocess.Popen(
        command("run"), env=environment(folder, **variables), stderr=subprocess.DEVNULL
    )
    try:
        yield service
    finally:
        service.terminate()
        service.wait(20)


def command(*arguments: str) -> list[str]:
    return ["sh", "-c", 'umask 022; exec "$@"', "sh", sys.executable, "-m", "screener", *arguments]


def environment(folder: Path, **variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CALL_SCREENER_")}
    config = folder / "settings.toml"
    config.touch()
    own = {"CALL_SCREENER_CONFIG": str(config), "CALL_SCREENER_STATE_DIR": str(folder / "state")}
    return inherited | own | variables


def with_database(folder: Path) -> None:
    """Make the database, as a service does at its first start."""
    database = open_database(f"sqlite:///{folder}/state/call-screener.db")
    upgrade(database.engine)
    database.close()


def test_what_the_service_makes_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    database = tmp_path / "state/call-screener.db"
    with started(tmp_path, CALL_SCREENER_AMI_HOST="127.0.0.1", CALL_SCREENER_AMI_SECRET="none") as service:
        while not database.exists():
            assert service.poll() is None
            time.sleep(0.05)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "state", database)} == {0}


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "113"),
        ("token", "list"),
        ("token", "create", "lan"),
        ("token", "revoke", "lan"),
        ("enforce", "off"),
    ],
)
def test_no_command_makes_a_database_that_no_service_would_use(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = typed(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path}/state/call-screener.db: is not there; the service makes it" in done.stderr
    assert not (tmp_path / "state").exists()
    (tmp_path / "state").mkdir()
    (tmp_path / "state/call-screener.db").touch()
    assert "has no tables of ours; the service makes" in typed(tmp_path, *arguments).stderr


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "said"),
    [
        (("token", "create", " "), {}, 2, "can't name a token: write one line of text"),
        (
            ("token", "revoke", "nobody"),
            {},
            1,
            "no token is named 'nobody'; 'call-screener token list' shows",
        ),
        (("check", "113"), {"CALL_SCREENER_DATABASE_URL": "mysql://x"}, 2, "use sqlite:// or postgresql"),
        (("check", "113"), {"CALL_SCREENER_PORT": "0"}, 2, "CALL_SCREENER_PORT (port) = '0': "),
        (("doctor",), {"CALL_SCREENER_CONFIG": "/nope"}, 2, "CALL_SCREENER_CONFIG = /nope: No such file"),
        (("token", "list"), {}, 0, "no tokens; 'call-screener token create NAME' makes one"),
        (("doctor",), {"CALL_SCREENER_PORT": "0"}, 2, "CALL_SCREENER_PORT (port) = '0': "),
    ],
)
def test_an_error_that_names_its_remedy_is_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], code: int, said: str
) -> None:
    with_database(tmp_path)
    done = typed(tmp_path, *arguments, **variables)
    assert done.returncode == code
    assert done.stderr.startswith("call-screener: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_version_is_told(tmp_path: Path) -> None:
    told = typed(tmp_path, "--version")
    assert (told.returncode, told.stdout) == (0, f"call-screener {version('call-screener')}\n")


def _site(folder: Path) -> None:
    """Let there be a database, and a PBX that is monitor-only."""
    (folder / "settings.toml").write_text('[pbx.hq]\nhost = "192.0.2.10"\nsecret = "x"\n')
    with_database(folder)


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


def test_check_tells_of_each_number_how_it_is_read_and_what_would_happen(tmp_path: Path) -> None:
    with_database(tmp_path)
    done = typed(tmp_path, "check", "+84 912 345 678", "abc", "02373725726", "\udcff")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "+84 912 345 678: read as 0912 345 678, mobile (+84912345678)",
        "  allow (default): Không có dấu hiệu đáng ngờ.",
        "  the phone would ring",
    ]
    assert lines[3] == "abc: not a number: there is no digit in it (holds letters)"
    assert lines[4].startswith("  tag (malformed): ")
    assert lines[6] == "02373725726: read as 0237 3725 726, landline (+842373725726)"
    assert lines[9].startswith("⟨U+DCFF⟩: not a number")


def test_check_tells_that_enforcing_is_off_or_a_pbx_monitor_only(tmp_path: Path) -> None:
    with_database(tmp_path)
    assert "but" not in typed(tmp_path, "check", "anonymous").stdout
    ami = {"CALL_SCREENER_AMI_HOST": "127.0.0.1", "CALL_SCREENER_AMI_SECRET": "kept for the test"}
    assert "but PBX default is monitor-only" in typed(tmp_path, "check", "anonymous", **ami).stdout
    typed(tmp_path, "enforce", "off")
    assert "but enforcing is off" in typed(tmp_path, "check", "anonymous").stdout
    said = [
        json.loads(line)
        for line in typed(tmp_path, "check", "--json", "113", "anonymous").stdout.splitlines()
    ]
    assert [one["number"] for one in said] == ["113", "anonymous"]
    assert [one["enforcing"] for one in said] == [False, False]
    assert said[0]["read_as"]["kind"] == "short_code"
