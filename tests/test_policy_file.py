"""The policy's file: one written schema, read as a whole, each problem told with place and remedy."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from blocklist.kinds import LookalikeKind
from screener import policy_file, policy_tables
from screener.calls import Action, Rule
from screener.groups import Group, Overrides, When
from screener.hours import DAYS, END_OF_DAY, Hours
from screener.policy import (
    CHANGEABLE_RULES,
    DEFAULT_ACTIONS,
    DEFAULT_POLICY,
    Behaviour,
    Policy,
    Threshold,
)
from screener.policy_actions import RULES, KindAction, kind_action
from screener.policy_problems import InvalidPolicy
from screener.policy_tables import REVISION

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "deploy" / "policy.example.toml"
SCHEMA = (ROOT / "docs" / "policy.md").read_text()


def uncommented(text: str) -> str:
    """Take the # away from the lines of TOML that the example shows, not from its remarks."""
    return re.sub(r"^#(?=\[|\w+ = )", "", text, flags=re.MULTILINE)


def test_the_example_says_what_the_defaults_are() -> None:
    assert policy_file.read(EXAMPLE) == DEFAULT_POLICY
    given_keys = policy_tables.write(policy_file.parse(""))
    assert tomlkit.parse(EXAMPLE.read_text()).unwrap() == given_keys


def test_the_examples_remarks_are_right_once_they_count() -> None:
    policy = policy_file.parse(uncommented(EXAMPLE.read_text()))
    assert policy.hours is not None
    assert policy.hours.holidays
    (hotline,) = policy.groups
    assert set(hotline.overrides) == {When.ALWAYS, When.CLOSED}


def test_an_empty_file_is_the_default_policy() -> None:
    assert policy_file.parse("") == DEFAULT_POLICY
    assert policy_file.parse("[rules]\n[kinds]\n[behaviour]\n[groups]\n") == DEFAULT_POLICY


def test_what_is_left_out_has_its_default_and_the_rest_counts() -> None:
    policy = policy_file.parse('[rules]\nwithheld = "warn"\n[behaviour]\nmany_calls = {count = 40}\n')
    assert policy.actions == {**DEFAULT_ACTIONS, Rule.WITHHELD: Action.WARN}
    assert policy.behaviour.many_calls == Threshold(40, DEFAULT_POLICY.behaviour.many_calls.minutes)
    assert policy.kinds == DEFAULT_POLICY.kinds


@pytest.mark.parametrize(
    ("text", "action"),
    [("off", None), ("tag", Action.TAG), ("block", Action.BLOCK)],
)
def test_a_kind_is_switched_off_or_has_an_action_of_its_own(text: str, action: Action | None) -> None:
    policy = policy_file.parse(f'[kinds]\none_digit = "{text}"\n')
    assert policy.kinds[LookalikeKind.ONE_DIGIT] is action


def test_a_kind_as_its_rule_has_no_action_of_its_own() -> None:
    assert LookalikeKind.NEIGHBOUR in DEFAULT_POLICY.kinds
    assert LookalikeKind.NEIGHBOUR not in policy_file.parse('[kinds]\nneighbour = "as_rule"\n').kinds


GROUP = "[groups.a]\nnumbers = ['1001']\n"
WRONG = [
    ("rule = 1", "rule = 1: no such key; remove it (known here: revision, by_chance, rules, kinds, "),
    ('[rules]\nwithhold = "tag"', 'rules.withhold = "tag": no such key; remove it (known here: own_number, '),
    ('[rules]\nwithheld = "deny"', 'rules.withheld = "deny": must be "allow", "tag", "warn" or "block"'),
    ('[rules]\nwithheld = "Tag"', 'rules.withheld = "Tag": must be'),
    ('[rules]\nwithheld = "off"', 'rules.withheld = "off": must be "allow", "tag", "warn" or "block"'),
    ("[rules]\nwithheld = true", "rules.withheld = true: must be"),
    ('[rules]\nexempt = "allow"', "rules.exempt = \"allow\": is always 'allow'; remove the line"),
    ('[rules]\nallow_exact = "block"', "rules.allow_exact = \"block\": is always 'allow'; remove the line"),
    ('[rules]\ndefault = "block"', 'rules.default = "block": with this no phone would ring any more; choose'),
    ("rules = 1", "rules = 1: must be a table; write its keys under [rules]"),
    ("rules = [1, 'x']", 'rules = [1, "x"]: must be a table'),
    ('by_chance = "as_rule"', 'by_chance = "as_rule": must be "off", "allow", "tag", "warn" or "block"'),
    ('[kinds]\nold = "tag"', 'kinds.old = "tag": no such key; remove it (known here: official_as_caller, '),
    ('[kinds]\nname = ""', 'kinds.name = "": must be "off", "as_rule", "allow", "tag", "warn" or "block"'),
    ("[behaviour]\nmany_calls = 30", "behaviour.many_calls = 30: must be a table; write its keys under [beh"),
    ("[behaviour]\nmany_calls = {count = 1}", "behaviour.many_calls.count = 1: is reached by each call, so "),
    ("[behaviour]\nmany_calls = {count = -1}", "behaviour.many_calls.count = -1: must be a whole number fro"),
    ("[behaviour]\nmany_calls = {count = 201}", "count = 201: must be a whole number from 0 to 200"),
    ("[behaviour]\nmany_calls = {count = true}", "count = true: must be a whole number from 0 to 200"),
    ("[behaviour]\nmany_calls = {minutes = 0}", "minutes = 0: must be a whole number from 1 to 1440"),
    ("[behaviour]\nmany_calls = {minutes = 1441}", "minutes = 1441: must be a whole number from 1 to 1440"),
    ("[behaviour]\nshort_seconds = 1.5", "behaviour.short_seconds = 1.5: must be a whole number from 1 to 6"),
    ("[behaviour]\nblock_minutes = -5", "behaviour.block_minutes = -5: must be a whole number from 0 to"),
    ("[hours]\n", "hours: has no day; write at least one"),
    ('[hours]\nmonday = "07:30"', 'hours.monday = "07:30": must be a list of texts, as in ["07:30-11:30"'),
    ('[hours]\nmonday = ["7.30-11.30"]', 'hours.monday = "7.30-11.30": is no time of day; write hours as in'),
    ('[hours]\nmonday = ["07:60-11:30"]', 'hours.monday = "07:60-11:30": is no time of day'),
    ('[hours]\nmonday = ["07:30-24:01"]', 'hours.monday = "07:30-24:01": is no time of day'),
    ('[hours]\nmonday = ["22:00-06:00"]', 'hours.monday = "22:00-06:00": ends before it begins; write a nig'),
    ('[hours]\nmonday = ["08:00-08:00"]', 'hours.monday = "08:00-08:00": ends before it begins'),
    ('[hours]\nmonday = ["08:00-12:00", "11:59-13:00"]', "has hours that overlap; write each only once"),
    ('[hours]\nmonday = []\nmontag = ["08:00-12:00"]', "hours.montag = [\"08:00-12:00\"]: no such key"),
    ('[hours]\nmonday = []\ntime_zone = "Hanoi"', 'hours.time_zone = "Hanoi": is no time zone that this mac'),
    ("[hours]\nmonday = []\ntime_zone = 7", "hours.time_zone = 7: is no time zone"),
    ('[hours]\nmonday = []\nholidays = ["2027-01-01"]', 'holidays = "2027-01-01": must be a list of dates w'),
    ("[hours]\nmonday = []\nholidays = 2027-01-01", "hours.holidays = 2027-01-01: must be a list of dates"),
    ("[hours]\nmonday = []\nholidays = [2027-01-01T00:00:00]", "holidays = 2027-01-01T00:00:00: must be"),
    ("[groups]\nhotline = 1", "groups.hotline = 1: must be a table; write its keys under [groups.hotline]"),
    ("[groups.a]\n", "groups.a.numbers: is missing; write the dialled numbers, as in"),
    ("[groups.a]\nnumbers = []", "groups.a.numbers: is missing"),
    ("[groups.a]\nnumbers = [1001]", "groups.a.numbers = [1001]: must be a list of texts"),
    ("[groups.a]\nnumbers = ['10*1']", 'groups.a.numbers = "10*1": is no dialled number; write its digits'),
    ("[groups.a]\nnumbers = ['٣']", 'groups.a.numbers = "٣": is no dialled number'),
    (GROUP + "[groups.b]\nnumbers = ['1001']", 'groups.b.numbers = "1001": is in groups.a too; a number has'),
    (GROUP + '[groups.""]\nnumbers = ["7"]', 'groups."": is no name of a group'),
    (GROUP + 'often = {}', "groups.a.often: no such key; remove it (known here: numbers, always, open, clos"),
    (GROUP + 'closed.rules = {withheld = "tag"}', "groups.a.closed: needs opening hours; write them under ["),
    (GROUP + 'always.rules = {default = "block"}', 'groups.a.always.rules.default = "block": with this no p'),
    (GROUP + 'always.rules = {exempt = "block"}', "groups.a.always.rules.exempt = \"block\": is always 'all"),
    (GROUP + 'always.kinds = {name = "as_rule"}', 'groups.a.always.kinds.name = "as_rule": must be "off", "'),
    (GROUP + "always.hours = {}", "groups.a.always.hours: no such key; remove it (known here: rules, kinds)"),
    ("revision = -1", "revision = -1: must be a whole number from 0"),
    ("[rules\n", "not valid TOML"),
    ('a = 1\na = 2', "not valid TOML: a key is there twice"),
    ("a = " + "9" * 5000, "not valid TOML: a number has too many digits"),
    ("a = " + "[" * 5000, "not valid TOML"),
    ('"a\\u001b[2J" = 1', 'no such key'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_policy_is_refused_with_place_value_and_remedy(text: str, message: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        policy_file.parse(text)
    (line,) = caught.value.lines
    assert message in line
    assert line.isprintable()


RIGHT = [
    '[rules]\nwithheld = "block"',
    '[rules]\ndefault = "warn"',
    "[behaviour]\nmany_calls = {count = 2}",
    "[behaviour]\nmany_calls = {count = 0}",
    "[behaviour]\nmany_calls = {count = 200, minutes = 1440}",
    '[hours]\nmonday = ["08:00-12:00", "12:00-24:00"]',
    '[hours]\nmonday = ["7:30 – 11:30"]',
    '[hours]\nmonday = []\ntime_zone = "Asia/Bangkok"\nholidays = [2027-01-01, 2027-01-01]',
    GROUP + "[groups.b]\nnumbers = ['100*', '*', '+842373850234']",
    GROUP + 'closed.rules = {withheld = "tag"}\n[hours]\nfriday = ["08:00-12:00"]',
    '[groups."một cửa"]\nnumbers = ["1001", "1001"]',
    "revision = 7",
    "\ufeff[rules]\r\nwithheld = 'tag'\r\n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_the_nearest_that_is_right_is_taken(text: str) -> None:
    policy = policy_file.parse(text)
    assert policy_file.parse(policy_file.write(policy)) == policy


def test_all_problems_are_told_at_once() -> None:
    text = "bogus = 1\n" + '[rules]\nwithheld = 1\ndefault = "block"\n[hours]\nsunday = ["x", "y"]\n' + GROUP
    with pytest.raises(InvalidPolicy) as caught:
        policy_file.parse(text + "open = 1\n")
    places = [problem.place for problem in caught.value.problems]
    assert places == [
        "bogus",
        "rules.withheld",
        "rules.default",
        "hours.sunday",
        "hours.sunday",
        "groups.a.open",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory; check the path and its rights"),
        (b"[rules]\nwithheld = 'x'", 'rules.withheld = "x": must be'),
        (b"[rules]\n# \xff\n", "not UTF-8 (at line 2); save the file as UTF-8"),
        (b"#" * (1 << 20) + b"\n", "is larger than 1048576 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "policy.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidPolicy) as caught:
        policy_file.read(file)
    (line,) = caught.value.lines
    assert line.startswith(f"{file}: ")
    assert message in line


def test_a_folder_and_an_impossible_path_are_no_policies(tmp_path: Path) -> None:
    for path in (tmp_path, Path("a\0b")):
        with pytest.raises(InvalidPolicy, match="check the path"):
            policy_file.read(path)


def test_the_revision_that_a_file_was_exported_from_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(policy_file.write(DEFAULT_POLICY, 7))
    assert policy_file.read_exported(file) == (DEFAULT_POLICY, 7)
    file.write_text(policy_file.write(DEFAULT_POLICY))
    assert policy_file.read_exported(file) == (DEFAULT_POLICY, None)


ACTIONS = st.sampled_from(Action)
MILD = st.sampled_from([Action.ALLOW, Action.TAG, Action.WARN])
CHANGED_RULES = st.dictionaries(st.sampled_from(sorted(CHANGEABLE_RULES - {Rule.DEFAULT})), ACTIONS)
KINDS = st.dictionaries(st.sampled_from(LookalikeKind), st.none() | ACTIONS)
COUNTS = st.just(0) | st.integers(2, 200)
THRESHOLDS = st.builds(Threshold, COUNTS, st.integers(1, 1440))
SPANS = st.lists(st.integers(0, END_OF_DAY), unique=True, max_size=6).map(
    lambda times: tuple(zip(sorted(times)[::2], sorted(times)[1::2], strict=False))
)
ALL_HOURS = st.builds(
    Hours,
    st.tuples(*[SPANS] * 7),
    st.frozensets(st.dates(), max_size=3),
    st.sampled_from(["Asia/Ho_Chi_Minh", "UTC", "Asia/Tokyo"]),
)
NUMBERS = st.from_regex(r"\A(\+?[0-9]{1,20}\*?|\*)\Z")
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=64)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    hours = draw(st.none() | ALL_HOURS)
    whens = list(When) if hours is not None else [When.ALWAYS]
    overrides = st.builds(Overrides, CHANGED_RULES, KINDS)
    numbers = draw(st.lists(NUMBERS, unique=True, max_size=6))
    names = draw(st.lists(NAMES, unique=True, min_size=len(numbers), max_size=len(numbers)))
    groups = tuple(
        Group(name, (number,), draw(st.dictionaries(st.sampled_from(whens), overrides)))
        for name, number in zip(names, numbers, strict=True)
    )
    rules = draw(CHANGED_RULES) | {Rule.DEFAULT: draw(MILD)}
    behaviour = draw(
        st.builds(
            Behaviour,
            *[THRESHOLDS] * 4,
            short_seconds=st.integers(1, 600),
            block_minutes=st.integers(0, 10_000),
        )
    )
    return Policy(
        {**DEFAULT_ACTIONS, **rules}, draw(KINDS), draw(st.none() | ACTIONS), behaviour, hours, groups
    )


@given(policies())
def test_what_is_written_is_read_again_as_it_was(policy: Policy) -> None:
    assert policy_file.parse(policy_file.write(policy)) == policy


@given(policies())
def test_no_policy_that_can_be_read_blocks_a_call_that_no_rule_fits(policy: Policy) -> None:
    read = policy_file.parse(policy_file.write(policy))
    for called in ("1001", "", *(group.numbers[0] for group in read.groups)):
        for hour in range(0, 24, 6):
            now = datetime.datetime(2026, 11, 23, hour, tzinfo=datetime.UTC)
            assert read.applying(called, now).rules[Rule.DEFAULT] is not Action.BLOCK


@given(st.text() | st.sampled_from([text for text, _ in WRONG] + RIGHT))
def test_no_text_does_anything_but_give_a_policy_or_say_what_is_wrong(text: str) -> None:
    try:
        policy_file.parse(text)
    except InvalidPolicy as error:
        assert error.lines


TOML_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rules", "kinds", "numbers", "always", "monday", "count", "minutes", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*policy_tables.TOP, "x"]), TOML_VALUES))
def test_no_tables_do_anything_but_give_a_policy_or_say_what_is_wrong(tables: dict[str, Any]) -> None:
    try:
        policy_tables.read(tables)
    except InvalidPolicy as error:
        assert all(problem.remedy for problem in error.problems)


def _described(heading: str) -> dict[str, list[str]]:
    """Return the rows of the schema's table under a heading, by key."""
    section = SCHEMA.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_the_schema_has_every_rule_and_kind_with_its_default() -> None:
    rules = {key: row[0].strip("`") for key, row in _described("[rules]").items()}
    assert rules == {rule.value: f'"{DEFAULT_ACTIONS[rule]}"' for rule in RULES}
    kinds = {key: row[0].strip("`") for key, row in _described("[kinds]").items()}
    assert kinds == {kind.value: f'"{kind_action(DEFAULT_POLICY, kind)}"' for kind in LookalikeKind}
    top = set(_described("Top level"))
    assert top == {REVISION, "by_chance"}
    behaviour = {key: row[0].strip("`") for key, row in _described("[behaviour]").items()}
    written = tomlkit.parse(policy_file.write(DEFAULT_POLICY))["behaviour"]
    assert behaviour == {
        key: value.as_string() if hasattr(value, "as_string") else str(value)
        for key, value in written.items()
    }
    assert set(_described("[hours]")) == {"time_zone", *DAYS, "holidays"}
    assert set(_described("[groups.NAME]")) == {
        "numbers",
        *(f"{when}.{table}" for when in When for table in ("rules", "kinds")),
    }


def test_every_example_in_the_schema_can_be_read() -> None:
    examples = re.findall(r"```toml\n(.*?)```", SCHEMA, flags=re.DOTALL)
    assert len(examples) >= 3
    for example in examples:
        policy_file.parse(example)


def test_the_schema_says_what_kinds_may_ask_for() -> None:
    assert all(f'`"{action}"`' in SCHEMA for action in KindAction)
