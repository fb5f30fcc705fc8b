"""Entries of the lists as rules: which decides, what it asks for, and what is said of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.entries import Category, Entry, EntryKind, Match, Override
from blocklist.lists import Lists
from screener.calls import Action, Activity, Call, Rule, Verdict
from screener.engine import decide
from screener.policy import DEFAULT_ACTIONS, Policy
from screener.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BLOCK, ALLOW, WATCH = EntryKind.BLOCK, EntryKind.ALLOW, EntryKind.WATCH
NUMBER = "0912345678"


def judge(*entries: Entry, number: str = NUMBER, name: str = "", default: Action = Action.ALLOW) -> Verdict:
    policy = Policy(actions={**DEFAULT_ACTIONS, Rule.DEFAULT: default})
    call = Call("main", "c", "1.1", "1001", number, shown_name=name)
    return decide(call, Snapshot(lists=Lists(entries), policy=policy), Activity(), NOW)


@pytest.mark.parametrize(
    ("entry", "rule", "reason"),
    [
        (Entry(1, BLOCK, Match.EXACT, NUMBER), Rule.BLOCK_EXACT, f"Số {NUMBER} có trong danh sách chặn."),
        (
            Entry(1, BLOCK, Match.EXACT, NUMBER, category=Category.SCAM, imported=True),
            Rule.BLOCK_ENTRY,
            f"Số {NUMBER} có trong danh sách chặn được nhập (lừa đảo).",
        ),
        (
            Entry(1, ALLOW, Match.EXACT, NUMBER, imported=True),
            Rule.ALLOW_ENTRY,
            f"Số {NUMBER} có trong danh sách tin cậy được nhập.",
        ),
        (
            Entry(1, BLOCK, Match.PREFIX, "0912", category=Category.ADVERTISING),
            Rule.BLOCK_PREFIX,
            f"Số {NUMBER} thuộc đầu số 0912 trong danh sách chặn (quảng cáo).",
        ),
        (
            Entry(1, ALLOW, Match.RANGE, "0912345000-0912345999"),
            Rule.ALLOW_ENTRY,
            f"Số {NUMBER} thuộc dải số 0912345000-0912345999 trong danh sách tin cậy.",
        ),
        (
            Entry(1, BLOCK, Match.PATTERN, "0912*78", category=Category.HARASSMENT),
            Rule.BLOCK_ENTRY,
            f"Số {NUMBER} khớp mẫu 0912*78 trong danh sách chặn (quấy rối).",
        ),
        (
            Entry(1, BLOCK, Match.PATTERN, "raw:+84*"),
            Rule.BLOCK_ENTRY,
            "Số +84912345678 khớp mẫu +84* trong danh sách chặn.",
        ),
        (
            Entry(1, BLOCK, Match.NAME, "*Công an*", category=Category.IMPERSONATION),
            Rule.BLOCK_ENTRY,
            "Tên người gọi khớp mẫu “*Công an*” trong danh sách chặn (giả danh).",
        ),
    ],
)
def test_each_entry_has_its_rule_and_its_sentence(entry: Entry, rule: Rule, reason: str) -> None:
    verdict = judge(entry, number="+84912345678", name="CONG AN TINH")
    assert (verdict.rule, verdict.reason) == (rule, reason)
    assert [hit.entry_id for hit in verdict.hits if hit.rule is not Rule.NAME] == [1]


def test_a_block_entry_may_ask_for_less_than_its_rule() -> None:
    entry = Entry(1, BLOCK, Match.EXACT, NUMBER, action=Override.TAG)
    assert judge(entry).action is Action.TAG
    assert judge(Entry(1, BLOCK, Match.EXACT, NUMBER)).action is Action.BLOCK
    assert judge(entry, Entry(2, ALLOW, Match.EXACT, NUMBER)).action is Action.ALLOW


@pytest.mark.parametrize("default", [Action.ALLOW, Action.TAG, Action.WARN])
def test_a_watched_number_is_recorded_and_decides_nothing(default: Action) -> None:
    watched = Entry(1, WATCH, Match.EXACT, NUMBER)
    alone = judge(watched, default=default)
    assert (alone.rule, alone.action) == (Rule.DEFAULT, default)
    assert [hit.rule for hit in alone.hits] == [Rule.DEFAULT, Rule.WATCHED]
    assert alone.hits[1].reason == f"Số {NUMBER} có trong danh sách theo dõi."
    blocked = judge(watched, Entry(2, BLOCK, Match.PREFIX, "0912"), default=default)
    assert [hit.rule for hit in blocked.hits] == [Rule.BLOCK_PREFIX, Rule.WATCHED]
    assert judge(Entry(1, WATCH, Match.EXACT, "0912345679"), default=default).hits == ()


def test_own_word_on_the_number_goes_before_everything_else_that_fits() -> None:
    imported = Entry(1, ALLOW, Match.EXACT, NUMBER, imported=True)
    own = Entry(2, BLOCK, Match.EXACT, NUMBER)
    verdict = judge(imported, own, Entry(3, ALLOW, Match.PREFIX, "091234567"))
    assert [hit.rule for hit in verdict.hits] == [Rule.BLOCK_EXACT, Rule.ALLOW_ENTRY, Rule.ALLOW_PREFIX]


STRICTNESS = list(Action)
ENTRIES = st.builds(
    Entry,
    st.integers(1, 9),
    st.sampled_from(EntryKind),
    st.just(Match.PREFIX),
    st.sampled_from(["0912", "09123", "0912345678"]),
    imported=st.booleans(),
) | st.builds(
    Entry,
    st.integers(1, 9),
    st.sampled_from(EntryKind),
    st.just(Match.EXACT),
    st.just(NUMBER),
    imported=st.booleans(),
)


@given(st.lists(ENTRIES, max_size=5), ENTRIES, st.sampled_from([Action.ALLOW, Action.WARN]))
def test_an_allow_entry_never_makes_a_verdict_stricter_and_a_watch_entry_never_changes_one(
    entries: list[Entry], more: Entry, default: Action
) -> None:
    before, after = judge(*entries, default=default), judge(*entries, more, default=default)
    if more.kind is ALLOW:
        assert STRICTNESS.index(after.action) <= STRICTNESS.index(before.action)
    if more.kind is WATCH:
        assert (after.rule, after.action, after.reason) == (before.rule, before.action, before.reason)
