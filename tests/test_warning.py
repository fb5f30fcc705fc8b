"""What a warned person sees and hears, whatever the caller wrote."""

import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from call_samples import call
from hypothesis import example, given
from hypothesis import strategies as st

from blocklist.entries import OfficialNumber
from screener import contract, warning
from screener.calls import Action, Rule, Verdict
from screener.paths import dialplan_dir

PROMPTS = dialplan_dir() / "prompts"
PHRASES = warning.read_phrases(PROMPTS / "sequences.toml")
POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
Alphabet = Literal["vietnamese", "ascii"]


def verdict(rule: Rule, action: Action = Action.WARN, imitates: OfficialNumber | None = None) -> Verdict:
    return Verdict(action, rule, "lý do", imitates=imitates)


def shown(rule: Rule, name: str, alphabet: Alphabet = "vietnamese") -> str:
    return warning.display(verdict(rule), call(shown_name=name), alphabet)


@pytest.mark.parametrize(
    ("rule", "name", "vietnamese", "ascii_only"),
    [
        (Rule.LOOKALIKE, "CA Hoa", "CẢNH BÁO: giả danh - CA Hoa", "CANH BAO: gia danh - CA Hoa"),
        (Rule.RECEIVES_ONLY, "", "CẢNH BÁO: giả danh", "CANH BAO: gia danh"),
        (Rule.OWN_NUMBER, " ", "CẢNH BÁO: giả số cơ quan", "CANH BAO: gia so co quan"),
        (Rule.BLOCK_EXACT, "", "CẢNH BÁO: số bị chặn", "CANH BAO: so bi chan"),
        (Rule.BLOCK_PREFIX, "", "CẢNH BÁO: số bị chặn", "CANH BAO: so bi chan"),
        (Rule.WITHHELD, "", "CẢNH BÁO: không hiện số", "CANH BAO: khong hien so"),
        (Rule.MALFORMED, "Đội CSGT", "CẢNH BÁO: đáng ngờ - Đội CSGT", "CANH BAO: dang ngo - Doi CSGT"),
        (Rule.MALFORMED, 'a"|${X}],\\b', "CẢNH BÁO: đáng ngờ - a X b", "CANH BAO: dang ngo - a X b"),
        (Rule.MALFORMED, "Tra\u0302\u0300n", "CẢNH BÁO: đáng ngờ - Trần", "CANH BAO: dang ngo - Tran"),
        (Rule.MALFORMED, "a\u202eb\ud800", "CẢNH BÁO: đáng ngờ - a b", "CANH BAO: dang ngo - a b"),
        (Rule.MALFORMED, "公安", "CẢNH BÁO: đáng ngờ - 公安", "CANH BAO: dang ngo"),
    ],
)  # fmt: skip
def test_the_display_warns_first_and_then_says_what_the_caller_called_himself(
    rule: Rule, name: str, vietnamese: str, ascii_only: str
) -> None:
    assert shown(rule, name) == vietnamese
    assert shown(rule, name, "ascii") == ascii_only


@given(st.sampled_from(Rule), ANY_TEXT, st.sampled_from(["vietnamese", "ascii"]))
@example(Rule.LOOKALIKE, "x" * 500, "vietnamese")
@example(Rule.LOOKALIKE, "\N{SUPERSCRIPT TWO} 0", "ascii")
@example(Rule.LOOKALIKE, "\N{KELVIN SIGN}\N{GREEK VARIA}", "ascii")
def test_no_caller_text_puts_an_unsafe_character_on_the_display(
    rule: Rule, name: str, alphabet: Alphabet
) -> None:
    text = shown(rule, name, alphabet)
    assert text.startswith("CẢNH BÁO: " if alphabet == "vietnamese" else "CANH BAO: ")
    assert all(char.isalnum() or char in " :-." for char in text)
    assert len(text) <= warning.MAX_DISPLAY
    assert text == " ".join(text.split())
    assert unicodedata.normalize("NFC", text) == text
    assert text.isascii() or alphabet == "vietnamese"
    text.encode()


@given(ANY_TEXT)
def test_a_verdict_with_any_caller_text_in_it_keeps_its_fields(name: str) -> None:
    text = shown(Rule.LOOKALIKE, name)
    value = contract.verdict_value(Action.WARN, "a1", text, ("advice",), answer=True)
    assert value.split("|") == [contract.VERSION, "warn", "a1", text, "advice", "answer"]


@pytest.mark.parametrize("rule", Rule)
def test_every_prompt_that_a_rule_can_play_is_a_file(rule: Rule) -> None:
    official = OfficialNumber(1, "+840123456789", "x")
    for action in (Action.WARN, Action.BLOCK):
        names = warning.prompts(verdict(rule, action, official), PHRASES)
        assert names
        assert all((PROMPTS / f"audio/{name}.wav").is_file() for name in names)


@pytest.mark.parametrize(
    ("rule", "action", "imitates", "expected"),
    [
        (Rule.LOOKALIKE, Action.WARN, None, PHRASES["lookalike"]),
        (Rule.RECEIVES_ONLY, Action.WARN, POLICE, PHRASES["receive-only"]),
        (Rule.OWN_NUMBER, Action.WARN, None, PHRASES["own"]),
        (Rule.BLOCK_EXACT, Action.WARN, None, PHRASES["blocked"]),
        (Rule.WITHHELD, Action.WARN, None, PHRASES["withheld"]),
        (Rule.MALFORMED, Action.WARN, None, PHRASES["generic"]),
        (Rule.LOOKALIKE, Action.BLOCK, POLICE, PHRASES["notice-blocked"]),
        (Rule.LOOKALIKE, Action.TAG, POLICE, ()),
        (Rule.DEFAULT, Action.ALLOW, POLICE, ()),
    ],
)
def test_a_warning_says_what_is_wrong_and_a_notice_does_not(
    rule: Rule, action: Action, imitates: OfficialNumber | None, expected: tuple[str, ...]
) -> None:
    assert warning.prompts(verdict(rule, action, imitates), PHRASES) == expected


def test_a_warning_of_an_imitated_office_ends_with_its_true_number_digit_by_digit() -> None:
    names = warning.prompts(verdict(Rule.LOOKALIKE, imitates=POLICE), PHRASES)
    assert names[: len(PHRASES["lookalike"])] == PHRASES["lookalike"]
    assert names[len(PHRASES["lookalike"]) :] == (
        "call-back",
        *(f"digit-{digit}" for digit in "02373725725"),
    )


def test_a_phrase_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sequences.toml"
    path.write_text('generic = ["warn-generic"]\n')
    with pytest.raises(KeyError, match=r"notice-blocked.*withheld"):
        warning.read_phrases(path)
