"""A log that nobody reads for a while: the service goes on, and says afterwards what was lost."""

import asyncio
import fcntl
import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_rig import eventually

from screener.lab.program import Program
from screener.lab.setup import LOOPBACK, free_port
from screener.log_output import LogOutput

HALTED = 'exec "$@" >"$0" 2>&1'


def fill(pipe: int) -> int:
    """Fill a pipe to the last byte; return how many it took."""
    filled = 0
    for size in (4096, 1):
        try:
            while True:
                filled += os.write(pipe, b"x" * size)
        except BlockingIOError:
            pass
    return filled


def read(pipe: int) -> bytes:
    """Read what is in a pipe."""
    found = b""
    try:
        while more := os.read(pipe, 65536):
            found += more
    except BlockingIOError:
        pass
    return found


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A small pipe: the end to read from, which does not wait, and the end to write to."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(reader, False)
    try:
        yield reader, writer
    finally:
        os.close(reader)
        os.close(writer)


def log(handler: logging.Handler, text: str) -> None:
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, text, (), None))


def test_a_service_whose_log_nobody_reads_goes_on_and_ends_when_told(tmp_path: Path) -> None:
    fifo = tmp_path / "log"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    pbx = {"HOST": LOOPBACK, "PORT": str(free_port(LOOPBACK, socket.SOCK_STREAM)), "SECRET": "x"}
    variables = {f"CALL_SCREENER_AMI_{key}": value for key, value in pbx.items()}
    program = Program(tmp_path, variables, inside=("sh", "-c", HALTED, str(fifo)))

    async def scenario() -> None:
        program.start()

        async def ready() -> bool:
            return (await program.health())[0] == 200

        await eventually(ready, "the service is not ready")
        # The service writes into the same pipe, as a blocking one of its own.
        junk = fill(writer)
        for state in ("off", "on", "off"):
            assert (await program.command("enforce", state)).returncode == 0

            async def followed(state: str = state) -> bool:
                status, health = await program.health()
                return status == 200 and health["enforcing"] is (state == "on")

            await eventually(followed, f"the service does not follow to {state}")
        said = read(reader)
        assert len(said) >= junk

        async def told() -> bool:
            nonlocal said
            said += read(reader)
            return said.count(b"every call rings") == 2

        await eventually(told, "the log is not written once it is read again")
        fill(writer)
        assert await program.stop() == 0

    try:
        asyncio.run(scenario())
    finally:
        program.kill()
        os.close(reader)
        os.close(writer)


def test_lines_that_found_no_room_are_counted_and_told_in_their_place(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    fill(writer)
    os.set_blocking(writer, True)
    output = LogOutput(writer, at_most=3)
    for number in range(10):
        log(output, f"line {number}")
    said = read(reader)
    deadline = time.monotonic() + 30
    while b"line 2" not in said and time.monotonic() < deadline:
        time.sleep(0.01)
        said += read(reader)
    log(output, "the next")
    output.close()
    lines = (said + read(reader)).decode().lstrip("x").splitlines()
    kept = [line for line in lines if line.startswith("line ")]
    assert kept == [f"line {number}" for number in range(len(kept))]
    assert lines[len(kept) :] == [
        f"{10 - len(kept)} lines of this log are lost: nobody read it for a while",
        "the next",
    ]


def test_a_line_is_written_whole_to_an_output_that_does_not_wait(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    output = LogOutput(writer)
    log(output, "ế" * 20_000)
    log(output, "\udcff")
    said = b""
    deadline = time.monotonic() + 30
    while not said.endswith(b"udcff\n") and time.monotonic() < deadline:
        said += read(reader)
    output.close()
    assert said.decode() == "ế" * 20_000 + "\n\\udcff\n"


def test_an_output_with_nobody_at_the_other_end_stops_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    output = LogOutput(writer)
    log(output, "to nobody")
    output.close()
    os.close(writer)
