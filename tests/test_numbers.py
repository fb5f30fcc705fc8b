"""Reading telephone numbers: each form that callers show, and beside it the nearest one that is another."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blocklist import plan
from blocklist.number import NumberKind, Oddity
from blocklist.numbers import MAX_DIGITS, normalise
from blocklist.site import Site

SITE = Site(own_numbers=frozenset({"02373850234", "0237385*"}), extensions=frozenset({"1001", "2*"}))


@pytest.mark.parametrize(
    ("written", "kind", "national", "e164", "oddities"),
    [
        # mobile
        ("0912345678", "mobile", "0912345678", "+84912345678", ""),
        ("091234567", "implausible", "091234567", None, "wrong_length"),
        ("09123456789", "implausible", "09123456789", None, "wrong_length"),
        ("0512345678", "mobile", "0512345678", "+84512345678", "unassigned_prefix"),
        ("0412345678", "implausible", "0412345678", None, "unassigned_prefix"),
        ("912345678", "mobile", "0912345678", "+84912345678", ""),
        ("91234567", "implausible", "91234567", None, "wrong_length"),
        ("84912345678", "mobile", "0912345678", "+84912345678", ""),
        ("+84912345678", "mobile", "0912345678", "+84912345678", ""),
        ("0084912345678", "mobile", "0912345678", "+84912345678", ""),
        ("8469234856", "state", "069234856", "+8469234856", ""),
        ("8491234567", "implausible", "091234567", None, "wrong_length"),
        ("849123456", "mobile", "0849123456", "+84849123456", ""),
        ("084912345678", "implausible", "084912345678", None, "wrong_length"),
        ("0849123456", "mobile", "0849123456", "+84849123456", ""),
        ("84849123456", "mobile", "0849123456", "+84849123456", ""),
        # a trunk 0 or a plus where none belongs
        ("+840912345678", "mobile", "0912345678", "+84912345678", "trunk_zero_after_country_code"),
        ("+84 (0) 912-345-678", "mobile", "0912345678", "+84912345678", "trunk_zero_after_country_code"),
        ("+0912345678", "mobile", "0912345678", "+84912345678", "plus_before_trunk_zero"),
        ("000912345678", "mobile", "0912345678", "+84912345678", "plus_before_trunk_zero"),
        ("+084912345678", "mobile", "0912345678", "+84912345678", "plus_before_trunk_zero"),
        ("+8484912345678", "mobile", "0912345678", "+84912345678", "doubled_country_code"),
        ("+848491234567", "implausible", "08491234567", None, "wrong_length"),
        ("+08491234567", "implausible", "08491234567", None, "plus_before_trunk_zero wrong_length"),
        # 11-digit mobiles ended in 2018
        ("01201234567", "implausible", "01201234567", None, "retired_mobile"),
        ("+841201234567", "implausible", "01201234567", None, "retired_mobile"),
        ("01301234567", "implausible", "01301234567", None, "wrong_length"),
        # landlines: 0, area code, subscriber, eleven digits
        ("02373725725", "landline", "02373725725", "+842373725725", ""),
        ("+842373725725", "landline", "02373725725", "+842373725725", ""),
        ("8424 3825 1234", "landline", "02438251234", "+842438251234", ""),
        ("02173725725", "landline", "02173725725", "+842173725725", "unassigned_prefix"),
        ("0237372572", "implausible", "0237372572", None, "wrong_length"),
        # the old form of that landline is a valid mobile number today
        ("0373725725", "mobile", "0373725725", "+84373725725", ""),
        # police and military
        ("0692348560", "state", "0692348560", "+84692348560", ""),
        ("+840692348560", "state", "0692348560", "+84692348560", "trunk_zero_after_country_code"),
        ("069234856", "state", "069234856", "+8469234856", ""),
        ("06923485600", "implausible", "06923485600", None, "wrong_length"),
        # services
        ("113", "short_code", "113", None, ""),
        ("+84113", "short_code", "113", None, "prefix_before_service"),
        ("118", "implausible", "118", None, "wrong_length"),
        ("5656", "short_code", "5656", None, ""),
        ("18001091", "free", "18001091", None, ""),
        ("1900545454", "premium", "1900545454", None, ""),
        ("1900", "implausible", "1900", None, "wrong_length"),
        # abroad
        ("+375291234567", "foreign", "+375291234567", "+375291234567", ""),
        ("00375291234567", "foreign", "+375291234567", "+375291234567", ""),
        ("+37529", "implausible", "+37529", None, "wrong_length"),
        ("+999123456789", "implausible", "+999123456789", None, "wrong_length"),
        # ways of writing
        ("tel:+84-912-345-678;phone-context=x", "mobile", "0912345678", "+84912345678", ""),
        ("SIP:0912345678@carrier.example", "mobile", "0912345678", "+84912345678", ""),
        ("０９１２\N{NO-BREAK SPACE}３４５６７８", "mobile", "0912345678", "+84912345678", ""),
        ("٠٩١٢٣٤٥٦٧٨", "mobile", "0912345678", "+84912345678", ""),
        ("0912\N{ZERO WIDTH SPACE}345678", "mobile", "0912345678", "+84912345678", "invisible_characters"),
        ("0912345678\r\nX", "mobile", "0912345678", "+84912345678", "invisible_characters letters"),
        ("0912x345678", "mobile", "0912345678", "+84912345678", "letters"),
        ("CONG AN", "unreadable", "", None, "letters"),
        ("+", "unreadable", "", None, ""),
        ("00", "implausible", "00", None, "wrong_length"),
        ("(+375) 29 123-45-67", "foreign", "+375291234567", "+375291234567", ""),
        ("sip:%2B84912345678:secret@10.0.0.1", "mobile", "0912345678", "+84912345678", ""),
        ("0912%34", "implausible", "091234", None, "wrong_length symbols"),
        ("(024) 3825.1234", "landline", "02438251234", "+842438251234", ""),
        ("(024) 3825.123", "implausible", "0243825123", None, "wrong_length"),
        ("[0912]/345-678", "mobile", "0912345678", "+84912345678", "symbols"),
        ("+ 84 912 345 678", "mobile", "0912345678", "+84912345678", ""),
        ("00 84 912 345 678", "mobile", "0912345678", "+84912345678", ""),
        ("tell:0912345678", "mobile", "0912345678", "+84912345678", "letters symbols"),
        ("sips:0912345678@x;user=phone", "mobile", "0912345678", "+84912345678", ""),
        ("sip0912345678@x", "mobile", "0912345678", "+84912345678", "letters"),
        ("0912345678;ext=5", "mobile", "0912345678", "+84912345678", ""),
        ("0912345678,,5", "implausible", "09123456785", None, "wrong_length symbols"),
        ("O912345678", "mobile", "0912345678", "+84912345678", "letters"),
        ("\N{FULLWIDTH PLUS SIGN}８４９１２３４５６７８", "mobile", "0912345678", "+84912345678", ""),
        ("۰۹۱۲۳۴۵۶۷۸", "mobile", "0912345678", "+84912345678", ""),
        ("०९१२३४५६७८", "mobile", "0912345678", "+84912345678", ""),
        ("九一二", "unreadable", "", None, "letters"),
        ("1１3", "short_code", "113", None, ""),
        # nothing to read
        ("\N{GRINNING FACE}", "unreadable", "", None, "symbols"),
        ("\udcff\ue000", "unreadable", "", None, "symbols"),
        ("sip:@10.0.0.1", "withheld", "", None, ""),
        ("", "withheld", "", None, ""),
        (" ", "withheld", "", None, ""),
        ("Anonymous", "withheld", "", None, ""),
        ("sip:anonymous@anonymous.invalid", "withheld", "", None, ""),
        ("unknown", "withheld", "", None, ""),
        ("unknow", "unreadable", "", None, "letters"),
        ("RESTRICTED ", "withheld", "", None, ""),
        ("Unavailable", "withheld", "", None, ""),
        ("tel:", "withheld", "", None, ""),
        ("sip:unknown@10.0.0.1", "withheld", "", None, ""),
        ("sip:unknown2@10.0.0.1", "implausible", "2", None, "letters wrong_length"),
        ("anonymous2", "implausible", "2", None, "letters wrong_length"),
    ],
)  # fmt: skip
def test_a_number_is_read_from_any_form(
    written: str, kind: str, national: str, e164: str | None, oddities: str
) -> None:
    number = normalise(written)
    assert (number.kind, number.national, number.e164) == (kind, national, e164)
    assert number.oddities == {Oddity(oddity) for oddity in oddities.split()}
    assert number.raw == written


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("1001", NumberKind.EXTENSION),
        ("2999", NumberKind.EXTENSION),
        ("1002", NumberKind.IMPLAUSIBLE),
        ("+1001", NumberKind.IMPLAUSIBLE),
        ("113", NumberKind.SHORT_CODE),
    ],
)
def test_only_the_sites_own_extensions_are_extensions(written: str, kind: NumberKind) -> None:
    assert normalise(written, SITE).kind is kind


@pytest.mark.parametrize(
    ("national", "owned"),
    [("02373850234", True), ("02373859999", True), ("02373840234", False), ("0237385", True), ("", False)],
)
def test_the_site_knows_its_own_numbers_exactly_and_by_prefix(national: str, owned: bool) -> None:
    assert SITE.owns(national) is owned


WRITTEN = st.text(max_size=60) | st.builds(
    str.__add__,
    st.sampled_from(["", "+", "00", "0", "84", "+84", "+840", "+0", "084", "0084", "+8484", "tel:", "sip:+"]),
    st.text("0123456789", max_size=40),
)
SITES = st.builds(
    Site, st.frozensets(st.text("0123456789*", max_size=4)), st.frozensets(st.text("0123456789*", max_size=4))
)


@given(text=WRITTEN | st.text(st.characters(exclude_categories=())), site=SITES)
@example("9" * 10_000, SITE)
@example("\ud800", SITE)
def test_no_text_raises_and_reading_it_again_says_the_same(text: str, site: Site) -> None:
    number = normalise(text, site)
    assert number.raw == text
    assert normalise(number.raw, site) == number
    assert len(number.national) <= MAX_DIGITS + 1
    assert set(number.national) <= set("+0123456789")
    assert str(number)


@given(WRITTEN)
@example("+8400")
@example("+840084912345678")
def test_the_national_form_reads_as_itself(text: str) -> None:
    national = normalise(text).national
    assert normalise(national).national == national


@given(st.sampled_from(sorted(plan.MOBILE_PREFIXES)), st.text("0123456789", min_size=7, max_size=7))
def test_every_way_to_write_a_mobile_number_is_one_number(prefix: str, rest: str) -> None:
    number = prefix + rest
    forms = [
        f"0{number}",
        f"+84{number}",
        f"0084{number}",
        f"+840{number}",
        f"84{number}",
        f"+0{number}",
        number,
    ]
    assert {normalise(form).national for form in forms} == {f"0{number}"}
    assert {normalise(form).e164 for form in forms} == {f"+84{number}"}


def test_every_retired_prefix_leads_to_one_that_is_in_use() -> None:
    assert set(plan.RETIRED_MOBILE.values()) <= plan.MOBILE_PREFIXES
