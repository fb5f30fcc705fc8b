"""Texts that a slip or two were made in are candidates, wherever the slips are."""

import pytest

from blocklist.slips import LONG, SHORTEST, NearTexts

LETTERS = "congantinhbacgiangphuyenvinh"
TEXTS = [LETTERS[:length] for length in range(SHORTEST + 1, len(LETTERS) + 1)]


def stored(text: str) -> NearTexts:
    """Keep a text of two words, so that the initials of one word run together are no help."""
    near = NearTexts()
    near.add(text, [text[:2], text[2:]], 7)
    near.add("xemaydien", ["xe", "may", "dien"], 8)
    return near


def is_found(near: NearTexts, shown: str) -> bool:
    return 7 in (near.candidates(shown, [shown]) or ())


@pytest.mark.parametrize("text", TEXTS)
def test_one_slip_anywhere_leaves_a_text_to_be_found(text: str) -> None:
    near = stored(text)
    slipped = [
        shown
        for place in range(len(text))
        for shown in (
            f"{text[:place]}w{text[place + 1 :]}",
            f"{text[:place]}w{text[place:]}",
            f"{text[:place]}{text[place + 1 :]}",
            f"{text[:place]}{text[place : place + 2][::-1]}{text[place + 2 :]}",
        )
    ]
    assert [shown for shown in slipped if not is_found(near, shown)] == []


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) >= LONG])
def test_two_slips_in_one_half_leave_a_long_text_to_be_found(text: str) -> None:
    near, half = stored(text), len(text) // 2
    for slips in ((0, half - 1), (half, len(text) - 1)):
        shown = "".join("w" if place in slips else letter for place, letter in enumerate(text))
        assert is_found(near, shown), shown


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_of_other_letters_is_no_candidate(text: str) -> None:
    assert not is_found(stored(text), "q" * len(text))
