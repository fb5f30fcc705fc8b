"""One number however it is written: lists, searches, checks and calls read the same."""

from datetime import UTC, datetime

import pytest
from api_site import Site
from hypothesis import given
from hypothesis import strategies as st

from blocklist import patterns
from blocklist.entries import Entry, EntryKind, Match
from blocklist.errors import InvalidPattern
from blocklist.lists import Lists
from blocklist.site import NOWHERE
from screener.calls import Activity, Call, Rule
from screener.engine import decide
from screener.events import identified
from screener.happenings import Decided
from screener.rows import verdict as row
from screener.snapshot import Snapshot

pytest_plugins = ["api_fixtures"]

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NUMBERS = ("0912345678", "02373725725", "0692348560", "+375291234567")
ZEROS = "0０٠۰०𝟎"
"""Zero in six scripts; nine more digits follow each."""
MARKS = [
    "",
    " ",
    "\N{NO-BREAK SPACE}",
    ".",
    "-",
    "\N{NON-BREAKING HYPHEN}",
    "\N{EN DASH}",
    "(",
    ")",
    "（",
    "）",
]
WRAPS = [
    "{}",
    " {}\t",
    "\N{LEFT-TO-RIGHT EMBEDDING}{}\N{POP DIRECTIONAL FORMATTING}",
    "tel:{}",
    "tel:{};phone-context=carrier1.example;ext=12",
    "sip:{}@203.0.113.7:5060;user=phone",
    "SIPS:{};isub=88@203.0.113.7?subject=99",
    "ｓｉｐ：{}@203.0.113.7",
]


@st.composite
def spellings(draw: st.DrawFn, number: str) -> str:
    """Write a number with any scripts, marks and wrapping, and with any prefix that means the same."""
    beginnings = ["+", "00"] if number.startswith("+") else ["0", "+84", "0084", "＋84", "(+84)"]
    begun = draw(st.sampled_from(beginnings)) + number[1:]
    signs = []
    for char in begun:
        sign = chr(ord(draw(st.sampled_from(ZEROS))) + int(char)) if char.isdigit() else char
        signs.append(sign + draw(st.sampled_from(MARKS)))
    return draw(st.sampled_from(WRAPS)).format("".join(signs))


SPELLINGS = st.sampled_from(NUMBERS).flatmap(lambda number: st.tuples(st.just(number), spellings(number)))


def judged(call: Call, *, pattern: str) -> Rule:
    listed = Snapshot(lists=Lists([Entry(1, EntryKind.BLOCK, Match.EXACT, pattern)]))
    return decide(call, listed, Activity(), NOW).rule


@given(SPELLINGS)
def test_any_spelling_is_listed_and_judged_as_the_same_number(spelled: tuple[str, str]) -> None:
    number, written = spelled
    assert patterns.read(written) == (Match.EXACT, number)
    assert patterns.digits(written).endswith(number[-9:])
    call = identified(written, "", "101")
    assert judged(call, pattern=number) is Rule.BLOCK_EXACT
    assert judged(call, pattern=number[:-1]) is not Rule.BLOCK_EXACT
    verdict = decide(call, Snapshot(), Activity(), NOW)
    told = Decided(NOW, call, verdict, 1, enforced=True, listener="one")
    assert row(told, settled=False, site=NOWHERE)["number"] == number


@given(st.text(max_size=30))
def test_what_a_list_takes_is_what_a_call_of_the_same_text_is_judged_by(text: str) -> None:
    try:
        match, pattern = patterns.read(text)
    except InvalidPattern:
        return
    if match is Match.EXACT:
        assert judged(identified(text, "", "101"), pattern=pattern) is Rule.BLOCK_EXACT


@pytest.mark.parametrize(
    "written",
    [
        "０９１２３４５６７８",
        "٠٩١٢٣٤٥٦٧٨",
        "+84\N{NO-BREAK SPACE}(912) 345\N{NON-BREAKING HYPHEN}678",
        "＋８４\N{EN DASH}912.345.678",
        "tel:+84-912-345-678;phone-context=carrier1.example",
        "sip:%2B84912345678@203.0.113.7;user=phone",
    ],
)
def test_api_search_check_and_calls_find_an_entry_by_any_spelling(site: Site, written: str) -> None:
    with site.client() as client:
        added = client.post("/api/v1/entries", json={"kind": "block", "pattern": written}).json()
        assert added["pattern"] == "0912345678"
        assert (
            client.post("/api/v1/entries", json={"kind": "block", "pattern": "0912345678"}).status_code == 409
        )
        assert (
            client.get("/api/v1/entries", params={"search": written}).json()["items"][0]["id"] == added["id"]
        )
        site.ring("0912345678")
        for number in (written, "0912345678"):
            assert client.get("/api/v1/check", params={"number": number}).json()["rule"] == "block_exact"
            assert len(client.get("/api/v1/calls", params={"number": number}).json()["items"]) == 1
