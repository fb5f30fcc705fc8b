"""What is learnt of a site from its calls: what enough of them tell, and not what one caller makes up."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import call_samples
import pytest
from call_samples import START, decided
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from blocklist.numbers import normalise
from blocklist.site import NOWHERE, Site
from blocklist.writing import Writing
from screener import call_history, site_proposal
from screener.calls import Ended
from screener.cli import app
from screener.database import Database, open_database, upgrade
from screener.happenings import Outcome
from screener.learning import MIN_CALLERS, MIN_CALLS, Learnt, Seen, learn, writing
from screener.records import Records
from screener.settings import Settings

pytest_plugins = ["database_fixtures"]

NOBODY: frozenset[str] = frozenset()


def seen(number: str = "0912345678", called: str = "1001", trunk: str = "viettel", **more: Any) -> Seen:
    return Seen("hq", trunk, number, called, **more)


def callers(count: int, prefix: str = "0", start: int = 0, **more: Any) -> list[Seen]:
    return [seen(f"{prefix}91234{start + one:04d}", **more) for one in range(count)]


def learnt(calls: Sequence[Seen], site: Site = NOWHERE, own_forwards: frozenset[str] = NOBODY) -> Learnt:
    return learn(calls, site, own_forwards)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("0912345678", "0"),
        ("84912345678", "84"),
        ("+84912345678", "+84"),
        ("+84 912-345-678", "+84"),
        ("0084912345678", "0084"),
        ("912345678", "9"),
        ("840912345678", "840"),
        ("+840912345678", "+840"),
        ("00840912345678", "00840"),
        ("084912345678", "084"),
        ("+084912345678", "+084"),
        ("+0912345678", "+0"),
        ("2373725725", "9"),
        ("0849123456", "0"),
        ("849123456", "9"),
        # tells nothing
        ("+375291234567", None),
        ("1900545454", None),
        ("113", None),
        ("0412345678", None),
        ("01201234567", None),
        ("084112345678", None),
        ("+8484912345678", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_the_form_of_a_number_is_what_stands_before_it(written: str, form: str | None) -> None:
    assert writing(written) == (form and Writing(form))


@given(st.sampled_from(Writing), st.integers(0, 9_999_999))
def test_a_form_that_is_seen_reads_the_number_back(form: Writing, rest: int) -> None:
    written = f"{form.prefix}91{rest:07d}"
    assert writing(written) is form
    assert normalise(written, Site(writes={"t": form}), "t").national == f"091{rest:07d}"


@given(st.text(max_size=40))
@example("\ud800")
def test_any_text_may_stand_in_the_log(text: str) -> None:
    found = learnt([seen(text, text, text, answered_by=text, diversions=(text,))] * MIN_CALLS)
    tomllib.loads(site_proposal.as_toml(found, Settings(), START, START))


@pytest.mark.parametrize(
    ("calls", "form"),
    [
        (callers(MIN_CALLERS, "84"), "84"),
        (callers(MIN_CALLERS - 1, "84"), None),
        (callers(27, "84") + callers(3, "0", 100), "84"),
        (callers(26, "84") + callers(4, "0", 100), None),
        # one caller who rings often is one; foreign and withheld callers tell nothing
        (callers(MIN_CALLERS - 1, "84") + callers(1, "84") * 100, None),
        (callers(MIN_CALLERS, "84") + [seen("+375291234567"), seen("anonymous")] * 100, "84"),
        (callers(MIN_CALLERS, "84") + callers(20, "+840", 50), None),
    ],
)
def test_a_trunk_writes_as_nearly_all_of_its_callers_come(calls: Sequence[Seen], form: str | None) -> None:
    (trunk,) = learnt(calls).trunks
    assert trunk.writes == (form and Writing(form))


def test_trunks_are_told_apart_by_their_exchange() -> None:
    other = [Seen("branch", "viettel", call.number, "1001") for call in callers(MIN_CALLERS, "840")]
    trunks = learnt(callers(MIN_CALLERS, "84") + other + callers(1, trunk="")).trunks
    assert [(trunk.pbx, trunk.trunk, trunk.writes) for trunk in trunks] == [
        ("branch", "viettel", Writing.COUNTRY_ZERO),
        ("hq", "viettel", Writing.COUNTRY),
    ]


@pytest.mark.parametrize(
    ("called", "own", "parts"),
    [
        (["02373850234"] * MIN_CALLS, [("02373850234", MIN_CALLS)], []),
        (["02373850234"] * (MIN_CALLS - 1), [], []),
        (["02373850234", "842373850234", "2373850234"], [("02373850234", 3)], []),
        (["19001234"] * 3, [("19001234", 3)], []),
        (["02173850234"] * 3, [], []),
        (["113"] * 3, [], []),
        (["1001"] * 3, [], []),
        (["s"] * 3, [], []),
        ([""] * 3, [], []),
        (["3850234"] * 3, [], [("3850234", 3)]),
        (["3850234"] * 2, [], []),
        (["38502"] * 3, [], []),
        # in the settings already
        (["02373850100"] * 3, [], []),
        # neighbours are a range, from three on
        (["02373850234", "02373850235"] * 3, [("02373850234", 3), ("02373850235", 3)], []),
        (["02373850234", "02373850235", "02373850236"] * 3, [("02373850234-02373850236", 9)], []),
        (["02373850234", "02373850235", "02373850237"] * 3,
         [("02373850234", 3), ("02373850235", 3), ("02373850237", 3)], []),
    ],
)  # fmt: skip
def test_own_numbers_are_those_that_are_called(
    called: list[str], own: list[tuple[str, int]], parts: list[tuple[str, int]]
) -> None:
    site = Site(own_numbers=frozenset({"02373850100-02373850199"}))
    found = learnt([seen(called=number) for number in called], site)
    assert (list(found.own), list(found.parts)) == (own, parts)


@pytest.mark.parametrize(
    ("answered_by", "extension"),
    [
        ("1001", "1001"),
        ("1001@from-internal", "1001"),
        ("2001", None),
        ("viettel", None),
        ("0912345678", None),
        ("7", None),
        ("", None),
    ],
)
def test_extensions_are_those_that_answer(answered_by: str, extension: str | None) -> None:
    site = Site(extensions=frozenset({"20*"}))
    found = learnt([seen(answered_by=answered_by)] * MIN_CALLS, site).extensions
    assert found == (((extension, MIN_CALLS),) if extension else ())
    assert learnt([seen(answered_by=answered_by)] * (MIN_CALLS - 1), site).extensions == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0903111222", "0903111222"),
        ("+84903111222", "0903111222"),
        ("0903111999", None),
        ("1001", None),
        ("anonymous", None),
    ],
)
def test_forwards_are_those_that_say_so(text: str, number: str | None) -> None:
    found = learnt([seen(diversions=(text,))] * MIN_CALLS, own_forwards=frozenset({"0903111999"})).forwards
    assert found == (((number, MIN_CALLS),) if number else ())


SETTINGS = Settings.model_validate(
    {
        "site": {"own_numbers": ["02373850234"], "extensions": ["20*"]},
        "pbx": {
            "hq": {"host": "192.0.2.10", "secret": "not-to-be-shown", "trunks": {"fpt": {"writes": "84"}}},
        },
    }
)
CALLS = [
    *callers(40, "+840", called="02373850235", trunk="vnpt \"1\"", answered_by="1001"),
    *callers(40, "84", trunk="fpt", diversions=("0903111222",)),
    *callers(5, "0", trunk="new"),
]  # fmt: skip


def proposal(calls: Sequence[Seen] = CALLS) -> str:
    found = learn(calls, SETTINGS.site.site(SETTINGS.writes), SETTINGS.site.forwards())
    return site_proposal.as_toml(found, SETTINGS, START - timedelta(days=30), START)


def test_the_proposal_is_settings_that_can_be_pasted() -> None:
    read = tomllib.loads(proposal())
    assert read == {
        "site": {"own_numbers": ["02373850234", "02373850235"], "extensions": ["20*", "1001"]},
        "pbx": {"hq": {"trunks": {'vnpt "1"': {"writes": "+840"}, "fpt": {"writes": "84"}}}},
    }
    pbx = {"hq": {"host": "192.0.2.10", "secret": "x", **read["pbx"]["hq"]}}
    taken = Settings.model_validate({"site": read["site"], "pbx": pbx})
    assert taken.writes['hq/vnpt "1"'] is Writing.PLUS_COUNTRY_ZERO
    assert taken.site.site().owns("02373850235")


@pytest.mark.parametrize(
    "line",
    [
        "# Learnt from 85 calls between 2026-10-24 and 2026-11-23 (UTC).",
        '    "02373850234",  # in the settings already',
        '    "02373850235",  # called 40 times',
        '    "1001",  # answered 40 times',
        '#    "0903111222",  # forwarded 40 times',
        'writes = "+840"  # 40 callers: +840 40 (100%)',
        'writes = "84"  # in the settings already; 40 callers: 84 40 (100%)',
        "# No proposal for [pbx.hq.trunks.new]: fewer than 30 callers; 5 callers: 0 5 (100%)",
    ],
)
def test_each_line_says_what_it_rests_on(line: str) -> None:
    assert line in proposal().splitlines()


def test_a_form_that_the_settings_deny_is_told_with_theirs() -> None:
    said = proposal(callers(40, "0", trunk="fpt"))
    assert 'writes = "0"  # the settings say 84; 40 callers: 0 40 (100%)' in said.splitlines()


def test_nothing_is_proposed_from_no_calls() -> None:
    assert tomllib.loads(proposal([])) == {}


def test_the_log_gives_what_is_learnt_from(database: Database) -> None:
    records = Records(database.sessions)
    call = call_samples.call("1", "+84912345678", pbx="hq", trunk="viettel", called="02373850234")
    records.apply(
        [decided(call), Outcome("hq", "1", Ended(START + timedelta(seconds=60), True, "1001", 40, 16))]
    )
    with database.sessions() as session:
        (found,) = call_history.since(session, START)
        assert list(call_history.since(session, START + timedelta(seconds=1))) == []
    assert found == Seen("hq", "viettel", "+84912345678", "02373850234", "1001", ())


def test_the_command_prints_the_proposal_and_changes_nothing(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'state_dir = "{tmp_path}"\n[site]\nextensions = ["10*"]\n')
    database = open_database(f"sqlite:///{tmp_path / 'call-screener.db'}")
    upgrade(database.engine)
    now = datetime.now(UTC)
    for one in range(MIN_CALLERS):
        call = call_samples.call(
            str(one), f"8491234{one:04d}", pbx="hq", trunk="viettel", called="02373850234"
        )
        told = decided(call)
        old = 40 if one < 5 else 1
        Records(database.sessions).apply(
            [type(told)(now - timedelta(days=old), call, told.verdict, 1, enforced=True, listener="a")]
        )
    database.close()
    done = CliRunner().invoke(app, ["site", "learn", "--config", str(settings)])
    assert done.exit_code == 0, done.output
    assert tomllib.loads(done.output) == {"site": {"own_numbers": ["02373850234"]}}
    assert '"02373850234",  # called 25 times' in done.output
    longer = CliRunner().invoke(app, ["site", "learn", "--config", str(settings), "--days", "60"])
    assert tomllib.loads(longer.output)["pbx"]["hq"]["trunks"]["viettel"] == {"writes": "84"}
    assert settings.read_text().endswith('extensions = ["10*"]\n')
