"""What only the site knows: its numbers and extensions, and how its trunks write the numbers of callers."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blocklist import plan
from blocklist.number import DRESSING, NumberKind, Oddity
from blocklist.numbers import normalise
from blocklist.site import NOWHERE, Site
from blocklist.writing import Writing
from screener import check_lines, engine
from screener.calls import Activity, Call
from screener.candidate import candidate
from screener.prospect import prospect
from screener.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)

OWN = Site(own_numbers=frozenset({"02373850234", "0237386*", "02373870200-02373870299"}))
TRUNKS = Site(
    extensions=frozenset({"1022"}),
    writes={f"hq/{writing}": writing for writing in Writing} | {"": Writing.BARE},
)
WAYS = [*Writing, None]


def name(writing: Writing | None) -> str:
    return f"hq/{writing}" if writing else "unknown"


@pytest.mark.parametrize(
    ("national", "owned"),
    [
        ("02373850234", True),
        ("02373850235", False),
        ("02373869999", True),
        ("02373879999", False),
        ("02373870199", False),
        ("02373870200", True),
        ("02373870299", True),
        ("02373870300", False),
        ("0237387025", False),
        ("023738702500", False),
        ("", False),
    ],
)
def test_the_site_knows_its_numbers_by_number_prefix_and_range(national: str, owned: bool) -> None:
    assert OWN.owns(national) is owned


@pytest.mark.parametrize(
    ("writing", "written", "kind", "national", "oddities"),
    [
        # The trunk's own form says nothing; on any other trunk it does.
        ("+840", "+840912345678", "mobile", "0912345678", ""),
        ("+84", "+840912345678", "mobile", "0912345678", "trunk_zero_after_country_code"),
        ("840", "840692348560", "state", "0692348560", ""),
        ("84", "840692348560", "state", "0692348560", "trunk_zero_after_country_code"),
        ("+840", "840692348560", "state", "0692348560", "trunk_zero_after_country_code"),
        ("00840", "00840692348560", "state", "0692348560", ""),
        ("+0", "+0912345678", "mobile", "0912345678", ""),
        ("+0", "+00912345678", "mobile", "0912345678", "plus_before_trunk_zero"),
        ("+084", "+084912345678", "mobile", "0912345678", ""),
        # ... and neither does it before a service.
        ("+84", "+841900545454", "premium", "1900545454", ""),
        ("0", "+841900545454", "premium", "1900545454", "prefix_before_service"),
        ("+840", "+840113", "short_code", "113", ""),
        ("0", "0113", "short_code", "113", "prefix_before_service"),
        # A real oddity stays one.
        ("+840", "+84084912345678", "implausible", "084912345678", "wrong_length"),
        ("+840", "+8408491234567", "implausible", "08491234567", "wrong_length"),
        ("84", "841201234567", "implausible", "01201234567", "retired_mobile"),
        # 084 in front of a whole number, and a mobile number that begins so.
        ("084", "084912345678", "mobile", "0912345678", ""),
        (None, "084912345678", "implausible", "084912345678", "wrong_length"),
        ("084", "0849123456", "mobile", "0849123456", ""),
        # Without the trunk 0, nine and ten digits are a whole number of Vietnam, real or not.
        ("9", "912345678", "mobile", "0912345678", ""),
        ("9", "2373725725", "landline", "02373725725", ""),
        ("9", "1201234567", "implausible", "01201234567", "retired_mobile"),
        (None, "1201234567", "implausible", "1201234567", "wrong_length"),
        ("9", "412345678", "implausible", "0412345678", "unassigned_prefix"),
        (None, "412345678", "implausible", "412345678", "wrong_length"),
        ("9", "69234856", "state", "069234856", ""),
        (None, "69234856", "implausible", "69234856", "wrong_length"),
        ("9", "0912345678", "mobile", "0912345678", ""),
        ("9", "84912345678", "mobile", "0912345678", ""),
        ("9", "113", "short_code", "113", ""),
        ("9", "1022", "extension", "1022", ""),
        # Where Vietnam is 84, other countries are theirs.
        ("84", "375291234567", "foreign", "+375291234567", ""),
        ("840", "375291234567", "foreign", "+375291234567", ""),
        (None, "375291234567", "implausible", "375291234567", "wrong_length"),
        ("+84", "375291234567", "implausible", "375291234567", "wrong_length"),
        ("84", "999123456789", "implausible", "999123456789", "wrong_length"),
        ("84", "3752912345", "implausible", "3752912345", "wrong_length"),
        ("84", "84113", "short_code", "113", ""),
        (None, "84113", "implausible", "84113", "wrong_length"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_trunk_writes(
    writing: str | None, written: str, kind: str, national: str, oddities: str
) -> None:
    number = normalise(written, TRUNKS, name(Writing(writing) if writing else None))
    assert (number.kind, number.national) == (kind, national)
    assert number.oddities == {Oddity(oddity) for oddity in oddities.split()}


def test_only_the_trunk_itself_is_read_in_its_own_way() -> None:
    site = Site(writes={"hq/viettel": Writing.PLUS_COUNTRY_ZERO})
    assert not normalise("+840912345678", site, "hq/viettel").dressed
    assert normalise("+840912345678", site, "branch/viettel").dressed
    assert normalise("+840912345678", site, "viettel").dressed
    assert normalise("+840912345678", site).dressed


ODD = Site(
    own_numbers=frozenset({"02373850234"}),
    writes={"hq/odd": Writing.PLUS_COUNTRY_ZERO, "hq/bare": Writing.BARE, "bare": Writing.BARE},
)
SNAPSHOT = Snapshot(site=ODD, own_forwards=frozenset({"069234856"}))


@pytest.mark.parametrize(
    ("pbx", "trunk", "number", "more", "rule"),
    [
        ("hq", "odd", "+840912345678", {}, "default"),
        ("hq", "viettel", "+840912345678", {}, "implausible"),
        ("branch", "odd", "+840912345678", {}, "implausible"),
        # where no exchange is named, as in a check
        ("", "hq/odd", "+840912345678", {}, "default"),
        ("", "odd", "+840912345678", {}, "implausible"),
        # what the carrier asserts and who forwards are written in the same way
        ("hq", "bare", "02373850234", {"diversions": ("69234856",)}, "default"),
        ("hq", "odd", "02373850234", {"diversions": ("69234856",)}, "own_number"),
        ("hq", "bare", "69234856", {}, "default"),
        ("hq", "odd", "69234856", {}, "implausible"),
    ],
)
def test_a_call_is_judged_as_its_trunk_of_its_exchange_writes(
    pbx: str, trunk: str, number: str, more: dict[str, tuple[str]], rule: str
) -> None:
    call = Call(pbx, "channel", "1.1", "101", number, trunk=trunk, **more)  # type: ignore[arg-type]  # diversions
    assert engine.decide(call, SNAPSHOT, Activity(), NOW).rule == rule
    assert prospect(call, SNAPSHOT, {}, NOW).verdict.rule == rule


@pytest.mark.parametrize(
    ("trunk", "rule"), [("bare", "default"), ("hq/bare", "default"), ("odd", "implausible")]
)
def test_a_line_of_the_check_is_judged_as_its_trunk_writes(trunk: str, rule: str) -> None:
    line = json.dumps({"number": "69234856", "trunk": trunk}).encode()
    said, _ = check_lines.answer(line, SNAPSHOT, check_lines.as_registered)
    assert json.loads(said)["rule"] == rule


def test_the_network_identity_is_read_as_its_trunk_writes() -> None:
    call = Call("hq", "channel", "1.1", "101", "0912345678", trunk="bare", network_number="69234856")
    judged = candidate(call, SNAPSHOT, Activity(), NOW)
    assert judged.network is not None
    assert judged.network.national == "069234856"


SEVEN = st.text("0123456789", min_size=7, max_size=7)
SIGNIFICANT = st.one_of(
    st.builds("{}{}".format, st.sampled_from(sorted(plan.MOBILE_PREFIXES)), SEVEN),
    st.builds(
        lambda area, rest: (area + rest)[:10],
        st.sampled_from(sorted(plan.AREA_CODES)),
        st.text("0123456789", min_size=8, max_size=8),
    ),
    st.builds("69{}".format, SEVEN),
)  # fmt: skip


@given(SIGNIFICANT, st.sampled_from(Writing))
@example("849123456", Writing.COUNTRY)
@example("849123456", Writing.ZERO_COUNTRY)
@example("691234567", Writing.BARE)
def test_every_trunk_writes_the_same_number_in_its_way_and_nobody_is_dressed_there(
    significant: str, writing: Writing
) -> None:
    number = normalise(writing.prefix + significant, TRUNKS, name(writing))
    assert number.national == f"0{significant}"
    assert number.e164 == f"+84{significant}"
    assert number.oddities.isdisjoint(DRESSING)


@given(SIGNIFICANT, st.sampled_from(["0", "84", "+84", "0084"]), st.sampled_from(WAYS))
def test_a_number_in_a_plain_form_is_the_same_over_any_trunk(
    significant: str, prefix: str, writing: Writing | None
) -> None:
    assert normalise(prefix + significant, TRUNKS, name(writing)).national == f"0{significant}"


ANY = st.text(max_size=60) | st.builds(
    str.__add__,
    st.sampled_from(["", "+", "00", "0", "84", "+84", "+840", "+0", "084", "0084", "+8484", "tel:", "sip:+"]),
    st.text("0123456789", max_size=40),
)


@given(ANY | st.text(st.characters(exclude_categories=())), st.sampled_from(WAYS))
@example("9" * 10_000, Writing.BARE)
@example("+", Writing.PLUS_COUNTRY)
@example("84", Writing.COUNTRY)
@example("\ud800", Writing.BARE)
def test_no_text_raises_over_any_trunk_and_reading_it_again_says_the_same(
    text: str, writing: Writing | None
) -> None:
    number = normalise(text, TRUNKS, name(writing))
    assert normalise(number.raw, TRUNKS, name(writing)) == number
    assert set(number.national) <= set("+0123456789")
    assert (number.kind in {NumberKind.WITHHELD, NumberKind.UNREADABLE}) == (not number.national)


@given(ANY)
def test_a_trunk_that_writes_plain_numbers_changes_nothing(text: str) -> None:
    assert (
        normalise(text, TRUNKS, name(Writing.NATIONAL)).national
        == normalise(text, Site(extensions=TRUNKS.extensions)).national
    )


def test_a_site_that_knows_nothing_owns_nothing() -> None:
    assert not NOWHERE.owns("02373850234")
    assert not NOWHERE.owns("")
    assert not NOWHERE.has_extension("1001")
