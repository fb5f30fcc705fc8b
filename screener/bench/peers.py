"""What one would write first, to compare with: a set of numbers, and a scan of the registry."""

from collections.abc import Iterable, Sequence
from typing import Final

import phonenumbers
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from blocklist.entries import OfficialNumber
from screener.bench.speed import Judge
from screener.calls import Call

_ALIKE: Final = 85
"""Percent of likeness from which on a name would be taken for another."""


def exact(listed: Iterable[str]) -> Judge:
    """Return a judge that looks a number's E.164 form up in a set, and does nothing else."""
    numbers = {f"+84{number[1:]}" for number in listed}
    return lambda call: _e164(call.shown_number) in numbers


def scan(listed: Iterable[str], officials: Sequence[OfficialNumber]) -> Judge:
    """Return a judge that also compares number and name with every entry of the registry."""
    numbers = {f"+84{number[1:]}" for number in listed}
    registered = [_e164(one.number) for one in officials if one.number]
    names = [one.name.casefold() for one in officials if one.name]

    def judge(call: Call) -> bool:
        number = _e164(call.shown_number)
        if number in numbers:
            return True
        if number and process.extractOne(number, registered, scorer=OSA.distance, score_cutoff=1):
            return True
        name = call.shown_name
        return bool(
            name and process.extractOne(name.casefold(), names, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        )

    return judge


def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
