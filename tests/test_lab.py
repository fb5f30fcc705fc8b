"""The lab itself: what it reports of a call is what happened on the wire."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from listening import heard

from screener.lab import calls, sip, state
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange, ExchangeError, PortsTakenError
from screener.lab.install import AsteriskInstall, LabError, LabUnavailableError
from screener.lab.media import (
    CALLER_TONE,
    PCMA,
    PCMU,
    PHONE_TONE,
    Recording,
    compress,
    expand,
    load_wav,
    tone,
)
from screener.lab.outcome import CallerResult, Ended
from screener.lab.phone import HungUp, PhoneBank, PhoneBehaviour, PhoneCall
from screener.lab.provision import Release, find_asterisk
from screener.lab.setup import DOCTOR_USER, LAB_USER, LOOPBACK, SCREENER_USER, Setup, Trunk, free_ports
from screener.paths import dialplan_dir

PROMPTS = {path.stem: path for path in sorted((dialplan_dir() / "prompts/audio").glob("*.wav"))}
HOSTILE_USER = b"0912%0d%0aEvent%3a%20Foo"

_PLAY = """
[from-plain](+)
exten => 3001,1,Progress()
 same => n,Playback(call-screener/notice-blocked-1,noanswer)
 same => n,Hangup(21)
"""


def call_phone(
    exchange: Exchange,
    place: Callable[[Caller], object],
    behaviour: PhoneBehaviour | None = None,
    trunk: Trunk = Trunk.PLAIN,
) -> tuple[CallerResult, PhoneCall | None]:
    """One call, seen from both ends."""

    async def run() -> tuple[CallerResult, PhoneCall | None]:
        async with PhoneBank(exchange.setup.ports.phones, behaviour) as phones:
            caller = Caller(trunk.address, (LOOPBACK, exchange.setup.ports.sip))
            result = await place(caller)  # type: ignore[misc]  # a coroutine of the caller's
            call = phones.calls[0] if phones.calls else None
            if call is not None:
                await asyncio.wait_for(call.over.wait(), 15)
            return result, call

    return asyncio.run(run())


@pytest.mark.lab
def test_caller_and_phone_hear_each_other(exchange: Exchange) -> None:
    result, phone = call_phone(
        exchange, lambda caller: caller.call("02373725726", "1005", from_name="Công an", hang_up_after=0.6)
    )
    assert phone is not None
    assert (phone.extension, phone.name, phone.number) == ("1005", "Công an", "02373725726")
    assert [response.status for response in result.responses] == [100, 180, 200]
    assert (result.ended_by, phone.ended_by) == (Ended.CALLER, HungUp.EXCHANGE)
    assert phone.heard is not None
    assert phone.heard.seconds_of_tone(CALLER_TONE) == pytest.approx(0.6, abs=0.15)
    assert result.heard.seconds_of_tone(PHONE_TONE) == pytest.approx(0.6, abs=0.15)
    assert phone.heard.seconds_of_tone(PHONE_TONE) == 0
    assert result.heard.seconds_of_tone(CALLER_TONE) == 0


@pytest.mark.lab
def test_a_cancelled_call_stops_ringing(exchange: Exchange) -> None:
    result, phone = call_phone(
        exchange,
        lambda caller: caller.call("0912345678", cancel_after=0.2),
        PhoneBehaviour(answers=False),
    )
    assert phone is not None
    assert (result.status, result.ended_by) == (487, Ended.CALLER)
    assert phone.ended_by is HungUp.CANCELLED
    assert phone.answered_at is None


@pytest.mark.lab
def test_the_called_person_can_hang_up(exchange: Exchange) -> None:
    result, phone = call_phone(
        exchange, lambda caller: caller.call("0912345678"), PhoneBehaviour(hang_up_after=0.3)
    )
    assert phone is not None
    assert (result.ended_by, phone.ended_by, result.cause) == (Ended.EXCHANGE, HungUp.PHONE, 16)


@pytest.mark.lab
def test_a_busy_phone_is_told_to_the_caller(exchange: Exchange) -> None:
    result, _ = call_phone(
        exchange, lambda caller: caller.call("0912345678"), PhoneBehaviour(refuse_with=486)
    )
    assert (result.status, result.cause, result.ended_by) == (486, 17, Ended.EXCHANGE)


@pytest.mark.lab
def test_raw_bytes_go_on_the_wire_as_they_are(exchange: Exchange) -> None:
    _, phone = call_phone(
        exchange,
        lambda caller: caller.call(
            from_user_raw=HOSTILE_USER, display_raw=b'"a\xffb, x: y"', hang_up_after=0.1
        ),
    )
    assert phone is not None
    assert phone.number == "0912\r\nEvent: Foo"
    assert phone.name == "a\N{REPLACEMENT CHARACTER}b, x: y"


@pytest.mark.lab
@pytest.mark.parametrize("called", ["0247300", '1+)"%:${X}', "9,a&b|c;d", "Z" * 70])
def test_any_called_number_rings_the_first_phone(exchange: Exchange, called: str) -> None:
    _, phone = call_phone(exchange, lambda caller: caller.call("0912345678", called, hang_up_after=0.0))
    assert phone is not None
    assert phone.extension == "1001"


@pytest.mark.lab
@pytest.mark.parametrize(("trunk", "shown"), [(Trunk.CARRIER, "0555"), (Trunk.UNTRUSTING, "0912")])
def test_only_a_trusted_trunk_may_assert_another_number(exchange: Exchange, trunk: Trunk, shown: str) -> None:
    _, phone = call_phone(
        exchange,
        lambda caller: caller.call(
            "0912", extra_headers=[(b"P-Asserted-Identity", b"<sip:0555@127.0.0.1>")], hang_up_after=0.0
        ),
        trunk=trunk,
    )
    assert phone is not None
    assert phone.number == shown


@pytest.mark.lab
@pytest.mark.parametrize(("number", "status"), [("0900000001", 403), ("0900000002", 200)])
def test_the_astdb_trunk_refuses_the_exact_number(exchange: Exchange, number: str, status: int) -> None:
    asyncio.run(exchange.cli("database put blacklist 0900000001 1"))
    result, _ = call_phone(exchange, lambda caller: caller.call(number, hang_up_after=0.0), trunk=Trunk.ASTDB)
    assert result.status == status


@pytest.mark.lab
@pytest.mark.parametrize("release", ["asterisk22", "asterisk16"])
def test_a_prompt_in_early_media_is_recognised(
    request: pytest.FixtureRequest, start_exchange: Callable[[AsteriskInstall, Setup], Exchange], release: str
) -> None:
    exchange = start_exchange(request.getfixturevalue(release), Setup(dialplan=_PLAY))
    result, phone = call_phone(exchange, lambda caller: caller.call("0912345678", "3001"))
    assert phone is None
    assert result.early_media
    assert (result.status, result.cause) == (403, 21)
    assert heard(result.heard_early, load_wav(PROMPTS["notice-blocked-1"])).score > 0.95
    assert not heard(result.heard_early, load_wav(PROMPTS["notice-blocked-2"])).found


@pytest.mark.lab
@pytest.mark.parametrize("release", ["asterisk22", "asterisk16"])
@pytest.mark.parametrize("setup", [{"noload": ("app_stack.so",)}, {"screening": False}], ids=str)
def test_without_our_dialplan_or_its_modules_the_phone_rings(
    request: pytest.FixtureRequest,
    start_exchange: Callable[[AsteriskInstall, Setup], Exchange],
    release: str,
    setup: dict[str, object],
) -> None:
    exchange = start_exchange(request.getfixturevalue(release), Setup(**setup))  # type: ignore[arg-type]  # see above
    _, phone = call_phone(
        exchange, lambda caller: caller.call("0912345678", hang_up_after=0.0), trunk=Trunk.CARRIER
    )
    assert phone is not None


@pytest.mark.lab
def test_the_accounts_have_the_rights_of_the_sample_file(exchange: Exchange) -> None:
    users = asyncio.run(exchange.cli("manager show users"))
    assert all(user in users for user in (SCREENER_USER, DOCTOR_USER, LAB_USER))
    rights = asyncio.run(exchange.cli(f"manager show user {SCREENER_USER}"))
    assert "write perm: call,user,originate" in " ".join(rights.split())
    assert "secret = CHANGE-ME" not in (exchange.workdir / "etc/manager.conf").read_text()
    secrets = {
        SCREENER_USER: exchange.setup.secret,
        DOCTOR_USER: exchange.setup.doctor_secret,
        LAB_USER: exchange.setup.lab_secret,
    }
    for user, secret in secrets.items():
        with socket.create_connection((LOOPBACK, exchange.setup.ports.ami), timeout=15) as link:
            link.sendall(f"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\n\r\n".encode())
            lines = link.makefile("rb")
            assert next(lines).startswith(b"Asterisk Call Manager/")
            assert next(lines) == b"Response: Success\r\n"


@pytest.mark.lab
def test_a_stopped_exchange_leaves_nothing_behind(
    asterisk22: AsteriskInstall, start_exchange: Callable[[AsteriskInstall, Setup], Exchange]
) -> None:
    exchange = start_exchange(asterisk22, Setup())
    pid = exchange.pid
    asyncio.run(exchange.restart())
    assert not Path(f"/proc/{pid}").exists()
    pid = exchange.pid
    asyncio.run(exchange.stop())
    assert not Path(f"/proc/{pid}").exists()
    assert str(asterisk22.root or "no root") not in Path("/proc/self/mounts").read_text()
    with pytest.raises(ExchangeError, match="not running"):
        _ = exchange.pid


@pytest.mark.lab
def test_an_exchange_that_cannot_start_says_why(asterisk22: AsteriskInstall, tmp_path: Path) -> None:
    exchange = Exchange(
        asterisk22, tmp_path / "exchange", Setup(noload=("pbx_config.so\nrequire=nothing.so",))
    )
    with pytest.raises(ExchangeError, match=r"nothing\.so"):
        asyncio.run(exchange.start())


@pytest.mark.lab
def test_an_exchange_whose_ports_somebody_took_does_not_start_and_names_them(
    exchange: Exchange, tmp_path: Path
) -> None:
    taken = exchange.setup.ports
    for ports in (replace(free_ports(), ami=taken.ami), replace(free_ports(), sip=taken.sip)):
        second = Exchange(exchange.install, tmp_path / "exchange", Setup(ports=ports))
        with pytest.raises(PortsTakenError, match=f"{ports.sip} .SIP. or {LOOPBACK}:{ports.ami} .AMI."):
            asyncio.run(second.start())
        with pytest.raises(ExchangeError, match="not running"):
            _ = second.pid


@pytest.mark.lab
def test_two_labs_started_in_one_moment_take_ports_of_their_own(
    asterisk22: AsteriskInstall, tmp_path: Path
) -> None:
    code = "from screener.lab.cli import lab_app; lab_app()"
    homes = [{**os.environ, "CALL_SCREENER_LAB_STATE": str(tmp_path / name)} for name in ("a", "b")]
    starts = [
        subprocess.Popen([sys.executable, "-c", code, "up", "--json"], env=home, stdout=subprocess.PIPE)
        for home in homes
    ]
    try:
        said = [start.communicate()[0] for start in starts]
        ports = [json.loads(one)["ports"] for one in said]
        assert ports[0]["ami"] != ports[1]["ami"]
        assert ports[0]["sip"] != ports[1]["sip"]
    finally:
        for home in homes:
            subprocess.run([sys.executable, "-c", code, "down"], env=home, check=False)


@pytest.mark.lab
def test_an_exchange_that_ends_by_itself_is_gone_after_down(
    monkeypatch: pytest.MonkeyPatch, exchange22: Exchange, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALL_SCREENER_LAB_STATE", str(tmp_path))
    running = state.of(exchange22)
    gone = subprocess.Popen(["true"])
    gone.wait()
    monkeypatch.setattr(state, "load", lambda: replace(running, pid=gone.pid))
    assert asyncio.run(calls.down()).pid == gone.pid


def test_a_start_that_never_ends_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALL_SCREENER_LAB_STATE", str(tmp_path))

    async def start_twice() -> None:
        async with state.starting(), state.starting(within=0.2):
            pass

    with pytest.raises(LabError, match=r"starting a lab exchange in .* for 0.2 s; end that one"):
        asyncio.run(start_twice())


@pytest.mark.lab
def test_up_call_and_down_work_from_the_command_line(asterisk22: AsteriskInstall, tmp_path: Path) -> None:
    environment = {**os.environ, "CALL_SCREENER_LAB_STATE": str(tmp_path / "state")}

    def lab(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "from screener.lab.cli import lab_app; lab_app()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    refused = lab("call", "--from", "0912")
    assert (refused.returncode, refused.stderr) == (
        1,
        "call-screener lab: no lab exchange is running; start one with `call-screener lab up`\n",
    )
    started = lab("up", "--json")
    assert started.returncode == 0, started.stderr
    try:
        assert "running already" in lab("up").stderr
        report = json.loads(lab("call", "--from", "02373725726", "--seconds", "0.4", "--json").stdout)
        assert report["phone"]["number"] == "02373725726"
        assert report["caller"]["status"] == 200
        told = lab("call", "--from", "02373725726", "--to", "1002", "--seconds", "0.4").stdout
        assert "Phone: 1002 rang and showed '02373725726'" in told
    finally:
        stopped = lab("down")
    assert stopped.returncode == 0, stopped.stderr
    # Only its parent, which is gone, could keep a dead process from disappearing: its command line is empty.
    command = Path(f"/proc/{json.loads(started.stdout)['pid']}/cmdline")
    assert not command.exists() or not command.read_bytes()
    assert "no lab exchange is running" in lab("down").stderr


def test_without_a_root_or_permission_to_make_one_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALL_SCREENER_LAB_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabUnavailableError, match="lab up"):
        find_asterisk(Release.OLDEST, install=False)
    with pytest.raises(LabUnavailableError, match="install the Debian package mmdebstrap"):
        find_asterisk(Release.OLDEST)


@pytest.mark.parametrize("law", [PCMU, PCMA])
def test_every_g711_code_survives_expanding_and_compressing(law: int) -> None:
    codes = bytes(range(256))
    again = expand(compress(expand(codes, law), law), law)
    assert all(abs(a - b) <= 16 for a, b in zip(expand(codes, law), again, strict=True))


@pytest.mark.parametrize("law", [PCMU, PCMA])
@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_is_told_from_every_other(law: int, name: str) -> None:
    played = expand(compress(load_wav(PROMPTS[name]), law), law)
    recording = Recording(array("h", bytes(2 * 3210)) + played + tone(CALLER_TONE, 0.5), 0.0)
    own = heard(recording, load_wav(PROMPTS[name]))
    assert own.score > 0.99
    assert own.offset_seconds == pytest.approx(3210 / 8000, abs=0.001)
    same = PROMPTS[name].read_bytes()
    for other, path in PROMPTS.items():
        if path.read_bytes() != same:
            assert not heard(recording, load_wav(path)).found, other


def test_a_prompt_cut_short_is_not_heard() -> None:
    prompt = load_wav(PROMPTS["warn-generic"])
    assert not heard(Recording(prompt[: len(prompt) // 2], 0.0), prompt).found
    assert not heard(Recording.empty(), prompt).found
    assert not heard(Recording(tone(CALLER_TONE, 4.0), 0.0), prompt).found


@pytest.mark.parametrize(
    ("value", "name", "user"),
    [
        (b'"C\xc3\xb4ng an \\"A\\"" <sip:0912@x>;tag=1', b'C\xc3\xb4ng an "A"', b"0912"),
        (b"Bob <sip:0912@x>", b"Bob", b"0912"),
        (b"<sip:x>", b"", b""),
        (b"sip:0912@x;tag=1", b"", b"0912"),
        (b"rubbish", b"", b""),
    ],
)
def test_name_and_number_are_read_as_a_phone_shows_them(value: bytes, name: bytes, user: bytes) -> None:
    assert sip.name_and_user(value) == (name, user)


def test_text_is_escaped_as_sip_wants_it() -> None:
    assert sip.user_part("09 12@x\r\n") == b"09%2012%40x%0D%0A"
    assert sip.quoted('a "b" \\') == b'"a \\"b\\" \\\\"'
