"""Users and tokens by command: passwords come by standard input, never as an argument."""

import os
import pty
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clock import Clock
from test_cli import command, environment, typed, with_database

from screener.access.accounts import Accounts
from screener.access.roles import Role
from screener.access.sign_in import NotSignedIn
from screener.access.tries import BY_NAME
from screener.api_tokens import ApiTokens
from screener.database import Database, open_database

PASSWORD = "bốn từ cho mật khẩu"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with_database(tmp_path)
    return tmp_path


def database(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder}/state/call-screener.db")


def piped(folder: Path, *arguments: str, password: str = PASSWORD) -> "subprocess.CompletedProcess[str]":
    """Type a command with a password on its standard input."""
    return typed(folder, *arguments, stdin=f"{password}\n")


def signs_in(folder: Path, name: str, password: str = PASSWORD) -> bool:
    opened = database(folder)
    try:
        return not Accounts.on(opened.sessions).sign_in.by_password(name, password, "192.0.2.7", "").half
    except NotSignedIn:
        return False
    finally:
        opened.close()


def test_a_user_is_made_with_a_password_from_standard_input_and_signs_in(folder: Path) -> None:
    made = piped(folder, "user", "add", "lan", "--role", "admin", "--extension", "101")
    assert (made.returncode, made.stdout) == (0, "user 'lan' is made, with the role admin\n")
    assert signs_in(folder, "lan")
    assert typed(folder, "user", "list").stdout.startswith("lan  admin  last signed in 20")
    assert "extension 101" in typed(folder, "user", "list").stdout


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(folder: Path) -> None:
    here, there = pty.openpty()
    asked = subprocess.Popen(
        command("user", "add", "lan"), env=environment(folder), stdin=there, stdout=there, stderr=there,
        start_new_session=True,
    )  # fmt: skip
    os.close(there)
    said = b""
    for prompt in (b"Password: ", b"Repeat for confirmation: "):
        while prompt not in said:
            said += os.read(here, 1000)
        os.write(here, f"{PASSWORD}\n".encode())
    assert asked.wait(30) == 0
    os.close(here)
    assert PASSWORD.encode() not in said
    assert signs_in(folder, "lan")


@pytest.mark.parametrize(
    ("arguments", "password", "code", "said"),
    [
        (("add", "lan"), "ngắn", 2, "the password has 4 characters; take one of at least 12"),
        (("add", "lan"), "", 2, "the password has 0 characters"),
        (("add", "a b"), PASSWORD, 2, "'a b' can't name a user"),
        (("add", "minh", "--extension", "x"), PASSWORD, 2, "'x' is no extension"),
        (("add", "admin"), PASSWORD, 1, "a user named 'admin' exists"),
        (("set-password", "nobody"), PASSWORD, 1, "no user is named 'nobody'"),
        (("set-role", "nobody", "viewer"), "", 1, "no user is named 'nobody'"),
        (("set-role", "admin", "viewer"), "", 1, "'admin' is the only administrator; make another one first"),
        (("unlock", "nobody"), "", 1, "no user is named 'nobody'"),
        (("remove", "admin"), "", 1, "'admin' is the only administrator"),
    ],
)
def test_what_can_not_be_done_is_told_in_one_line(
    folder: Path, arguments: tuple[str, ...], password: str, code: int, said: str
) -> None:
    piped(folder, "user", "add", "admin", "--role", "admin")
    done = piped(folder, "user", *arguments, password=password)
    assert done.returncode == code
    assert done.stderr.startswith("call-screener: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_locked_out_administrator_is_let_in_by_hand_even_without_the_phone(folder: Path) -> None:
    piped(folder, "user", "add", "lan", "--role", "admin")
    clock = Clock()
    clock.time = datetime.now(UTC)
    opened = database(folder)
    for _ in range(BY_NAME.lock):
        assert Accounts.on(opened.sessions, now=clock).tries.begin("lan", "192.0.2.8") == 0
        clock.pass_by(seconds=70)  # longer than any pause before the lock
    opened.close()
    assert not signs_in(folder, "lan")
    assert "locked after failures" in typed(folder, "user", "list").stdout
    assert typed(folder, "user", "unlock", "lan").stdout == "user 'lan' may try again\n"
    assert signs_in(folder, "lan")
    done = typed(folder, "user", "unlock", "lan", "--without-second-factor")
    assert done.stdout == "user 'lan' may try again, without a second factor\n"


def test_role_password_and_removal_by_hand(folder: Path) -> None:
    piped(folder, "user", "add", "lan")
    assert typed(folder, "user", "set-role", "lan", "auditor").stdout == "user 'lan' has the role auditor\n"
    assert piped(folder, "user", "set-password", "lan", password="năm từ khác hẳn").returncode == 0
    assert signs_in(folder, "lan", "năm từ khác hẳn")
    assert typed(folder, "user", "remove", "lan").returncode == 0
    assert "no users; 'call-screener user add NAME --role admin'" in typed(folder, "user", "list").stderr


def test_a_token_has_the_role_and_the_last_day_that_were_named(folder: Path) -> None:
    token = typed(folder, "token", "create", "màn hình", "--role", "viewer", "--expires", "2999-12-31").stdout
    plain = typed(folder, "token", "create", "lễ tân").stdout
    opened = database(folder)
    tokens = ApiTokens(opened.sessions)
    assert tokens.verify(token.strip()) == ("màn hình", Role.VIEWER)
    assert tokens.verify(plain.strip()) == ("lễ tân", Role.OPERATOR)
    ends = {found.name: found.expires_at for found in tokens.list()}
    opened.close()
    assert ends["lễ tân"] is None
    end = ends["màn hình"]
    assert end and f"{end - timedelta(seconds=1):%Y-%m-%d}" == "2999-12-31"
    listed = typed(folder, "token", "list").stdout
    assert "màn hình  viewer  made " in listed
    assert "ends 3000-01-01 00:00 UTC" in listed
    over = typed(folder, "token", "create", "cũ", "--expires", "2020-01-01")
    assert (over.returncode, "is of no use; give a later end" in over.stderr) == (2, True)
