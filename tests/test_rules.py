"""The judgement: each rule with its nearest non-match, the order of the rules, and what can never happen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from call_samples import CALLS
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import Entry, EntryKind, Match, OfficialNumber
from blocklist.kinds import LookalikeKind
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from blocklist.site import Site
from screener import engine, rules
from screener.calls import Action, Activity, Call, Hit, Rule, Verdict
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS, Behaviour, Policy, Threshold
from screener.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")
C02 = OfficialNumber(2, "0692348560", "C02")
EMERGENCY = OfficialNumber(3, "113", "Công an (113)", receives_only=True)
FIRE = OfficialNumber(4, "114", "Cứu hỏa (114)", receives_only=True)
OWN, OWN_FORWARD = "02373850234", "0903111222"
SITE = Site(own_numbers=frozenset({OWN}), extensions=frozenset({"10*"}))


def entry(pattern: str, kind: EntryKind = EntryKind.BLOCK, expires_at: datetime | None = None) -> Entry:
    """Return an entry; its id tells the pattern's length and kind apart, so that a test can name it."""
    match = Match.PREFIX if pattern.endswith("*") else Match.EXACT
    return Entry(len(pattern) * 10 + (kind is EntryKind.ALLOW), kind, match, pattern.rstrip("*"), expires_at)


def allow(pattern: str, expires_at: datetime | None = None) -> Entry:
    return entry(pattern, EntryKind.ALLOW, expires_at)


def snapshot(*entries: Entry, **changes: object) -> Snapshot:
    values: dict[str, object] = {
        "lists": Lists(entries),
        "officials": Lookalikes([POLICE, C02, EMERGENCY, FIRE]),
        "site": SITE,
        "own_forwards": frozenset({OWN_FORWARD}),
        "exempt": frozenset({"1009"}),
    }
    return Snapshot(**{**values, **changes})  # type: ignore[arg-type]  # names checked by Snapshot itself


def call(number: str, **more: object) -> Call:
    values: dict[str, object] = {"pbx": "p", "channel": "c", "uniqueid": "1.1", "called": "1001"}
    return Call(shown_number=number, **{**values, **more})  # type: ignore[arg-type]  # as above


def judge(number: str | Call, *entries: Entry, **more: object) -> Verdict:
    of = call(number, **more) if isinstance(number, str) else number
    return engine.decide(of, snapshot(*entries), Activity(), NOW)


@pytest.mark.parametrize(
    ("number", "more", "rule", "action"),
    [
        ("0987654321", {}, Rule.DEFAULT, Action.ALLOW),
        # exempt: the called line decides
        (OWN, {"called": "1009"}, Rule.EXEMPT, Action.ALLOW),
        (OWN, {"called": "10090"}, Rule.OWN_NUMBER, Action.WARN),
        # own numbers and extensions from outside
        (OWN, {}, Rule.OWN_NUMBER, Action.WARN),
        ("+842373850234", {}, Rule.OWN_NUMBER, Action.WARN),
        ("02373850235", {}, Rule.DEFAULT, Action.ALLOW),
        ("1005", {}, Rule.OWN_NUMBER, Action.WARN),
        ("1105", {}, Rule.DEFAULT, Action.ALLOW),
        # excused only by a forward of the site's own
        (OWN, {"diversions": (OWN_FORWARD,)}, Rule.DEFAULT, Action.ALLOW),
        (OWN, {"diversions": ("+84903111222",)}, Rule.DEFAULT, Action.ALLOW),
        (OWN, {"diversions": ("0909999999", OWN_FORWARD)}, Rule.DEFAULT, Action.ALLOW),
        (OWN, {"diversions": ("0903111223",)}, Rule.OWN_NUMBER, Action.WARN),
        (OWN, {"diversions": ("",)}, Rule.OWN_NUMBER, Action.WARN),
        # numbers that ring nobody
        ("113", {}, Rule.RECEIVES_ONLY, Action.WARN),
        ("+84113", {}, Rule.LOOKALIKE, Action.WARN),
        ("115", {}, Rule.DEFAULT, Action.ALLOW),
        # lookalikes: one digit differs; short codes are too close to each other to be any
        ("02373725726", {}, Rule.LOOKALIKE, Action.WARN),
        ("+842373725726", {}, Rule.LOOKALIKE, Action.WARN),
        ("02373725836", {}, Rule.DEFAULT, Action.ALLOW),
        ("0692348561", {}, Rule.LOOKALIKE, Action.WARN),
        ("0237372572", {}, Rule.LOOKALIKE, Action.WARN),
        # forms that some honest person's number may have are tagged
        ("02373725736", {}, Rule.LOOKALIKE, Action.TAG),
        ("0373725725", {}, Rule.LOOKALIKE, Action.TAG),
        ("02383725725", {}, Rule.LOOKALIKE, Action.TAG),
        ("116", {}, Rule.DEFAULT, Action.ALLOW),
        # an official number itself is neither a lookalike nor verified
        ("02373725725", {}, Rule.DEFAULT, Action.ALLOW),
        ("+840692348560", {}, Rule.LOOKALIKE, Action.WARN),
        # numbers that nobody can have; a short one may be a service that we do not know
        ("01629876543", {}, Rule.IMPLAUSIBLE, Action.TAG),
        ("0329876543", {}, Rule.DEFAULT, Action.ALLOW),
        ("+840987654321", {}, Rule.IMPLAUSIBLE, Action.TAG),
        ("098765432", {}, Rule.IMPLAUSIBLE, Action.TAG),
        ("98765", {}, Rule.DEFAULT, Action.ALLOW),
        ("0517654321", {}, Rule.DEFAULT, Action.ALLOW),
        # withheld and malformed
        ("", {}, Rule.WITHHELD, Action.TAG),
        ("anonymous", {}, Rule.WITHHELD, Action.TAG),
        ("$[1+1]", {}, Rule.MALFORMED, Action.TAG),
        ("09,12,345678", {}, Rule.MALFORMED, Action.TAG),
        ("(091) 234.5678-", {}, Rule.DEFAULT, Action.ALLOW),
        ("anonymous1", {}, Rule.MALFORMED, Action.TAG),
        ("0987654321", {"presentation": "prohib_passed_screen"}, Rule.WITHHELD, Action.TAG),
        ("0987654321", {"presentation": "allowed_not_screened"}, Rule.DEFAULT, Action.ALLOW),
        ("0987654321", {"malformed": True}, Rule.MALFORMED, Action.TAG),
        ("", {"malformed": True}, Rule.MALFORMED, Action.TAG),
        # a name is no number, and neither is withheld
        ("CONG AN", {}, Rule.MALFORMED, Action.TAG),
        ("CONG AN 1", {}, Rule.MALFORMED, Action.TAG),
        ("", {"raw_number": "😀"}, Rule.MALFORMED, Action.TAG),
        ("", {"raw_number": "ＡＮＯＮＹＭＯＵＳ"}, Rule.WITHHELD, Action.TAG),
        # what a phone shows and what the caller sent are two faces of one caller
        ("", {"raw_number": "٠٩٨٧٦٥٤٣٢١"}, Rule.MALFORMED, Action.TAG),
        ("", {"raw_number": "٠٢٣٧٣٨٥٠٢٣٤"}, Rule.OWN_NUMBER, Action.WARN),
        (OWN, {"raw_number": "0@2373850234"}, Rule.OWN_NUMBER, Action.WARN),
        ("02373725726", {"raw_number": "0@2373725726"}, Rule.LOOKALIKE, Action.WARN),
        ("+84113phone-context1", {"raw_number": "+84113;phone-context=1"}, Rule.LOOKALIKE, Action.WARN),
        ("0987654321isub84", {"raw_number": "0987654321;isub=84"}, Rule.DEFAULT, Action.ALLOW),
    ],
)  # fmt: skip
def test_each_rule_fits_what_it_is_for_and_not_what_lies_next_to_it(
    number: str, more: dict[str, object], rule: Rule, action: Action
) -> None:
    verdict = judge(number, **more)
    assert (verdict.rule, verdict.action) == (rule, action)


LATER, EARLIER = NOW + timedelta(seconds=1), NOW


@pytest.mark.parametrize(
    ("number", "entries", "rule"),
    [
        ("0912345678", [entry("0912345678")], Rule.BLOCK_EXACT),
        ("+840912345678", [entry("0912345678")], Rule.BLOCK_EXACT),
        ("0912345679", [entry("0912345678")], Rule.DEFAULT),
        # an exact allow beats an exact block, and both beat prefixes
        ("0912345678", [entry("0912345678"), allow("0912345678")], Rule.ALLOW_EXACT),
        ("0912345678", [entry("0912*"), allow("0912345678")], Rule.ALLOW_EXACT),
        ("0912345678", [allow("09123456*"), entry("0912345678")], Rule.BLOCK_EXACT),
        # among prefixes the longer decides, at equal length allow
        ("0912345678", [entry("0912*")], Rule.BLOCK_PREFIX),
        ("0913345678", [entry("0912*")], Rule.DEFAULT),
        ("0912345678", [entry("0912*"), allow("09123*")], Rule.ALLOW_PREFIX),
        ("0912345678", [entry("09123*"), allow("0912*")], Rule.BLOCK_PREFIX),
        ("0912345678", [entry("0912*"), allow("0912*")], Rule.ALLOW_PREFIX),
        ("+375291234567", [entry("+375*")], Rule.BLOCK_PREFIX),
        ("0375291234", [entry("+375*")], Rule.DEFAULT),
        # entries that have expired, to the second
        ("0912345678", [entry("0912345678", expires_at=LATER)], Rule.BLOCK_EXACT),
        ("0912345678", [entry("0912345678", expires_at=EARLIER)], Rule.DEFAULT),
        ("0912345678", [entry("0912345678"), allow("0912345678", EARLIER)], Rule.BLOCK_EXACT),
        ("0912345678", [entry("09123*", expires_at=EARLIER), entry("0912*")], Rule.BLOCK_PREFIX),
        # what lists say of a number that imitates or is our own
        ("02373725726", [allow("02373725726")], Rule.ALLOW_EXACT),
        ("02373725726", [entry("02373725726")], Rule.BLOCK_EXACT),
        (OWN, [allow(OWN)], Rule.OWN_NUMBER),
        ("113", [allow("113")], Rule.RECEIVES_ONLY),
        ("", [allow("0912345678"), entry("0912345678")], Rule.WITHHELD),
    ],
)
def test_entries_are_judged_in_their_order(number: str, entries: list[Entry], rule: Rule) -> None:
    assert judge(number, *entries).rule is rule


def test_the_order_of_judgement() -> None:
    assert [rule.__name__ for rule in rules.ORDER] == (
        "exempt own_number receives_only own_entry other_entry "
        "lookalike name campaign malformed implausible withheld watched"
    ).split()


def test_every_rule_that_fits_is_kept_and_the_first_decides() -> None:
    fits = judge("02373725726", entry("02373725726"), entry("0237*"), malformed=True)
    assert [hit.rule for hit in fits.hits] == [
        Rule.BLOCK_EXACT,
        Rule.BLOCK_PREFIX,
        Rule.LOOKALIKE,
        Rule.LOOKALIKE,
        Rule.MALFORMED,
    ]
    assert [hit.kind for hit in fits.hits[2:4]] == [LookalikeKind.ONE_DIGIT, LookalikeKind.NEIGHBOUR]
    assert (fits.rule, fits.reason) == (fits.hits[0].rule, fits.hits[0].reason)
    assert fits.hits[0].entry_id == entry("02373725726").id


@pytest.mark.parametrize(
    ("number", "name", "rule", "imitates"),
    [
        ("0987654321", "CONG AN", Rule.NAME, None),
        ("0987654321", "Nguyễn Công An", Rule.DEFAULT, None),
        ("0987654321", "", Rule.DEFAULT, None),
        ("0987654321", "Công an tỉnh Thanh Hóa", Rule.NAME, POLICE),
        (POLICE.number, "Công an tỉnh Thanh Hóa", Rule.DEFAULT, POLICE),
        ("02373725726", "Công an tỉnh Thanh Hóa", Rule.LOOKALIKE, POLICE),
        ("anonymous", "CONG AN", Rule.NAME, None),
    ],
)
def test_a_name_of_an_office_counts_beside_a_number_that_is_not_its_own(
    number: str, name: str, rule: Rule, imitates: OfficialNumber | None
) -> None:
    names = Names([POLICE, C02])
    verdict = engine.decide(call(number, shown_name=name), snapshot(names=names), Activity(), NOW)
    assert (verdict.rule, verdict.imitates) == (rule, imitates)
    if rule is Rule.NAME:
        assert (verdict.action, verdict.kind) == (Action.WARN, LookalikeKind.NAME)
        assert f"“{name}”" in verdict.reason


def test_a_reason_repeats_of_a_name_what_can_be_seen_and_not_all_of_a_long_one() -> None:
    name = "CONG AN\u200b\x07 THANH HOA " + "A" * 100
    verdict = engine.decide(call("0987654321", shown_name=name), snapshot(), Activity(), NOW)
    shown = ("CONG AN THANH HOA " + "A" * 100)[:60]
    assert verdict.rule is Rule.NAME
    assert f"“{shown}”" in verdict.reason


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("01201234567", "không còn dùng từ năm 2018"),
        ("+840987654321", "mạng điện thoại không bao giờ viết như vậy"),
        ("09876543210", "độ dài mà số thật không có"),
    ],
)
def test_a_number_that_nobody_has_is_told_why(number: str, why: str) -> None:
    verdict = judge(number)
    assert verdict.rule is Rule.IMPLAUSIBLE
    assert why in verdict.reason


def test_limits_of_behaviour_are_those_that_the_readme_states() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    limits = Behaviour()
    extensions, calls = limits.many_extensions, limits.many_calls
    prefix, short = limits.many_of_prefix, limits.many_short_calls
    for sentence in (
        f"one caller rang {extensions.count} different extensions within {extensions.minutes} minutes",
        f"one caller rang {calls.count} times within {calls.minutes} minutes",
        f"{prefix.count} callers whose numbers differ in the last three digits alone rang within "
        f"{prefix.minutes} minutes",
        f"{short.count} answered calls of one caller within {short.minutes} minutes lasted "
        f"{limits.short_seconds} seconds at most",
    ):
        assert f"| {sentence} |" in readme
    assert limits.block_minutes == 0  # nobody is put on a list unless that was asked for


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(Action.WARN, Action.TAG), (Action.BLOCK, Action.BLOCK), (Action.ALLOW, Action.ALLOW)],
)
def test_what_may_be_chance_softens_a_warning_and_nothing_else(asked: Action, expected: Action) -> None:
    policy = Policy(actions={**DEFAULT_ACTIONS, Rule.LOOKALIKE: asked})
    hit = Hit(Rule.LOOKALIKE, "", kind=LookalikeKind.ONE_DIGIT, by_chance=True)
    assert policy.action(hit, "1001", NOW) is expected


NETWORK = {"network_number": "0912345678"}
TRUSTED = {**NETWORK, "network_trusted": True}


@pytest.mark.parametrize(
    ("number", "more", "entries", "rule"),
    [
        # blocked by either identity, trusted or not: nobody asserts a blocked number to his advantage
        ("0987654321", NETWORK, [entry("0912345678")], Rule.BLOCK_EXACT),
        ("0987654321", TRUSTED, [entry("0912345678")], Rule.BLOCK_EXACT),
        ("0987654321", TRUSTED, [entry("0987654321")], Rule.BLOCK_EXACT),
        ("0987654321", TRUSTED, [entry("0912*")], Rule.BLOCK_PREFIX),
        # allowed by the network's word alone where that can be trusted, else by what is shown
        ("0987654321", TRUSTED, [allow("0912345678")], Rule.ALLOW_EXACT),
        ("0987654321", TRUSTED, [allow("0987654321")], Rule.DEFAULT),
        ("0987654321", NETWORK, [allow("0912345678")], Rule.DEFAULT),
        ("0987654321", NETWORK, [allow("0987654321")], Rule.ALLOW_EXACT),
        ("0987654321", TRUSTED, [allow("0912*")], Rule.ALLOW_PREFIX),
        ("0987654321", TRUSTED, [allow("0987*")], Rule.DEFAULT),
        # whom a caller shows to be counts for imitation, whatever the network says
        ("02373725726", TRUSTED, [], Rule.LOOKALIKE),
        ("113", TRUSTED, [], Rule.RECEIVES_ONLY),
        (OWN, TRUSTED, [], Rule.OWN_NUMBER),
    ],
)
def test_the_network_identity_can_block_and_only_a_trusted_one_can_allow(
    number: str, more: dict[str, object], entries: list[Entry], rule: Rule
) -> None:
    assert judge(number, *entries, **more).rule is rule


def test_an_entry_that_fits_by_two_numbers_is_named_once_and_the_more_specific_goes_first() -> None:
    wide, narrow = entry("09*"), entry("09123*")
    verdict = judge("0987654321", wide, narrow, **NETWORK)
    assert [hit.entry_id for hit in verdict.hits] == [narrow.id, wide.id]


def test_short_numbers_may_be_services_or_extensions_that_nobody_told_of() -> None:
    assert judge("12345").rule is Rule.DEFAULT
    assert judge("123456").rule is Rule.IMPLAUSIBLE


BUSY = Activity(calls=30, extensions=6, callers_of_prefix=10, short_calls=8)


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("extensions", Rule.MANY_EXTENSIONS),
        ("calls", Rule.MANY_CALLS),
        ("callers_of_prefix", Rule.MANY_OF_PREFIX),
        ("short_calls", Rule.MANY_SHORT_CALLS),
    ],
)
def test_a_campaign_is_seen_from_its_threshold_on(field: str, rule: Rule) -> None:
    reached = getattr(BUSY, field)
    for count, expected in ((reached, rule), (reached - 1, Rule.DEFAULT)):
        seen = Activity(**{field: count})
        verdict = engine.decide(call("0912345678"), snapshot(), seen, NOW)
        assert verdict.rule is expected
    assert verdict.action is Action.ALLOW


def test_a_threshold_of_zero_is_never_reached() -> None:
    never = Behaviour(many_calls=Threshold(0, 10))
    busy = Activity(calls=1000)
    quiet = snapshot(policy=Policy(behaviour=never))
    assert engine.decide(call("0912345678"), quiet, busy, NOW).rule is Rule.DEFAULT


def test_registered_and_allowed_numbers_are_no_campaign() -> None:
    assert engine.decide(call(POLICE.number), snapshot(), BUSY, NOW).rule is Rule.DEFAULT
    allowed = snapshot(allow("0912345678"))
    assert engine.decide(call("0912345678"), allowed, BUSY, NOW).rule is Rule.ALLOW_EXACT


def test_what_may_be_chance_is_tagged_instead_of_warned_about() -> None:
    numbers = ("02373850100", "02373852222", "02373859345")
    crowd = Lookalikes([OfficialNumber(place, number, "Sở") for place, number in enumerate(numbers)])
    by_chance = engine.decide(call("02373850101"), snapshot(officials=crowd), Activity(), NOW)
    assert (by_chance.kind, by_chance.action) == (LookalikeKind.ONE_DIGIT, Action.TAG)
    assert "tình cờ" in by_chance.reason
    other_block = engine.decide(call("02373950100"), snapshot(officials=crowd), Activity(), NOW)
    assert (other_block.kind, other_block.action) == (LookalikeKind.ONE_DIGIT, Action.WARN)


def test_an_exact_official_number_rings_but_is_never_called_verified() -> None:
    verdict = judge("02373725725")
    assert (verdict.rule, verdict.action, verdict.imitates) == (Rule.DEFAULT, Action.ALLOW, POLICE)
    assert "chưa xác minh" in verdict.reason
    assert "gọi lại" in verdict.reason
    assert verdict.hits == ()


def test_a_lookalike_names_the_office_and_its_true_number() -> None:
    verdict = judge("02373725726")
    assert (verdict.imitates, verdict.kind) == (POLICE, LookalikeKind.ONE_DIGIT)
    assert "0237372572[6]" in verdict.reason
    assert "0237372572[5]" in verdict.reason
    assert POLICE.organisation in verdict.reason


def test_operators_choose_the_action_and_rules_that_say_allow_keep_it() -> None:
    changed = snapshot(policy=Policy(actions={**DEFAULT_ACTIONS, Rule.LOOKALIKE: Action.BLOCK}))
    assert engine.decide(call("02373725726"), changed, Activity(), NOW).action is Action.BLOCK
    assert set(Rule) - CHANGEABLE_RULES == {
        Rule.EXEMPT,
        Rule.ALLOW_EXACT,
        Rule.ALLOW_PREFIX,
        Rule.ALLOW_ENTRY,
        Rule.WATCHED,
    }
    assert all(DEFAULT_ACTIONS[rule] is Action.ALLOW for rule in set(Rule) - CHANGEABLE_RULES)


EXACT = ("0912345678", "02373725726", "113", OWN, "1001", "+375291234567")
NUMBERS = st.sampled_from([*EXACT, "02373725725", "0692348561", "", "anonymous"])
PATTERNS = st.sampled_from([*EXACT, "09*", "0237*", "+375*"])
ENTRIES = st.lists(st.builds(entry, PATTERNS, st.sampled_from(EntryKind)), max_size=4)
LIKELY_CALLS = st.builds(
    call,
    NUMBERS,
    network_number=NUMBERS,
    network_trusted=st.booleans(),
    diversions=st.lists(NUMBERS | st.just(OWN_FORWARD), max_size=2).map(tuple),
    malformed=st.booleans(),
    presentation=st.sampled_from(["", "prohib", "allowed"]),
    called=st.sampled_from(["1001", "1009"]),
)
STRICTNESS = list(Action)


@given(LIKELY_CALLS, ENTRIES, st.sampled_from(EXACT))
def test_an_exact_allow_entry_never_makes_a_verdict_stricter(
    of: Call, entries: list[Entry], pattern: str
) -> None:
    before, after = judge(of, *entries), judge(of, *entries, allow(pattern))
    assert STRICTNESS.index(after.action) <= STRICTNESS.index(before.action)


@given(LIKELY_CALLS, ENTRIES)
def test_the_order_in_which_entries_were_made_does_not_matter(of: Call, entries: list[Entry]) -> None:
    assert judge(of, *entries) == judge(of, *reversed(entries))


@given(CALLS | LIKELY_CALLS, ENTRIES)
def test_no_call_raises_and_every_verdict_has_a_reason(of: Call, entries: list[Entry]) -> None:
    verdict = judge(of, *entries)
    assert verdict.reason
    first = verdict.hits[0] if verdict.hits else Hit(verdict.rule, "")
    assert verdict.action is Policy().action(first, of.called, NOW)
    assert verdict.hits == () or verdict.hits[0].rule is verdict.rule


@given(CALLS)
def test_an_exempt_line_rings_whoever_calls(of: Call) -> None:
    assert judge(replace(of, called="1009")).rule is Rule.EXEMPT
