"""The policy: what a hit asks for, by the number dialled and the hour, and that all phones still ring."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from call_samples import START
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import OfficialNumber
from blocklist.kinds import LookalikeKind
from blocklist.lookalike import Lookalikes
from screener import engine
from screener.calls import Action, Activity, Call, Hit, Rule
from screener.groups import Dialled, Group, Overrides, When
from screener.hours import Hours, NoSuchTimeZone
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS, DEFAULT_POLICY, Policy
from screener.policy_actions import KindAction
from screener.policy_edits import FixedRule, WouldBlockAll, changes, with_kind, with_rule
from screener.snapshot import Snapshot

OFFICE = ((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
HOURS = Hours(week=(*[OFFICE] * 5, (), ()), holidays=frozenset({date(2027, 1, 1)}))
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=HANOI)
MONDAY_NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=HANOI)
WITHHELD = Hit(Rule.WITHHELD, "")
NEIGHBOUR = Hit(Rule.LOOKALIKE, "", kind=LookalikeKind.NEIGHBOUR)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-23 07:29:59", False),
        ("2026-11-23 07:30", True),
        ("2026-11-23 11:29:59", True),
        ("2026-11-23 11:30", False),  # the minute after the last
        ("2026-11-23 13:30", True),
        ("2026-11-27 16:59", True),
        ("2026-11-28 08:00", False),  # a Saturday
        ("2027-01-01 08:00", False),  # a holiday, on a Friday
        ("2026-12-31 08:00", True),
        ("2027-01-04 08:00", True),
    ],
)
def test_an_office_is_open_in_its_hours_by_its_own_clock(local: str, is_open: bool) -> None:
    here = datetime.fromisoformat(local).replace(tzinfo=HANOI)
    assert HOURS.is_open(here.astimezone(UTC)) is is_open
    assert HOURS.is_open(here) is is_open


def test_hours_until_midnight_end_with_the_day() -> None:
    night = Hours(week=(((22 * 60, 24 * 60),), *[()] * 6))
    assert night.is_open(MONDAY_NIGHT + timedelta(minutes=59))
    assert not night.is_open(MONDAY_NIGHT + timedelta(minutes=60))


def test_another_time_zone_opens_at_another_moment() -> None:
    tokyo = replace(HOURS, time_zone="Asia/Tokyo")
    at_half_past_five = datetime(2026, 11, 23, 5, 30, tzinfo=HANOI)
    assert tokyo.is_open(at_half_past_five)
    assert not HOURS.is_open(at_half_past_five)
    assert tokyo != HOURS


@pytest.mark.parametrize("name", ["", "Hanoi", "../etc/passwd", "/etc/localtime", "Asia", "a\0b", "x" * 300])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(NoSuchTimeZone):
        replace(HOURS, time_zone=name)


@pytest.mark.parametrize(
    ("called", "found"),
    [
        ("1001", "exact"),
        ("1002", "10*"),
        ("102", "10*"),
        ("10", "10*"),
        ("1", "1*"),
        ("19", "1*"),
        ("2001", "*"),
        ("", "*"),
        ("+842373850234", "plus"),
        ("842373850234", "*"),
    ],
)
def test_a_dialled_number_has_the_exact_group_before_that_of_its_longest_prefix(
    called: str, found: str
) -> None:
    dialled = Dialled(
        [("*", "*"), ("1*", "1*"), ("1001", "exact"), ("10*", "10*"), ("+842373850234", "plus")]
    )
    assert dialled.get(called) == found


def test_a_number_of_no_group_is_found_nowhere() -> None:
    assert Dialled([("10*", 1), ("2001", 2)]).get("2002") is None


def grouped(**overrides: Overrides) -> Policy:
    group = Group("hotline", ("1800", "10*"), {When(when): asked for when, asked in overrides.items()})
    return Policy(hours=HOURS, groups=(group,))


CLOSED_BLOCKS = grouped(
    always=Overrides({Rule.WITHHELD: Action.WARN}, {LookalikeKind.NEIGHBOUR: None}),
    closed=Overrides({Rule.WITHHELD: Action.BLOCK}),
    open=Overrides({}, {LookalikeKind.NEIGHBOUR: Action.WARN}),
)


@pytest.mark.parametrize(
    ("hit", "called", "now", "action"),
    [
        (WITHHELD, "1800", MONDAY_MORNING, Action.WARN),
        (WITHHELD, "1800", MONDAY_NIGHT, Action.BLOCK),
        (WITHHELD, "1001", MONDAY_NIGHT, Action.BLOCK),
        (WITHHELD, "1801", MONDAY_NIGHT, Action.TAG),  # of no group
        (NEIGHBOUR, "1800", MONDAY_MORNING, Action.WARN),
        (NEIGHBOUR, "1800", MONDAY_NIGHT, None),
        (NEIGHBOUR, "1801", MONDAY_NIGHT, Action.TAG),
        (Hit(Rule.MALFORMED, ""), "1800", MONDAY_NIGHT, Action.TAG),  # as everywhere
    ],
)
def test_a_group_asks_for_something_else_always_or_by_the_hour(
    hit: Hit, called: str, now: datetime, action: Action | None
) -> None:
    assert CLOSED_BLOCKS.action(hit, called, now) is action


def test_the_hour_is_asked_by_the_engine_and_counts_for_the_verdict() -> None:
    snapshot = Snapshot(policy=CLOSED_BLOCKS)
    call = Call("p", "c", "1.1", "1800", "anonymous")
    assert engine.decide(call, snapshot, Activity(), MONDAY_MORNING).action is Action.WARN
    assert engine.decide(call, snapshot, Activity(), MONDAY_NIGHT).action is Action.BLOCK
    other = replace(call, called="1801")
    assert engine.decide(other, snapshot, Activity(), MONDAY_NIGHT).action is Action.TAG


def test_a_kind_that_is_off_leaves_the_call_to_what_fits_next() -> None:
    officials = Lookalikes([OfficialNumber(1, "0692348560", "C02", receives_only=True)])
    call = Call("p", "c", "1.1", "1001", "0692348560")
    rings = engine.decide(call, Snapshot(officials=officials), Activity(), START)
    assert (rings.rule, rings.action) == (Rule.RECEIVES_ONLY, Action.WARN)
    policy = with_kind(DEFAULT_POLICY, LookalikeKind.OFFICIAL_AS_CALLER, KindAction.OFF)
    switched = engine.decide(call, Snapshot(officials=officials, policy=policy), Activity(), START)
    assert switched.rule is Rule.DEFAULT
    assert not any(hit.kind is LookalikeKind.OFFICIAL_AS_CALLER for hit in switched.hits)


@pytest.mark.parametrize("rule", sorted(set(Rule) - CHANGEABLE_RULES))
def test_rules_that_say_what_they_do_cannot_be_changed(rule: Rule) -> None:
    with pytest.raises(FixedRule, match=f"'{rule}' is always 'allow'"):
        with_rule(DEFAULT_POLICY, rule, Action.BLOCK)


def test_the_default_may_warn_and_never_block() -> None:
    assert with_rule(DEFAULT_POLICY, Rule.DEFAULT, Action.WARN).actions[Rule.DEFAULT] is Action.WARN
    with pytest.raises(WouldBlockAll, match="no phone would ring"):
        with_rule(DEFAULT_POLICY, Rule.DEFAULT, Action.BLOCK)


def test_a_change_is_told_by_place_with_what_was_and_what_is() -> None:
    after = with_kind(
        with_rule(DEFAULT_POLICY, Rule.WITHHELD, Action.WARN), LookalikeKind.NAME, KindAction.OFF
    )
    assert changes(DEFAULT_POLICY, after) == [
        'rules.withheld: "tag" -> "warn"',
        'kinds.name: "as_rule" -> "off"',
    ]
    assert changes(after, with_kind(after, LookalikeKind.NAME, KindAction.AS_RULE)) == [
        'kinds.name: "off" -> "as_rule"'
    ]
    assert changes(after, after) == []
    grown = grouped(closed=Overrides({Rule.WITHHELD: Action.BLOCK}))
    assert 'groups.hotline.numbers: none -> ["1800", "10*"]' in changes(DEFAULT_POLICY, grown)
    assert 'groups.hotline.closed.rules.withheld: none -> "block"' in changes(DEFAULT_POLICY, grown)
    assert changes(grown, replace(grown, groups=()))[-1].endswith(': "block" -> none')


ACTIONS = st.sampled_from(Action)
OVERRIDES = st.builds(
    Overrides,
    st.dictionaries(st.sampled_from(sorted(CHANGEABLE_RULES)), ACTIONS),
    st.dictionaries(st.sampled_from(LookalikeKind), st.none() | ACTIONS),
)
HITS = st.builds(Hit, st.sampled_from(Rule), st.just(""), kind=st.none() | st.sampled_from(LookalikeKind))


@given(HITS, OVERRIDES, OVERRIDES, st.text(max_size=12), st.datetimes(timezones=st.just(UTC)))
def test_a_group_changes_nothing_for_numbers_outside_of_it(
    hit: Hit, always: Overrides, closed: Overrides, called: str, now: datetime
) -> None:
    policy = grouped(always=always, closed=closed)
    outside = called != "1800" and not called.startswith("10")
    untouched = hit.rule not in {*always.rules, *closed.rules} and hit.kind not in {
        *always.kinds,
        *closed.kinds,
    }
    if outside or untouched:
        assert policy.action(hit, called, now) is DEFAULT_POLICY.action(hit, called, now)


def test_policies_of_tests_hold_every_rule() -> None:
    assert set(DEFAULT_ACTIONS) == set(Rule)
