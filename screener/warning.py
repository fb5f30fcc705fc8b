"""What a warned person sees and hears: the text on the display and the prompts to play."""

import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from screener.calls import Action, Call, Rule, Verdict

MAX_DISPLAY: Final = 60
"""Characters; phones show far fewer, so the warning comes first."""

_DISPLAY: Final[Mapping[Rule, str]] = {
    Rule.OWN_NUMBER: "CẢNH BÁO: giả số cơ quan",
    Rule.RECEIVES_ONLY: "CẢNH BÁO: giả danh",
    Rule.LOOKALIKE: "CẢNH BÁO: giả danh",
    Rule.NAME: "CẢNH BÁO: giả danh",
    Rule.BLOCK_EXACT: "CẢNH BÁO: số bị chặn",
    Rule.BLOCK_PREFIX: "CẢNH BÁO: số bị chặn",
    Rule.IMPLAUSIBLE: "CẢNH BÁO: số không thật",
    Rule.BLOCK_ENTRY: "CẢNH BÁO: số bị chặn",
    Rule.WITHHELD: "CẢNH BÁO: không hiện số",
}
_DISPLAY_OTHER: Final = "CẢNH BÁO: đáng ngờ"

# The name of each rule's phrase; its files and words are in dialplan/prompts.
_PHRASES: Final[Mapping[Rule, str]] = {
    Rule.OWN_NUMBER: "own",
    Rule.RECEIVES_ONLY: "receive-only",
    Rule.LOOKALIKE: "lookalike",
    Rule.NAME: "name",
    Rule.BLOCK_EXACT: "blocked",
    Rule.BLOCK_PREFIX: "blocked",
    Rule.BLOCK_ENTRY: "blocked",
    Rule.WITHHELD: "withheld",
}
_IMITATED: Final = frozenset({Rule.LOOKALIKE, Rule.NAME})
"""Rules after whose phrase the office's true number is said."""
_PHRASE_OTHER: Final = "generic"
_NOTICE: Final = "notice-blocked"
_CALL_BACK: Final = "call-back"
_DIGITS: Final[Mapping[str, str]] = {"+": "digit-plus", **{digit: f"digit-{digit}" for digit in "0123456789"}}
MAX_SPOKEN: Final = 11
"""Digits of the longest Vietnamese number; with more, the warning would take longer than 12 s."""

Phrases = Mapping[str, tuple[str, ...]]
"""Phrase -> the sound files that make it up, in order."""


def read_phrases(path: Path) -> Phrases:
    """Read ``sequences.toml`` of the prompts. Raises OSError and KeyError (a phrase is missing)."""
    with path.open("rb") as file:
        found = {name: tuple(files) for name, files in tomllib.load(file).items()}
    missing = {*_PHRASES.values(), _PHRASE_OTHER, _NOTICE} - found.keys()
    if missing:
        raise KeyError(f"{path} lacks {', '.join(sorted(missing))}")
    return found


def display(verdict: Verdict, call: Call, alphabet: Literal["vietnamese", "ascii"]) -> str:
    """Return the display name of a tagged call: the warning, then what the caller called himself.

    Holds letters, digits, spaces and ``:-.?`` only, whatever the caller wrote; ``ascii`` drops the marks for
    phones that can't show them.
    """
    text = _DISPLAY.get(verdict.rule, _DISPLAY_OTHER)
    said = _harmless(call.shown_name)
    if alphabet == "ascii":
        text, said = _without_marks(text), _harmless(_without_marks(said))
    if said:
        text = f"{text} - {said}"
    return text[:MAX_DISPLAY].rstrip()


def prompts(verdict: Verdict, phrases: Phrases) -> tuple[str, ...]:
    """Return the sound files to play, in order: the warning to the called person, or the blocked caller's
    notice. A warning of an imitation ends with the office's true number, digit by digit, where
    that number is confirmed: nobody is to be sent to a wrong one.
    """
    if verdict.action is Action.BLOCK:
        return phrases[_NOTICE]
    if verdict.action is not Action.WARN:
        return ()
    phrase = phrases[_PHRASES.get(verdict.rule, _PHRASE_OTHER)]
    office = verdict.imitates
    if verdict.rule not in _IMITATED or office is None or not office.confirmed or not office.number:
        return phrase
    if len(office.number) > MAX_SPOKEN:
        return phrase
    return (*phrase, _CALL_BACK, *(_DIGITS[digit] for digit in office.number))


def _harmless(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = (char if char.isalnum() or char in "-." else " " for char in composed)
    return " ".join("".join(kept).split())


def _without_marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return plain.encode("ascii", "ignore").decode("ascii")
