"""`call-screener lab` under what people do to it: wrong input, two at once, a killed exchange."""

import asyncio
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from service_rig import eventually

from screener.lab import state
from screener.lab.config import EXTENSIONS
from screener.lab.install import AsteriskInstall
from screener.lab.program import Program
from screener.lab.setup import LOOPBACK, PHONES_ADDRESS

pytestmark = pytest.mark.lab


class Lab:
    """The command with a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "exchange.json"
        self.variables = {"CALL_SCREENER_LAB_STATE": str(folder)}

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "screener", "lab", *arguments],
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **self.variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Return exit code and all that the command said."""
        process = self.begin(*arguments)
        said = process.communicate(timeout=60)
        return process.returncode, "".join(said)

    def start(self) -> dict[str, Any]:
        """Start an exchange and return what is known of it."""
        code, said = self.run("up")
        assert code == 0, said
        return self.state()

    def state(self) -> dict[str, Any]:
        """Return what the file tells of the exchange."""
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found


@pytest.fixture
def lab(tmp_path: Path, asterisk22: AsteriskInstall) -> Iterator[Lab]:
    """A folder in which whatever was started is stopped in the end."""
    found = Lab(tmp_path / "lab")
    yield found
    found.run("down")


def kill(pid: int) -> None:
    """End a process at once and return when it has gone."""
    os.kill(pid, signal.SIGKILL)
    while state.started(pid) is not None:
        time.sleep(0.02)


def test_calls_that_are_placed_end_with_0_and_what_cannot_be_called_with_2(lab: Lab) -> None:
    lab.start()
    code, said = lab.run("call", "--from", "", "--seconds", "0.1")
    assert (code, "Phone: 1001 rang and showed" in said) == (0, True), said
    code, said = lab.run("call", "--from", "0912", "--to", "1010", "--seconds", "0.1")
    assert (code, "Phone: 1001 rang (the lab has no phone 1010) and showed '0912'" in said) == (0, True), said
    for wrong, why in (
        (["--from", "0912", "--to", ""], f"{EXTENSIONS[0]} to {EXTENSIONS[-1]} are its phones"),
        (["--from", "0912", "--to", "7"], "the lab has no '7'"),
        (["--from", "0912", "--to", "1" * 80], "2 to 79 digits"),
        (["--from", "0" * 256], "256 characters are too many"),
        (["--from", "0912", "--name", "a\r\nX: 1"], "can't be printed"),
        (["--from", "0912", "--seconds", "-1"], "--seconds"),
        (["--from", "0912", "--seconds", "nan"], "--seconds"),
    ):
        code, said = lab.run("call", *wrong)
        assert (code, why in said) == (2, True), said


def test_two_calls_at_once_are_placed_one_after_the_other(lab: Lab) -> None:
    lab.start()
    both = [lab.begin("call", "--from", number, "--seconds", "6") for number in ("0912", "0913")]
    said = ["".join(one.communicate(timeout=60)) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert all(
        f"rang and showed '{number}'" in text for number, text in zip(("0912", "0913"), said, strict=True)
    )
    assert sum("this one is placed when it is over" in text for text in said) == 1


def test_phones_whose_port_another_program_has_are_named_with_the_remedy(lab: Lab) -> None:
    phones = lab.start()["ports"]["phones"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker:
        taker.bind((PHONES_ADDRESS, phones))
        code, said = lab.run("call", "--from", "0912")
    assert (code, f"another program uses {PHONES_ADDRESS}:{phones}" in said) == (1, True), said


def test_an_exchange_that_hangs_is_told_within_seconds_and_can_be_stopped(lab: Lab) -> None:
    pid = lab.start()["pid"]
    os.kill(pid, signal.SIGSTOP)
    code, said = lab.run("call", "--from", "0912")
    assert (code, f"(pid {pid}) never said how the call went" in said) == (1, True), said
    code, said = lab.run("down")
    assert code == 0, said


def test_a_killed_exchange_comes_back_where_its_service_finds_it(lab: Lab, tmp_path: Path) -> None:
    before = lab.start()
    service = Program(tmp_path / "service", lab.variables)

    async def screened() -> bool:
        _, said = lab.run("call", "--from", "anonymous", "--seconds", "0.1")
        return "CẢNH BÁO" in said

    async def follow() -> None:
        service.start()
        try:
            await service.up()
            kill(before["pid"])
            assert lab.run("call", "--from", "0912") == (
                1,
                "call-screener lab: no lab exchange is running; start one with `call-screener lab up`\n",
            )
            assert lab.start()["ports"] == before["ports"]
            await eventually(screened, "the service to serve the exchange again")
            lab.run("down")
            assert lab.start()["ports"] == before["ports"]
            await eventually(screened, "the service to serve the exchange again")
            assert await service.stop() == 0
        finally:
            service.kill()

    asyncio.run(asyncio.wait_for(follow(), 120))


def test_a_service_that_ends_leaves_an_exchange_that_was_started_since(lab: Lab, tmp_path: Path) -> None:
    service = Program(tmp_path / "service", lab.variables)

    async def outlive() -> None:
        service.start()
        try:
            await service.up()
            kill(lab.state()["pid"])
            since = lab.start()["pid"]
            assert await service.stop() == 0
            assert lab.state()["pid"] == since
        finally:
            service.kill()

    asyncio.run(outlive())
    code, said = lab.run("call", "--from", "0912", "--seconds", "0.1")
    assert (code, "Phone: 1001 rang" in said) == (0, True), said


@pytest.mark.parametrize("content", ['{"pid": "x"', None], ids=["garbage", "deleted"])
def test_an_exchange_whose_file_is_lost_is_found_and_stopped(lab: Lab, content: str | None) -> None:
    pid = lab.start()["pid"]
    lab.file.unlink()
    if content is not None:
        lab.file.write_text(content)
    for arguments in (["up"], ["call", "--from", "0912"]):
        code, said = lab.run(*arguments)
        assert (code, f"an Asterisk (pid {pid}) is running" in said) == (1, True), said
    assert lab.run("down") == (0, f"An Asterisk that was left over (pid {pid}) has stopped.\n")
    assert lab.start()["pid"] != pid


def test_of_two_starts_at_once_the_second_tells_what_the_first_started(lab: Lab) -> None:
    both = [lab.begin("up"), lab.begin("up")]
    said = ["".join(one.communicate(timeout=120)) for one in both]
    assert sorted(one.returncode for one in both) == [0, 1], said
    assert sum(f"is running already (pid {lab.state()['pid']})" in text for text in said) == 1


def test_an_exchange_not_yet_noted_by_the_start_that_brought_it_up_is_no_stray(lab: Lab) -> None:
    pid = lab.start()["pid"]
    noted = lab.file.read_text()
    with (lab.file.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lab.file.unlink()
        code, said = lab.run("call", "--from", "0912")
        assert (code, "is being started; try again" in said) == (1, True), said
        second = lab.begin("up")
        with pytest.raises(subprocess.TimeoutExpired):
            second.communicate(timeout=4)
        lab.file.write_text(noted)
    said = "".join(second.communicate(timeout=60))
    assert (second.returncode, f"is running already (pid {pid})" in said) == (1, True), said


def test_an_ami_port_that_another_program_took_is_told_with_the_new_one(lab: Lab) -> None:
    before = lab.start()["ports"]["ami"]
    lab.run("down")
    with socket.create_server((LOOPBACK, before)):
        code, said = lab.run("up")
    now = lab.state()["ports"]["ami"]
    assert now != before
    assert (code, f"AMI on port {before}, which another program uses now" in said) == (0, True), said


def test_a_folder_that_cannot_be_used_is_named(lab: Lab) -> None:
    lab.file.mkdir(parents=True)
    for arguments in (["up"], ["call", "--from", "0912"]):
        code, said = lab.run(*arguments)
        assert (code, f"Is a directory: '{lab.file}'" in said) == (1, True), said
    lab.file.rmdir()
