"""What "allow this" and "block this" come to: such calls then get what was asked, or nothing was made."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from call_samples import CALLS, TEXTS
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import Entry, EntryKind, ExemptCaller, Match, OfficialNumber, Override
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from blocklist.site import Site
from screener import engine, wishes
from screener.calls import Action, Activity, Call, Rule
from screener.not_granted import NotGranted
from screener.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OWN = "02373850234"
POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")
OFFICIALS = [POLICE, OfficialNumber(2, "113", "Công an (113)", receives_only=True)]
ENTRIES = [
    Entry(7, EntryKind.BLOCK, Match.EXACT, "0912345678"),
    Entry(8, EntryKind.ALLOW, Match.EXACT, "0912345679"),
    Entry(9, EntryKind.BLOCK, Match.PREFIX, "+375"),
    Entry(10, EntryKind.BLOCK, Match.NAME, "*thanh tra*"),
]
EXEMPT = ExemptCaller(3, "02373850235", "main", "viettel", "chi nhánh")
SNAPSHOT = Snapshot(
    lists=Lists(ENTRIES),
    officials=Lookalikes(OFFICIALS),
    names=Names(OFFICIALS),
    site=Site(own_numbers=frozenset({OWN, EXEMPT.number}), extensions=frozenset({"10*", "912345670"})),
    own_forwards=frozenset({"0903111222"}),
    exempt=frozenset({"1009"}),
    exemptions={EXEMPT.place: EXEMPT},
)


def call(number: str = "", **more: object) -> Call:
    values = {"pbx": "main", "channel": "", "uniqueid": "1.1", "called": "1001", "trunk": "viettel"} | more
    return Call(shown_number=number, **values)  # type: ignore[arg-type]  # names checked by Call itself


def decided(of: Call) -> Rule:
    return engine.decide(of, SNAPSHOT, Activity(), NOW).rule


def allowed(of: Call) -> str:
    """Say what allowing a call makes, or the name of the refusal."""
    try:
        wish = wishes.allow(of, decided(of), SNAPSHOT, NOW)
    except NotGranted as error:
        return error.refusal.name
    if isinstance(wish, ExemptCaller):
        return f"exempt {wish.number} {wish.pbx} {wish.trunk}"
    return f"{wish.kind} {wish.pattern}"


def blocked(of: Call) -> str:
    try:
        wish = wishes.block(of, SNAPSHOT, NOW)
    except NotGranted as error:
        return error.refusal.name
    return f"{wish.kind} {wish.pattern}"


@pytest.mark.parametrize(
    ("of", "made"),
    [
        (call(OWN), f"exempt {OWN} main viettel"),
        (call("+842373850234", trunk="vnpt"), f"exempt {OWN} main vnpt"),
        (call("1005"), "exempt 1005 main viettel"),
        (call("113"), "exempt 113 main viettel"),
        (call(OWN, called="1009"), f"exempt {OWN} main viettel"),  # though that line is never screened
        (call(EXEMPT.number), f"exempt {EXEMPT.number} main viettel"),  # is there already
        # a rightly forwarded own number is judged by the lists
        (call(OWN, diversions=("0903111222",)), f"allow {OWN}"),
        (call(OWN, diversions=("0903111223",)), f"exempt {OWN} main viettel"),
        (call("114"), "allow 114"),
        (call("+84113"), "allow 113"),  # the lookalike's number in any form
        (call("02373725726"), "allow 02373725726"),
        (call("0912345678"), "allow 0912345678"),
        (call("+375291234567"), "allow +375291234567"),
        (call("0987654321", shown_name="Thanh tra Bộ"), "allow 0987654321"),
        (call("0987654321", shown_name="CONG AN TINH"), "allow 0987654321"),
        (call("0987654321", presentation="prohib"), "allow 0987654321"),
        (call("0987654321", malformed=True), "allow 0987654321"),
        (call("01201234567"), "allow 01201234567"),
        (call("0912345679"), "allow 0912345679"),
        # whose word counts
        (call("0987654321", network_number="0911222333"), "allow 0987654321"),
        (call("0987654321", network_number="0911222333", network_trusted=True), "allow 0911222333"),
        (call("", network_number="0911222333", network_trusted=True), "allow 0911222333"),
        (call("", network_number="0911222333"), "no-number"),
        (call(""), "no-number"),
        (call("anonymous"), "no-number"),
        (call("Cong An"), "no-number"),
        (call("+"), "no-number"),
        (call(OWN, trunk=""), "no-trunk"),
        (call(OWN, raw_number="0912345678"), "two-numbers"),
        (call("", raw_number="０２３７３８５０２３４"), f"exempt {OWN} main viettel"),
    ],
)
def test_allowing_a_call_makes_what_lets_it_through(of: Call, made: str) -> None:
    assert allowed(of) == made


@pytest.mark.parametrize(
    ("of", "made"),
    [
        (call("0987654321"), "block 0987654321"),
        (call("+84 987 654 321", called="1009"), "block 0987654321"),
        (call("02373725726"), "block 02373725726"),
        (call(POLICE.number), f"block {POLICE.number}"),
        (call("114"), "block 114"),
        (call("0912345678"), "block 0912345678"),
        (call("", network_number="0911222333"), "block 0911222333"),
        (call("0903111222"), "block 0903111222"),
        (call("113"), "receives-only"),
        (call(OWN), "own-number"),
        (call("1005"), "own-number"),
        (call(OWN, diversions=("0903111222",)), "own-number"),
        (call("0987654321", network_number=OWN), "own-number"),
        (call(EXEMPT.number), "goes-before"),
        (call(EXEMPT.number, trunk="vnpt"), "own-number"),
        (call("0912345679"), "goes-before"),
        (call(""), "no-number"),
        (call("Cong An"), "no-number"),
        (call("+"), "no-number"),
    ],
)
def test_blocking_a_call_makes_what_blocks_it(of: Call, made: str) -> None:
    assert blocked(of) == made


def test_a_number_that_was_taken_for_forged_when_it_rang_is_exempted_still() -> None:
    wish = wishes.allow(call("0987654321"), Rule.OWN_NUMBER, SNAPSHOT, NOW)
    assert wish == ExemptCaller(None, "0987654321", "main", "viettel")


@pytest.mark.parametrize(
    ("of", "parts"),
    [
        (call(""), ("không hiện số", "withheld thành allow", "set the action of rule withheld to allow")),
        (call("Cong An"), ("chữ hoặc ký hiệu", "malformed thành allow", "rule malformed to allow")),
    ],
)
def test_who_shows_no_number_is_told_of_the_rule_instead(of: Call, parts: tuple[str, ...]) -> None:
    with pytest.raises(NotGranted) as caught:
        wishes.allow(of, decided(of), SNAPSHOT, NOW)
    words = caught.value.refusal.words
    assert all(part in f"{words.vi} {words.en}" for part in parts)
    with pytest.raises(NotGranted, match=r"no number to block.*to block; .*name:\*cong an\*"):
        wishes.block(of, SNAPSHOT, NOW)


def test_what_goes_before_is_named_with_what_to_remove() -> None:
    with pytest.raises(NotGranted) as caught:
        wishes.block(call(EXEMPT.number), SNAPSHOT, NOW)
    assert "mục miễn trừ 3" in caught.value.refusal.words.vi
    assert "xóa mục miễn trừ" in caught.value.refusal.words.vi
    with pytest.raises(
        NotGranted, match=r"allow_exact is asked before .* remove the entry of the allow list"
    ):
        wishes.block(call("0912345679"), SNAPSHOT, NOW)


def test_an_entry_takes_the_place_of_the_same_one_when_it_is_judged_with() -> None:
    tags = Entry(7, EntryKind.BLOCK, Match.EXACT, "0912345678", action=Override.TAG)
    assert wishes.judged_with(call("0912345678"), SNAPSHOT, tags, NOW).action is Action.TAG
    imported = replace(tags, imported=True)
    assert wishes.judged_with(call("0912345678"), SNAPSHOT, imported, NOW).action is Action.BLOCK


NUMBERS = st.sampled_from(
    ["", "anonymous", "113", "+84113", "0113", OWN, "1005", "912345670", "0912345678", "0912345679",
     "+375291234567", "02373725726", "+840692348560", "0912", "+", "9" * 40, "Cong An", EXEMPT.number]
) | TEXTS  # fmt: skip
LIKELY = st.builds(
    Call,
    pbx=st.sampled_from(["main", "branch"]),
    channel=st.just(""),
    uniqueid=st.just("1.1"),
    called=st.sampled_from(["1001", "1009"]),
    shown_number=NUMBERS,
    raw_number=st.just("") | NUMBERS,
    shown_name=st.sampled_from(["", "Thanh tra", "CONG AN"]),
    network_number=st.just("") | NUMBERS,
    network_trusted=st.booleans(),
    trunk=st.sampled_from(["", "viettel", "vnpt"]),
    diversions=st.sampled_from([(), ("0903111222",)]),
    malformed=st.booleans(),
)


@given(LIKELY | CALLS, st.none() | st.sampled_from(Rule))
def test_what_is_allowed_is_let_through_from_then_on_whatever_the_call(
    of: Call, recorded: Rule | None
) -> None:
    try:
        wish = wishes.allow(of, recorded or decided(of), SNAPSHOT, NOW)
    except NotGranted as error:
        assert error.refusal.words.vi.endswith(".")
        return
    verdict = wishes.judged_with(replace(of, called="1001"), SNAPSHOT, wish, NOW)
    assert verdict.action is Action.ALLOW
    assert verdict.rule in {Rule.EXEMPT, Rule.ALLOW_EXACT}
    if recorded is None:
        assert wishes.allow(of, verdict.rule, SNAPSHOT, NOW) == wish


@given(LIKELY | CALLS)
def test_what_is_blocked_is_blocked_from_then_on_whatever_the_call(of: Call) -> None:
    try:
        wish = wishes.block(of, SNAPSHOT, NOW)
    except NotGranted as error:
        assert error.refusal.words.vi.endswith(".")
        return
    verdict = wishes.judged_with(replace(of, called="1001"), SNAPSHOT, wish, NOW)
    assert (verdict.action, verdict.rule) == (Action.BLOCK, Rule.BLOCK_EXACT)


@given(LIKELY | CALLS)
def test_what_is_made_for_one_number_changes_nothing_for_another(of: Call) -> None:
    try:
        wish = wishes.allow(of, decided(of), SNAPSHOT, NOW)
    except NotGranted:
        return
    for number in ("0911000111", "114", "02373725724"):
        other = call(number)
        if number not in {getattr(wish, "pattern", ""), getattr(wish, "number", "")}:
            assert wishes.judged_with(other, SNAPSHOT, wish, NOW) == engine.decide(
                other, SNAPSHOT, Activity(), NOW
            )
