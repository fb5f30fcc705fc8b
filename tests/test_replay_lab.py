"""Asterisk's own ``Master.csv``, as it writes it of real calls, is read to what happened."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screener.cli import app
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange
from screener.lab.phone import PhoneBank, PhoneBehaviour
from screener.lab.setup import LOOPBACK, Trunk

pytestmark = pytest.mark.lab

REGISTRY = "organisation,number,name,aliases,inbound_only\nCông an tỉnh Thanh Hóa,02373725725,,,\n"
NUMBER = "02373725726"


async def ring(exchange: Exchange, number: str, *, name: str = "", answers: bool = True) -> None:
    async with PhoneBank(exchange.setup.ports.phones, PhoneBehaviour(answers=answers)):
        caller = Caller(Trunk.PLAIN.address, (LOOPBACK, exchange.setup.ports.sip))
        if answers:
            await caller.call(number, "1003", from_name=name, hang_up_after=1.2)
        else:
            await caller.call(number, "1003", from_name=name, cancel_after=0.2)


def written(file: Path, rows: int) -> list[str]:
    """Return the lines that come to a file, once there are so many."""
    for _ in range(400):
        # What other tests' callers wrote before may be no text at all.
        text = file.read_text("utf-8", "replace") if file.exists() else ""
        lines = text.splitlines(keepends=True)
        if len(lines) >= rows:
            return lines
        time.sleep(0.05)
    raise AssertionError(f"{file} has {len(lines)} lines, not {rows}")


def test_calls_that_were_placed_are_replayed_from_master_csv(exchange: Exchange, tmp_path: Path) -> None:
    file = exchange.workdir / "log/cdr-csv/Master.csv"
    before = len(written(file, 0))
    asyncio.run(ring(exchange, NUMBER, name='Sở "Y tế", (TH) <1>'))
    asyncio.run(ring(exchange, NUMBER, answers=False))
    asyncio.run(ring(exchange, "0912345678"))
    (tmp_path / "Master.csv").write_text("".join(written(file, before + 3)[before:]), "utf-8")
    (tmp_path / "registry.csv").write_text(REGISTRY, "utf-8")
    done = CliRunner().invoke(
        app,
        ["replay", f"{tmp_path}/Master.csv", "--registry", f"{tmp_path}/registry.csv", "--utc", "--json"],
    )
    found = json.loads(done.stdout)
    assert (found["rows"], found["calls"], found["bad_rows"]["count"]) == (3, 3, 0)
    assert found["trunks"] == {"plain": 3}
    assert found["changes"] == [{"before": "allow", "now": "warn", "calls": 2, "answered": 1}]
    (hit,) = found["numbers"]
    assert (hit["number"], hit["rule"], hit["kind"], hit["calls"]) == (NUMBER, "lookalike", "one_digit", 2)
