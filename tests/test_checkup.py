"""The doctor on a real exchange: all is well, or each thing that is not has its remedy."""

import asyncio
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from fake_manager import FakeManager
from lab_fixtures import StartExchange
from listener_rig import listening, settings

from screener import checkup, dialplan_listing, release, running
from screener.calls import Mode
from screener.finding import Finding, Level
from screener.lab.config import DIALPLAN_FILE
from screener.lab.exchange import Exchange
from screener.lab.install import AsteriskInstall
from screener.lab.setup import Setup
from screener.settings import PbxSettings


def with_doctor(exchange: Exchange, **changes: object) -> PbxSettings:
    """Return the settings of a listener on the lab exchange, the doctor's account included."""
    return settings(exchange, doctor_secret=exchange.setup.doctor_secret, **changes)


def at(port: int, **changes: object) -> PbxSettings:
    """Return settings for a peer that is no lab exchange."""
    values = {"host": "127.0.0.1", "port": port, "secret": "x", "enforce": True, **changes}
    return PbxSettings.model_validate(values)


def look(pbx: PbxSettings) -> list[Finding]:
    return list(checkup.examine("pbx lab", pbx))


def look_with_listener(pbx: PbxSettings) -> list[Finding]:
    """Examine while a listener is connected, as on a site where all is well."""

    async def scenario() -> list[Finding]:
        async with listening(pbx):
            return await asyncio.to_thread(look, pbx)

    return asyncio.run(scenario())


def bad(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is not Level.OK]


def besides_the_listener(findings: list[Finding]) -> list[Finding]:
    """Return what is not ok, besides that no listener is logged in."""
    return [finding for finding in bad(findings) if "no listener is logged in" not in finding.text]


def only(findings: list[Finding], level: Level) -> Finding:
    """Return the one finding that is not ok, besides the missing listener."""
    rest = besides_the_listener(findings)
    assert [finding.level for finding in rest] == [level], rest
    assert rest[0].remedy
    return rest[0]


@pytest.mark.lab
def test_where_all_is_well_every_line_says_ok(exchange: Exchange) -> None:
    findings = look_with_listener(with_doctor(exchange))
    assert bad(findings) == []
    said = "\n".join(map(str, findings))
    for piece in (
        "speaks AMI",
        "may log in",
        "rights it needs",
        "modules",
        "version 1",
        "prompts",
        "called in",
    ):
        assert piece in said
    assert exchange.install.version in said
    assert exchange.setup.secret not in said
    assert exchange.setup.doctor_secret not in said


@pytest.mark.lab
def test_where_all_is_well_for_passive_screening_every_line_says_ok(exchange: Exchange) -> None:
    pbx = with_doctor(exchange, mode=Mode.PASSIVE, inbound_contexts=("from-plain",))
    findings = look_with_listener(pbx)
    assert bad(findings) == []
    assert "calls arrive in from-plain" in str(findings)


@pytest.mark.lab
def test_a_listener_that_was_never_there_is_warned_of_and_one_that_is_gone_fails(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup())
    (never,) = bad(look(with_doctor(exchange)))
    assert never.level is Level.WARN
    assert never.text.startswith("no listener is logged in (none was here")
    assert never.remedy == "start the service"
    look_with_listener(with_doctor(exchange))
    (gone,) = bad(look(with_doctor(exchange)))
    assert gone.level is Level.FAIL
    assert gone.text.startswith("no listener is logged in any more")


@pytest.mark.lab
def test_the_doctor_leaves_no_login_behind(exchange: Exchange) -> None:
    look(with_doctor(exchange))
    assert "0 users connected" in asyncio.run(exchange.cli("manager show connected"))


def test_a_pbx_that_is_down_fails_with_its_address() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        (finding,) = look(at(port))
    assert finding.level is Level.FAIL
    assert finding.text == f"can't reach 127.0.0.1:{port}: connection refused"
    assert "enabled = yes, port, bindaddr" in finding.remedy


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """Return the means of a peer that speaks TLS."""
    key, signed = tmp_path / "key", tmp_path / "signed"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pbx"]
    subprocess.run([*command, "-keyout", key, "-out", signed], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, key)
    return context


@pytest.mark.parametrize("tls", [False, True])
def test_plain_ami_and_tls_that_are_taken_for_each_other_fail_with_the_key_to_change(
    certificate: ssl.SSLContext, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "CONNECT_WITHIN", 1.0)

    async def scenario() -> list[Finding]:
        async with FakeManager(context=None if tls else certificate) as peer:
            return await asyncio.to_thread(look, at(peer.port, tls=tls))

    (finding,) = asyncio.run(scenario())
    assert finding.level is Level.FAIL
    said = "the port speaks no TLS" if tls else "the port waits for TLS"
    assert said in finding.text
    assert finding.remedy.startswith("set tls = false" if tls else "set tls = true")


def test_a_port_that_says_nothing_at_all_fails_without_talk_of_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "CONNECT_WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        (finding,) = look(at(mute.getsockname()[1]))
    assert finding.text.endswith("no answer")


def test_a_peer_that_is_no_asterisk_fails_with_what_it_says() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        pbx = at(server.getsockname()[1])

        async def scenario() -> list[Finding]:
            looking = asyncio.create_task(asyncio.to_thread(look, pbx))
            peer, _ = await asyncio.to_thread(server.accept)
            with peer:
                peer.sendall(b"SSH-2.0-OpenSSH\r\n")
                return await looking

        (finding,) = asyncio.run(scenario())
    assert finding.level is Level.FAIL
    assert "SSH-2.0-OpenSSH" in finding.text


@pytest.mark.lab
def test_a_wrong_secret_fails(exchange22: Exchange) -> None:
    finding = only(look(with_doctor(exchange22, secret="wrong")), Level.FAIL)
    assert "account 'call-screener' may not log in" in finding.text
    assert "check username and secret" in finding.remedy


@pytest.mark.lab
def test_a_wrong_secret_of_the_doctor_fails_with_the_account_to_look_at(exchange22: Exchange) -> None:
    finding = only(look(settings(exchange22, doctor_secret="wrong")), Level.FAIL)
    assert "account 'call-screener-doctor' is refused" in finding.text
    assert "dialplan/manager.conf" in finding.remedy


@pytest.mark.lab
def test_without_an_account_of_its_own_the_doctor_says_what_it_did_not_examine(exchange22: Exchange) -> None:
    finding = only(look(settings(exchange22)), Level.WARN)
    assert "not examined" in finding.text
    assert "doctor_secret" in finding.remedy


@pytest.mark.lab
@pytest.mark.parametrize(
    ("old", "new", "passive", "text", "remedy"),
    [
        ("read = system,user,call", "read = user,call", False, "lacks read = system", "add system"),
        ("read = system,user,call", "read = system", False, "lacks read = user", "add user"),
        ("write = call,user,originate", "write = user", False, "lacks write = call", "add call"),
        ("write = call,user,originate", "write = call", False, "lacks write = user", "add user"),
        ("read = system,user,call", "read = system,user", True, "lacks read = call", "add call"),
        (
            "write = call,user,originate",
            "write = call,user",
            True,
            "lacks write = originate",
            "add originate",
        ),
    ],
)
def test_a_missing_right_fails_and_says_what_stops_working(
    exchange22: Exchange, old: str, new: str, passive: bool, text: str, remedy: str
) -> None:
    changes: dict[str, object] = (
        {"mode": Mode.PASSIVE, "inbound_contexts": ("from-plain",)} if passive else {}
    )
    with changed(exchange22, "manager.conf", (old, new)):
        finding = only(look(with_doctor(exchange22, **changes)), Level.FAIL)
    assert text in finding.text
    assert ": " in finding.text
    assert finding.remedy.startswith(remedy)


@pytest.mark.lab
@pytest.mark.parametrize(
    ("old", "new"),
    [("read = system,user,call", "read = system,user"), ("write = call,user,originate", "write = call,user")],
)
def test_inline_screening_needs_no_right_of_passive_screening(
    exchange22: Exchange, old: str, new: str
) -> None:
    with changed(exchange22, "manager.conf", (old, new)):
        findings = look(with_doctor(exchange22))
    assert all(finding.level is not Level.FAIL for finding in besides_the_listener(findings))


@pytest.mark.lab
def test_what_ringing_back_lacks_is_told_where_the_settings_want_it(exchange22: Exchange) -> None:
    with changed(exchange22, "manager.conf", ("write = call,user,originate", "write = call,user")):
        finding = only(look(with_doctor(exchange22, call_back_context="from-plain")), Level.FAIL)
    assert "lacks write = originate: no office can be rung back" in finding.text
    finding = only(look(with_doctor(exchange22, call_back_context="from-nowhere")), Level.FAIL)
    assert "no context from-nowhere" in finding.text
    assert "call_back_context" in finding.remedy


@pytest.mark.lab
def test_a_right_that_is_never_used_is_warned_of(exchange22: Exchange) -> None:
    with changed(exchange22, "manager.conf", ("write = call,user,originate", "write = call,user,command")):
        finding = only(look(with_doctor(exchange22)), Level.WARN)
    assert "never used: write command" in finding.text


class changed:  # noqa: N801 - read as a verb
    """Changes one configuration file of a running exchange, and puts it back."""

    def __init__(self, exchange: Exchange, name: str, *pairs: tuple[str, str]) -> None:
        self.exchange, self.path = exchange, exchange.workdir / "etc" / name
        self.text = self.path.read_text()
        self.new = self.text
        for old, new in pairs:
            assert old in self.new
            self.new = self.new.replace(old, new)

    def __enter__(self) -> None:
        self._put(self.new)

    def __exit__(self, *_: object) -> None:
        self._put(self.text)

    def _put(self, text: str) -> None:
        self.path.write_text(text)
        asyncio.run(self.exchange.cli("manager reload" if "manager" in self.path.name else "dialplan reload"))


@pytest.mark.lab
def test_a_dialplan_of_another_version_fails(exchange: Exchange) -> None:
    with changed(exchange, DIALPLAN_FILE, ("Version: 1", "Version: 9")):
        finding = only(look(with_doctor(exchange)), Level.FAIL)
    assert "version 9 of the call contract" in finding.text
    assert "from this release" in finding.remedy


@pytest.mark.lab
def test_a_dialplan_file_that_is_not_included_fails(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(screening=False))
    finding = only(look(with_doctor(exchange)), Level.FAIL)
    assert "no context call-screener, call-screener-doctor" in finding.text
    assert "#include" in finding.remedy


@pytest.mark.lab
def test_a_module_that_is_not_loaded_fails_and_says_what_stops_working(
    asterisk16: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk16, Setup(noload=("app_waitforcond.so",)))
    finding = only(look(with_doctor(exchange)), Level.FAIL)
    assert finding.text == "module app_waitforcond.so is not running: calls ring unscreened"
    assert "modules.conf" in finding.remedy


@pytest.mark.lab
def test_without_the_module_that_looks_at_files_prompts_are_said_to_be_not_examined(
    asterisk22: AsteriskInstall, start_exchange: StartExchange
) -> None:
    exchange = start_exchange(asterisk22, Setup(noload=("func_cut.so",)))
    texts = [finding.text for finding in bad(look(with_doctor(exchange)))]
    assert "module func_cut.so is not running: calls ring unscreened" in texts
    assert "the prompts were not examined" in texts


@pytest.mark.lab
def test_a_prompt_that_is_missing_fails_by_name(exchange: Exchange) -> None:
    path = exchange.workdir / "share/sounds/call-screener/digit-7.wav"
    audio = path.read_bytes()
    path.unlink()
    try:
        finding = only(look(with_doctor(exchange)), Level.FAIL)
    finally:
        path.write_bytes(audio)
    assert finding.text == "1 prompts are not there: digit-7"
    assert "call-screener/" in finding.remedy


@pytest.mark.lab
@pytest.mark.parametrize("place", ["en/call-screener/digit-7.wav", "call-screener/digit-7.alaw"])
def test_a_prompt_in_a_language_folder_or_another_format_is_found(exchange: Exchange, place: str) -> None:
    sounds = exchange.workdir / "share/sounds"
    moved = sounds / place
    moved.parent.mkdir(parents=True, exist_ok=True)
    (sounds / "call-screener/digit-7.wav").rename(moved)
    try:
        findings = look(with_doctor(exchange))
    finally:
        moved.rename(sounds / "call-screener/digit-7.wav")
    assert besides_the_listener(findings) == []


@pytest.mark.lab
def test_no_hook_is_warned_of_with_the_lines_to_paste(exchange: Exchange) -> None:
    with changed(exchange, "extensions.conf", ("Gosub(call-screener,s,1)", "NoOp()")):
        finding = only(look(with_doctor(exchange)), Level.WARN)
    assert "no call is screened" in finding.text
    for line in dialplan_listing.HOOK:
        assert line in finding.remedy


@pytest.mark.lab
def test_a_dial_without_our_option_is_warned_of(exchange: Exchange) -> None:
    with changed(exchange, "extensions.conf", ("${CALL_SCREENER_DIAL}", "")):
        finding = only(look(with_doctor(exchange)), Level.WARN)
    assert "never heard" in finding.text


@pytest.mark.lab
def test_a_whispered_warning_needs_no_option_of_dial_but_the_rights_to_whisper(exchange22: Exchange) -> None:
    pbx = with_doctor(exchange22, warning="whisper")
    with changed(exchange22, "extensions.conf", ("${CALL_SCREENER_DIAL}", "")):
        assert besides_the_listener(look(pbx)) == []
    with changed(exchange22, "manager.conf", ("write = call,user,originate", "write = call,user")):
        assert "no warning is whispered" in only(look(pbx), Level.FAIL).text


@pytest.mark.lab
def test_an_inbound_context_that_does_not_exist_fails(exchange22: Exchange) -> None:
    pbx = with_doctor(exchange22, mode=Mode.PASSIVE, inbound_contexts=("from-plain", "from-nowhere"))
    finding = only(look(pbx), Level.FAIL)
    assert "no context from-nowhere" in finding.text
    assert "inbound_contexts" in finding.remedy


@pytest.mark.parametrize(
    ("said", "mode", "level"),
    [
        ("Asterisk 22.10.1+dfsg built by", Mode.INLINE, Level.OK),
        ("Asterisk 18.6.0 built by", Mode.INLINE, Level.OK),
        ("Asterisk certified/18.9-cert5 built by", Mode.INLINE, Level.OK),
        ("Asterisk certified-20.7-cert1 built by", Mode.INLINE, Level.OK),
        ("Asterisk 18.5.1 built by", Mode.INLINE, Level.FAIL),
        ("Asterisk 17.9.3 built by", Mode.INLINE, Level.FAIL),
        ("Asterisk 16.20.0 built by", Mode.INLINE, Level.OK),
        ("Asterisk 16.19.1 built by", Mode.INLINE, Level.FAIL),
        ("Asterisk 13.38.3 built by", Mode.INLINE, Level.FAIL),
        ("Asterisk 13.38.3 built by", Mode.PASSIVE, Level.WARN),
        ("Asterisk GIT-master-abc built by", Mode.INLINE, Level.WARN),
        ("", Mode.INLINE, Level.WARN),
    ],
)
def test_inline_screening_is_said_to_need_an_asterisk_that_has_wait_for_condition(
    said: str, mode: Mode, level: Level
) -> None:
    pbx = PbxSettings.model_validate(
        {"host": "x", "secret": "x", "mode": mode, "inbound_contexts": ["from-trunk"]}
    )
    (finding,) = release.version("pbx", pbx, said)
    assert finding.level is level


@pytest.mark.parametrize(
    ("line", "hooked"),
    [
        ("    2. Gosub(call-screener,s,1(${EXTEN}))    [extensions.conf:10]", True),
        ("    2. Gosub(call-screener,s,1)              [extensions.conf:10]", True),
        ("    2. GosubIf($[1]?call-screener,s,1(9):x,s,1)  [extensions.conf:10]", True),
        ('    1. GotoIf($["${DIALPLAN_EXISTS(call-screener,s,1)}" != "1"]?x) [extensions.conf:9]', False),
        ("    2. Gosub(call-screener-own,s,1)          [extensions.conf:10]", False),
    ],
)
def test_a_call_of_our_subroutine_is_told_from_a_mention_of_it(line: str, hooked: bool) -> None:
    listing = dialplan_listing.read(["[ Context 'from-trunk' created by 'pbx_config' ]", line])
    assert listing.contexts == {"from-trunk"}
    assert listing.hooked == (("from-trunk",) if hooked else ())


def test_a_token_that_was_lost_and_another_account_are_warned_of() -> None:
    pbx = PbxSettings.model_validate({"host": "x", "secret": "x"})
    well = {"CALL_SCREENER_TOKEN": "a", "CALL_SCREENER_USER": "call-screener"}
    assert running.listener("pbx", pbx, well, 2).level is Level.OK
    assert "no token" in running.listener("pbx", pbx, {}, 1).text
    assert "'other'" in running.listener("pbx", pbx, {**well, "CALL_SCREENER_USER": "other"}, 1).text
    gone, never = running.listener("pbx", pbx, well, 0), running.listener("pbx", pbx, {}, 0)
    assert (gone.level, "any more" in gone.text) == (Level.FAIL, True)
    assert (never.level, "none was here" in never.text) == (Level.WARN, True)


def test_a_pbx_behind_tls_is_said_to_be_not_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_banner", lambda _: "Asterisk Call Manager/9.0.0")
    pbx = PbxSettings.model_validate({"host": "x", "secret": "x", "tls": True, "enforce": True})
    finding = only(look(pbx), Level.WARN)
    assert "knows no TLS" in finding.text
