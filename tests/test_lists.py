"""The lists in memory: what fits, in which order, and that each structure answers as a plain scan would."""

import fnmatch
import itertools
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap64

from blocklist import exact, keys, naming
from blocklist.entries import Category, Entry, EntryKind, Match, Override
from blocklist.exact import ExactNumbers
from blocklist.leading import heads
from blocklist.lists import RAW, Caller, Lists
from blocklist.precedence import rank
from blocklist.wildcards import DIGIT, Wildcards, matcher

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BLOCK, ALLOW, WATCH = EntryKind.BLOCK, EntryKind.ALLOW, EntryKind.WATCH
EXACT, PREFIX, RANGE, PATTERN, NAME = Match


def entry(match: Match, pattern: str, kind: EntryKind = BLOCK, **more: object) -> Entry:
    return replace(Entry(None, kind, match, pattern), **more)  # type: ignore[arg-type]  # checked by Entry


@pytest.mark.parametrize(
    ("match", "pattern", "fits", "next_to_it"),
    [
        (EXACT, "0912345678", ["0912345678"], ["0912345679", "091234567", "09123456780", "+0912345678"]),
        (EXACT, "+375291234567", ["+375291234567"], ["375291234567"]),
        (EXACT, "00912", ["00912"], ["0912", "912"]),
        (EXACT, "9" * 32, ["9" * 32], ["9" * 31]),
        (PREFIX, "0162", ["0162", "01621234567"], ["016", "0163", "+0162"]),
        (PREFIX, "+375", ["+375291234567"], ["375291234567", "+37"]),
        (RANGE, "0912345000-0912345999", ["0912345000", "0912345500", "0912345999"],
         ["0912344999", "0912346000", "091234500", "09123450000", "+912345000"]),
        (RANGE, "0912345678-0912345678", ["0912345678"], ["0912345677", "0912345679"]),
        (RANGE, "0999999995-1000000004", ["0999999995", "0999999999", "1000000000", "1000000004"],
         ["0999999994", "1000000005"]),
        (RANGE, "+37529000-+37529999", ["+37529123"], ["+37530000", "37529123"]),
        (PATTERN, "0912??5678", ["0912345678"], ["091235678", "0912345679", "09123456780"]),
        (PATTERN, "+3?5*", ["+375291234567", "+305"], ["+386", "3755", "+35"]),
        (PATTERN, "*725725", ["02373725725", "725725"], ["02373725726", "+725725"]),
        (PATTERN, "0*12*34*5", ["0123445", "09912993495"], ["0134125", "012345x"]),
        (PATTERN, "?1?2?3", ["010203"], ["110204", "10203"]),
    ],
)  # fmt: skip
def test_each_match_fits_what_it_is_for_and_not_what_lies_next_to_it(
    match: Match, pattern: str, fits: list[str], next_to_it: list[str]
) -> None:
    listed = entry(match, pattern)
    lists = Lists([listed])
    assert [number for number in fits + next_to_it if lists.fitting(Caller(number), NOW)] == fits
    assert len(lists) == 1


def test_a_presentation_is_compared_with_the_digits_as_they_came() -> None:
    lists = Lists([entry(PATTERN, "raw:+840*")])
    assert lists.fitting(Caller("0912345678", digits="+840912345678"), NOW)
    assert not lists.fitting(Caller("0912345678", digits="+84912345678"), NOW)
    assert not lists.fitting(Caller("+840912345678", digits="0912345678"), NOW)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*công an*", "CONG AN TINH", True),
        ("*công an*", "Bộ Co\u0302ng  An", True),
        ("*công an*", "Công ty An", False),
        ("công an", "công an", True),
        ("công an", "công an tỉnh", False),
        ("đ?i tá*", "Đại tá Hùng", True),
        ("đ?i tá*", "Đi tá Hùng", False),
        ("* an *", "cong an tinh", True),
        ("* an *", "cong anh tinh", False),
        ("*vksnd*", "V.K.S.N.D tinh", True),
        ("*vksnd*", "VKSN tinh", False),
        ("*công an*", "C0NG 4N", True),
        ("*công an*", "C0NG 4M", False),
    ],
)
def test_names_are_compared_without_case_and_marks(pattern: str, name: str, fits: bool) -> None:
    lists = Lists([entry(NAME, pattern)])
    assert bool(lists.fitting(Caller("", name=name), NOW)) is fits


def test_an_entry_counts_where_it_is_meant_for_and_until_it_ends() -> None:
    lists = Lists(
        [
            entry(
                EXACT, "0912345678", pbx="main", called=("1001", "20*"), expires_at=NOW + timedelta(seconds=1)
            )
        ]
    )

    def fits(pbx: str = "main", called: str = "1001", at: datetime = NOW) -> bool:
        return bool(lists.fitting(Caller("0912345678", pbx=pbx, called=called), at))

    assert fits()
    assert fits(called="2055")
    assert not fits(called="1002")
    assert not fits(called="10010")
    assert not fits(pbx="other")
    assert not fits(at=NOW + timedelta(seconds=1))
    assert lists.sizes(NOW) == {ALLOW: 0, BLOCK: 1, WATCH: 0}
    assert lists.next_ending(NOW) == NOW + timedelta(seconds=1)
    assert lists.sizes(NOW + timedelta(seconds=1)) == {ALLOW: 0, BLOCK: 0, WATCH: 0}
    assert lists.next_ending(NOW + timedelta(seconds=1)) is None


def test_the_order_of_precedence() -> None:
    caller = Caller("0912345678", digits="+84912345678", name="Cong an")
    in_order = [
        entry(EXACT, "0912345678", ALLOW),
        entry(EXACT, "0912345678"),
        entry(EXACT, "0912345678", WATCH),
        entry(EXACT, "0912345678", ALLOW, imported=True),
        entry(EXACT, "0912345678", imported=True),
        entry(PATTERN, "raw:+84912345*"),  # eight digits
        entry(RANGE, "0912345000-0912345999", ALLOW),  # seven
        entry(RANGE, "0912345000-0912345999"),
        entry(PREFIX, "0912345", ALLOW, imported=True),
        entry(PREFIX, "0912345", imported=True),
        entry(PATTERN, "0912*78"),
        entry(PREFIX, "09123"),
        entry(RANGE, "0912000000-0912999999"),
        entry(NAME, "cong an"),
        entry(NAME, "cong*"),
        entry(NAME, "cong*", WATCH),
    ]
    assert Lists(in_order).fitting(caller, NOW) == tuple(in_order)
    assert Lists(reversed(in_order)).fitting(caller, NOW) == tuple(in_order)


DIGITS = st.text("019", min_size=1, max_size=6)
PATTERNS = st.one_of(
    st.tuples(st.just(EXACT), st.from_regex(r"\+?[019]{1,6}", fullmatch=True)),
    st.tuples(st.just(PREFIX), st.from_regex(r"\+?[019]{1,4}", fullmatch=True)),
    st.tuples(st.just(PATTERN), st.from_regex(r"(raw:)?\+?[019*?]{1,6}", fullmatch=True)),
    st.tuples(st.just(NAME), st.text("anđ *?", min_size=1, max_size=6)),
    st.tuples(DIGITS, DIGITS).filter(lambda ends: len(ends[0]) == len(ends[1]) and ends[0] <= ends[1])
    .map(lambda ends: (RANGE, "-".join(ends))),
)  # fmt: skip
ENDS = st.sampled_from([None, NOW, NOW + timedelta(hours=1)])
ENTRIES = st.builds(
    lambda matched, **more: entry(*matched, **more),
    PATTERNS,
    kind=st.sampled_from(EntryKind),
    expires_at=ENDS,
    imported=st.booleans(),
    category=st.sampled_from(Category),
    action=st.sampled_from([None, Override.TAG]),
    pbx=st.sampled_from(["", "main"]),
    called=st.sampled_from([(), ("1001",), ("10*",)]),
)
CALLERS = st.builds(
    Caller,
    st.from_regex(r"(\+?[019]{1,6})?", fullmatch=True),
    digits=st.from_regex(r"(\+?[019]{1,6})?", fullmatch=True),
    name=st.text("aànĐ ", max_size=6),
    pbx=st.sampled_from(["main", "other"]),
    called=st.sampled_from(["1001", "1002", "2001"]),
)


def scan(entries: list[Entry], caller: Caller) -> tuple[Entry, ...]:
    """What the lists must answer, the slow and simple way."""
    return tuple(
        sorted(
            (e for e in entries if e.in_force(NOW) and _fits(e, caller) and _meant_for(e, caller)), key=rank
        )
    )


def _meant_for(of: Entry, caller: Caller) -> bool:
    called = not of.called or any(fnmatch.fnmatchcase(caller.called, number) for number in of.called)
    return called and of.pbx in {"", caller.pbx}


def _fits(of: Entry, caller: Caller) -> bool:
    number = caller.national
    match of.match:
        case Match.EXACT:
            return number == of.pattern
        case Match.PREFIX:
            return number.startswith(of.pattern)
        case Match.RANGE:
            first, last = of.pattern.split("-")
            return len(number) == len(first) and first <= number <= last
        case Match.NAME:
            pattern = naming.pattern(of.pattern)
            regex = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
            return any(re.fullmatch(regex, text) for text in naming.readings(caller.name))
        case Match.PATTERN:
            text = caller.digits if of.pattern.startswith(RAW) else number
            chars = of.pattern.removeprefix(RAW)
            regex = "".join({"*": "[0-9]*", "?": "[0-9]"}.get(char, re.escape(char)) for char in chars)
            return bool(text) and bool(re.fullmatch(regex, text))


@given(st.lists(ENTRIES, max_size=12, unique=True), CALLERS)
def test_lists_answer_as_a_scan_of_all_entries_would(entries: list[Entry], caller: Caller) -> None:
    lists = Lists(entries)
    assert lists.fitting(caller, NOW) == scan(entries, caller)
    assert len(lists) == len(entries)
    in_force = [e for e in entries if e.in_force(NOW)]
    assert lists.sizes(NOW) == {kind: sum(e.kind is kind for e in in_force) for kind in EntryKind}


@given(
    st.lists(ENTRIES, max_size=8, unique=True),
    st.lists(st.lists(ENTRIES, max_size=3, unique=True), max_size=4),
    CALLERS,
)
def test_changed_lists_equal_lists_made_anew_and_the_old_ones_stay(
    entries: list[Entry], changes: list[list[Entry]], caller: Caller
) -> None:
    first = lists = Lists(entries)
    before = first.fitting(caller, NOW)
    held = {(e.match, e.pattern): lists.at((e.match, e.pattern)) for e in entries}
    for step in changes:
        listed = {(e.match, e.pattern): tuple(o for o in step if (o.match, o.pattern) == (e.match, e.pattern))
                  for e in step}  # fmt: skip
        gone = dict.fromkeys(list(held)[:1], ())
        lists = lists.changed({**gone, **listed})
        held |= {**gone, **listed}
    now_held = [e for found in held.values() for e in found]
    assert lists.fitting(caller, NOW) == scan(now_held, caller)
    assert lists.sizes(NOW) == Lists(now_held).sizes(NOW)
    assert len(lists) == len(now_held)
    assert first.fitting(caller, NOW) == before


@given(st.lists(st.integers(0, 60), max_size=30), st.lists(st.integers(0, 60), max_size=30), st.booleans())
def test_bulk_numbers_are_found_and_their_changes_survive_being_worked_in(
    held: list[int], changed: list[int], worked_in: bool
) -> None:
    like = entry(EXACT, "", imported=True)
    names = [f"09{n:08}" for n in range(61)]
    bulk = ((like, BitMap64(key for n in held if (key := keys.key(names[n])) is not None)),)
    own = {names[n]: (entry(EXACT, names[n], ALLOW),) if n % 2 else () for n in changed}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "MOST_CHANGES", 0 if worked_in else 100)
        numbers = ExactNumbers({}, bulk).changed(own)
    for n, name in enumerate(names):
        expected = own.get(name, (replace(like, pattern=name),) if n in held else ())
        assert numbers.at(name) == expected


@given(st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_key_of_a_number_keeps_zeros_and_plus(number: str) -> None:
    key = keys.key(number)
    assert (key is None) is (len(number) > keys.LONGEST)
    if key is not None:
        assert key < 2**63
        assert keys.number(key) == number


@given(st.integers(0, 99999), st.integers(0, 99999))
def test_blocks_of_a_range_hold_exactly_its_numbers(first: int, last: int) -> None:
    low, high = sorted((first, last))
    held = [(f"{head:0<5}", f"{head:9<5}") for head in heads(f"{low:05}", f"{high:05}")]
    assert (held[0][0], held[-1][1]) == (f"{low:05}", f"{high:05}")
    assert all(int(end) + 1 == int(start) for (_, end), (start, _) in itertools.pairwise(held))


@given(st.text(), st.text(), st.text())
def test_no_text_of_a_caller_raises(national: str, digits: str, name: str) -> None:
    everything = [entry(m, p) for m, p in ((EXACT, "0"), (PREFIX, "0"), (PATTERN, "*1?"), (PATTERN, "raw:*0"),
                                           (NAME, "*a?"), (RANGE, "00-11"))]  # fmt: skip
    Lists(everything).fitting(Caller(national, digits, name), NOW)


def test_a_pattern_made_to_be_slow_is_not() -> None:
    evil = matcher("*".join("1" * 20) + "*2", DIGIT)
    started = time.perf_counter()
    assert evil.fullmatch("1" * 20_000) is None
    assert time.perf_counter() - started < 1


def test_thousands_of_patterns_are_not_tried_one_by_one() -> None:
    entries = {f"0912*{n:04}": (entry(PATTERN, f"0912*{n:04}"),) for n in range(5000)}
    wildcards = Wildcards(entries, DIGIT)
    assert [found.pattern for found in wildcards.find("0912340077")] == ["0912*0077"]
    started = time.perf_counter()
    for _ in range(1000):
        assert len(list(wildcards.find("0912349999"))) == 0
    assert time.perf_counter() - started < 1
