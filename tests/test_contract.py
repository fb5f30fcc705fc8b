"""Code and dialplan held together: names, events, fields and encoding, and the accounts' rights."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from listener_rig import BLOCKED, LOOKALIKE, SNAPSHOT, listening, passive, place, settings, until

from screener import contract, dialplan_listing, events
from screener.ami import AmiProtocol, Refused
from screener.calls import Action, Call, Did, Mode
from screener.lab.exchange import Exchange
from screener.lab.media import CALLER_TONE
from screener.lab.phone import PhoneCall
from screener.lab.setup import LOOPBACK, SCREENER_USER, Trunk
from screener.paths import dialplan_dir
from screener.request_tokens import RequestTokens

FILE = (dialplan_dir() / "extensions_call_screener.conf").read_text()
README = (dialplan_dir() / "README.md").read_text()
CODE = "\n".join(line for line in FILE.splitlines() if not line.startswith(";"))

WORDS = {value for name, value in vars(contract).items() if name.isupper() and isinstance(value, str)}
VARIABLES = {word for word in WORDS if word.startswith("CALL_SCREENER_")}
EVENTS = {word for word in WORDS if word.startswith("CallScreener")}
CONTEXTS = {word for word in WORDS if word.startswith("call-screener")}

INTERNAL_VARIABLES = {
    f"CALL_SCREENER_{name}"
    for name in (
        "FROM LIMIT GOT ACTION DID DIAL PLAYED NEXT FILE CALLER PRESENTATION "
        "FOLDERS FOLDER PLACE PATH THERE MISSING"
    ).split()
}
INTERNAL_CONTEXTS = {
    f"call-screener-{name}" for name in "identity clean clean-connected block warn end".split()
}
SENT_BY_THE_SERVICE = {contract.BEAT}


def user_events() -> list[tuple[str, dict[str, str]]]:
    """Return each UserEvent of the dialplan with its headers."""
    found = re.findall(r"UserEvent\((\w+),(.+)\)\n", CODE + "\n")
    return [
        (name, dict(re.findall(r"(?:^|,)([A-Z][a-z]+): ((?:[^,]|,(?![A-Z][a-z]+: ))*)", headers)))
        for name, headers in found
    ]


def test_every_variable_in_the_dialplan_is_known_here_and_told_in_the_readme() -> None:
    used = set(re.findall(r"CALL_SCREENER_[A-Z_]+", CODE))
    assert used == VARIABLES | INTERNAL_VARIABLES
    assert VARIABLES.isdisjoint(INTERNAL_VARIABLES)
    assert {name for name in used if f"`{name}`" not in README} == set()
    assert dialplan_listing.DIAL in used


def test_every_context_in_the_dialplan_is_known_here_and_told_in_the_readme() -> None:
    defined = set(re.findall(r"^\[(.+)\]", CODE, re.MULTILINE))
    assert defined == CONTEXTS | INTERNAL_CONTEXTS
    assert {name for name in defined if f"`{name}`" not in README} == set()


def test_every_goto_and_gosub_leads_to_a_context_of_ours() -> None:
    targets = set(re.findall(r"(call-screener[a-z-]*),(?:s|say|spy|block),1", CODE))
    targets |= set(re.findall(r"U\(([a-z-]+)\)", CODE))
    assert targets <= CONTEXTS | INTERNAL_CONTEXTS


def test_every_event_in_the_dialplan_is_known_here_and_told_in_the_readme() -> None:
    assert {name for name, _ in user_events()} == EVENTS - SENT_BY_THE_SERVICE
    assert len(user_events()) == CODE.count("UserEvent(")
    assert {name for name in EVENTS if f"`{name}`" not in README} == set()


def test_every_header_that_is_read_is_sent_and_every_header_that_is_sent_is_told_in_the_readme() -> None:
    asterisk_adds = {"Channel", "Uniqueid", "Linkedid"}
    for name, headers in user_events():
        assert headers.keys() >= set(events._HEADERS.get(name, ())) - asterisk_adds, name
        assert {header for header in headers if f"`{header}`" not in README} == set()
        assert headers["Version"] == contract.VERSION
    (asked,) = (headers for name, headers in user_events() if name == contract.ASK)
    for header, variable in contract.KEPT.items():
        assert asked[header] == f"${{{variable}}}"


def test_every_event_carries_the_token_but_the_one_that_says_it_is_missing() -> None:
    without = [headers["Did"] for _, headers in user_events() if headers["Token"] != f"${{{contract.TOKEN}}}"]
    assert without == [contract.NO_TOKEN]


def test_no_event_carries_a_callers_text_that_is_not_encoded() -> None:
    harmless = (
        r"\w*",
        r"\$\{CALL_SCREENER_\w+\}",
        r"\$\{(UNIQUEID|CALLERID\(num-pres\)|DIALSTATUS|ANSWEREDTIME|HANGUPCAUSE)\}",
        r"\$\{BASE64_ENCODE\(\$\{STRREPLACE\(DIALEDPEERNAME,:,\$\{CALL_SCREENER_TOKEN\}\)\}\)\}",
        r"\$\{FILTER\(0-9,.*\)\}",
        r"\$\[\$\{CALL_SCREENER_NEXT\} - 1\]",
    )
    for _, headers in user_events():
        for header, value in headers.items():
            assert re.fullmatch("|".join(harmless), value), (header, value)
            assert contract.PROMPTS not in value


def test_what_the_dialplan_says_it_did_is_what_the_service_knows() -> None:
    said = set(re.findall(r"Set\((?:.*,)?CALL_SCREENER_DID=(\w+)\)", CODE))
    said |= {headers["Did"] for _, headers in user_events() if headers.get("Did", "$")[0] != "$"}
    assert said == {*Did, contract.NO_TOKEN} - {Did.UNKNOWN}
    for did in said:
        assert f"`{did}`" in README


def cut(field: int, value: str) -> str:
    """Do as CUT(variable,|,field) does."""
    return (value.split("|") + [""] * field)[field - 1]


def test_the_dialplan_reads_each_field_of_the_verdict_where_it_is_written() -> None:
    value = contract.verdict_value(Action.WARN, "a1b2", "CẢNH BÁO: x", ("one", "two"), answer=True)
    into = r"(?:(?:Set\(|,)(?:__)?([A-Z_]+(?:\(name\))?)=|GotoIf\(\$\[\"(?=\$\{CUT))"
    found = re.finditer(into + r".*?CUT\(CALL_SCREENER_GOT,\|,(\d)\)", CODE)
    reads = {(match[1], int(match[2])) for match in found}
    meant = {
        "CALL_SCREENER_LISTENER": "a1b2",
        "CALLERID(name)": "CẢNH BÁO: x",
        contract.PROMPTS: "one&two",
        None: "answer",
    }
    for variable, field in reads - {("CALL_SCREENER_ACTION", 1)}:
        assert cut(field, value) == meant[variable], (variable, field)
    assert {variable for variable, _ in reads} == {*meant, "CALL_SCREENER_ACTION"}
    action = re.search(r"Set\(CALL_SCREENER_ACTION=.*?,\|,(\d)\).*?-.*?,\|,(\d)\)", CODE)
    assert action is not None
    assert (cut(int(action[1]), value), cut(int(action[2]), value)) == ("1", "warn")
    assert value.count("|") == 5
    branches = set(re.findall(r'"\$\{CALL_SCREENER_ACTION\}" = "([^"]*)"', CODE))
    assert branches == {*(f"{contract.VERSION}-{one}" for one in Action), "-"}
    assert "version|action|listener|display|prompts|answer" in README


TOKEN = "0123456789abcdef" * 2


def tokens() -> RequestTokens:
    known = RequestTokens()
    assert known.adopt(TOKEN)
    return known


def encode(text: str) -> str:
    """Do as the dialplan does: the token for each colon, then base64."""
    data = text.encode("utf-8", "surrogateescape").replace(b":", TOKEN.encode())
    return b64encode(data).decode()


UNDECODED = st.binary(max_size=40).map(lambda data: data.decode("utf-8", "surrogateescape"))


@given(UNDECODED | st.text(max_size=60))
@example("%25%3A:%")
@example("CONG AN):99 x")
def test_decoding_gives_back_what_the_dialplan_encoded(text: str) -> None:
    assert contract.decode(encode(text), tokens()) == text


@pytest.mark.parametrize("mark", "-_.!~*'()+/=%: ")
def test_no_mark_costs_a_caller_the_number(mark: str) -> None:
    kept = {header: encode(f"0912345678{mark}") for header in contract.KEPT}
    call = events.call_from_kept("p", "PJSIP/carrier-00000001", "1.1", kept, "", tokens())
    assert call.raw_number == f"0912345678{mark}"
    assert not call.malformed


def test_a_value_that_is_not_encoded_counts_as_malformed() -> None:
    call = events.call_from_kept("p", "PJSIP/carrier-00000001", "1.1", {"Number": "09 12"}, "", tokens())
    assert (call.raw_number, call.malformed) == ("", True)


def test_the_readme_gives_the_hook_that_the_doctor_gives() -> None:
    assert [line for line in dialplan_listing.HOOK if line not in README] == []


RAW_NAMES = [
    b"Nguy\xe1\xbb\x85n V\xc4\x83n A",
    b"a, b & c; d|e",
    b"a ${X} $[1+1] b",
    b"a\tb\x01c\x7fd",
    b"100% `x` <y> {z} [w]",
    b"\xe5\x85\xac\xe5\xae\x89 \xf0\x9f\x93\x9e",
    b"e\xcc\x81\xc2\xa0x",
    b"CONG AN):99 x",
    b"it's",
    b"A (HN",
    b"A!",
]
RAW_NUMBERS = [
    b"0912345678",
    b"+84-912.345_678",
    b"0912*34%23",
    b"ab%3aCD%20e",
    b"0912%0d%0aEvent%3a%20Foo",
    b"09%2C%7C%2212",
    b"0912345678'",
]


async def shows(exchange: Exchange, name: bytes, number: bytes) -> tuple[Call, PhoneCall]:
    """Place a call of a caller who says so of himself; return what is recorded and what the phone got."""
    async with listening(settings(exchange, enforce=False)) as listener:
        placed = await place(
            exchange,
            lambda caller: caller.call(
                from_user_raw=number, display_raw=b'"' + name + b'"', hang_up_after=0.05
            ),
        )
        assert placed.phone is not None
        await until(lambda: listener.decided, "the verdict")
        return listener.decided[0].call, placed.phone


@pytest.mark.lab
@pytest.mark.parametrize("name", RAW_NAMES)
def test_the_name_on_the_phone_is_the_one_on_record(exchange: Exchange, name: bytes) -> None:
    call, phone = asyncio.run(shows(exchange, name, b"0912345670"))
    assert call.raw_name.encode("utf-8", "surrogateescape") == name
    assert call.shown_name == phone.name


@pytest.mark.lab
@pytest.mark.parametrize("number", RAW_NUMBERS)
def test_the_number_on_the_phone_is_the_one_on_record(exchange: Exchange, number: bytes) -> None:
    call, phone = asyncio.run(shows(exchange, b"A", number))
    assert call.raw_number.encode() == unquote_to_bytes(number)
    assert call.shown_number == phone.number


@asynccontextmanager
async def account(exchange: Exchange, heard: list[str]) -> AsyncIterator[AmiProtocol]:
    """Log in with the listener's account of the sample manager.conf, hearing all that it may hear."""
    _, protocol = await asyncio.get_running_loop().create_connection(
        lambda: AmiProtocol(lambda message: heard.append(message.event), lambda why: None),
        LOOPBACK,
        exchange.setup.ports.ami,
    )
    try:
        await protocol.ask(
            "Login",
            ("Username", SCREENER_USER),
            ("Secret", exchange.setup.secret),
            ("Events", "on"),
            within=15,
        )
        yield protocol
    finally:
        protocol.close()
        await protocol.lost


@pytest.mark.lab
def test_the_sample_account_is_enough_for_inline_screening(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(settings(exchange)) as listener:
            assert (
                await place(exchange, lambda caller: caller.call(BLOCKED, cancel_on={183: 0}))
            ).phone is None
            warned = await place(exchange, lambda caller: caller.call(LOOKALIKE, cancel_after=0.15))
            assert warned.phone is not None
            assert warned.phone.name.startswith("CẢNH BÁO")
            await until(lambda: len(listener.outcomes) == 2, "both outcomes")

    asyncio.run(scenario())


@pytest.mark.lab
def test_the_sample_account_is_enough_for_passive_screening(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with listening(passive(exchange), SNAPSHOT) as listener:
            blocked = await place(exchange, lambda caller: caller.call(BLOCKED), trunk=Trunk.PLAIN)
            assert blocked.caller.cause == 21
            await until(lambda: any(one.did is Did.BLOCK for one in listener.reported), "the block")
            assert listener.decided[0].call.mode is Mode.PASSIVE
            warned = await place(
                exchange, lambda caller: caller.call(LOOKALIKE, hang_up_after=4.0), trunk=Trunk.PLAIN
            )
            assert warned.phone is not None
            assert warned.phone.heard is not None
            assert warned.phone.heard.seconds_without_tone(CALLER_TONE) > 1.5

    asyncio.run(scenario())


ORIGINATE = ("Originate", ("Channel", "Local/look@call-screener-doctor/n"), ("Async", "true"))


@pytest.mark.lab
@pytest.mark.parametrize(
    "action",
    [
        ("Command", ("Command", "core show version")),
        ("ModuleLoad", ("LoadType", "reload")),
        ("Reload",),
        ("GetConfig", ("Filename", "manager.conf")),
        ("UpdateConfig", ("SrcFilename", "manager.conf"), ("DstFilename", "manager.conf")),
        ("DBPut", ("Family", "x"), ("Key", "y"), ("Val", "z")),
        ("DialplanExtensionAdd", ("Context", "x"), ("Extension", "1"), ("Application", "NoOp")),
        ("CoreSettings",),
        ("QueueAdd", ("Queue", "x"), ("Interface", "y")),
        ("AGI", ("Channel", "x"), ("Command", "y")),
        ("MessageSend", ("To", "pjsip:1001"), ("From", "x"), ("Body", "y")),
        (*ORIGINATE, ("Application", "System"), ("Data", "true")),
        (*ORIGINATE, ("Application", "TrySystem"), ("Data", "true")),
        (*ORIGINATE, ("Application", "AGI"), ("Data", "x")),
        ("Getvar", ("Variable", "SHELL(true)")),
        ("Setvar", ("Variable", "FILE(/tmp/x)"), ("Value", "y")),
        ("Setvar", ("Variable", "DB(x/y)"), ("Value", "z")),
    ],
    ids=lambda action: f"{action[0]}-{action[-1][-1]}",
)  # fmt: skip
def test_the_sample_account_may_not_do_what_screening_does_not_need(
    exchange: Exchange, action: tuple[str, *tuple[tuple[str, str], ...]]
) -> None:
    async def scenario() -> None:
        async with account(exchange, []) as protocol:
            with pytest.raises(Refused):
                await protocol.ask(action[0], *action[1:], within=15)

    asyncio.run(scenario())


@pytest.mark.lab
def test_the_sample_account_can_read_no_file(exchange: Exchange) -> None:
    async def scenario() -> None:
        async with account(exchange, []) as protocol:
            answer = await protocol.ask("Getvar", ("Variable", "FILE(/etc/passwd)"), within=15)
            assert answer.after("Value") == ""

    asyncio.run(scenario())


@pytest.mark.lab
def test_the_sample_account_hears_the_events_that_screening_needs_and_no_others(exchange: Exchange) -> None:
    heard: list[str] = []

    async def scenario() -> None:
        async with account(exchange, heard):
            await place(exchange, lambda caller: caller.call(BLOCKED, hang_up_after=0.3))
            await exchange.cli("module reload res_rtp_asterisk.so")
            await until(lambda: {"Hangup", "Reload"} <= set(heard), "a reload and the end of the call")

    asyncio.run(scenario())
    # HangupRequest comes along: a filter is a pattern without end, and it fits "Event: Hangup".
    needed = {"FullyBooted", "Reload", "Newchannel", "BridgeEnter", "Hangup"}
    assert needed <= set(heard) <= needed | {"UserEvent", "HangupRequest"}


def test_the_sample_file_filters_by_including_alone() -> None:
    text = (dialplan_dir() / "manager.conf").read_text()
    filters = re.findall(r"^eventfilter.*= Event: (.+)$", text, re.MULTILINE)
    assert filters == ["UserEvent", "FullyBooted", "Reload", "Newchannel", "BridgeEnter", "Hangup"]
    assert len(filters) == len(re.findall(r"^eventfilter", text, re.MULTILINE))
