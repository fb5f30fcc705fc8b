"""The voice prompts: text and audio belong together, and the audio fits the time a call can wait."""

import math
import os
import re
import shutil
import string
import subprocess
import sys
import tomllib
import unicodedata
import wave
from array import array
from pathlib import Path

import pytest

PROMPTS = Path(__file__).parent.parent / "dialplan" / "prompts"
DIGITS = [f"digit-{digit}" for digit in string.digits]
ONE_FILE_MAX = 2.5  # seconds: the dialplan checks between files whether the caller is still there
SILENCE_BEFORE = 0.3  # seconds: the dialplan's Wait before the first file
GAPS = 0.2  # seconds allowed for what lies between the files
WHOLE_WARNING_MAX = 12.0  # seconds, with the eleven digits of a landline number
VIETNAMESE = frozenset(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)
TOOLS = ("espeak-ng", "sox")


def stems(folder: str, suffix: str) -> set[str]:
    return {path.stem for path in (PROMPTS / folder).glob(f"*{suffix}")}


NAMES = sorted(stems("text", ".txt"))


def text(name: str) -> str:
    return (PROMPTS / "text" / f"{name}.txt").read_text(encoding="utf-8")


def audio(name: str, folder: Path = PROMPTS) -> Path:
    return folder / "audio" / f"{name}.wav"


def seconds(path: Path) -> float:
    with wave.open(str(path)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def samples(path: Path) -> "array[int]":
    with wave.open(str(path)) as sound:
        values = array("h", sound.readframes(sound.getnframes()))
    if sys.byteorder == "big":
        values.byteswap()
    return values


def decibels(value: float) -> float:
    """Level below full scale of a 16-bit amplitude."""
    return 20 * math.log10(max(value, 1) / 32768)


def sequences() -> dict[str, list[str]]:
    read = tomllib.loads((PROMPTS / "sequences.toml").read_text(encoding="utf-8"))
    return {name: list(files) for name, files in read.items()}


def versions(folder: Path) -> str:
    return (folder / "versions.txt").read_text(encoding="utf-8")


def test_every_text_has_audio_and_every_audio_has_a_text() -> None:
    assert stems("text", ".txt") == stems("audio", ".wav")


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("digit-")])
def test_the_readme_has_every_text_as_it_is_said(name: str) -> None:
    assert f"| `{name}` | {text(name).strip()} |" in (PROMPTS / "README.md").read_text(encoding="utf-8")


def test_a_recorded_voice_belongs_to_a_text() -> None:
    assert stems("recorded", ".wav") <= stems("text", ".txt")


def test_every_digit_and_the_plus_sign_can_be_said() -> None:
    assert {*DIGITS, "digit-plus"} <= set(NAMES)


def test_the_sequences_are_the_prompts_the_dialplan_knows() -> None:
    assert set(sequences()) == {
        "lookalike",
        "name",
        "receive-only",
        "own",
        "blocked",
        "withheld",
        "generic",
        "notice-blocked",
    }


def test_sequences_name_existing_files_and_leave_none_over() -> None:
    named = {name for files in sequences().values() for name in files}
    assert all(sequences().values())
    assert named == set(NAMES) - {*DIGITS, "digit-plus", "call-back"}


@pytest.mark.parametrize("prompt", sorted(set(sequences()) - {"notice-blocked"}))
def test_a_warning_begins_with_the_word_for_warning(prompt: str) -> None:
    assert text(sequences()[prompt][0]).startswith("Cảnh báo")


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_composed_vietnamese_on_one_line(name: str) -> None:
    written = text(name)
    assert unicodedata.is_normalized("NFC", written)
    assert written.endswith("\n")
    assert written.count("\n") == 1
    assert set(written.strip().lower()) <= VIETNAMESE | set(" ,.!:")
    assert not re.search(r"  |^ | $| [,.!:]", written.rstrip("\n"))


@pytest.mark.parametrize("name", NAMES)
def test_audio_is_8_khz_mono_16_bit(name: str) -> None:
    with wave.open(str(audio(name))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)


@pytest.mark.parametrize("name", NAMES)
def test_audio_is_short_enough_to_check_the_caller_in_between(name: str) -> None:
    limit = 0.5 if name.startswith("digit-") else ONE_FILE_MAX
    assert 0.2 <= seconds(audio(name)) <= limit


@pytest.mark.parametrize("prompt", sorted(set(sequences()) - {"notice-blocked"}))
def test_a_warning_with_call_back_and_any_eleven_digits_is_heard_within_12_seconds(prompt: str) -> None:
    said = sum(seconds(audio(name)) for name in [*sequences()[prompt], "call-back"])
    number = 11 * max(seconds(audio(name)) for name in DIGITS)
    assert SILENCE_BEFORE + said + number + GAPS < WHOLE_WARNING_MAX


@pytest.mark.parametrize("name", NAMES)
def test_audio_is_as_loud_as_the_others_and_not_clipped(name: str) -> None:
    values = samples(audio(name))
    peak = decibels(max(abs(value) for value in values))
    rms = decibels(math.sqrt(sum(value * value for value in values) / len(values)))
    assert -6.5 <= peak <= -3.0
    assert -20.5 <= rms <= -16.5


@pytest.mark.parametrize("name", NAMES)
def test_audio_begins_and_ends_in_a_short_silence(name: str) -> None:
    values = samples(audio(name))
    loud = [index for index, value in enumerate(values) if abs(value) > 200]
    before, after = loud[0] / 8000, (len(values) - 1 - loud[-1]) / 8000
    assert 0.02 <= before <= 0.15
    assert 0.02 <= after <= 0.15


def test_each_digit_sounds_different() -> None:
    assert len({audio(name).read_bytes() for name in [*DIGITS, "digit-plus"]}) == 11


def test_make_prompts_makes_the_committed_audio_again(tmp_path: Path) -> None:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        reason = f"not installed: {', '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    subprocess.run([PROMPTS / "make-prompts", tmp_path], check=True)

    assert {path.stem for path in (tmp_path / "audio").glob("*.wav")} == set(NAMES)
    same_versions = versions(tmp_path) == versions(PROMPTS)
    for name in NAMES:
        made, committed = audio(name, tmp_path), audio(name)
        assert seconds(made) == pytest.approx(seconds(committed), rel=0.02), name
        if same_versions:
            assert made.read_bytes() == committed.read_bytes(), name
