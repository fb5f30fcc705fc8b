"""The words for calls."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.number import NumberKind, Oddity
from screener import readings, words
from screener.calls import Action, Did, Rule
from screener.health import LinkState


@pytest.mark.parametrize(
    ("choices", "table"),
    [
        (Action, words.ACTIONS),
        (Did, words.DIDS),
        (Rule, words.RULES),
        (LinkState, words.LINKS),
        (NumberKind, readings.KINDS),
        (Oddity, readings.ODDITIES),
    ],
)
def test_every_choice_has_words_in_both_languages(
    choices: type[StrEnum], table: dict[StrEnum, words.Words]
) -> None:
    assert set(table) == set(choices)
    assert all(said.vi and said.en for said in table.values())


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("did", Did)
@pytest.mark.parametrize("enforced", [True, False])
def test_a_call_is_said_to_be_blocked_only_where_the_exchange_blocked_it(
    action: Action, did: Did, enforced: bool
) -> None:
    said = words.what_happened(action, did, enforced)
    assert said.vi.startswith("Đã chặn") == (did is Did.BLOCK)
    assert said.en.startswith("Blocked") == (did is Did.BLOCK)


@pytest.mark.parametrize("did", [Did.TIMEOUT, Did.UNREADABLE])
def test_a_call_that_got_no_verdict_is_never_said_to_be_monitored(did: Did) -> None:
    assert "vẫn đổ chuông" in words.what_happened(Action.BLOCK, did, enforced=False).vi


@pytest.mark.parametrize(("missed", "said"), [(False, "người nghe chưa nghe"), (True, "không rõ người nghe")])
def test_whether_a_warning_was_heard_is_not_known_where_the_end_was_missed(missed: bool, said: str) -> None:
    assert said in words.what_happened(Action.WARN, Did.WARN, True, "", missed).vi
    assert "Đã phát" in words.what_happened(Action.WARN, Did.WARN, True, "whole: PJSIP/1", missed).vi


def test_an_end_that_nobody_saw_is_not_said_to_be_still_to_come() -> None:
    assert words.outcome(None, "", 0, Did.ALLOW).en == "Not ended yet"
    assert words.outcome(None, "", 0, Did.ALLOW, missed=True).en.startswith("End unknown")


@pytest.mark.parametrize(
    ("did", "detail", "said"),
    [
        (Did.WARN, "", "Nobody answered"),
        (Did.WARN, "cut: PJSIP/1001-00000001", "Picked up; the caller hung up"),
        (Did.WARN, "whole: PJSIP/1001-00000001", "Picked up; the caller hung up"),
        (Did.ALLOW, "", "Nobody answered"),
        (Did.BLOCK, "", "Ended by the exchange"),
    ],
)
def test_whoever_heard_a_warning_is_not_said_to_have_not_answered(did: Did, detail: str, said: str) -> None:
    assert words.outcome(False, "", 0, did, detail=detail).en.startswith(said)


def test_no_words_say_that_a_call_is_verified() -> None:
    tables = (words.ACTIONS, words.DIDS, words.RULES)
    said = [text for table in tables for both in table.values() for text in (both.vi, both.en)]
    assert not [text for text in said if "xác minh" in text.lower() or "verified" in text.lower()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Nguyễn Văn Ấn", "Nguyễn Văn Ấn"),
        ("Nguye\u0302\u0303n", "Nguye\u0302\u0303n"),
        ("a b", "a b"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
        ("a\nb", "a⟨U+000A⟩b"),
        ("\u202eb\u2066", "⟨U+202E⟩b⟨U+2066⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
    ],
)
def test_characters_that_hide_are_shown_by_their_number(text: str, shown: str) -> None:
    assert words.visible(text) == shown


@given(st.text(st.characters()))
def test_visible_text_can_be_written_and_stays_what_it_is(text: str) -> None:
    shown = words.visible(text)
    assert (shown.encode() and words.visible(shown) == shown) or not text


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("", "chưa nghe"),
        ("whole: PJSIP/1001-00000001", "Đã phát"),
        ("cut: PJSIP/1001-00000001", "gác máy"),
        ("whisper: PJSIP/1001-00000001", "cảnh báo riêng"),
        ("failed: PJSIP/1001-00000001", "Không phát được lời cảnh báo"),
    ],
)
def test_a_warning_counts_as_heard_only_where_the_exchange_said_so(detail: str, said: str) -> None:
    assert said in words.what_happened(Action.WARN, Did.WARN, enforced=True, detail=detail).vi
