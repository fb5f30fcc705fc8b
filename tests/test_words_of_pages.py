"""The catalogues: every text of the pages has its Vietnamese, and nothing in them is left over."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.conventions import Conventions
from api.languages import Language, catalogue, translations
from api.times import VIETNAM
from api.wording import gathered, worded

STATIC = Path(__file__).parents[1] / "api/static"
TRANSLATED = [language for language in Language if language is not Language.EN]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_lacks_its_words_and_no_words_lack_their_text(language: Language) -> None:
    known = {message.id: message for message in catalogue(language) if message.id}
    asked = {message.id for message in gathered() if message.id}
    assert len(asked) > 50
    assert not [text for text in asked if text not in known or not worded(known[text])], "make words"
    assert not known.keys() - asked, "make words"


@pytest.mark.parametrize("language", TRANSLATED)
def test_words_hold_the_same_places_to_fill_as_their_text(language: Language) -> None:
    for message in catalogue(language):
        if isinstance(message.id, str):
            places = re.findall(r"%\(\w+\)s", message.id)
            assert sorted(re.findall(r"%\(\w+\)s", str(message.string))) == sorted(places), message.id


def test_a_text_without_words_is_shown_in_english_and_english_is_itself() -> None:
    assert translations(Language.VI).gettext("No such text") == "No such text"
    assert translations(Language.VI).gettext("Now") == "Hiện tại"
    assert translations(Language.EN).gettext("Now") == "Now"
    assert translations(Language.EN).ngettext("call", "calls", 1) == "call"
    assert translations(Language.EN).ngettext("call", "calls", 2) == "calls"


def test_times_and_numbers_are_written_as_readers_of_the_language_do() -> None:
    at = datetime(2026, 4, 3, 17, 5, 9, tzinfo=UTC)
    vietnamese = Conventions(Language.VI, VIETNAM)
    assert vietnamese.moment(at) == "04/04/2026 00:05:09"
    assert (vietnamese.day(at), vietnamese.hour(at), vietnamese.clock(at)) == (
        "04/04/2026",
        "00:05",
        "00:05:09",
    )
    assert vietnamese.number(1234567) == "1.234.567"
    assert Conventions(Language.EN, ZoneInfo("Europe/Berlin")).moment(at) == "03/04/2026 19:05:09"
    assert Conventions(Language.EN, VIETNAM).number(1234567) == "1,234,567"
